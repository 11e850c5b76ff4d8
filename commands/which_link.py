"""Naming a link on the command line: by its room or by its type."""

import click

from core.channels.errors import NoSuchLink
from core.channels.queries import LinkView
from core.platforms.registry import PLATFORMS
from core.setup.document import folded

room_option = click.option("--room", help="The room's name.")
type_option = click.option("--type", "kind", help="A room type's code, where all its rooms are sold as one listing.")


def is_of(link: LinkView, room: str | None, kind: str | None) -> bool:
    """Whether a link is the one of this room or of this type; any when neither is named."""
    if room is not None and (link.room is None or folded(link.room) != folded(room)):
        return False
    return kind is None or (link.type is not None and folded(link.type) == folded(kind))


def named(link: LinkView) -> str:
    """As a list names it: `3`, `all DBL`."""
    return link.room if link.room is not None else f"all {link.type}"


def one_of_both(room: str | None, kind: str | None) -> None:
    """Refuse neither and both: exit 2."""
    if (room is None) == (kind is None):
        message = "Name one of both: --room, or --type for all rooms of a type."
        raise click.UsageError(message)


def not_there(platform: str | None, room: str | None, kind: str | None) -> NoSuchLink:
    """The error that says that no such link is there."""
    place = PLATFORMS[platform].name if platform else "any platform"
    return NoSuchLink(platform=place, room=room or (f"type {kind}" if kind else "(any)"))
