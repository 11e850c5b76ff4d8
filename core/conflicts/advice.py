"""The ways out of a case, the best first. Pure.

The order is what a guest would notice least: a free room of the same type, other stays shuffled so that there is one,
one change of room in the middle, a better room, another house.
"""

from collections.abc import Sequence

from core.conflicts import costs, reshuffle, rules
from core.conflicts.commands import Relocation
from core.conflicts.floor import in_order
from core.conflicts.occupancy import House, ends
from core.conflicts.placing import Placing
from core.conflicts.rules import Group, Party
from core.conflicts.views import Advice, AdviceKind

MOST_ROOMS = 2
"""Free rooms of the same type that are named."""


def ways(group: Group, preference: str, house: House, *, splits: bool = True) -> tuple[Advice, ...]:
    """The ways out of the case, best first; no split unless `splits`.

    Who gives way is one of `rules.losers`, never a guest who is in the room nor a room that is out of order. A move or
    a reshuffle settles the whole case; where none does, there are ways for each loser by itself. The favoured party
    keeps its room, unless the losers can have rooms of the type only when it moves. Empty when nobody may give way, or
    only a block does for which there is no room: then the case can only be decided.
    """
    lost = rules.losers(group, preference, house.today)
    place = Placing(group, house, lost)
    found = _moves(place, lost)
    if not found:
        favoured = None if len(group.parties) == 1 else rules.preferred(group, preference)
        found = _reshuffle(place, lost, favoured)
        if not found and len(lost) > 1:
            found = [_move(party, room_id) for party in lost for room_id in place.free(party)[:1]]
        if splits:
            # Who can have one room for all nights is not asked to change it in the middle.
            found += [advice for party in lost if not place.free(party) for advice in _split(place, party)]
    for party in lost:
        found += _better(place, party, house)
        if party.guest and rules.may_move(party):
            found.append(_advice(AdviceKind.RELOCATE, party))
    order = list(AdviceKind)
    return tuple(sorted(found, key=lambda advice: order.index(advice.kind)))


def _moves(place: Placing, lost: Sequence[Party]) -> list[Advice]:
    """One loser into a free room of the type, where that settles the case."""
    found = []
    for party in lost:
        rooms = place.free(party)[:MOST_ROOMS]
        if rooms and in_order(place.floor(), [(party.stay_id, rooms[0])]):
            found += [_move(party, room_id) for room_id in rooms]
    return found


def _move(party: Party, room_id: int) -> Advice:
    return _advice(AdviceKind.MOVE, party, Relocation(party.stay_id, room_id))


def _reshuffle(place: Placing, lost: Sequence[Party], favoured: int | None) -> list[Advice]:
    """The fewest moves within the type that settle the case; the favoured party moves only when nothing else helps."""
    plan = reshuffle.fewest(place.floor(favoured))
    if plan is None and favoured is not None:
        plan = reshuffle.fewest(place.floor())
    if plan is None:
        return []
    moving = {stay_id for stay_id, _ in plan}
    party = next((party for party in lost if party.stay_id in moving), lost[0])
    return [_advice(AdviceKind.RESHUFFLE, party, *(Relocation(stay_id, room_id) for stay_id, room_id in plan))]


def _split(place: Placing, party: Party) -> list[Advice]:
    """The party with one change of room: as few moves, then as many nights in its own or in one room, as can be."""
    first, end = ends(place.wants(party))
    best: tuple[tuple[int, int], list[Relocation]] | None = None
    for change in place.changes(party):
        late = change.latest - first >= end - change.earliest
        if party.room_id in (change.head, change.tail):
            late = change.head == party.room_id
        cut = change.latest if late else change.earliest
        moves = [
            Relocation(party.stay_id, room_id, place.board.nights(start, stop))
            for room_id, start, stop in ((change.head, first, cut), (change.tail, cut, end))
            if room_id != party.room_id
        ]
        key = len(moves), first - cut if late else cut - end
        if best is None or key < best[0]:
            best = key, moves
    return [] if best is None else [_advice(AdviceKind.SPLIT, party, *best[1])]


def _better(place: Placing, party: Party, house: House) -> list[Advice]:
    """The party into a free room of another type that costs no less, the nearest price first.

    Rooms without a known price are left out: nobody should be put into a worse room unasked.
    """
    had = house.room.rate
    others = [room for room in house.rooms if room.type_id != house.room.type_id]
    rates = {
        room.room_id: room.rate for room in others if had is not None and room.rate is not None and room.rate >= had
    }
    free = sorted(place.free(party, list(rates)), key=lambda room_id: rates[room_id])
    return [_advice(AdviceKind.BETTER_ROOM, party, Relocation(party.stay_id, room_id)) for room_id in free[:1]]


def _advice(kind: AdviceKind, party: Party, *moves: Relocation) -> Advice:
    return Advice(kind, party.stay_id, moves, costs.of(kind, party.source, guest=party.guest))
