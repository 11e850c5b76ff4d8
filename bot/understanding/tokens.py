"""Words, numbers and signs of one message, each with its place in the tidied text."""

from collections.abc import Callable
from dataclasses import dataclass

import regex

from bot.understanding.normalise import fold

HOLE = "\ufffc"
"""Stands in the text where something was cut out (a phone number, an address), so that its neighbours stay apart."""

_TOKEN = regex.compile(
    r"(?P<amount>(?<![\d,.])\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?(?![\d\p{L}])|(?<![\d.])\d{3,}\.\d{1,2}(?![\d.\p{L}]))"
    r"|(?P<word>[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}]+)*'?)"
    r"|/=|/-|->|[^\s]"
)
_RUNS = regex.compile(r"\d+|[^\d]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign: as typed, folded, and from where to where it stands."""

    text: str
    folded: str
    start: int
    end: int
    amount: bool = False

    @property
    def digits(self) -> bool:
        """Whether this is a whole number."""
        return self.folded.isdecimal() and self.folded.isascii()


def split(text: str, keep: Callable[[str], bool], glue: Callable[[str], bool]) -> list[Token]:
    """The tokens of a tidied `text`.

    Digits and letters that touch ("rm3", "25th") are parted only when every run of letters may touch a number
    (`glue`) and the whole is not a name by itself (`keep`): "12b" must never become room 12.
    """
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        if match.group("amount") and not all(keep(part) for part in word.split(",")):
            tokens.append(Token(word, word, match.start(), match.end(), amount=True))
        else:
            tokens.extend(_parted(word, match.start(), keep, glue))
    return tokens


def _parted(word: str, at: int, keep: Callable[[str], bool], glue: Callable[[str], bool]) -> list[Token]:
    if "," in word:
        spans = [(found.group(), found.start()) for found in regex.finditer(r"\d+|,", word)]
        return [Token(part, part, at + offset, at + offset + len(part)) for part, offset in spans]
    folded = fold(word)
    whole = [Token(word, folded, at, at + len(word))]
    if not any(letter.isdecimal() for letter in folded) or folded.isdecimal() or keep(folded):
        return whole
    runs = [(run.group(), run.start()) for run in _RUNS.finditer(word)]
    if not all(run.isdecimal() or glue(fold(run)) for run, _ in runs):
        return whole
    return [Token(run, fold(run), at + offset, at + offset + len(run)) for run, offset in runs]
