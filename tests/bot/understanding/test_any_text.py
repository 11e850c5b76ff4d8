"""Any text at all gets a reading, quickly, and never an exception."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding import Hotel, Reading, understand
from bot.understanding.lexicon import vocabulary
from tests.bot.understanding.hotels import hotel
from tests.support.rounds import rounds

PIECES = (
    sorted(vocabulary().by_first)
    + list("0123456789/-.,:()#&?")
    + ["3", "12A", "204", "33", "٣", "३", "31/2", "0712345678"]
)
DAYS = st.dates(date(2000, 1, 1), date(2200, 1, 1))


@given(text=st.text(max_size=200), today=DAYS)
@settings(max_examples=rounds(quick=75, check=300, soak=15000), deadline=None)
def test_any_text_has_a_reading(text: str, today: date) -> None:
    reading = understand(text, hotel(today=today))
    assert isinstance(reading, Reading)
    assert reading.text == text
    assert understand(text, hotel(today=today)) == reading


@given(words=st.lists(st.sampled_from(PIECES), max_size=14), glue=st.sampled_from([" ", "", "-", "\n"]), today=DAYS)
@settings(max_examples=rounds(quick=100, check=400, soak=20000), deadline=None)
def test_any_heap_of_known_words_has_a_reading_and_names_only_rooms_of_the_hotel(
    words: list[str], glue: str, today: date
) -> None:
    reading = understand(glue.join(words), hotel(today=today))
    assert set(reading.rooms) | ({reading.to_room} if reading.to_room else set()) <= set(hotel().rooms)
    if reading.acts():
        assert reading.start is None or reading.start >= today
        assert reading.end is None or reading.start is None or reading.end >= reading.start


@given(rooms=st.lists(st.text(min_size=1, max_size=8), max_size=6, unique=True), text=st.text(max_size=40))
@settings(max_examples=rounds(quick=50, check=150, soak=7500), deadline=None)
def test_rooms_may_be_called_anything(rooms: list[str], text: str) -> None:
    day = date(2026, 11, 18)
    known = Hotel(rooms=tuple(rooms), aliases={text: rooms[0]} if rooms else {}, today=day, calendar_day=day)
    assert set(understand(f"block room {text}", known).rooms) <= set(rooms)


@pytest.mark.parametrize(
    "text", ["", " ", "9" * 5000, "(" * 500, "block room 3 " * 300, "1/" * 400, "\ud800", "\u202e3", "½ night"]
)
def test_odd_texts_are_read_too(text: str) -> None:
    assert understand(text, hotel()).text == text


def test_a_message_is_read_in_about_a_millisecond() -> None:
    text = "walk-in room 7 John Kamau 0712 345 678 2 nights 4500 note: pays cash"
    understand(text, hotel())
    began = time.perf_counter()
    for _ in range(100):
        understand(text, hotel())
    # A busy machine may be several times slower than the millisecond that is meant.
    assert (time.perf_counter() - began) / 100 < 0.005


@pytest.mark.parametrize("piece", ["(", "a-", "1/", "to ", "block room 3 ", "the ", "0712 "])
def test_a_message_of_the_greatest_length_holds_nobody_up(piece: str) -> None:
    """Four times the length costs about four times as much, not sixteen times; a millisecond is no cost."""
    assert not understand((piece * 4096)[:4096], hotel()).acts()
    assert cost((piece * 4096)[:4096]) < 12 * max(cost((piece * 1024)[:1024]), 0.001)


def cost(text: str) -> float:
    """The least processor time of five readings."""
    spent = []
    for _ in range(5):
        began = time.process_time()
        understand(text, hotel())
        spent.append(time.process_time() - began)
    return min(spent)
