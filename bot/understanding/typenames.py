"""Room types of a message: their names, codes and plurals, and "all" of them."""

from collections.abc import Mapping
from functools import lru_cache

from bot.understanding.draft import Draft, World
from bot.understanding.items import Item
from bot.understanding.lexicon import Phrase, Role, phrase_of
from bot.understanding.reading import OF_TYPES

_SHORTEST = 2


def take_types(items: list[Item], at: int, world: World, draft: Draft) -> int:
    """Read a room type at `at` into `draft` where something is asked of types; the index after it, or `at`."""
    if not world.may_name_types:
        return at
    of_selling = world.intents <= OF_TYPES
    if of_selling and items[at].has(Role.ALL):
        draft.every_type = True
        return at + 1
    if not of_selling and items[at].has(Role.ALL) and _longest(items, at + 1, world)[1] is not None:
        # A type has one calendar: "all doubles" are the doubles.
        return at + 1
    if not of_selling and items[at].room is not None:
        # A calendar is a room's more often than a type's that is called alike.
        return at
    after, code = _longest(items, at, world)
    if code is not None and code not in draft.types:
        draft.types.append(code)
    return after


def names_type(items: list[Item], world: World) -> bool:
    """Whether a room type is named anywhere."""
    return any(_longest(items, at, world)[1] is not None for at in range(len(items)))


def _longest(items: list[Item], at: int, world: World) -> tuple[int, str | None]:
    """The index after the longest name of a type at `at`, and its code."""
    known = _forms(tuple(sorted(world.hotel.types.items())))
    said: Phrase = ()
    found: tuple[int, str | None] = (at, None)
    for here in range(at, min(len(items), at + 6)):
        said += tuple(word for word in items[here].folded.split(" ") if word != "-")
        if said in known:
            found = (here + 1, known[said])
    return found


@lru_cache(maxsize=256)
def _forms(types: tuple[tuple[str, str], ...]) -> Mapping[Phrase, str]:
    """Every way to write each type; what could be two of them is none."""
    written: dict[Phrase, set[str]] = {}
    for name, code in types:
        phrase = phrase_of(name)
        if not phrase:
            continue
        for form in (phrase, *((*phrase[:-1], plural) for plural in _plurals(phrase[-1]))):
            written.setdefault(form, set()).add(code)
    return {form: next(iter(codes)) for form, codes in written.items() if len(codes) == 1}


def _plurals(word: str) -> tuple[str, ...]:
    if len(word) < _SHORTEST or not word.isalpha():
        return ()
    return (f"{word}s", f"{word}es", f"{word[:-1]}ies") if word.endswith("y") else (f"{word}s", f"{word}es")
