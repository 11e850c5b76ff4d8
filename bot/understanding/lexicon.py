"""Lexicons: the words each language has for what the grammar knows, read once from the package's data files."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from babel import Locale
from babel.dates import get_day_names, get_month_names

from bot.understanding.normalise import fold, tidy
from bot.understanding.reading import Answer, Intent, Reason
from bot.understanding.tokens import Token, split
from core.errors import DaudaError

NEUTRAL = "und"
"""The lexicon of signs and names that belong to no language."""


class WrongLexicon(DaudaError):
    """A lexicon file says something the grammar has no place for. Facts: file, section, key."""


class Role(StrEnum):
    """What a word can do in a sentence; the values are section names or keys of `[words]` in a lexicon."""

    INTENT = "intents"
    WEAK = "weak"
    ANSWER = "answers"
    REASON = "reasons"
    PLATFORM = "platforms"
    LANGUAGE = "languages"
    DAY = "days"
    NUMBER = "numbers"
    ORDINAL = "ordinals"
    NIGHTS = "nights"
    UNIT = "units"
    UNIT_BEFORE = "units_before"
    CURRENCY = "currencies"
    SPAN = "spans"
    WEEKDAY = "weekdays"
    MONTH = "months"
    ROOM = "room"
    FROM = "from"
    FROM_AFTER = "from_after"
    TO = "to"
    UNTIL = "until"
    UNTIL_AFTER = "until_after"
    THROUGH = "through"
    THROUGH_AFTER = "through_after"
    ON = "on"
    IN = "in"
    BETWEEN = "between"
    AND = "and"
    EITHER = "either"
    NEGATION = "negation"
    QUESTION = "question"
    OPENING = "opening_question"
    PAST = "past"
    WEEKEND = "weekend"
    WEEK = "week"
    THIS = "this"
    NEXT = "next"
    LAST = "last"
    DAY_PART = "day_part"
    ORDINAL_MARK = "ordinal_mark"
    SMALL = "small"
    MEASURE = "measure"
    MORE = "more"
    PEOPLE = "people"
    GUEST = "guest"
    FOR = "for"
    NOTE = "note"
    NOTE_LOOSE = "note_loose"
    REFERENCE = "reference"
    PRICE = "price"
    THOUSAND = "thousand"
    CLOCK = "clock"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    CHOICE = "choice"
    EVERY = "every"
    HALF = "half"
    ALL = "all"
    NOW = "now"
    FILLER = "filler"


_SECTIONS = {role.value: role for role in list(Role)[: list(Role).index(Role.ROOM)]}
_WORDS = {role.value: role for role in list(Role)[list(Role).index(Role.ROOM) :]}
_CLOSED = {Role.INTENT: Intent, Role.WEAK: Intent, Role.ANSWER: Answer, Role.REASON: Reason}
_COUNTED = {
    Role.DAY,
    Role.NUMBER,
    Role.ORDINAL,
    Role.NIGHTS,
    Role.UNIT,
    Role.UNIT_BEFORE,
    Role.SPAN,
    Role.WEEKDAY,
    Role.MONTH,
}
_TOUCHES_NUMBERS = {
    Role.ROOM,
    Role.ORDINAL_MARK,
    Role.UNIT,
    Role.MONTH,
    Role.WEEKDAY,
    Role.CURRENCY,
    Role.THOUSAND,
    Role.CLOCK,
    Role.MORNING,
    Role.AFTERNOON,
}


class Tag(NamedTuple):
    """One thing a phrase can mean: a role and, for most, which one ("block", "-1")."""

    role: Role
    value: str = ""


Phrase = tuple[str, ...]
Tags = frozenset[Tag]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language: its code and what its phrases mean."""

    language: str
    phrases: Mapping[Phrase, Tags]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All languages at once: phrases by their first word, longest first, each with its meaning per language."""

    by_first: Mapping[str, tuple[tuple[Phrase, Mapping[str, Tags]], ...]]
    gluable: frozenset[str]

    def longest(self, tokens: list[Token], at: int) -> tuple[int, Mapping[str, Tags]] | None:
        """How many tokens the longest phrase at `at` takes, and its meanings by language."""
        for phrase, meanings in self.by_first.get(tokens[at].folded, ()):
            taken = _fits(phrase, tokens, at)
            if taken:
                return taken, meanings
        return None


def _fits(phrase: Phrase, tokens: list[Token], at: int) -> int:
    """The number of tokens `phrase` covers from `at`, hyphens between its words allowed; 0 when it does not fit."""
    here = at
    for number, word in enumerate(phrase):
        if number and here < len(tokens) and tokens[here].folded == "-" != word:
            here += 1
        if here >= len(tokens) or tokens[here].folded != word:
            return 0
        here += 1
    return here - at


def phrase_of(words: str) -> Phrase:
    """`words` as the grammar compares them; hyphens are left out, since people type them or not."""
    tokens = split(tidy(words), keep=lambda _: True, glue=lambda _: False)
    phrase = tuple(token.folded for token in tokens)
    return phrase if len(phrase) == 1 else tuple(word for word in phrase if word != "-")


def _tag(file: str, section: str, key: str) -> Tag:
    role = _WORDS.get(key) if section == "words" else _SECTIONS.get(section)
    if role is None:
        raise WrongLexicon(file=file, section=section, key=key)
    if section == "words":
        return Tag(role)
    try:
        value = str(int(key)) if role in _COUNTED else str(_CLOSED.get(role, str)(key))
    except ValueError as error:
        raise WrongLexicon(file=file, section=section, key=key) from error
    return Tag(role, value)


def _written(file: str, data: Mapping[str, Any]) -> Iterator[tuple[Phrase, Tag]]:
    for section, keys in data.items():
        if section == "lexicon":
            continue
        for key, phrases in keys.items():
            tag = _tag(file, section, key)
            for words in phrases:
                yield phrase_of(words), tag


def _from_cldr(name: str, without: Iterable[str]) -> Iterator[tuple[Phrase, Tag]]:
    locale = Locale.parse(name)
    left_out = {fold(word) for word in without}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            named = (
                (Role.WEEKDAY, get_day_names(width, context, locale)),
                (Role.MONTH, get_month_names(width, context, locale)),
            )
            for role, names in named:
                for number, word in names.items():
                    # CLDR closes some abbreviations with a sign that nobody types.
                    phrase = phrase_of(word.rstrip(".॰"))
                    if phrase and " ".join(phrase) not in left_out:
                        yield phrase, Tag(role, str(number))


def read_lexicon(file: str, text: str) -> Lexicon:
    """The lexicon in `text` (TOML). Raises WrongLexicon for a section or key that the grammar does not know."""
    data = tomllib.loads(text)
    head = data.get("lexicon", {})
    phrases: dict[Phrase, set[Tag]] = {}
    pairs = list(_written(file, data))
    if "cldr" in head:
        pairs += _from_cldr(head["cldr"], head.get("cldr_without", ()))
    for phrase, tag in pairs:
        if phrase:
            phrases.setdefault(phrase, set()).add(tag)
    frozen = {phrase: frozenset(tags) for phrase, tags in phrases.items()}
    return Lexicon(language=head["language"], phrases=frozen)


def merge(lexicons: Iterable[Lexicon]) -> Vocabulary:
    """One vocabulary that listens in all `lexicons` at once."""
    meanings: dict[Phrase, dict[str, Tags]] = {}
    for lexicon in lexicons:
        for phrase, tags in lexicon.phrases.items():
            per_language = meanings.setdefault(phrase, {})
            per_language[lexicon.language] = per_language.get(lexicon.language, frozenset()) | tags
    by_first: dict[str, list[tuple[Phrase, Mapping[str, Tags]]]] = {}
    gluable = set()
    for phrase, per_language in meanings.items():
        by_first.setdefault(phrase[0], []).append((phrase, per_language))
        if len(phrase) == 1 and any(tag.role in _TOUCHES_NUMBERS for tags in per_language.values() for tag in tags):
            gluable.add(phrase[0])
    ordered = {word: tuple(sorted(found, key=lambda pair: -len(pair[0]))) for word, found in by_first.items()}
    return Vocabulary(by_first=ordered, gluable=frozenset(gluable))


def languages() -> tuple[str, ...]:
    """The names of the lexicon files in the package, sorted, without the neutral one."""
    names = (entry.name for entry in resources.files("bot.understanding").joinpath("lexicons").iterdir())
    found = (name.removesuffix(".toml") for name in names if name.endswith(".toml"))
    return tuple(sorted(name for name in found if name != NEUTRAL))


def packaged() -> list[Lexicon]:
    """Every lexicon of the package, the neutral one first."""
    folder = resources.files("bot.understanding").joinpath("lexicons")
    files = [f"{name}.toml" for name in (NEUTRAL, *languages())]
    return [read_lexicon(file, folder.joinpath(file).read_text(encoding="utf-8")) for file in files]


@cache
def vocabulary() -> Vocabulary:
    """Every lexicon of the package, merged; read once in the life of the process."""
    return merge(packaged())
