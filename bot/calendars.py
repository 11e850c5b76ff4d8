"""Loading how the reading of calendars goes, as the dialogue knows it."""

from sqlalchemy.orm import Session

from bot.conversation.calendars import Look, ReadChannel
from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.understanding import Intent
from core.channels import queries as channels
from core.imports import queries as imports
from core.platforms.base import Mode

MOST_LINKS = 3
MOST_LOOKS = 5
"""Of each of these links."""


def needed(session: Session, known: Facts, draft: Draft) -> dict[str, object]:
    """The further facts that a draft about calendars needs, by the names of `Facts`' fields; of any other none."""
    match draft.intent:
        case Intent.SYNC_STATUS:
            return {"health": imports.health(session, known.place.property_id, known.now)}
        case Intent.SYNC_LOG:
            return {"looks": _looks(session, known, draft)}
        case Intent.SYNC_NOW | Intent.SYNC_EVERY | Intent.PAUSE | Intent.RESUME | Intent.CONNECT:
            return {"channels": _read_channels(session, known)}
        case _:
            return {}


def _read_channels(session: Session, known: Facts) -> tuple[ReadChannel, ...]:
    """The platforms whose calendars are read, each with the rooms that have one."""
    place = known.place.property_id
    rooms: dict[str, list[str]] = {}
    types: dict[str, list[str]] = {}
    for link in channels.links(session, place):
        if link.imports and link.room is not None:
            rooms.setdefault(link.platform, []).append(link.room)
        elif link.imports and link.type_name is not None:
            types.setdefault(link.platform, []).append(link.type_name)
    return tuple(
        ReadChannel(
            each.platform,
            each.interval,
            each.active,
            tuple(rooms.get(each.platform, ())),
            tuple(types.get(each.platform, ())),
        )
        for each in channels.channels(session, place)
        if each.mode == Mode.ICAL
    )


def _looks(session: Session, known: Facts, draft: Draft) -> tuple[Look, ...]:
    """The newest looks at the calendars that were named, or at those that are worst off."""
    rooms = known.meant(draft.rooms, draft.types)
    named = [
        link
        for link in imports.health(session, known.place.property_id, known.now)
        if link.imports
        and (not rooms or known.sells(link.linked, rooms))
        and (draft.platform is None or link.platform == draft.platform)
    ]
    return tuple(
        Look(
            link.platform, link.room, run.outcome, run.trouble, run.status, run.first_at, run.last_at, run.times,
            run.appeared, run.changed, run.gone, link.type_name,
        )
        for link in named[:MOST_LINKS]
        for run in imports.runs_of(session, link.link_id, MOST_LOOKS)
    )  # fmt: skip
