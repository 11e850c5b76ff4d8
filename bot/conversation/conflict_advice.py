"""The advised ways out of a case in words, with what each costs, and as choices. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from bot.conversation.actions import Do
from bot.conversation.cases import Case
from bot.conversation.facts import Facts
from bot.conversation.says import Line, Offer, line, offer
from core.conflicts.commands import MoveParties, Relocation
from core.conflicts.views import Advice, AdviceKind, PartyView
from core.properties.views import RoomView
from core.values.money import Money

MOST_WAYS = 2
"""Ways that are told and offered: the best, and one more."""
_ONE_MOVE = (AdviceKind.MOVE, AdviceKind.BETTER_ROOM)

Letters = Mapping[str, PartyView]


def advised(case: Case, letters: Letters, facts: Facts) -> Iterator[Line]:
    """The best way, the second best where it is a move too, and the room that is kept for it (R21)."""
    for position, way in enumerate(_told(case)):
        if position == 0:
            yield line(f"conflict.best.{_wording(way, case)}", **_named(way, case, letters, facts))
        else:
            yield line(f"conflict.or.{_wording(way, case)}", **_named(way, case, letters, facts))
        yield from _steps(way, case, letters)
        if way.kind is AdviceKind.RELOCATE:
            yield from (line(f"conflict.cost.{cost}", stay=case.stay(way.stay_id)) for cost in way.costs)
    if (kept := case.view.kept_room) is not None:
        until = case.view.kept_until
        yield line("conflict.kept_until", room=kept, until=until) if until else line("conflict.kept", room=kept)


def ways_out(case: Case, letters: Letters) -> Iterator[Offer]:
    """The told ways that are moves, as choices that do them."""
    view = case.view
    for way in _told(case):
        if not way.moves:
            continue
        do = Do((MoveParties(view.conflict_id, view.revision, way.moves),))
        letter = _letter(letters, way.stay_id)
        match way.kind:
            case AdviceKind.RESHUFFLE:
                yield offer("offer.reshuffle", do, count=len(way.moves))
            case AdviceKind.SPLIT:
                yield offer("offer.split", do, letter=letter)
            case _:
                yield offer("offer.move_party", do, letter=letter, room=_room(case, way.moves[-1].room_id))


def _told(case: Case) -> tuple[Advice, ...]:
    """The best way, and the next one that is a move: "find another house" is worth saying only when it is the best."""
    ways = case.view.advice
    return (*ways[:1], *[way for way in ways[1:] if way.moves][: MOST_WAYS - 1])


def _wording(way: Advice, case: Case) -> str:
    """The way's kind; a better room's price where it is known, and who sold the stay where there is no room at all."""
    match way.kind:
        case AdviceKind.BETTER_ROOM if _dearer(case.view.room, _room(case, way.moves[-1].room_id)) > 0:
            return "dearer_room"
        case AdviceKind.RELOCATE if (stay := case.stay(way.stay_id)) is not None and stay.source:
            return "cancel_there"
        case _:
            return way.kind


def _named(way: Advice, case: Case, letters: Letters, facts: Facts) -> dict[str, object]:
    """What the wording of a way names; the money is what the other room costs more a night."""
    room = _room(case, way.moves[-1].room_id) if way.moves else case.view.room
    more = Money.of(max(Decimal(0), _dearer(case.view.room, room)), facts.place.currency)
    stay, letter = case.stay(way.stay_id), _letter(letters, way.stay_id)
    return {"letter": letter, "stay": stay, "room": room, "count": len(way.moves), "more": more}


def _dearer(room: RoomView, other: RoomView) -> Decimal:
    """How much more the other room costs a night; nothing where a rate is not known."""
    return other.rate - room.rate if room.rate is not None and other.rate is not None else Decimal(0)


def _steps(way: Advice, case: Case, letters: Letters) -> Iterator[Line]:
    """Several moves one by one, in the order in which they are done."""
    if way.kind in _ONE_MOVE:
        return
    for move in way.moves:
        yield _step(move, case, letters)


def _step(move: Relocation, case: Case, letters: Letters) -> Line:
    stay, to = case.stay(move.stay_id), _room(case, move.room_id)
    letter = _letter(letters, move.stay_id)
    if move.nights is not None:
        return line("conflict.step.part", letter=letter, room=to, nights=move.nights)
    if letter:
        return line("conflict.step.party", letter=letter, room=to)
    return line("conflict.step.other", stay=stay or case.view.parties[0].stay, room=to)


def _letter(letters: Letters, stay_id: int) -> str:
    return next((letter for letter, party in letters.items() if party.stay.stay_id == stay_id), "")


def _room(case: Case, room_id: int) -> RoomView:
    """A room that the advice names."""
    known = (case.view.room, *case.view.rooms, *((case.view.kept_room,) if case.view.kept_room else ()))
    return next((room for room in known if room.room_id == room_id), case.view.room)
