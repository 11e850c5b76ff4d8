"""Parts of a message that are no words of the grammar: phone numbers and notes."""

from dataclasses import dataclass

import phonenumbers
import regex

from bot.understanding.draft import Draft
from bot.understanding.items import Item, words
from bot.understanding.lexicon import Role
from bot.understanding.reading import DoubtKind
from bot.understanding.slips import DATES, nearly
from bot.understanding.tokens import HOLE

_DIALLED = regex.compile(
    r"(?<![\w/,.+])(?!\d{1,2}[.\-]\d{1,2}[.\-]\d{2,4}\b)(?:\+ ?\(?\d|\(?0\d)[\d\-. ()]{4,24}\d(?![\w/=]|,\d)"
    r"|(?<![\w/,.+\-])[1-9]\d{8,14}(?![\w/=]|,\d)"
)
_GROUP = regex.compile(r"[\d+]+")
_DAYS = (Role.DAY, Role.WEEKDAY, Role.MONTH, Role.WEEKEND, Role.UNIT, Role.NIGHTS, Role.WEEK)
_LEAST_DIGITS = 7
_LONG_GROUP = 9


def cut_phone(text: str, region: str) -> tuple[str, str | None]:
    """`text` with the first valid phone number cut out, and that number in E.164; `region` reads national ones."""
    for match in _DIALLED.finditer(text, overlapped=True):
        for end in _ends(match.group()):
            said = match.group()[:end]
            phone = _e164(said, region)
            if phone:
                return f"{text[: match.start()]} {HOLE} {text[match.start() + end :]}", phone
    return text, None


def _ends(said: str) -> list[int]:
    """Where the number may end: after its first group when that is long, else after each group, longest first."""
    ends = [group.end() for group in _GROUP.finditer(said)]
    digits = [sum(letter.isdigit() for letter in said[:end]) for end in ends]
    whole = [end for end, count in zip(ends, digits, strict=True) if count >= _LEAST_DIGITS]
    return whole if digits[0] >= _LONG_GROUP else whole[::-1]


def _e164(said: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(said, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@dataclass(frozen=True, slots=True)
class Note:
    """Free words of a message: as typed, as items, and whether a word like "because" opened them, not "note:"."""

    text: str
    items: list[Item]
    loose: bool


def cut_note(text: str, items: list[Item]) -> tuple[list[Item], Note | None]:
    """The items without the note, and the note.

    A note follows a note word to the end of the message, or stands in brackets when some word in them is no
    word of the grammar: "(2 nights)" is no note, "(AC broken)" is one.
    """
    for at, item in enumerate(items):
        if item.has(Role.NOTE, Role.NOTE_LOOSE):
            note = text[item.end :].strip(" :-.,")
            if note:
                return items[:at], Note(note, items[at + 1 :], item.has(Role.NOTE_LOOSE))
        if item.folded == "(":
            signs = (here for here in range(at + 1, len(items)) if items[here].folded == ")")
            close = next(signs, len(items))
            inside = items[at + 1 : close]
            if any(inner.free or inner.has(Role.REASON) for inner in inside):
                end = items[close].start if close < len(items) else len(text)
                return items[:at] + items[close + 1 :], Note(text[item.end : end].strip(), inside, loose=True)
    return items, None


def weigh_note(note: Note, draft: Draft) -> None:
    """Take the reason a note tells; doubt one that takes back what was said, or has the dates the rest lacks."""
    said = words(note.items)
    draft.reasons += [item.value(Role.REASON) for item in note.items if item.has(Role.REASON)]
    first = next((item for item in note.items if not item.sign), None)
    if note.loose and first is not None:
        if first.has(Role.EITHER):
            draft.doubt(DoubtKind.EITHER_OR, said)
        if first.has(Role.NEGATION, Role.UNTIL, Role.TO) or (first.has(Role.INTENT) and not first.has(Role.REASON)):
            draft.doubt(DoubtKind.UNEXPLAINED, said)
    complete = draft.ends or draft.nights or (draft.starts and not note.loose)
    if not complete and any(item.has(*_DAYS) or _nearly_day(item) for item in note.items):
        draft.doubt(DoubtKind.DATES_IN_NOTE, said)


def _nearly_day(item: Item) -> bool:
    return item.free and bool(nearly(item.folded) & DATES - {Role.TO, Role.FROM})
