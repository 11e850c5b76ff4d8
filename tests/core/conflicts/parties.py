"""Parties of cases in room 3: given by the night they come, counted from today, and their number of nights."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as some

from core.conflicts import rules
from core.conflicts.rules import Group, Party
from core.stays.reasons import Reason
from core.values.nights import Nights

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 9, tzinfo=UTC)


def nights(first: int, count: int) -> Nights:
    """So many nights from the `first`, counted from today."""
    return Nights(TODAY + timedelta(first), TODAY + timedelta(first + count))


def party(stay_id: int, first: int, count: int, **facts: object) -> Party:
    """A guest's stay; what has a higher number came later."""
    made = NOON + timedelta(minutes=stay_id)
    one = Party(stay_id, 3, nights(first, count), Reason.GUEST, made)
    return replace(one, **facts)  # type: ignore[arg-type] # Each caller names fields of a party.


def case(*parties: Party) -> Group:
    """The one case of these parties."""
    [group] = rules.groups(parties, TODAY)
    return group


@some.composite
def parties_by_chance(draw: some.DrawFn) -> list[Party]:
    """Up to nine stays of two rooms, of all sorts."""
    return [
        party(
            number, draw(some.integers(-3, 12)), draw(some.integers(1, 6)),
            room_id=draw(some.sampled_from([3, 4])),
            contested=draw(some.booleans()),
            link_id=draw(some.sampled_from([None, None, None, 7])),
            code=draw(some.sampled_from([None, "A", "B"])),
            checked_in=draw(some.sampled_from([False, False, False, True])),
            reason=draw(some.sampled_from(list(Reason))),
            source=draw(some.sampled_from([None, "airbnb", "booking_com"])),
        )
        for number in range(1, draw(some.integers(1, 9)) + 1)
    ]  # fmt: skip
