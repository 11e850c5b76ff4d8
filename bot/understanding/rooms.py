"""Rooms of a message: numbers after a room word, names, aliases, and numbers that can only be rooms."""

from bot.understanding.dates import dated
from bot.understanding.draft import Draft, World
from bot.understanding.items import Item, words
from bot.understanding.lexicon import Role
from bot.understanding.points import could_be_day, small, touches
from bot.understanding.reading import DoubtKind
from bot.understanding.roomnames import room_names

_TO = (Role.TO, Role.UNTIL, Role.THROUGH)
_SEPARATORS = frozenset({",", "&", "+"})
_NUMBER_SIGNS = frozenset({"#", ".", ":", "-", ","})


def names_room(items: list[Item]) -> bool:
    """Whether a room is named beyond doubt anywhere: a room word with a number, or a name that is no number."""
    return any(
        (item.room is not None and not item.digits and not item.tags)
        or (item.has(Role.ROOM) and _number_after(items, at + 1) is not None)
        for at, item in enumerate(items)
    )


def take_rooms(items: list[Item], at: int, world: World, draft: Draft) -> int:
    """Read the rooms named at `at` into `draft`; the index after them, or `at` when there are none."""
    here, to = at, False
    if items[here].has(Role.TO) and world.moves:
        here, to = small(items, here + 1), True
    elif items[here].has(Role.TO) and not draft.rooms and at + 1 < len(items) and items[at + 1].has(Role.ROOM):
        here += 1
    if here >= len(items):
        return at
    if _counts_rooms(items, here):
        draft.doubt(DoubtKind.ROOM_COUNT, words(items[here : here + 2]))
        return here + 2
    if items[here].has(Role.ROOM):
        number = _number_after(items, here + 1)
        if number is None:
            return at if to else here + 1
        return _listed(items, number, world, draft, to=to)
    item = items[here]
    if item.room is not None and not item.digits and not item.tags:
        return _listed(items, here, world, draft, to=to)
    if to and item.digits:
        return _listed(items, here, world, draft, to=True)
    return at


def _counts_rooms(items: list[Item], at: int) -> bool:
    """Whether a number stands before the room word, and so counts rooms ("3 rooms")."""
    return at + 1 < len(items) and items[at].number is not None and items[at + 1].has(Role.ROOM)


def _number_after(items: list[Item], at: int) -> int | None:
    """The index of the room's name that follows a room word, signs between them allowed."""
    here = at
    while here < len(items) and items[here].folded in _NUMBER_SIGNS:
        here += 1
    if here >= len(items):
        return None
    item = items[here]
    # "room one night" says how long, not which.
    counts = not item.digits and _is_counted(items, here)
    named = (item.room is not None or item.number is not None) and not counts
    return here if named and not _joined_date(items, here) else None


def _joined_date(items: list[Item], at: int) -> bool:
    """Whether letters that make it a date or a count touch the number ("3rd", "12aug", "2n")."""
    return (
        items[at].digits and touches(items, at + 1) and bool(items[at + 1].tags) and items[at + 1].folded[0].isalpha()
    )


def _listed(items: list[Item], at: int, world: World, draft: Draft, *, to: bool) -> int:
    """Take a room and those joined to it by "and" or a comma."""
    here = _one(items, at, world, draft, to=to)
    while not to:
        after, joined = here, False
        while after < len(items) and (items[after].folded in _SEPARATORS or items[after].has(Role.AND)):
            after, joined = after + 1, True
        if not joined or not _joins(items, after, world):
            break
        here = _one(items, after, world, draft, to=False)
    if here < len(items) and items[here].has(Role.UNIT):
        draft.doubt(DoubtKind.AMBIGUOUS_ROOM, words(items[here - 1 : here + 1]))
        return here + 1
    _doubt_range(items, here, world, draft)
    return here


def _joins(items: list[Item], at: int, world: World) -> bool:
    """Whether what follows an "and" is one more room, and no date and no count."""
    if at >= len(items) or _joined_date(items, at):
        return False
    if not items[at].digits:
        return items[at].room is not None and not items[at].tags
    return not (dated(items, at, world) or _begins_range(items, at) or _is_counted(items, at))


def _begins_range(items: list[Item], at: int) -> bool:
    follows = at + 2 < len(items) and items[at + 2].number is not None
    return follows and (items[at + 1].folded == "-" or items[at + 1].has(*_TO))


def _is_counted(items: list[Item], at: int) -> bool:
    return at + 1 < len(items) and items[at + 1].has(Role.UNIT, Role.ROOM, Role.CURRENCY, Role.MORE)


def _doubt_range(items: list[Item], here: int, world: World, draft: Draft) -> None:
    """Doubt "room 3 to 5", "room 3-5 dec": rooms or days, nobody can know."""
    if world.moves or world.changes_end or here + 1 >= len(items) or not items[here + 1].digits:
        return
    if items[here].folded in {"-", "/"} or items[here].has(Role.TO, Role.THROUGH):
        draft.doubt(DoubtKind.AMBIGUOUS_ROOM, words(items[here - 1 : here + 2]))


def _one(items: list[Item], at: int, world: World, draft: Draft, *, to: bool) -> int:
    """Take the room at `at`, or doubt it; "12 a" is 12A where such a room exists."""
    item, after = items[at], at + 1
    room = item.room
    joined = _lettered(items, at, world)
    if joined is not None:
        if room is not None:
            draft.doubt(DoubtKind.AMBIGUOUS_ROOM, words(items[at : after + 1]))
        room, after = joined, after + 1
    if room is None:
        draft.doubt(DoubtKind.UNKNOWN_ROOM, item.text)
    else:
        (draft.to_rooms if to else draft.rooms).append(room)
    return after


def _lettered(items: list[Item], at: int, world: World) -> str | None:
    """The room that a number and the single letter after it name together ("12 a")."""
    letter = items[at + 1].folded if at + 1 < len(items) else ""
    if len(letter) != 1 or not letter.isalpha():
        return None
    return room_names(world.hotel).single.get(items[at].folded + letter)


def settle_bare(world: World, draft: Draft) -> None:
    """Decide what the numbers are that stood alone: rooms when no other room is named, else unexplained."""
    if not draft.bare:
        return
    said = " ".join(item.text for group in draft.bare for item in group)
    if draft.rooms and not world.moves:
        draft.doubt(DoubtKind.UNEXPLAINED, said)
        return
    if len(draft.bare) > 1:
        draft.doubt(DoubtKind.AMBIGUOUS_ROOM, said)
    for item in draft.bare[0]:
        if item.room is None:
            draft.doubt(DoubtKind.UNKNOWN_ROOM, item.text)
        else:
            draft.rooms.append(item.room)


def take_bare(items: list[Item], at: int, world: World, draft: Draft) -> int:
    """Keep a number nobody explained, with those joined to it; "12 15 aug" is doubted at once."""
    group, here = [items[at]], at + 1
    while True:
        after = here
        while after < len(items) and (items[after].folded in _SEPARATORS or items[after].has(Role.AND)):
            after += 1
        if after == here or not _joins(items, after, world):
            break
        group.append(items[after])
        here = after + 1
    draft.bare.append(group)
    if here < len(items) and _lettered(items, here - 1, world):
        draft.doubt(DoubtKind.AMBIGUOUS_ROOM, words(items[here - 1 : here + 1]))
    last = group[-1].number or 0
    following = after if after < len(items) else here
    point = dated(items, following, world) if following < len(items) and items[following].digits else None
    if point is not None and could_be_day(last):
        draft.doubt(DoubtKind.AMBIGUOUS_DATE, words(items[at : following + 1]))
    return here
