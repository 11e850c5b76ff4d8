"""Slips of the finger: whether an unknown word is nearly a known one, and must not pass for a name or a note.

Nothing is ever understood by likeness; likeness only makes us ask.
"""

from collections.abc import Mapping
from functools import cache, lru_cache

from bot.understanding.lexicon import Role, vocabulary

DATES = frozenset(
    {
        Role.DAY,
        Role.WEEKDAY,
        Role.MONTH,
        Role.WEEKEND,
        Role.WEEK,
        Role.UNIT,
        Role.NIGHTS,
        Role.UNTIL,
        Role.THROUGH,
        Role.FROM,
        Role.TO,
        Role.NEXT,
        Role.LAST,
    }
)
"""What words say when and how long."""

_DECIDES = DATES | {
    Role.INTENT,
    Role.ROOM,
    Role.NEGATION,
    Role.EITHER,
    Role.QUESTION,
    Role.BETWEEN,
    Role.THROUGH_AFTER,
    Role.UNTIL_AFTER,
    Role.PAST,
}
_IN_PHRASES = {Role.DAY, Role.NIGHTS, Role.UNTIL, Role.THROUGH}
_SHORTEST = 4
_SHORTEST_JOINED = 5


@lru_cache(maxsize=2048)
def nearly(word: str, *, joined_only: bool = False) -> frozenset[Role]:
    """What the deciding words that one slip, or a lost blank, turns into the folded `word` can be."""
    forms, known = ({} if joined_only else _forms()), _deciding()
    near = {other for form in _shorter(word) for other in forms.get(form, ()) if _one_slip(word, other)}
    if len(word) < _SHORTEST:
        # A short word is nearly everything; only one that lost a letter counts.
        near = {other for other in near if len(other) > len(word)}
    for length in range(_SHORTEST_JOINED, len(word) - 1):
        near |= {part for part in (word[:length], word[-length:]) if part in known}
    roles = frozenset(role for other in near for role in known[other])
    return roles if joined_only else roles | _halves(word)


def _halves(word: str) -> frozenset[Role]:
    """The roles of two known words that lost the blank between them ("frito")."""
    known = vocabulary().by_first
    for at in range(2, len(word) - 1):
        if word[:at] in known and word[at:] in known:
            roles = _alone(word[:at]) & DATES, _alone(word[at:]) & DATES
            if all(roles):
                return roles[0] | roles[1]
    return frozenset()


def _alone(word: str) -> frozenset[Role]:
    """What `word` can be as a phrase of its own."""
    for phrase, meanings in vocabulary().by_first[word]:
        if len(phrase) == 1:
            return frozenset(tag.role for tags in meanings.values() for tag in tags)
    return frozenset()


@cache
def _deciding() -> Mapping[str, frozenset[Role]]:
    """The words that decide something, in any language, with what they can be."""
    found: dict[str, frozenset[Role]] = {}
    for phrases in vocabulary().by_first.values():
        for phrase, meanings in phrases:
            roles = frozenset(tag.role for tags in meanings.values() for tag in tags)
            decides = roles & (_DECIDES if len(phrase) == 1 else _IN_PHRASES)
            for word in phrase:
                if decides and len(word) >= _SHORTEST:
                    found[word] = found.get(word, frozenset()) | decides
    return found


@cache
def _forms() -> Mapping[str, tuple[str, ...]]:
    """Deciding words by every form they have with at most one letter left out."""
    forms: dict[str, tuple[str, ...]] = {}
    for word in _deciding():
        for form in _shorter(word):
            forms[form] = (*forms.get(form, ()), word)
    return forms


def _shorter(word: str) -> set[str]:
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter left out, added, changed or swapped with its neighbour turns `one` into `other`."""
    if len(one) != len(other):
        longer, shorter = sorted((one, other), key=len, reverse=True)
        return len(longer) - len(shorter) == 1 and shorter in _shorter(longer)
    differs = [at for at, letter in enumerate(one) if letter != other[at]]
    if len(differs) == 2 and differs[1] - differs[0] == 1:  # noqa: PLR2004 - a pair of neighbours
        return one[differs[0]] == other[differs[1]] and one[differs[1]] == other[differs[0]]
    return len(differs) == 1
