"""What a room's feed shows a channel: its busy nights as events, in which no guest can be recognised."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.stays import rules as stays
from core.values.nights import ONE_NIGHT, Nights, runs

UID_DOMAIN = "@dauda"
"""How every UID of ours ends: what carries it and comes back to us is an echo (R10)."""
RESERVED = "Reserved"
NOT_AVAILABLE = "Not available"


@dataclass(frozen=True, slots=True)
class StayNight:
    """A night shown as part of a stay: it holds the night, or gave it up a moment ago (R4)."""

    night: date
    stay_uid: str
    sells: bool
    """Whether a guest has the room; otherwise the house keeps it closed."""
    changed_at: datetime
    """When the stay last changed."""


@dataclass(frozen=True, slots=True)
class TypeDay:
    """What the room's type counts on one night."""

    night: date
    stop_sell: bool
    free: int
    """Rooms that nobody holds: total less sold and blocked."""
    keep_back: int
    contested: int
    """Stays of the type that wait for a room, unplaced ones among them."""
    allowance: int = 0
    """Stays that may be sold beyond the rooms there are: of the type, never of a room."""

    @property
    def closes(self) -> bool:
        """Whether the free rooms of the type are busy too: kept back or spoken for (R1)."""
        return self.stop_sell or self.free <= self.keep_back + self.contested


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """All that decides what one link's feed of one room shows."""

    room_id: int
    removed: bool
    changed_at: datetime
    """When the feed last got a new version."""
    held: Sequence[StayNight] = ()
    """All nights held in this room by each stay that touches the horizon, past ones too."""
    late: Sequence[StayNight] = ()
    """Late openings, each with the stay that gave the night up."""
    contested: Collection[date] = ()
    """Nights wanted in this room by stays that wait for a decision."""
    kept: Collection[date] = ()
    """Nights for which the room is kept closed until a case is decided (R21)."""
    days: Sequence[TypeDay] = ()
    told: Collection[date] = frozenset()
    """Nights that this link itself told us are sold on this room and that we still believe (R2)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One event of a feed."""

    uid: str
    nights: Nights
    changed_at: datetime
    summary: str


def horizon(today: date) -> Nights:
    """The nights a feed speaks of: from the property's yesterday to the house's one horizon (R5)."""
    return Nights(today - ONE_NIGHT, stays.horizon(today))


def shown(facts: RoomFacts, within: Nights) -> list[Shown]:
    """The events of a feed, by arrival: one a run of a stay's nights; nights closed otherwise are merged.

    The nights of all events together are the room's busy nights minus exactly `facts.told` (R1, R2). A stay
    that arrived before `within` keeps its arrival, so that its event does not change from day to day; the far
    end is cut. A removed room is busy throughout, whatever its channels told (R6).
    """
    if facts.removed:
        return [_closed(facts, within, within)]
    by_night = {of.night: of for of in facts.late}
    # A night that was given up and taken again belongs to the stay that holds it now.
    by_night.update((of.night, of) for of in facts.held)
    others = {*facts.contested, *facts.kept, *(day.night for day in facts.days if day.closes)}
    closed = others.difference(by_night, facts.told).intersection(within)
    events = [*_stays(facts, by_night, within), *(_closed(facts, run, within) for run in runs(closed))]
    return sorted(events, key=lambda event: (event.nights.arrival, event.uid))


def harmless(mark: int | str, today: date, changed_at: datetime) -> Shown:
    """What an otherwise empty feed shows, because some platforms refuse a calendar without an event.

    `mark`: the room's id, or what else stands for the feed in its UIDs.

    The night before yesterday's is over in every zone of the earth, so nobody can sell or close it any more
    (docs/decisions/0004-empty-feed.md).
    """
    over = Nights(today - timedelta(days=2), today - ONE_NIGHT)
    return Shown(f"empty.{mark}{UID_DOMAIN}", over, changed_at, NOT_AVAILABLE)


def _stays(facts: RoomFacts, by_night: Mapping[date, StayNight], within: Nights) -> Iterable[Shown]:
    nights_of: dict[str, list[StayNight]] = {}
    for night, of in by_night.items():
        if night < within.departure and night not in facts.told:
            nights_of.setdefault(of.stay_uid, []).append(of)
    for uid, nights in nights_of.items():
        summary = RESERVED if nights[0].sells else NOT_AVAILABLE
        changed_at = max(of.changed_at for of in nights)
        # Runs are numbered before the past ones are dropped: an event keeps its name while the days go by.
        for number, run in enumerate(runs(of.night for of in nights)):
            if run.departure > within.arrival:
                second = f"-{run.arrival}" if number else ""
                yield Shown(f"{uid}.{facts.room_id}{second}{UID_DOMAIN}", run, changed_at, summary)


def _closed(facts: RoomFacts, run: Nights, within: Nights) -> Shown:
    # A closure already running when the horizon begins would be renamed daily by its first visible night.
    since = "" if run.arrival == within.arrival else f"-{run.arrival}"
    return Shown(f"closed{since}.{facts.room_id}{UID_DOMAIN}", run, facts.changed_at, NOT_AVAILABLE)
