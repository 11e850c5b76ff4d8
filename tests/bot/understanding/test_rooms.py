"""Rooms: labels as the property writes them, and numbers that might be something else."""

from datetime import date

import pytest

from bot.understanding import DoubtKind, understand
from tests.bot.understanding.hotels import hotel


def test_labels_keep_their_letters_and_noughts() -> None:
    odd = hotel(rooms=("03", "12A", "Garden 2", "B-4"), aliases={"the blue one": "B-4"})
    said = {
        "room 3": "03",
        "room 03": "03",
        "12a": "12A",
        "garden 2": "Garden 2",
        "garden-2": "Garden 2",
        "b4": "",
        "b-4": "B-4",
        "the blue one": "B-4",
    }
    for words, room in said.items():
        assert understand(f"block {words} tonight", odd).rooms == ((room,) if room else ()), words


def test_a_letter_that_makes_another_room_is_never_dropped() -> None:
    assert understand("block 12a tonight", hotel(rooms=("12", "12A"))).rooms == ("12A",)
    assert understand("block 12a tonight", hotel(rooms=("12A",))).rooms == ("12A",)
    for text in ("block 12a tonight", "block room 12b tonight", "block room 12c"):
        assert not understand(text, hotel(rooms=("12",))).acts(), text
    for text in ("block room 12 a tonight", "block 12 a tonight"):
        assert not understand(text, hotel(rooms=("12", "12A"))).acts(), text
    assert understand("block room 12 a tonight", hotel(rooms=("12A",))).rooms == ("12A",)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("block room 3 to 5", DoubtKind.AMBIGUOUS_ROOM),
        ("block room 3-5 dec", DoubtKind.AMBIGUOUS_ROOM),
        ("block 3-5 tonight", DoubtKind.AMBIGUOUS_ROOM),
        ("block room 2 nights", DoubtKind.AMBIGUOUS_ROOM),
        ("move 3 5", DoubtKind.AMBIGUOUS_ROOM),
        ("block 2 rooms", DoubtKind.ROOM_COUNT),
        ("block 12 15 aug", DoubtKind.AMBIGUOUS_DATE),
        ("block 5 and 12 15 aug", DoubtKind.AMBIGUOUS_DATE),
        ("block room 99", DoubtKind.UNKNOWN_ROOM),
        ("block 99", DoubtKind.UNKNOWN_ROOM),
    ],
)
def test_numbers_that_may_mean_two_things_are_asked(text: str, kind: DoubtKind) -> None:
    reading = understand(text, hotel())
    assert kind in {doubt.kind for doubt in reading.doubts}
    assert not reading.acts()


def test_a_room_beside_a_date_is_told_from_it() -> None:
    for text in ("close 4 12-15 aug", "close room 4 12-15 aug", "close 4 from 12 to 15 aug", "close 12-15 aug room 4"):
        reading = understand(text, hotel())
        assert (reading.rooms, reading.start, reading.acts()) == (("4",), date(2027, 8, 12), True), text


def test_rooms_are_listed_with_commas_and_ands() -> None:
    for text in ("5, 6 & 7", "rooms 5, 6 and 7", "room 5 and room 6 and room 7", "5 + 6 + 7"):
        assert understand(f"block {text} tonight", hotel()).rooms == ("5", "6", "7"), text


def test_a_number_alone_is_a_number_and_not_yet_a_room() -> None:
    for text in ("4", "no, 4", "option 4", "#4", "the fourth"):
        reading = understand(text, hotel())
        assert (reading.number, reading.rooms, reading.intent) == (4, (), None), text
    assert understand("room 4", hotel()).rooms == ("4",)


def test_a_number_in_words_names_a_room_only_after_the_word_room() -> None:
    assert understand("block room three tonight", hotel()).rooms == ("3",)
    assert not understand("block that one tonight", hotel()).acts()
    assert understand("block room one night", hotel()).rooms == ()
