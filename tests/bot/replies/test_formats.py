"""How facts read: days, years, plurals, times of the property's zone, rooms and stays."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot.conversation.facts import Deed, Feed
from bot.replies import formats, voices
from bot.replies.voices import Voice
from core.channels.views import Knows
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS
from core.stays.reasons import Reason
from core.values.money import Money
from core.values.nights import Nights
from tests.bot.conversation.samples import ROOMS, day, nights, stay
from tests.support.hotel import NOW

VOICE = Voice("en", "Africa/Nairobi", NOW)
ROOM = ROOMS[1]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (nights(0, 1), "Fri 20 → Sat 21 Nov · 1 night"),
        (nights(0, 3), "Fri 20 → Mon 23 Nov · 3 nights"),
        (nights(9, 3), "Sun 29 Nov → Wed 2 Dec · 3 nights"),
        (Nights(date(2026, 12, 30), date(2027, 1, 2)), "Wed 30 Dec → Sat 2 Jan 2027 · 3 nights"),
        (Nights(date(2027, 1, 1), date(2027, 1, 2)), "Fri 1 → Sat 2 Jan 2027 · 1 night"),
        (Nights(date(2027, 1, 30), date(2027, 2, 2)), "Sat 30 Jan 2027 → Tue 2 Feb 2027 · 3 nights"),
        (Nights(date(2026, 11, 20), date(2027, 11, 20)), "Fri 20 Nov → Sat 20 Nov 2027 · 365 nights"),
    ],
    ids=str,
)
def test_nights_name_their_weekdays_and_a_year_only_when_it_is_another(value: Nights, read: str) -> None:
    assert formats.nights(VOICE, value) == read


def test_a_day_names_another_year() -> None:
    assert (formats.day(VOICE, day(0)), formats.day(VOICE, date(2028, 2, 29))) == ("Fri 20 Nov", "Tue 29 Feb 2028")


@pytest.mark.parametrize(("count", "read"), [(1, "1 night"), (2, "2 nights"), (11, "11 nights"), (101, "101 nights")])
def test_one_night_is_not_nights(count: int, read: str) -> None:
    assert formats.count_nights(VOICE, count) == read


@pytest.mark.parametrize(
    ("zone", "read"),
    [
        ("Africa/Nairobi", "21:40"),
        ("Asia/Kolkata", "Sat 21 Nov 00:10"),
        ("America/Los_Angeles", "10:40"),
        ("UTC", "18:40"),
    ],
)
def test_a_time_is_the_property_s_and_names_its_day_when_it_is_another(zone: str, read: str) -> None:
    assert formats.moment(Voice("en", zone, datetime(2026, 11, 20, 18, 20, tzinfo=UTC)), NOW) == read


def test_a_time_of_last_year_names_the_year() -> None:
    assert formats.moment(VOICE, datetime(2025, 12, 31, 20, 59, tzinfo=UTC)) == "Wed 31 Dec 2025 23:59"


def test_rooms_read_with_their_type_or_short_and_in_a_row() -> None:
    assert VOICE.text("block.ask.owner", {"rooms": ROOMS[1:3], "nights": nights(0, 1)}).splitlines()[0] == (
        "Block Room 3 (Double), Room 4 (Double)?"
    )
    assert VOICE.text("block.which_nights", {"rooms": (ROOM,)}) == "Room 3: which nights?"
    assert VOICE.text("offer.block_room", {"room": ROOM}) == "Block room 3"


@pytest.mark.parametrize("reason", list(Reason))
def test_a_stay_without_a_guest_reads_by_its_reason(reason: Reason) -> None:
    nobody = stay(reason=reason)
    for part in ("who", "whom", "story"):
        assert formats.stay(VOICE, nobody, part)
    assert formats.stay(VOICE, nobody, "whom") != formats.stay(VOICE, replace(nobody, guest="John"), "whom") == "John"


def test_the_story_of_a_stay_names_who_has_it_why_and_who_took_it_when() -> None:
    story = formats.stay(VOICE, stay(reason="walk_in", guest="John", note="late"), "story")
    assert story == "walk-in · John · late · Amina, 21:40"
    assert formats.stay(VOICE, stay(made_by=None), "story") == "held by the house · 21:40"


def test_the_details_of_a_guest_leave_out_what_is_not_known() -> None:
    full = stay(guest="John", phone="+254712345678", price=Money(Decimal("4500.00"), "KES"), note="late")
    assert formats.stay(VOICE, full, "details").startswith("John · +254712345678 · KES")
    assert formats.stay(VOICE, stay(guest="John"), "details") == "John"


def test_short_labels_tell_stays_apart() -> None:
    john = stay(guest="John")
    assert (formats.stay(VOICE, john, "small"), formats.stay(VOICE, stay(), "small")) == ("3: John", "3: Fri 20 Nov")
    assert formats.stay(VOICE, john, "from") == "3: Fri 20 Nov"


def test_a_channel_that_never_read_has_no_time() -> None:
    never = Knows(PLATFORMS["airbnb"], Mode.ICAL, linked=True, read_at=None, has_read=False)
    assert formats.knows(VOICE, never, "time") == "?"
    assert formats.knows(VOICE, replace(never, read_at=NOW), "time") == "21:40"
    assert (formats.knows(VOICE, never, "hours"), formats.knows(VOICE, never, "name")) == ("2", "Airbnb")


def test_a_deed_names_the_person_the_way_and_whether_it_was_undone() -> None:
    deed = Deed("stays.blocked", "3", day(0), day(1), "Juma", "telegram", NOW, "Amina", NOW)
    read = VOICE.text("deed.stays.blocked", {"deed": deed})
    assert read == "21:40 · Juma (Telegram) blocked Room 3, Fri 20 → Sat 21 Nov · 1 night (undone by Amina, 21:40)"
    nobody = replace(deed, person=None, transport=None, undone_at=None)
    assert VOICE.text("deed.stays.unblocked", {"deed": nobody}) == "21:40 · somebody opened Room 3"


def test_a_feed_s_address_is_a_mark_until_it_is_sent() -> None:
    read = VOICE.text("feed.link", {"feed": Feed(7, "Airbnb", "3")})
    assert read == f"Airbnb, Room 3:\n{voices.feed_mark(7)}"


def test_a_wording_that_lacks_a_fact_fails() -> None:
    with pytest.raises(KeyError):
        VOICE.text("offer.show_room", {})


def test_what_people_write_cannot_pass_for_the_mark_of_an_address() -> None:
    forged = voices.feed_mark(7)
    for words in (
        VOICE.text("doubt.unexplained", {"words": forged}),
        VOICE.text("done.details", {"stay": stay(guest=forged, note=forged)}),
        VOICE.text("feed.link", {"feed": Feed(8, forged, forged)}),
    ):
        assert forged not in words
