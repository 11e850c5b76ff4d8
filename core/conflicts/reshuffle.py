"""The fewest moves within a type after which every party of a case has a room. Pure.

A plan is a set of stays with a new room each; no stay moves twice. It is looked for from the need: a stay without a
room is put into each room in turn, whoever is in its way there needs another one, and so on, with one more move allowed
each time nothing was found. So what is found has the fewest moves, and only plans are found whose moves can be done one
after the other, each into nights that are free by then: two stays that would have to change places at the same moment
are no plan.

Two bounds keep it short: `MOST_MOVES`, since nobody carries out a longer plan, and `MOST_STEPS`, places that are tried
before it is given up (8 rooms and 30 nights took at most 8,000 of them, 50 full rooms may need more). Beyond either
there is "no plan", never one that has more moves than another.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from core.conflicts.floor import Floor, Move, in_order
from core.conflicts.occupancy import ends

MOST_MOVES = 5
MOST_STEPS = 20_000
_NOBODY = -1


def fewest(floor: Floor, steps: int = MOST_STEPS) -> list[Move] | None:
    """The fewest moves after which no stay waits, in the order in which they can be done; None when there is no plan.

    Among plans of equally many moves one that moves no stay that has begun, but for those that wait, is taken first.
    """
    if not _enough_rooms(floor):
        return None
    budget, ground = _Budget(steps), _Ground(floor)
    numbered = list(enumerate(floor.pieces))
    fixed = {number for number, piece in numbered if not piece.movable}
    begun = {number for number, piece in numbered if piece.begun and not piece.waits}
    searches = [_Search(ground, fixed | begun, budget)]
    if not begun <= fixed:
        searches.append(_Search(ground, fixed, budget))
    try:
        for most in range(1, MOST_MOVES + 1):
            for search in searches:
                if plan := search.plan(most):
                    return plan
    except _Enough:
        pass
    return None


def _enough_rooms(floor: Floor) -> bool:
    """Whether on every night that somebody lacks a room is free somewhere: no moves make more of them."""
    lacks = [piece.wants & ~piece.has for piece in floor.pieces if piece.waits]
    for night in range(max((bits.bit_length() for bits in lacks), default=0)):
        wanted = sum(bits >> night & 1 for bits in lacks)
        if wanted and wanted > sum(not floor.taken.get(room, 0) >> night & 1 for room in floor.rooms):
            return False
    return True


class _Enough(Exception):
    """As many places were tried as are allowed."""


@dataclass(slots=True)
class _Budget:
    """The places that may still be tried."""

    left: int

    def spend(self) -> None:
        """Count one."""
        self.left -= 1
        if self.left < 0:
            raise _Enough


@dataclass(frozen=True, slots=True)
class _Choice:
    """A room for a piece, and the pieces in its way there."""

    room_id: int
    blockers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Choices:
    """Where a piece could go."""

    by_room: dict[int, _Choice]
    ordered: list[_Choice]
    """Those with the least in the way first; without the room that it waits in."""
    within: list[int]
    """How many of them have 0, 1, 2 … pieces in the way, or fewer."""


@dataclass(slots=True)
class _Trial:
    """What is decided so far."""

    goes: dict[int, int] = field(default_factory=dict)
    """The new rooms, by piece."""
    spoken: dict[int, int] = field(default_factory=dict)
    """By room, the nights of those that were given it."""
    gone: set[int] = field(default_factory=set)
    """The pieces that had to leave their places."""
    opened: list[int] = field(default_factory=list)
    """The rooms that they left."""


class _Ground:
    """Who is where: the pieces by number, and who is in the way of each in each room."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        width = max((piece.wants.bit_length() for piece in floor.pieces), default=0)
        rooms = {*floor.rooms, *(piece.room_id for piece in floor.pieces)}
        self._at = {room_id: [_NOBODY] * width for room_id in rooms}
        self._choices: dict[int, list[_Choice]] = {}
        for number, piece in enumerate(floor.pieces):
            if not piece.waits:
                first, end = ends(piece.has)
                self._at[piece.room_id][first:end] = [number] * (end - first)

    def choices_of(self, number: int) -> list[_Choice]:
        """The rooms that a piece could be in if everybody else could leave, those with the least in the way first."""
        if number not in self._choices:
            floor, wants = self.floor, self.floor.pieces[number].wants
            first, end = ends(wants)
            found = []
            for room_id in floor.rooms:
                if not floor.taken.get(room_id, 0) & wants:
                    found.append(_Choice(room_id, ()))
                elif not floor.walls.get(room_id, 0) & wants:
                    blockers = {*self._at[room_id][first:end]} - {_NOBODY}
                    found.append(_Choice(room_id, tuple(sorted(blockers))))
            self._choices[number] = sorted(found, key=lambda choice: len(choice.blockers))
        return self._choices[number]

    def may_stay(self, number: int) -> bool:
        """Whether a piece may get its nights where it is: somebody, who could leave, holds all that it lacks."""
        piece = self.floor.pieces[number]
        if not piece.waits or piece.room_id not in self.floor.rooms:
            return False
        return not piece.wants & ~piece.has & ~self.floor.taken.get(piece.room_id, 0)


