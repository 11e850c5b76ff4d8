"""What the feed of a type shows: the nights on which none of its rooms is left, whoever sold them (R3). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.feeds.rules import NOT_AVAILABLE, UID_DOMAIN, Shown, TypeDay
from core.values.nights import Nights, runs

BACK = timedelta(days=62)
"""How far back a run that reaches into the feed is followed, so that it keeps its name and its start for so long."""


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """All that decides what the feed of a type shows."""

    type_id: int
    changed_at: datetime
    """When the feed last got a new version."""
    rooms: int
    """Rooms that are let; without any the type is busy throughout (R6)."""
    days: Mapping[date, TypeDay] = field(default_factory=dict)
    """The nights that are counted; on the others nothing is sold."""
    closed: Mapping[date, int] = field(default_factory=dict)
    """Rooms that nobody holds and that are not to be had yet: opening late (R4), kept for a case of another type (R21),
    or closed everywhere by a channel (R11)."""
    kept: Mapping[date, int] = field(default_factory=dict)
    """Rooms kept for cases of this type (R21); while those are open, their contested stays count anyway."""


def left(facts: TypeFacts, night: date) -> int:
    """How many rooms of the type may still be sold on a night; none or fewer: it is shown busy (R3)."""
    day = facts.days.get(night)
    closed, kept = facts.closed.get(night, 0), facts.kept.get(night, 0)
    if day is None:
        return facts.rooms - closed - kept
    if day.stop_sell or not facts.rooms:
        return 0
    return day.free + day.allowance - day.keep_back - closed - max(day.contested, kept)


def shown(facts: TypeFacts, within: Nights) -> list[Shown]:
    """The events of the feed: one a run of nights on which nothing is left.

    What the type's own channel told us is not left out, as it is for a room (R2): on a night that it has sold there may
    be more to sell. A run that began before `within` keeps its start, see `BACK`.
    """
    if not facts.rooms:
        return [_event(facts, within, since=within.arrival)]
    since = within.arrival - BACK
    busy = runs(night for night in Nights(since, within.departure) if left(facts, night) <= 0)
    return [_event(facts, run, since) for run in busy if run.departure > within.arrival]


def _event(facts: TypeFacts, run: Nights, since: date) -> Shown:
    # A run that is older than we look back would be renamed daily by the first night that is seen of it.
    began = "" if run.arrival == since else f"-{run.arrival}"
    return Shown(f"closed{began}.t{facts.type_id}{UID_DOMAIN}", run, facts.changed_at, NOT_AVAILABLE)
