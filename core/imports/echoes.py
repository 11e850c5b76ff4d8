"""Telling our own closures, come back through a channel, from sales (R10)."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.channels.models import ChannelBooking, LinkImport
from core.events.models import Event
from core.feeds.models import LateOpening
from core.feeds.told.values import Told
from core.imports.memory import STAY
from core.inventory.models import RoomNight
from core.platforms.dialect import Dialect, Kind
from core.stays import events as happenings
from core.values.nights import Nights

PREPARATION = 2
"""Nights that a platform may close round our closure to prepare the room: trimmed from its ends."""
_CLOSING = (
    happenings.RoomBlocked.kind, happenings.StayExtended.kind, happenings.StayMoved.kind,
    happenings.StayImported.kind, happenings.StayRedated.kind,
)  # fmt: skip


def is_echo(session: Session, memory: LinkImport, room_id: int, told: Told, dialect: Dialect, today: date) -> bool:
    """Whether an event that has just appeared is a closure of ours come back.

    A reservation of a dialect that tells reservations from blocks never is; a block of such a dialect is when we show
    the link its nights. Where the dialect cannot tell, it is one only if the channel had read our closure of all its
    nights and a whole look after that read did not have it yet: having read it, the channel could no longer sell.
    """
    if told.kind is Kind.RESERVATION and dialect.tells_kinds:
        return False
    if dialect.tells_kinds:
        return bool(shown_since(session, memory.link_id, room_id, told.nights, today, trim=PREPARATION))
    since = shown_since(session, memory.link_id, room_id, told.nights, today)
    return since is not None and since <= memory.proved_version


def shown_since(
    session: Session, link_id: int, room_id: int, nights: Nights, today: date, *, trim: int = 0
) -> int | None:
    """The version of the room's feeds since which the link has been shown all of `nights` to come as busy.

    None when it is not shown them, or when they are what the link itself told us. `trim`: so many nights may be open
    at each end. The version is that of the last change of the stays there: rather too new than too old.
    """
    wanted = [night for night in nights if night >= today]
    if not wanted:
        return None
    holders = _holders(session, link_id, room_id, wanted)
    open_ = [night for night in wanted if night not in holders]
    core = wanted[min(trim, len(wanted) - 1) : len(wanted) - min(trim, len(wanted) - 1)] or wanted[trim : trim + 1]
    if not holders or any(night in core for night in open_) or len(open_) == len(wanted):
        return None
    return _last_version(session, room_id, set(holders.values()))


def _holders(session: Session, link_id: int, room_id: int, nights: list[date]) -> dict[date, int]:
    """By night the stay that our feed for the link shows there: it holds the night, or gave it up a moment ago."""
    own = select(ChannelBooking.stay_id).where(
        ChannelBooking.link_id == link_id, ChannelBooking.taken_as == STAY, ChannelBooking.stay_id.is_not(None)
    )
    found: dict[date, int] = {}
    for table in (LateOpening, RoomNight):
        query = select(table.night, table.stay_id).where(
            table.room_id == room_id, table.night >= nights[0], table.night <= nights[-1], table.stay_id.not_in(own)
        )
        found.update({night: stay_id for night, stay_id in session.execute(query)})  # noqa: C416 - rows are no pairs.
    return {night: found[night] for night in nights if night in found}


def _last_version(session: Session, room_id: int, stay_ids: Collection[int]) -> int | None:
    """The feeds' version at the last change that closed nights of these stays in this room."""
    query = select(Event.facts).where(
        Event.subject == "stay", Event.subject_id.in_(stay_ids), or_(*(Event.kind == kind for kind in _CLOSING))
    )
    told: list[dict[str, Any]] = [dict(facts) for facts in session.scalars(query)]
    versions: list[int | None] = [facts["versions"].get(str(room_id)) for facts in told]
    return max((version for version in versions if version is not None), default=None)
