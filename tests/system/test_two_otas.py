"""Two OTAs and a walk-in want one night: from the calendars over the phones of three people to the feeds and back.

The OTAs are processes of their own, the house runs as `dauda serve` does, all of it over HTTP on loopback.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import httpx
import pytest
from sqlalchemy import select

from core.clock import local_date
from core.conflicts.models import Conflict
from core.values.nights import Nights
from tests.simulators.ota.platform import busy_in
from tests.simulators.otas import OtaProcess
from tests.support.three_phones import PEOPLE, House, open_house, wait_for

ZONE = "Africa/Nairobi"
PROMISED = timedelta(seconds=5)
"""From the commit of an import to the first message about it being handed over."""
SETUP = """
[property]
code = "baobab"
name = "Baobab Guest House"
timezone = "Africa/Nairobi"
currency = "KES"

[[room_type]]
code = "DBL"
name = "Double"
rooms = ["3"]

[[room_type]]
code = "TWN"
name = "Twin"
rooms = ["7"]

[[staff]]
name = "Amina"
role = "property_admin"
whatsapp = "+254700000001"

[[staff]]
name = "Juma"
role = "staff"
telegram = 1002

[[staff]]
name = "Zuri"
role = "staff"
telegram = 1003

[[channel]]
platform = "airbnb"
mode = "ical"

[[channel.link]]
room = "3"

[[channel]]
platform = "booking_com"
mode = "ical"

[[channel.link]]
room = "3"
"""

pytestmark = pytest.mark.timeout(180)


class Scene(NamedTuple):
    """The house, the OTAs, and the night that everybody wants."""

    house: House
    airbnb: OtaProcess
    booking: OtaProcess
    night: date

    def day(self, offset: int) -> date:
        """So many days after the night."""
        return self.night + timedelta(days=offset)

    def busy(self, platform: str) -> set[int]:
        """The nights a channel is shown busy, counted from the night in dispute; two before it and five after it."""
        answer = httpx.get(self.house.feed_url(platform, "3"), timeout=10)
        assert answer.status_code == 200
        found = {(night - self.night).days for night in busy_in(answer.content)}
        return {offset for offset in found if -2 <= offset <= 5}


@contextmanager
def scene(database_url: str, tmp_path: Path) -> Iterator[Scene]:
    """Both OTAs list room 3, and their calendars were read once while they were empty."""
    now = datetime.now(UTC)
    night = local_date(now, ZONE) + timedelta(days=20)
    with (
        open_house(SETUP, database_url, tmp_path) as house,
        OtaProcess("airbnb", "seed", now) as airbnb,
        OtaProcess("booking_com", "seed", now) as booking,
    ):
        for ota in (airbnb, booking):
            ota.list("3", zone=ZONE, feed=house.feed_url(ota.platform, "3"), shows_edge=False)
            house.connect(ota.platform, "3", ota.calendar_url("3"))
        yield Scene(house, airbnb, booking, night)


def test_three_buyers_of_one_night_are_shown_to_three_people_decided_by_one_tap_and_undone(
    database_url: str, tmp_path: Path
) -> None:
    with scene(database_url, tmp_path) as set_:
        house, phones = set_.house, set_.house.phones
        nights = Nights(set_.day(-1), set_.day(1))
        phones.say("Amina", f"room 3 walk-in {nights.arrival:%-d %B} to {nights.departure:%-d %B} Mary")
        phones.hears("Amina", "Room 3", "Mary")
        # Neither OTA has read that yet, so both sell.
        first = set_.airbnb.book("3", set_.day(0), set_.day(1))
        assert first is not None
        assert set_.booking.book("3", set_.day(0), set_.day(2)) is not None

        house.pull("airbnb", "3")
        assert _first_word(house) <= PROMISED
        house.pull("booking_com", "3")
        for who in PEOPLE:
            card = phones.hears(who, "Room 3", first.code, "Booking.com", "Mary")
            assert {"Keep A", "Keep B", "Keep C"} <= set(card.labels), card.labels
        # Each is shown everything but what it told us itself (R2).
        before = {"airbnb": {-1, 1}, "booking_com": {-1}}
        assert {platform: set_.busy(platform) for platform in before} == before

        phones.tap("Juma", "Keep A")
        phones.hears("Juma", "Decided", "Mary")
        for who in ("Amina", "Zuri"):
            phones.hears(who, "Decided by Juma")
        # A decision opens nothing by itself (R20): what Booking.com sold besides stays closed for Airbnb.
        assert {platform: set_.busy(platform) for platform in before} == before
        for ota in (set_.airbnb, set_.booking):
            assert ota.refresh("3") == 200
            assert ota.book("3", set_.day(-1), set_.day(0)) is None
        assert set_.airbnb.book("3", set_.day(1), set_.day(2)) is None

        phones.tap("Juma", "Undo")
        for who in PEOPLE:
            wait_for(lambda who=who: _asked_again(house, who), lambda who=who: f"{who} was not asked again")  # type: ignore[misc]
        assert {platform: set_.busy(platform) for platform in before} == before


def _first_word(house: House) -> timedelta:
    """How long after the case was opened the first of its cards was on a phone; all three phones are waited for."""
    seen: list[datetime] = []
    started = monotonic()
    while len(seen) < len(PEOPLE):
        seen += [datetime.now(UTC) for who in PEOPLE if _cards(house, who)][len(seen) :]
        assert monotonic() - started < 15, f"only {len(seen)} of {len(PEOPLE)} have heard of it"
    with house.store.reading() as session:
        opened_at = session.scalars(select(Conflict.opened_at).order_by(Conflict.id)).first()
    assert opened_at is not None
    return seen[0] - opened_at


def _cards(house: House, who: str) -> list[int]:
    """Which of somebody's messages are cards of the case, by their place."""
    return [at for at, shown in enumerate(house.phones.inbox(who)) if "Keep A" in shown.labels]


def _asked_again(house: House, who: str) -> bool:
    """Whether the newest card came after the word about the decision."""
    decided = [at for at, shown in enumerate(house.phones.inbox(who)) if "Decided" in shown.text]
    cards = _cards(house, who)
    return bool(cards) and bool(decided) and cards[-1] > decided[-1]