class _Search:
    """One search, in which those in `fixed` stay where they are."""

    def __init__(self, ground: _Ground, fixed: set[int], budget: _Budget) -> None:
        self._ground, self._fixed, self._budget = ground, fixed, budget
        self._pieces = ground.floor.pieces
        self._choices: dict[int, _Choices] = {}
        waiting = [number for number, piece in enumerate(self._pieces) if piece.waits]
        # Who cannot go elsewhere is placed first, since there is nothing to choose; the last is taken first.
        self._waiting = tuple(sorted(waiting, key=lambda number: number in fixed))

    def plan(self, most: int) -> list[Move] | None:
        """A plan of at most so many moves."""
        return self._place(self._waiting, most, _Trial())

    def _place(self, pending: tuple[int, ...], left: int, trial: _Trial) -> list[Move] | None:
        """Give each of `pending` a room with `left` moves."""
        if not pending:
            return in_order(
                self._ground.floor, [(self._pieces[each].stay_id, room) for each, room in trial.goes.items()]
            )
        *others, number = pending
        home = self._pieces[number].room_id
        spare = left - sum(not self._ground.may_stay(each) for each in others)
        for choice in self._open(number, spare, trial):
            self._budget.spend()
            more = spare - (choice.room_id != home) - len(choice.blockers)
            # Where no move is left for others, those in the way must find nights that are free already.
            if not more and not all(self._fits(each, trial) for each in choice.blockers):
                continue
            if plan := self._try(number, choice, tuple(others), left, trial):
                return plan
        return None

    def _try(
        self, number: int, choice: _Choice, others: tuple[int, ...], left: int, trial: _Trial
    ) -> list[Move] | None:
        """Put the piece there and go on with the others and those in its way; undo it when that leads nowhere."""
        piece, room_id = self._pieces[number], choice.room_id
        before = trial.spoken.get(room_id, 0)
        trial.spoken[room_id] = before | piece.wants
        trial.gone.update(choice.blockers)
        if choice.blockers:
            trial.opened.append(room_id)
        moves = room_id != piece.room_id
        if moves:
            trial.goes[number] = room_id
        plan = self._place(others + choice.blockers, left - moves, trial)
        trial.goes.pop(number, None)
        if choice.blockers:
            trial.opened.pop()
        trial.gone.difference_update(choice.blockers)
        trial.spoken[room_id] = before
        return plan

    def _open(self, number: int, left: int, trial: _Trial) -> Iterator[_Choice]:
        """Where a piece can still go, when `left` moves are there for it and those in its way."""
        piece, choices = self._pieces[number], self._choices_of(number)
        near = choices.within[min(left, MOST_MOVES) - 1] if left > 0 else 0
        for choice in choices.ordered[:near]:
            if choice.room_id not in trial.opened and not trial.spoken.get(choice.room_id, 0) & piece.wants:
                yield choice
        # Fewer are in the way where some have left; and last the room that it waits in, for which others must move.
        for room_id in dict.fromkeys((*trial.opened, piece.room_id)):
            opened = choices.by_room.get(room_id)
            if opened and not trial.spoken.get(room_id, 0) & piece.wants:
                blockers = tuple(each for each in opened.blockers if each not in trial.gone)
                if len(blockers) + (room_id != piece.room_id) <= left:
                    yield _Choice(room_id, blockers)

    def _fits(self, number: int, trial: _Trial) -> bool:
        """Whether a piece that must leave may find a room in which nobody is in its way any more."""
        choices = self._choices_of(number)
        if choices.within[0]:
            return True
        piece = self._pieces[number]
        for room_id in trial.opened:
            choice = choices.by_room.get(room_id)
            if choice and not trial.spoken[room_id] & piece.wants and trial.gone.issuperset(choice.blockers):
                return True
        return False

    def _choices_of(self, number: int) -> _Choices:
        """The rooms where all that is in the way of a piece may move."""
        if number not in self._choices:
            home, stays = self._pieces[number].room_id, self._ground.may_stay(number)
            by_room, ordered, within = {}, [], [0] * MOST_MOVES
            for choice in self._ground.choices_of(number):
                away = choice.room_id != home
                if (number in self._fixed if away else not stays) or not self._fixed.isdisjoint(choice.blockers):
                    continue
                by_room[choice.room_id] = choice
                if away and len(choice.blockers) < MOST_MOVES:
                    ordered.append(choice)
                    within[len(choice.blockers)] += 1
            self._choices[number] = _Choices(by_room, ordered, list(accumulate(within)))
        return self._choices[number]
