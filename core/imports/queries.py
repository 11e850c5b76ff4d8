"""How the reading of calendars goes: for a screen, for a log and for `dauda doctor`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.channels.models import Channel, ChannelBooking, SyncRun
from core.channels.taken import PREVIEW
from core.channels.views import Linked
from core.feeds.told.values import State
from core.imports.lines import lines, worth_a_look
from core.imports.views import LinkHealth, LinkState
from core.platforms.dialect import Kind

_BELIEVED = [state for state in State if state.holds]
_WORST_FIRST = {state: -place for place, state in enumerate(LinkState)}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RunView:
    """One line of a link's log: a look, or several in a row that ended alike."""

    outcome: str
    """`changed`, `unchanged`, `partial` or `failed`."""
    trouble: str | None
    status: int | None
    raw: str | None
    first_at: datetime
    last_at: datetime
    times: int
    seconds: float
    """How long the last one took."""
    events: int | None
    appeared: int
    changed: int
    gone: int


def health(session: Session, property_id: int, now: datetime) -> tuple[LinkHealth, ...]:
    """How each link of a property is read, both ways; the worst first, of one state the longest unread."""
    found = lines(session, Channel.property_id == property_id)
    ids = [line.link.id for line in found]
    believed = _counted(session, ids, ChannelBooking.state.in_(_BELIEVED), ChannelBooking.kind == Kind.RESERVATION)
    asked = _counted(session, ids, ChannelBooking.taken_as == PREVIEW)
    views = [line.view(now, believed.get(line.link.id, 0), asked=line.link.id in asked) for line in found]
    return tuple(sorted(views, key=lambda one: (_WORST_FIRST[one.state], one.good_at or _LONG_AGO)))


def runs_of(session: Session, link_id: int, limit: int) -> tuple[RunView, ...]:
    """The newest lines of a link's log, the newest first."""
    query = select(SyncRun).where(SyncRun.link_id == link_id).order_by(SyncRun.id.desc()).limit(limit)
    return tuple(
        RunView(
            run.outcome, run.trouble, run.status, run.raw, run.first_at, run.last_at, run.times, run.seconds,
            run.events, run.appeared, run.changed, run.gone,
        )
        for run in session.scalars(query)
    )  # fmt: skip


def stale(session: Session, now: datetime) -> tuple[tuple[str, Linked], ...]:
    """Platform code and what is linked of every calendar that is stale (R19), of all properties."""
    found = lines(session, worth_a_look(session, now))
    return tuple((line.channel.platform, line.linked) for line in found if line.state(now) is LinkState.STALE)


def _counted(session: Session, link_ids: Iterable[int], *which: ColumnElement[bool]) -> dict[int, int]:
    query = (
        select(ChannelBooking.link_id, func.count())
        .where(ChannelBooking.link_id.in_(list(link_ids)), ChannelBooking.forgotten_at.is_(None), *which)
        .group_by(ChannelBooking.link_id)
    )
    return dict(session.execute(query).all())
