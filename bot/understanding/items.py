"""A message cut into items: phrases of the lexicons, room names, numbers, and words nobody knows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.understanding.lexicon import NEUTRAL, Role, Tags, Vocabulary
from bot.understanding.roomnames import RoomNames
from bot.understanding.tokens import HOLE, Token, split

_MOST_DIGITS = 9
_IGNORED = frozenset(
    {"", ",", ".", ":", ";", "!", "?", "-", "/", "(", ")", "*", "_", '"', "'", "&", "+", "#", "~", "…", "|"}
)


@dataclass(frozen=True, slots=True)
class Item:
    """One phrase as the grammar sees it: where it stands, what it can mean, and whether it is a number or a room."""

    text: str
    folded: str
    start: int
    end: int
    tags: Tags = frozenset()
    number: int | None = None
    amount: bool = False
    room: str | None = None
    values: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)

    def has(self, *roles: Role) -> bool:
        """Whether it can play one of `roles`."""
        return not self.values.keys().isdisjoint(roles)

    def value(self, role: Role) -> str:
        """The value of its first tag of `role`, in sorted order."""
        return self.values[role][0]

    @property
    def digits(self) -> bool:
        """Whether it is a whole number written in digits."""
        return self.number is not None and self.folded.isdecimal()

    @property
    def sign(self) -> bool:
        """Whether it is punctuation that says nothing by itself."""
        return not self.tags and (self.folded in _IGNORED or self.folded == HOLE)

    @property
    def free(self) -> bool:
        """Whether nothing is known about it."""
        return not (self.tags or self.sign or self.room or self.amount or self.number is not None)


def words(items: Sequence[Item]) -> str:
    """The items as they were typed, with blanks where blanks were."""
    parts = [item.text if before.end == item.start else f" {item.text}" for before, item in pairwise(items)]
    return "".join([item.text for item in items[:1]] + parts)


def itemise(text: str, vocabulary: Vocabulary, names: RoomNames, language: str) -> tuple[list[Item], str | None]:
    """The items of a tidied text and the language most of its words belong to; `language` breaks ties."""
    tokens = split(
        text,
        keep=lambda word: word in names.single or word in vocabulary.by_first,
        glue=lambda word: word in vocabulary.gluable,
    )
    spans = _spans(tokens, vocabulary, names)
    order = _order((meanings, end - at) for at, end, meanings, _ in spans)
    preferred = sorted(order, key=lambda code: (-order[code], code != language, code))
    items = [_item(text, tokens[at:end], meanings, preferred, room, names) for at, end, meanings, room in spans]
    return items, next((code for code in preferred if order[code] and code != NEUTRAL), None)


_Span = tuple[int, int, Mapping[str, Tags], str | None]


def _spans(tokens: list[Token], vocabulary: Vocabulary, names: RoomNames) -> list[_Span]:
    spans: list[_Span] = []
    at = 0
    while at < len(tokens):
        taken, room = names.longest(tokens, at)
        found = vocabulary.longest(tokens, at)
        length, meanings = found or (1, {})
        if taken > length:
            length, meanings = taken, {}
        spans.append((at, at + length, meanings, room if taken == length else None))
        at += length
    return spans


def _order(found: Iterable[tuple[Mapping[str, Tags], int]]) -> Counter[str]:
    """How many tokens each language can explain."""
    order: Counter[str] = Counter()
    for meanings, length in found:
        for language in meanings:
            order[language] += length
    return order


def _by_number(number: int | None, names: RoomNames) -> str | None:
    """The room that a number in words or with leading noughts means ("03" where there is only a 3)."""
    return None if number is None else names.single.get(str(number))


def _item(
    text: str,
    tokens: list[Token],
    meanings: Mapping[str, Tags],
    preferred: list[str],
    room: str | None,
    names: RoomNames,
) -> Item:
    tags = next(
        (meanings[language] for language in preferred if language in meanings and language != NEUTRAL),
        frozenset(),
    )
    if NEUTRAL in meanings:
        tags |= meanings[NEUTRAL]
    values: dict[Role, tuple[str, ...]] = {}
    for tag in sorted(tags):
        values[tag.role] = (*values.get(tag.role, ()), tag.value)
    first, last = tokens[0], tokens[-1]
    number = None
    if len(tokens) == 1 and first.digits and len(first.folded) <= _MOST_DIGITS:
        number = int(first.folded)
    elif Role.NUMBER in values:
        number = int(values[Role.NUMBER][0])
    return Item(
        text=text[first.start : last.end],
        folded=" ".join(token.folded for token in tokens),
        start=first.start,
        end=last.end,
        tags=tags,
        number=number,
        amount=first.amount,
        room=room or _by_number(number, names),
        values=values,
    )
