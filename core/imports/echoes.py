"""Telling our own closures, come back through a channel, from sales (R10).

A channel can only close what it has read in our feed; so what counts is which nights stood in it then, whatever closed
them: stays, rooms kept for a case, a type that is full, another channel's closure. Calendars lay adjacent closures
together and take them apart again, so that nights are judged, not events: each when it is first shown, and it remains
what it was for as long as it is shown. What is ours is kept apart, as rows that hold nothing; of a calendar the
importer compares the rest.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.channels.models import ChannelBooking
from core.channels.settings import Exports
from core.channels.taken import CLOSURE, ECHO, MIRROR, PREVIEW, STAY
from core.feeds import queries as feeds
from core.feeds.reading import Event
from core.feeds.told.values import Known, Seen, State, is_far
from core.imports.looks import Look
from core.imports.taking import PREPARATION
from core.platforms.dialect import Kind
from core.values.nights import Nights, from_pairs, runs


def rows_of(session: Session, link_id: int) -> list[ChannelBooking]:
    """The echoes that a link shows, by arrival."""
    query = select(ChannelBooking).where(
        ChannelBooking.link_id == link_id, ChannelBooking.taken_as == ECHO, ChannelBooking.forgotten_at.is_(None)
    )
    return list(session.scalars(query.order_by(ChannelBooking.arrival, ChannelBooking.id)))


def strip(look: Look, known: Known, shown: Sequence[Seen], events: Sequence[Event]) -> tuple[Known, list[Seen]]:
    """The events of a calendar without our own nights, which are written down as echoes; `events`: its very words."""
    had = rows_of(look.work.session, look.link.id)
    ground = _Ground(look, [row for row in had if row.state == State.THERE])
    theirs: list[Seen] = []
    ours: list[Seen] = []
    for seen in shown:
        for mine, part in ground.parts(seen):
            (ours if mine else theirs).append(part)
    return replace(known, next_number=_keep(look, known.next_number, had, ours, events)), theirs


def stale(look: Look, echo: Nights) -> list[Nights]:
    """The nights of an echo that are not ours any more: the channel has read us without them, and they stay open."""
    shown = feeds.shown(look.work.session, look.link.id, look.work.now)
    return _stale(look, echo, _nights(look.link.read_nights).union(*(event.nights for event in shown)))


def is_odd(look: Look, echo: Nights) -> bool:
    """Whether an echo shows nights that its channel no longer reads busy."""
    return bool(_stale(look, echo, _nights(look.link.read_nights)))


def give_up(look: Look, row: ChannelBooking, nights: Sequence[Nights]) -> list[ChannelBooking]:
    """Take `nights` out of an echo: rows of their own, whose meaning is for the caller to give."""
    gone = {night for run in nights for night in run}
    kept = runs(night for night in Nights(row.arrival, row.departure) if night not in gone)
    parts = [*kept, *nights]
    row.arrival, row.departure = parts[0].arrival, parts[0].departure
    made = [row]
    for run in parts[1:]:
        made.append(_row(look, look.memory.next_number, Kind(row.kind), run, row.uid, (row.summary, row.raw)))
        look.memory.next_number += 1
    look.work.session.flush()
    return made[len(kept) :]


def proof(look: Look, known: Known, read: Sequence[Nights]) -> Sequence[Nights]:
    """What the channel had provably read busy before a look, of what it has `read`: an empty calendar proves nothing.

    What is missing from it may be hidden by an outage, and a sale that nobody has seen yet as well.
    """
    if not any(told.state in (State.MISSING, State.ASKED) for told in known.bookings):
        return read
    there = (State.THERE, State.COVERED)
    if any(told.state in there and told.nights.departure > look.today for told in known.bookings):
        return read
    if any(row.departure > look.today for row in rows_of(look.work.session, look.link.id)):
        return read
    proved = _nights(look.memory.proved_nights)
    return runs(night for run in read for night in run if night in proved)


@dataclass(slots=True)
class _Ground:
    """What the nights of one calendar are judged by."""

    look: Look
    echoes: list[ChannelBooking]
    """As the last look showed them."""
    ours: set[date] = field(init=False)
    theirs: set[date] = field(init=False)
    """What is believed to be sold or closed there."""
    known: Counter[Nights | str] = field(init=False)
    """The dates of what is believed there; of a link that sells several rooms the UIDs, too."""
    _newly: set[date] | None = None

    def __post_init__(self) -> None:
        believed = [row for row in self.look.rows.values() if State(row.state).holds]
        fixed = [row for row in believed if row.taken_as in (STAY, PREVIEW, CLOSURE) or _was_closure(row)]
        self.ours = {night for row in self.echoes for night in Nights(row.arrival, row.departure)}
        self.theirs = {night for row in fixed for night in Nights(row.arrival, row.departure)}
        self.known = Counter(Nights(row.arrival, row.departure) for row in believed)
        if self.look.sells_several:
            # A night may be sold and closed at once: an event that is not one of the known is judged by itself.
            self.theirs = set()
            self.known.update(row.uid for row in believed if row.uid is not None)

    @property
    def newly(self) -> set[date]:
        """The nights that are ours when they are first shown.

        Where the dialect tells reservations from blocks, what the channel has from us. Where it cannot, what the
        channel had read busy before a whole look that did not show it yet, and still reads so: having read it, it
        could no longer sell it.
        """
        if self._newly is None:
            look = self.look
            read = _nights(look.link.read_nights)
            if look.dialect.tells_kinds:
                shown = feeds.shown(look.work.session, look.link.id, look.work.now)
                self._newly = read.union(*(event.nights for event in shown))
            elif look.link.channel.exports == Exports.RESERVATIONS:
                # Whoever set the platform up says that nothing of ours can come back: then it was sold.
                self._newly = set()
            else:
                self._newly = read & _nights(look.memory.proved_nights)
        return self._newly

    def parts(self, seen: Seen) -> list[tuple[bool, Seen]]:
        """An event as runs of nights that are all ours, or all not."""
        dialect, today = self.look.dialect, self.look.today
        kind = seen.kind(dialect, today)
        tells = dialect.tells_kinds and kind is Kind.RESERVATION
        if tells or seen.nights.departure <= today or self._is_known(seen):
            return [(False, seen)]
        mine = self._mine(seen.nights)
        whole = kind is Kind.BLOCK and (not dialect.tells_kinds or is_far(seen.nights.departure, dialect, today))
        if not mine or (whole and len(mine) < len(seen.nights)):
            return [(False, seen)]
        ours, theirs = runs(mine), runs(night for night in seen.nights if night not in mine)
        return [(nights in ours, replace(seen, nights=nights)) for nights in sorted([*ours, *theirs], key=_arrival)]

    def _is_known(self, seen: Seen) -> bool:
        """Whether an event is what is believed there; where several rooms are sold each of those stands for one."""
        named = self.look.sells_several and seen.uid is not None and self.known[seen.uid] > 0
        key = seen.uid if named and seen.uid is not None else seen.nights
        if not self.known[key]:
            return False
        self.known[key] -= self.look.sells_several
        return True

    def _mine(self, nights: Nights) -> set[date]:
        """Those of `nights` that are ours."""
        to_come = [night for night in nights if night >= self.look.today]
        unsure = [night for night in to_come if night not in self.theirs]
        if not unsure or (not self.ours.intersection(unsure) and not self.newly.intersection(unsure)):
            return set()
        mine = self.newly.intersection(unsure)
        late = self.ours.intersection(unsure) - mine
        if late and self._lags(nights, late):
            mine |= late
        if self.look.dialect.tells_kinds:
            mine |= _prepared(to_come, mine, self.theirs)
        # What is over is what its first night to come is.
        return mine | {night for night in nights if night < self.look.today and to_come[0] in mine}

    def _lags(self, nights: Nights, late: set[date]) -> bool:
        """Whether an event can be our closure that the channel has not taken down yet: it shows nothing new.

        And it shows all that was there; what lies across is something else, on nights that it has read open.
        """
        today = self.look.today
        if not {night for night in nights if night >= today} <= self.ours | self.theirs | self.newly:
            return False
        mirrors = [Nights(max(row.arrival, today), row.departure) for row in self.echoes if row.departure > today]
        return all(
            nights.arrival <= run.arrival and run.departure <= nights.departure
            for run in mirrors
            if late.intersection(run)
        )


def _was_closure(row: ChannelBooking) -> bool:
    """Whether a mirror is a closure of fixed dates of which somebody said that it counts only there (R11)."""
    return row.taken_as == MIRROR and row.asked_at is not None


def _prepared(nights: Sequence[date], mine: set[date], theirs: set[date]) -> set[date]:
    """The nights at the ends of an event that a platform may have closed round ours, to prepare the room."""
    found: set[date] = set()
    for way in (nights, nights[::-1]):
        before = next((place for place, night in enumerate(way) if night in mine), 0)
        if before <= PREPARATION and theirs.isdisjoint(way[:before]):
            found.update(way[:before])
    return found


def _stale(look: Look, echo: Nights, busy: set[date]) -> list[Nights]:
    to_come = [night for night in echo if night >= look.today]
    mine = busy.intersection(to_come)
    if mine and look.dialect.tells_kinds:
        mine |= _prepared(to_come, mine, set())
    return runs(night for night in to_come if night not in mine)


def _keep(look: Look, number: int, had: Sequence[ChannelBooking], ours: Sequence[Seen], events: Sequence[Event]) -> int:
    """Bring the rows of the echoes up to date; the number that is the next one to give."""
    pairs, left = _paired(had, ours)
    for row, seen in pairs:
        running = row.arrival < look.today and seen.nights.arrival <= look.today
        row.arrival, row.departure = row.arrival if running else seen.nights.arrival, seen.nights.departure
        row.kind, row.uid, row.state = seen.kind(look.dialect, look.today), seen.uid, State.THERE
        row.last_seen, row.missing_since, row.missing_looks, row.covered, row.narrower = None, None, 0, False, []
    for seen in left:
        words = next(((event.summary, event.raw) for event in events if _is_of(event, seen)), (seen.summary, ""))
        _row(look, number, seen.kind(look.dialect, look.today), seen.nights, seen.uid, words)
        look.appeared, number = look.appeared + 1, number + 1
    kept = {row.id for row, _ in pairs}
    for row in had:
        if row.id not in kept:
            row.state = State.GONE if row.departure > look.today else State.ENDED
            row.forgotten_at, row.odd_looks = look.work.now, 0
            look.gone += row.state == State.GONE
    look.work.session.flush()
    return number


def _paired(
    had: Iterable[ChannelBooking], ours: Iterable[Seen]
) -> tuple[list[tuple[ChannelBooking, Seen]], list[Seen]]:
    """Each run with the row of most of its nights, and the runs without one."""
    rows, left = list(had), list(ours)
    near = [
        (-_common(row, seen.nights), row.arrival, row.number, row, seen)
        for row in rows
        for seen in left
        if row.arrival < seen.nights.departure and seen.nights.arrival < row.departure
    ]
    pairs: list[tuple[ChannelBooking, Seen]] = []
    for *_, row, seen in sorted(near, key=lambda one: one[:3]):
        if row in rows and any(seen is one for one in left):
            pairs.append((row, seen))
            rows.remove(row)
            left = [one for one in left if one is not seen]
    return pairs, left


def _common(row: ChannelBooking, nights: Nights) -> int:
    return (min(row.departure, nights.departure) - max(row.arrival, nights.arrival)).days


def _row(
    look: Look, number: int, kind: Kind, nights: Nights, uid: str | None, words: tuple[str, str]
) -> ChannelBooking:
    row = ChannelBooking(
        link_id=look.link.id, number=number, kind=kind, arrival=nights.arrival, departure=nights.departure, uid=uid,
        state=State.THERE, first_seen=look.work.now, taken_as=ECHO, summary=words[0], raw=words[1],
        missing_looks=0, odd_looks=0, covered=False, trimmed=False, narrower=[],
    )  # fmt: skip
    look.work.session.add(row)
    return row


def _is_of(event: Event, seen: Seen) -> bool:
    return event.uid == seen.uid and event.start <= seen.nights.arrival and seen.nights.departure <= event.end


def _nights(pairs: Iterable[Sequence[str]]) -> set[date]:
    return {night for run in from_pairs(pairs) for night in run}


def _arrival(nights: Nights) -> date:
    return nights.arrival
