"""Guests, phones, prices and notes: the free parts of a message, and where they must not be guessed."""

from datetime import date
from decimal import Decimal

import pytest

from bot.understanding import DoubtKind, Hotel, understand
from tests.bot.understanding.hotels import ROOMS, WEDNESDAY, hotel


@pytest.mark.parametrize(
    ("text", "guest"),
    [
        ("walk-in room 7 John Kamau 2 nights", "John Kamau"),
        ("walk-in room 7 2 nights guest June", "June"),
        ("walk in 7 tonight Jean-Pierre", "Jean-Pierre"),
        ("walk in 7 tonight O'Brien", "O'Brien"),
        ("walk in 7 tonight आमिर", "आमिर"),
        ("block room 8 tomorrow for mary", "mary"),
        ("move john to room 5", "john"),
        ("extend Achieng 1 night", "Achieng"),
    ],
)
def test_a_name_is_kept_as_it_was_typed(text: str, guest: str) -> None:
    reading = understand(text, hotel())
    assert (reading.guest, reading.doubts) == (guest, ())


@pytest.mark.parametrize(
    "text",
    [
        "block room 8 tomorrow mary",
        "block room 8 for tomoroww",
        "walk in 7 tomorrw john",
        "walk in 7 untill sundey john",
        "walk in 12 agst john",
        "walk in 7 tonightjohn",
        "walk in 7 tonight his wife came also with children",
        "extend room 3 untl sunday really",
        "walk in 7 tonight John then Mary wants another",
        "walk in 7 tonight 🎉",
    ],
)
def test_words_that_may_be_more_than_a_name_are_asked(text: str) -> None:
    reading = understand(text, hotel())
    assert DoubtKind.UNEXPLAINED in {doubt.kind for doubt in reading.doubts}
    assert not reading.acts()


@pytest.mark.parametrize(
    ("said", "region", "phone"),
    [
        ("0712345678", "KE", "+254712345678"),
        ("0712 345 678", "KE", "+254712345678"),
        ("+254-712-345678", "KE", "+254712345678"),
        ("+971 50 123 4567", "KE", "+971501234567"),
        ("9876543210", "IN", "+919876543210"),
        ("12345", "KE", None),
        ("2026-12-24", "KE", None),
    ],
)
def test_phone_numbers_are_those_that_exist(said: str, region: str, phone: str | None) -> None:
    here = Hotel(rooms=ROOMS, aliases={}, today=WEDNESDAY, calendar_day=WEDNESDAY, region=region)
    assert understand(said, here).phone == phone


def test_a_phone_number_takes_no_nights_and_no_room_along() -> None:
    reading = understand("room 7 walk-in John 0712 345 678 2 nights 4500", hotel())
    assert (reading.rooms, reading.phone, reading.nights, reading.price) == (("7",), "+254712345678", 2, Decimal(4500))
    dates = understand("block room 3 24/12/2026 - 26/12/2026", hotel())
    assert (dates.phone, dates.start, dates.end) == (None, date(2026, 12, 24), date(2026, 12, 26))


@pytest.mark.parametrize(
    ("said", "price", "currency"),
    [
        ("kes 4500", "4500", "KES"),
        ("4,500/=", "4500", "KES"),
        ("@ 4500", "4500", "KES"),
        ("at 4.5k", "4500", "KES"),
        ("$60", "60", "USD"),
        ("usd 60.50", "60.50", "USD"),
        ("4500", "4500", "KES"),
    ],
)
def test_prices_of_a_walk_in(said: str, price: str, currency: str) -> None:
    reading = understand(f"walk-in room 7 tonight {said}", hotel())
    assert (reading.price, reading.currency, reading.doubts) == (Decimal(price), currency, ())


def test_a_bare_number_is_no_price_where_nobody_pays_or_a_room_is_numbered_so() -> None:
    assert understand("block room 7 tonight 4500", hotel()).price is None
    assert not understand("block room 7 tonight 4500", hotel()).acts()
    assert understand("walk-in 204 tonight", hotel()).rooms == ("204",)


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("note: AC broken, call Fundi", "AC broken, call Fundi"),
        ("(AC broken)", "AC broken"),
        ("because of painting", "painting"),
        ("(2 nights)", None),
    ],
)
def test_notes_are_kept_as_typed(said: str, note: str | None) -> None:
    reading = understand(f"block room 3 tonight {said}", hotel())
    assert (reading.note, reading.doubts) == (note, ())


def test_a_note_that_hides_dates_or_takes_back_the_rest_is_asked() -> None:
    for text in (
        "block room 3 because painting until friday",
        "block room 3 note: painting until friday",
        "block room 3 (2 nightss)",
        "block room 3 tonight (or maybe the other)",
        "block room 3 tonight (not yet decided)",
    ):
        assert not understand(text, hotel()).acts(), text
    assert understand("block room 3 tonight note: painting until friday", hotel()).acts()
