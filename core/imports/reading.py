"""One look at a calendar up to the moment of writing: what to ask for, and what the answer says.

Between `prepare` and `apply` no transaction is open; `read` is pure work on bytes and may run in another process.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.channels import service as channels
from core.channels.models import ChannelLink, LinkImport
from core.clock import local_date
from core.feeds import reading
from core.feeds.fetch.answers import Answer, Ask, Failed, Fetched, NotModified
from core.feeds.reading import NotACalendar, Options, Snapshot
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS
from core.properties.models import Property
from core.sealing import Sealer
from core.values.nights import Nights, from_pairs

PARTIAL = "partial"
"""Trouble: an event's nights cannot be read, so that nothing of the calendar is believed (R12)."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be read, and what was known of it when it was asked for."""

    link_id: int
    platform: str
    ask: Ask
    looks: int
    """How many looks had been recorded: the result counts only while that is so."""
    at: datetime
    today: date
    """Property-local."""
    zone: str
    inclusive_end: bool
    fingerprint: str | None
    """Of the last whole calendar; None when the same bytes may say more today."""
    read_nights: tuple[Nights, ...] = ()
    """What the channel had read busy in our feed by then (R10)."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The calendar says what it said before."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A whole calendar that says something new, or is read for the first time."""

    snapshot: Snapshot
    fingerprint: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Useless:
    """Nothing that may be believed: no look, neither good nor bad (R12).

    `trouble`: a `Trouble`, a reason of `NotACalendar`, `partial`, or why the calendar is refused (R17).
    """

    trouble: str
    raw: str
    status: int | None = None
    retry_after: timedelta | None = None


Brought = Unchanged | Calendar | Useless


def prepare(session: Session, sealer: Sealer, link_id: int, now: datetime, *, allow_private: bool) -> Order | None:
    """What to ask for now; None when nothing is read for the link: paused, without an address, of another mode.

    Nor of a platform that is no longer installed.
    """
    query = (
        select(ChannelLink, LinkImport)
        .outerjoin(LinkImport, LinkImport.link_id == ChannelLink.id)
        .where(ChannelLink.id == link_id, ChannelLink.import_url.is_not(None))
        .options(joinedload(ChannelLink.channel))
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    link: ChannelLink = found[0]
    memory: LinkImport | None = found[1]
    url = channels.import_url(sealer, link)
    if url is None or not link.channel.active or link.channel.mode != Mode.ICAL:
        return None
    if link.channel.platform not in PLATFORMS:
        # Read in another dialect its bookings would look like others, and those that are known would be freed (R6).
        return None
    zone = session.get_one(Property, link.channel.property_id).timezone
    today = local_date(now, zone)
    known = memory if memory is not None and not (memory.recurring and memory.last_day != today) else None
    ask = Ask(url, known.etag if known else None, known.last_modified if known else None, allow_private)
    return Order(
        link_id, link.channel.platform, ask, memory.looks if memory else 0, now, today, zone,
        link.channel.inclusive_end, known.fingerprint if known else None, from_pairs(link.read_nights),
    )  # fmt: skip


def read(order: Order, answer: Answer) -> Brought:
    """What `answer` says; raises nothing, whatever the bytes are."""
    match answer:
        case Failed():
            return Useless(answer.kind, answer.raw, answer.status, answer.retry_after)
        case NotModified():
            # Without a calendar read whole before there were no validators to send.
            return Unchanged() if order.fingerprint is not None else Useless("status_odd", "304 without a question")
        case Fetched(body=body):
            mark = reading.fingerprint(body)
            if mark == order.fingerprint:
                return Unchanged()
            try:
                snapshot = reading.read(body, order.zone, Options(order.today, order.inclusive_end))
            except NotACalendar as error:
                return Useless(str(error.facts["reason"]), str(error))
            if snapshot.partial:
                problems = ", ".join(sorted({problem.reason for problem in snapshot.problems}))
                return Useless(PARTIAL, f"{len(snapshot.problems)} of its events: {problems}")
            return Calendar(snapshot, mark, answer.etag, answer.last_modified)
