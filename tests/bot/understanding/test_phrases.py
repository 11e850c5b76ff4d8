"""The shared phrases of staff, read as expected, and the dangerous ones, which never act."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.understanding import DoubtKind, Hotel, Intent, understand
from bot.understanding.grammar import read_with
from bot.understanding.lexicon import Vocabulary, languages, merge, packaged, read_lexicon
from tests.bot.understanding.hotels import ROOMS, WEDNESDAY
from tests.support.shared import shared

HOTEL = Hotel(rooms=ROOMS, aliases={}, today=WEDNESDAY, calendar_day=WEDNESDAY)
OTHERS = ("ar", "fr", "hi", "hi-Latn", "sw")
NAMES = {"walkin": Intent.WALK_IN, "done": Intent.ROOM_CLEAN, "ask": None}

Row = tuple[str, Intent | None, tuple[str, ...], date | None, date | None, int | None]


def rows(language: str) -> Iterator[Row]:
    for line in shared("data/phrases.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith(f"{language}\t"):
            continue
        _, text, intent, rooms, start, end, nights = (line.split("\t") + [""] * 6)[:7]
        if start == "WE":
            start, end = "2026-11-20", "2026-11-22"
        yield (
            text,
            NAMES[intent] if intent in NAMES else Intent(intent),
            tuple(rooms.split(",")) if rooms else (),
            date.fromisoformat(start) if start else None,
            date.fromisoformat(end) if end else None,
            int(nights) if nights else None,
        )


def read(vocabulary: Vocabulary, text: str, language: str) -> Row:
    reading = read_with(vocabulary, text, HOTEL, language=language)
    assert reading.doubts == (), text
    return text, reading.intent, reading.rooms, reading.start, reading.end, reading.nights


def dangers() -> list[str]:
    lines = shared("data/phrases_danger.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def all_languages() -> Vocabulary:
    """The package's lexicons and, for every language that has none yet, the few words kept beside this test."""
    files = sorted((Path(__file__).parent / "small_lexicons").glob("*.toml"))
    small = [file for file in files if file.stem not in languages()]
    return merge([*packaged(), *(read_lexicon(file.name, file.read_text(encoding="utf-8")) for file in small)])


@pytest.mark.parametrize("language", languages())
def test_every_shared_phrase_of_a_language_with_a_lexicon_is_read_as_expected(language: str) -> None:
    expected = list(rows(language))
    assert expected
    for row in expected:
        reading = understand(row[0], HOTEL, language=language.split("-", maxsplit=1)[0])
        assert (row[0], reading.intent, reading.rooms, reading.start, reading.end, reading.nights) == row
        assert reading.doubts == (), row[0]


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_a_language_is_data_only_and_all_of_them_listen_at_once(language: str, all_languages: Vocabulary) -> None:
    expected = list(rows(language))
    assert [read(all_languages, row[0], language.split("-", maxsplit=1)[0]) for row in expected] == expected
    assert [read(all_languages, row[0], "en") for row in expected] == expected


@pytest.mark.parametrize("staff", ["en", "sw", "hi", "ar", "fr"])
def test_no_dangerous_phrase_acts_whoever_says_it(staff: str, all_languages: Vocabulary) -> None:
    assert dangers()
    for text in dangers():
        assert not understand(text, HOTEL, language=staff).acts(), text
        assert not read_with(all_languages, text, HOTEL, language=staff).acts(), text


def test_a_dangerous_phrase_acts_once_its_danger_is_taken_out() -> None:
    for text in ("block room 3", "block rooms 3 tonight", "block room 4 tonight", "block room 12 15 aug"):
        assert understand(text, HOTEL).acts(), text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("don't block room 3", DoubtKind.NEGATED),
        ("block 3 rooms tonight", DoubtKind.ROOM_COUNT),
        ("block room 33 tonight", DoubtKind.UNKNOWN_ROOM),
        ("block room 3 yesterday", DoubtKind.PAST_DATE),
        ("should I block room 3?", DoubtKind.QUESTION),
        ("block room 3 or 4 tonight", DoubtKind.EITHER_OR),
        ("block room 3 and unblock room 4", DoubtKind.TWO_VERBS),
        ("block 12 15 aug", DoubtKind.AMBIGUOUS_DATE),
        ("block room 3 from mon to fri last week", DoubtKind.PAST_DATE),
    ],
)
def test_the_doubt_says_what_is_wrong(text: str, kind: DoubtKind) -> None:
    assert kind in {doubt.kind for doubt in understand(text, HOTEL).doubts}
