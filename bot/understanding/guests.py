"""Names of guests: the only words of a message that no lexicon holds."""

import regex

from bot.understanding.draft import Draft, FreeRun, World
from bot.understanding.items import Item, words
from bot.understanding.lexicon import Role
from bot.understanding.reading import DoubtKind, Intent
from bot.understanding.slips import DATES, nearly

_MOST_WORDS = 3
_NEWCOMERS = frozenset({Intent.WALK_IN, Intent.BOOK, Intent.ADD_BOOKING, Intent.HOLD, Intent.STAFF})
"""What is asked for somebody who was not here yet: a name may stand anywhere."""
_SUBJECTS = frozenset(
    {
        Intent.EXTEND,
        Intent.SHORTEN,
        Intent.MOVE,
        Intent.CHECK_IN,
        Intent.CHECK_OUT,
        Intent.CANCEL,
        Intent.NO_SHOW,
    }
)
"""What is done to somebody already known: a name stands in place of the room, or beside the verb."""
_NAME = regex.compile(r"[\p{L}\p{M}']+")


def take_guest(items: list[Item], at: int, _: World, draft: Draft) -> int:
    """A name after a word that announces one ("guest John Kamau"); its first word may be any word."""
    if not items[at].has(Role.GUEST):
        return at
    here = at + 1
    while here < len(items) and items[here].folded in {":", ".", "-"}:
        here += 1
    first = here
    if here < len(items) and items[here].text[0].isupper() and items[here].text.isalpha():
        here += not nearly(items[here].folded, joined_only=True)
    while here < len(items) and here - first < _MOST_WORDS and items[here].free and _is_name(items[here]):
        if _slipped(items[here], draft, beside_number=False):
            break
        here += 1
    if here == first:
        return at + 1
    draft.guest = words(items[first:here])
    return here


def take_free(items: list[Item], at: int, _: World, draft: Draft) -> int:
    """A run of words nobody knows; hyphens inside a name belong to it."""
    here = at
    while here < len(items) and (items[here].free or _hyphen(items, here)):
        here += 1
    if here == at:
        return at
    beside = [items[near] for near in (at - 1, here) if 0 <= near < len(items)]
    before = items[at - 1] if at > 0 else None
    draft.free.append(
        FreeRun(
            items=items[at:here],
            after_for=before is not None and before.has(Role.FOR),
            after_verb=before is not None and before.has(Role.INTENT),
            after_day=at == draft.open_day,
            beside_number=any(item.digits for item in beside),
        )
    )
    return here


def _hyphen(items: list[Item], at: int) -> bool:
    inside = 0 < at < len(items) - 1 and items[at].folded in {"-", "."}
    return inside and items[at - 1].free and items[at + 1].free and items[at - 1].end == items[at].start


def settle_guest(intent: Intent | None, draft: Draft) -> None:
    """Take the one run of unknown words for the guest's name where that is safe; doubt every other."""
    if len(draft.free) == 1 and draft.guest is None and _may_be_guest(intent, draft):
        draft.guest = words(draft.free[0].items)
        return
    for run in draft.free:
        odd = next((item.text for item in run.items if any(letter.isdigit() for letter in item.text)), None)
        draft.doubt(DoubtKind.UNEXPLAINED if odd is None else DoubtKind.UNKNOWN_ROOM, odd or words(run.items))


def _may_be_guest(intent: Intent | None, draft: Draft) -> bool:
    run = draft.free[0]
    names = [item for item in run.items if item.free]
    if len(names) > _MOST_WORDS or not all(_is_name(item) for item in names):
        return False
    if any(_slipped(item, draft, beside_number=run.beside_number) for item in names):
        return False
    capitals = all(item.text[0].isupper() for item in names)
    if run.after_day and not capitals:
        return False
    if intent is Intent.BLOCK:
        # Without dates, a small word after "for" may be a day misspelt beyond recognition.
        return run.after_for and (capitals or bool(draft.starts or draft.nights or draft.ends))
    if intent in _SUBJECTS and draft.rooms:
        return run.after_verb or capitals
    return intent in _NEWCOMERS or intent in _SUBJECTS


def _is_name(item: Item) -> bool:
    return _NAME.fullmatch(item.text) is not None


def _slipped(item: Item, draft: Draft, *, beside_number: bool) -> bool:
    """Whether the word is more likely a slip for a word that decides something than a name.

    Phones write names with a capital and slips without; a month matters only beside a number, and a day only
    while it is open when the stay begins or ends.
    """
    roles = nearly(item.folded, joined_only=item.text[0].isupper() and not item.text.isupper())
    if draft.starts and (draft.ends or draft.nights):
        roles -= DATES
    if not beside_number:
        roles -= {Role.MONTH}
    return bool(roles)
