"""Houses for the advice: drawn as lines of text, made by chance, and played move by move on a plain list of nights."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from core.conflicts import rules
from core.conflicts.commands import Relocation
from core.conflicts.occupancy import Held, House
from core.conflicts.rules import Group, Party
from core.properties.views import RoomView
from core.stays.reasons import Reason
from core.values.nights import Nights, runs

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 9, tzinfo=UTC)


def nights(first: int, end: int) -> Nights:
    """The nights `first` to `end` (exclusive), counted from today."""
    return Nights(TODAY + timedelta(first), TODAY + timedelta(end))


def room(number: int, *, type_id: int = 1, rate: str | None = "4500") -> RoomView:
    """A room; those of one type are alike."""
    return RoomView(number, str(number), (), type_id, "", None if rate is None else Decimal(rate), number)


def party(stay_id: int, first: int, end: int, **facts: object) -> Party:
    """A guest's stay in a case of room 1; what came later has the higher number."""
    one = Party(stay_id, 1, nights(first, end), Reason.GUEST, NOON + timedelta(minutes=stay_id))
    return replace(one, **facts)  # type: ignore[arg-type] # Each caller names fields of a party.


def held(stay_id: int, room_id: int, first: int, end: int, *, movable: bool = True) -> Held:
    """A stay in a room."""
    return Held(stay_id, room_id, nights(first, end), movable=movable, begun=first < 0)


def house(rooms: Sequence[RoomView], rows: Sequence[Held], *, of: int = 1, until: int = 30) -> House:
    """A house whose case is in the room `of`, the first one unless it says otherwise."""
    case = next((one for one in rooms if one.room_id == of), room(of))
    return House(TODAY, TODAY + timedelta(until), case, rooms, rows)


def case(parties: Sequence[Party]) -> Group:
    """The one case of these parties."""
    [group] = rules.groups(parties, TODAY)
    return group


@dataclass(slots=True)
class Played:
    """Who holds which night of which room, and who waits for what, move after move."""

    holders: dict[tuple[int, date], int]
    wants: dict[int, tuple[int, set[date]]]
    """By stay, the room it waits in and all that is left of it."""

    @classmethod
    def of(cls, house: House, group: Group) -> "Played":
        """The house as it is before any move."""
        holders = {(row.room_id, night): row.stay_id for row in house.held for night in row.nights if night >= TODAY}
        left = {one.stay_id: {night for night in one.nights if night >= TODAY} for one in group.parties}
        return cls(holders, {one.stay_id: (one.room_id, left[one.stay_id]) for one in group.parties})

    def move(self, move: Relocation) -> None:
        """Do one move, as the front desk does it; what opens goes to whoever waits for it, the oldest first."""
        had = {night: number for (number, night), stay in self.holders.items() if stay == move.stay_id}
        left = set(had) | self.wants.get(move.stay_id, (0, set()))[1]
        part = left if move.nights is None else set(move.nights)
        assert part
        assert part <= left, "only nights that are left of the stay are moved"
        taken = {night for night in part if (move.room_id, night) in self.holders}
        assert not taken, f"stay {move.stay_id} lands on nights that somebody holds"
        opened = [(had[night], night) for night in part if night in had]
        for cell in opened:
            del self.holders[cell]
        self.holders |= {(move.room_id, night): move.stay_id for night in part}
        if move.stay_id in self.wants:
            self.wants[move.stay_id][1].difference_update(part)
        for stay_id, (number, wanted) in sorted(self.wants.items()):
            for cell in [cell for cell in opened if cell[0] == number and cell[1] in wanted]:
                self.holders.setdefault(cell, stay_id)

    def waiting(self) -> set[int]:
        """Who lacks nights."""
        lacks = set()
        for stay_id, (number, wanted) in self.wants.items():
            if any(self.holders.get((number, night)) != stay_id for night in wanted):
                lacks.add(stay_id)
        return lacks


def by_chance(seed: int) -> tuple[Group, House]:
    """A small house with two types, and a case in it of two or three parties."""
    chance = random.Random(seed)
    rooms = [room(number, type_id=1 + number // 4, rate=str(4000 + 500 * (number // 4))) for number in range(1, 6)]
    rows: list[Held] = []
    for one in rooms:
        first = -chance.randrange(3)
        while first < 14:
            end = first + chance.randint(1, 5)
            if chance.random() > 0.3:
                rows.append(held(10 + len(rows), one.room_id, first, end, movable=chance.random() < 0.8))
            first = end
    parties = [
        party(
            row.stay_id, (row.nights.arrival - TODAY).days, (row.nights.departure - TODAY).days,
            reason=chance.choice(list(Reason)), checked_in=not row.movable,
        )
        for row in rows if row.room_id == 1
    ]  # fmt: skip
    for number in range(chance.choice((1, 1, 2))):
        first = chance.randrange(-1, 12)
        # Some are older than all others, and so are served first.
        late = party(chance.choice((1, 1000)) + number, first, first + chance.randint(1, 6), contested=True)
        taken = {night for row in rows if row.room_id == 1 for night in row.nights}
        free = [night for night in late.nights if night not in taken and night >= TODAY]
        if len(free) == len([night for night in late.nights if night >= TODAY]):
            continue
        rows += [Held(late.stay_id, 1, one, movable=True, begun=first < 0) for one in runs(free)]
        parties.append(replace(late, source=chance.choice((None, "airbnb"))))
    found = rules.groups(parties, TODAY)
    if not found:
        return by_chance(seed + 1_000_000)
    return chance.choice(found), house(rooms, rows)
