"""`dauda channels`: how each platform is kept up to date; pausing its calendars and resuming them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict

import click

from commands.context import open_house
from commands.printing import as_json, as_table
from commands.refusals import refusals_told
from commands.setup_words import every
from commands.which_link import is_of, room_option, type_option
from commands.which_property import property_option, the_property
from core.channels import service
from core.channels.errors import NoSuchChannel
from core.channels.queries import ChannelView, links
from core.channels.queries import channels as channels_of
from core.channels.settings import Exports
from core.db.work import UnitOfWork
from core.events.service import By
from core.imports.queries import health
from core.imports.views import LinkHealth, LinkState
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS

WORDS: dict[LinkState, str] = {
    LinkState.FRESH: "fresh",
    LinkState.WAITING: "not read yet",
    LinkState.PAUSED: "paused",
    LinkState.NOT_READ_BY_OTA: "fresh, and our feed not read",
    LinkState.LATE: "late",
    LinkState.STALE: "stale",
}
json_option = click.option("--json", "as_facts", is_flag=True, help="As JSON.")
_Change = Callable[[UnitOfWork, int, str, By], bool]


@click.group()
def channels() -> None:
    """The platforms a property is sold on."""


@channels.command("list")
@room_option
@type_option
@property_option
@json_option
def list_channels(room: str | None, kind: str | None, code: str | None, *, as_facts: bool) -> None:
    """List the channels: how each is kept, how often it is read, how fresh it is, and whether it is paused.

    With a room or a type only those that are linked to it.
    """
    with open_house() as house, house.store.reading() as session:
        place = the_property(session, code)
        linked = {link.platform for link in links(session, place.id) if is_of(link, room, kind)}
        wanted = room is not None or kind is not None
        found = [one for one in channels_of(session, place.id) if not wanted or one.platform in linked]
        states = _states(health(session, place.id, house.store.clock.now()))
    if as_facts:
        as_json([{**asdict(one), "reading": states.get(one.platform, {})} for one in found])
        return
    rows = [
        (
            PLATFORMS[one.platform].name, one.mode, *_pace(one), f"{one.imports} of {one.links}",
            _counted(states.get(one.platform, {})), _remarks(one),
        )
        for one in found
    ]  # fmt: skip
    as_table(("Channel", "Mode", "Read every", "Alert after", "Calendars", "Reading", ""), rows)


@channels.command()
@click.argument("platform")
@property_option
@json_option
def pause(platform: str, code: str | None, *, as_facts: bool) -> None:
    """Read nothing of PLATFORM (its code) until it is resumed. Nothing is freed, and our feeds go on."""
    changed, name = _change(service.pause, platform, code)
    if as_facts:
        as_json({"platform": platform, "active": False, "changed": changed})
    elif changed:
        click.echo(f"{name} is paused: its calendars are not read, its bookings stay, our feeds go on.")
    else:
        click.echo(f"{name} was paused before.")


@channels.command()
@click.argument("platform")
@property_option
@json_option
def resume(platform: str, code: str | None, *, as_facts: bool) -> None:
    """Read a paused PLATFORM again, at once."""
    changed, name = _change(service.resume, platform, code)
    if as_facts:
        as_json({"platform": platform, "active": True, "changed": changed})
    elif changed:
        click.echo(f"{name} is read again, for the first time now.")
    else:
        click.echo(f"{name} was not paused.")


def _change(change: _Change, platform: str, code: str | None) -> tuple[bool, str]:
    name = PLATFORMS[platform].name
    with open_house() as house, refusals_told(), house.store.unit_of_work() as work:
        place = the_property(work.session, code)
        try:
            return change(work, place.id, platform, By(transport="console")), name
        except NoSuchChannel:
            raise NoSuchChannel(platform=name) from None


def _states(links: Iterable[LinkHealth]) -> dict[str, Counter[LinkState]]:
    """How many calendars of each platform are in which state; only those that are read."""
    found: dict[str, Counter[LinkState]] = {}
    for link in links:
        if link.imports:
            found.setdefault(link.platform, Counter())[link.state] += 1
    return found


def _counted(states: Mapping[LinkState, int]) -> str:
    """`1 stale, 2 fresh`: the worst first."""
    worst_first = reversed(LinkState)
    return ", ".join(f"{states[state]} {WORDS[state]}" for state in worst_first if states.get(state)) or "–"


def _pace(one: ChannelView) -> tuple[str, str]:
    if one.mode != Mode.ICAL:
        return "–", "–"
    return every(one.interval), f"{every(one.interval + one.alert_after)} without a good read"


def _remarks(one: ChannelView) -> str:
    told = {
        "paused": not one.active,
        "not installed: served, not read": one.platform not in PLATFORMS,
        "ends include the last night": one.inclusive_end,
        "keeps what vanished until somebody answers": not one.frees_unanswered,
        "shows reservations only": one.exports == Exports.RESERVATIONS,
        "shows closures, ours too": one.exports == Exports.EVERYTHING,
    }
    return ", ".join(remark for remark, is_so in told.items() if is_so)
