"""How often something is to happen: "every 15 min", "every two hours", "every half hour"."""

from dataclasses import replace

from bot.understanding.draft import Draft, World
from bot.understanding.items import Item
from bot.understanding.lexicon import Role
from bot.understanding.reading import Intent

_ONLY_AFTER_EVERY = frozenset({Role.SPAN, Role.HALF})


def without_spans(items: list[Item]) -> list[Item]:
    """The items, of which none means a span of time when nothing is to happen "every" so often.

    Elsewhere such a word may be a name ("Min"), and must stay one that nobody knows.
    """
    if any(item.has(Role.EVERY) for item in items):
        return items
    return [_without(item) if item.has(*_ONLY_AFTER_EVERY) else item for item in items]


def _without(item: Item) -> Item:
    tags = frozenset(tag for tag in item.tags if tag.role not in _ONLY_AFTER_EVERY)
    values = {role: said for role, said in item.values.items() if role not in _ONLY_AFTER_EVERY}
    return replace(item, tags=tags, values=values)


def take_every(items: list[Item], at: int, _: World, draft: Draft) -> int:
    """A span after "every", its number before the unit or behind it."""
    if not items[at].has(Role.EVERY):
        return at
    here, number, half = at + 1, None, False
    if here < len(items) and items[here].number is not None:
        number, here = items[here].number, here + 1
    while here < len(items) and items[here].has(Role.HALF):
        half, here = True, here + 1
    unit = items[here] if here < len(items) else None
    if unit is None or not unit.has(Role.SPAN):
        return at
    here += 1
    if number is None and here < len(items) and items[here].digits:
        number, here = items[here].number, here + 1
    seconds = int(unit.value(Role.SPAN)) * (1 if number is None else number) // (2 if half else 1)
    draft.every.append(seconds)
    draft.intents.append((Intent.SYNC_EVERY.value,))
    return here
