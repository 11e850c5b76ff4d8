"""The rooms of one hotel as people may write them: names, aliases, numbers with or without leading noughts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding.lexicon import Phrase, phrase_of
from bot.understanding.reading import Hotel
from bot.understanding.tokens import Token


@dataclass(frozen=True, slots=True)
class RoomNames:
    """One-word names, all names by their first word (longest first), and the highest room number."""

    single: Mapping[str, str]
    phrases: Mapping[str, tuple[tuple[Phrase, str], ...]]
    biggest: int

    def longest(self, tokens: list[Token], at: int) -> tuple[int, str | None]:
        """How many tokens the longest room name at `at` takes, and the room; (0, None) when there is none."""
        for phrase, room in self.phrases.get(tokens[at].folded, ()):
            here = at
            for number, word in enumerate(phrase):
                if number and here < len(tokens) and tokens[here].folded == "-":
                    here += 1
                if here >= len(tokens) or tokens[here].folded != word:
                    break
                here += 1
            else:
                return here - at, room
        return 0, None


def room_names(hotel: Hotel) -> RoomNames:
    """The names of `hotel`'s rooms; kept for hotels seen lately."""
    return _room_names(hotel.rooms, tuple(sorted(hotel.aliases.items())))


@lru_cache(maxsize=256)
def _room_names(rooms: tuple[str, ...], aliases: tuple[tuple[str, str], ...]) -> RoomNames:
    written: dict[Phrase, str] = {}
    for alias, room in aliases:
        if room in rooms:
            written[phrase_of(alias)] = room
    for room in rooms:
        written[phrase_of(room)] = room
    numbers: dict[str, set[str]] = {}
    for room in rooms:
        if room.isascii() and room.isdecimal():
            numbers.setdefault(str(int(room)), set()).add(room)
    for number, named in numbers.items():
        if len(named) == 1:
            written.setdefault((number,), next(iter(named)))
    by_first: dict[str, list[tuple[Phrase, str]]] = {}
    for phrase, room in written.items():
        if phrase:
            by_first.setdefault(phrase[0], []).append((phrase, room))
    return RoomNames(
        single={phrase[0]: room for phrase, room in written.items() if len(phrase) == 1},
        phrases={word: tuple(sorted(found, key=lambda pair: -len(pair[0]))) for word, found in by_first.items()},
        biggest=max((int(number) for number in numbers), default=0),
    )
