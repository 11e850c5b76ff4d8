"""The night shift: until 05:00 it is still yesterday's business day (R29), and ranges end as they are named (R30)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from core.stays.models import Stay
from core.values.nights import Nights
from tests.bot.phones import Phones, open_phones
from tests.support import databases

ZONE = ZoneInfo("Africa/Nairobi")
FRIDAY, SATURDAY, SUNDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)


@contextmanager
def saturday(folder: Path, clock: str) -> Iterator[Phones]:
    """Give the phones on Saturday 21 November at `clock` in Nairobi."""
    now = datetime.fromisoformat(f"2026-11-21T{clock}").replace(tzinfo=ZONE).astimezone(UTC)
    with databases.migrated("sqlite", folder) as url, open_phones(url, now) as opened:
        yield opened


def held(phones: Phones) -> Nights:
    """Return the nights of the only stay."""
    with phones.store.reading() as session:
        return session.scalars(select(Stay)).one().nights


@pytest.mark.parametrize(
    ("clock", "tonight"),
    [("00:00", FRIDAY), ("01:30", FRIDAY), ("04:59", FRIDAY), ("05:00", SATURDAY), ("12:00", SATURDAY)],
)
def test_r29_tonight_is_the_business_day_s_night(tmp_path: Path, clock: str, tonight: date) -> None:
    with saturday(tmp_path, clock) as phones:
        phones.say("Amina", "room 7 walk-in tonight John")
        assert held(phones).arrival == tonight


def test_r29_a_walk_in_for_yesterday_s_night_is_taken_until_five(tmp_path: Path) -> None:
    with saturday(tmp_path, "04:59") as phones:
        assert phones.say("Amina", "room 7 walk-in friday 1 night John").text.startswith("✅")
        assert held(phones) == Nights(FRIDAY, SATURDAY)


def test_r29_and_refused_from_five_on(tmp_path: Path) -> None:
    with saturday(tmp_path, "05:00") as phones:
        refused = phones.say("Amina", "room 7 walk-in 20 november 2026 1 night John")
        assert refused.text == "“20 november 2026” is over. Which nights do you mean?"
        assert phones.count(Stay) == 0
        yesterday = phones.say("Amina", "room 7 walk-in yesterday John")
        assert yesterday.text == "“yesterday” is over. Which nights do you mean?"


def test_r29_who_arrives_today_is_asked_of_the_business_day(tmp_path: Path) -> None:
    with saturday(tmp_path, "01:30") as phones:
        phones.say("Amina", "room 7 walk-in John")
        assert phones.say("Amina", "who arrives today").text.startswith("Arriving Fri 20 Nov: 1")


@pytest.mark.parametrize(
    ("written", "departure"),
    [
        ("until sunday", SUNDAY),
        ("to sunday", SUNDAY),
        ("through sunday", date(2026, 11, 23)),
        ("until and including sunday", date(2026, 11, 23)),
        ("to sunday inclusive", date(2026, 11, 23)),
    ],
)
def test_r30_a_named_end_is_the_check_out_day_except_through(tmp_path: Path, written: str, departure: date) -> None:
    with saturday(tmp_path, "12:00") as phones:
        said = phones.say("Amina", f"block room 7 {written}")
        assert held(phones) == Nights(SATURDAY, departure)
        assert [choice.label for choice in said.choices] == ["Undo", "+1 night"]


def test_r30_out_of_order_until_sunday_is_usable_on_sunday(tmp_path: Path) -> None:
    with saturday(tmp_path, "12:00") as phones:
        phones.say("Amina", "room 7 out of order until sunday")
        assert phones.say("Amina", "block room 7 on sunday").text.startswith("✅")
