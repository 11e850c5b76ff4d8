"""Addresses in a message are cut out whole, and tell their platform."""

import pytest

from bot.understanding import DoubtKind, Intent, understand
from bot.understanding.webaddresses import cut_urls, is_calendar
from tests.bot.understanding.hotels import hotel

SECRET = "https://www.airbnb.com/calendar/ical/1.ics?t=S3CR3T"


@pytest.mark.parametrize(
    "text",
    [
        f"connect room 3 {SECRET}",
        f"connect room 3 airbnb {SECRET} and {SECRET}2",
        f"connect room 3 ({SECRET}).",
        f"block room 3 tonight {SECRET}",
        "connect room 3 www.airbnb.com/calendar/ical/1.ics?t=S3CR3T",
        "connect room 3 WEBCAL://www.airbnb.com/calendar/ical/1.ics?t=S3CR3T",
        "room 33 airbnb.com/calendar/ical/1.ics?t=S3CR3T, please",
    ],
)
def test_nothing_of_an_address_stays_in_the_words(text: str) -> None:
    left, urls = cut_urls(text)
    assert urls
    assert "S3CR3T" not in left
    reading = understand(text, hotel())
    assert all("S3CR3T" not in doubt.words for doubt in reading.doubts)
    assert "S3CR3T" not in f"{reading.note} {reading.guest} {reading.reference} {reading.rooms}"


@pytest.mark.parametrize("text", ["block room 3 tonight", "room 3 24/12 to 26/12", "fri/sat", "and/or", "mail@x.org/y"])
def test_what_is_no_address_stays(text: str) -> None:
    assert cut_urls(text) == (text, ())


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("https://a.example/1.ics.", "https://a.example/1.ics"),
        ("<https://a.example/1.ics>", "https://a.example/1.ics"),
        ("webcal://a.example/1.ics", "https://a.example/1.ics"),
        ("a.example/1.ics", "https://a.example/1.ics"),
        ("http://a.example/1.ics?x=(y", "http://a.example/1.ics?x=(y"),
    ],
)
def test_an_address_is_taken_without_what_stands_around_it(said: str, url: str) -> None:
    assert cut_urls(said)[1] == (url,)


@pytest.mark.parametrize(
    ("url", "platform"),
    [
        ("https://www.airbnb.co.ke/calendar/ical/1.ics", "airbnb"),
        ("https://ical.booking.com/v1/export?t=1", "booking_com"),
        ("https://calendar.example/1.ics", None),
        ("https://airbnb.evil.example/1.ics", None),
        ("https://[broken/1.ics", None),
    ],
)
def test_r17_a_platform_is_known_by_its_hosts(url: str, platform: str | None) -> None:
    reading = understand(f"connect room 3 {url}", hotel())
    assert (reading.intent, reading.platform, reading.url) == (Intent.CONNECT, platform, url)


def test_an_address_of_another_platform_than_the_named_one_is_doubted() -> None:
    reading = understand(f"connect room 3 vrbo {SECRET}", hotel())
    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.UNEXPLAINED]
    assert understand(f"connect room 3 airbnb {SECRET}", hotel()).doubts == ()


@pytest.mark.parametrize("text", ["look at https://maps.example/x", "is https://a.example/1.ics right?"])
def test_an_address_alone_connects_only_when_it_is_a_calendar_s_and_nothing_is_asked(text: str) -> None:
    assert understand(text, hotel()).intent is None
    assert understand("https://a.example/1.ics", hotel()).intent is Intent.CONNECT


def test_a_calendar_is_known_by_its_ending() -> None:
    assert is_calendar("https://a.example/x/1.ICS?t=2")
    assert not is_calendar("https://a.example/x?f=1.ics")
    assert not is_calendar("https://[broken")
