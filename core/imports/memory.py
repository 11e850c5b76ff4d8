"""What the importer remembers of a link, between rows and the pure values it decides with."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.channels.models import ChannelBooking, LinkImport
from core.channels.taken import ECHO, MIRROR, REGISTERED
from core.db.work import UnitOfWork
from core.feeds.reading import Event
from core.feeds.told.values import Known, Narrower, Question, State, Told
from core.platforms.dialect import Kind
from core.values.nights import Nights

Rows = dict[int, ChannelBooking]
"""The rows that the importer compares, by their number within the link."""


def rows_of(session: Session, link_id: int) -> Rows:
    """What the link told us and the importer still compares; echoes are kept apart (R10)."""
    query = select(ChannelBooking).where(
        ChannelBooking.link_id == link_id, ChannelBooking.forgotten_at.is_(None),
        ChannelBooking.state != REGISTERED, ChannelBooking.taken_as != ECHO,
    )  # fmt: skip
    return {row.number: row for row in session.scalars(query.order_by(ChannelBooking.number))}


def known(memory: LinkImport, rows: Rows, *, frees_unanswered: bool) -> Known:
    """The importer's memory as a value."""
    question = None
    if memory.question_at is not None:
        question = Question(memory.question_at, memory.question_known or 0)
    return Known(
        bookings=tuple(_told(row) for row in rows.values()),
        question=question,
        last_look=memory.good_at,
        fingerprint=memory.fingerprint,
        last_day=memory.last_day,
        next_number=memory.next_number,
        waits_for_answer=not frees_unanswered,
        wakes_on=memory.wakes_on,
    )


def keep(memory: LinkImport, after: Known) -> None:
    """Take over what the link's own row remembers."""
    memory.good_at, memory.last_day, memory.next_number = after.last_look, after.last_day, after.next_number
    memory.wakes_on = after.wakes_on
    memory.question_at = after.question.asked_at if after.question else None
    memory.question_known = after.question.known if after.question else None


def keep_bookings(
    work: UnitOfWork, link_id: int, rows: Rows, before: Known, after: Known, events: Sequence[Event] = ()
) -> None:
    """Write the bookings that differ; those no longer compared stay on record. `rows` is brought up to date."""
    had = {told.number: told for told in before.bookings}
    for told in after.bookings:
        row = rows.get(told.number)
        if row is None:
            row = ChannelBooking(link_id=link_id, number=told.number, taken_as=MIRROR, summary="", raw="")
            work.session.add(row)
            rows[told.number] = row
        elif had.get(told.number) == told:
            continue
        _write(row, told)
        _quote(row, told, events)
    kept = {told.number for told in after.bookings}
    for number, row in rows.items():
        if number not in kept:
            row.forgotten_at = work.now
            row.state = State.ENDED if row.state not in (State.GONE, State.ENDED) else row.state
    work.session.flush()


def _quote(row: ChannelBooking, told: Told, events: Iterable[Event]) -> None:
    """Keep the channel's own words for a booking: those of the event that can only be it."""
    if row.erased_at is not None:
        return
    for event in events:
        nights = event.start <= told.nights.arrival and told.nights.departure <= event.end
        if (event.code == told.code) if told.code is not None else (event.uid == told.uid and nights):
            row.summary, row.raw = event.summary, event.raw
            return


def _told(row: ChannelBooking) -> Told:
    return Told(
        row.number, Kind(row.kind), Nights(row.arrival, row.departure), row.first_seen, row.code, row.uid,
        State(row.state), row.last_seen, row.missing_since, row.missing_looks, row.covered,
        tuple(_narrower(kept) for kept in row.narrower),
    )  # fmt: skip


def _write(row: ChannelBooking, told: Told) -> None:
    row.kind, row.state, row.code, row.uid = told.kind, told.state, told.code, told.uid
    row.arrival, row.departure = told.nights.arrival, told.nights.departure
    row.first_seen, row.last_seen = told.first_seen, told.last_seen
    row.missing_since, row.missing_looks, row.covered = told.missing_since, told.missing_looks, told.covered
    row.narrower = [_kept(narrower) for narrower in told.narrower]


def _narrower(kept: Sequence[object]) -> Narrower:
    arrival, departure, since, looks = kept
    nights = Nights(date.fromisoformat(str(arrival)), date.fromisoformat(str(departure)))
    return Narrower(nights, datetime.fromisoformat(str(since)), int(str(looks)))


def _kept(narrower: Narrower) -> list[object]:
    nights = narrower.nights
    return [nights.arrival.isoformat(), nights.departure.isoformat(), narrower.since.isoformat(), narrower.looks]
