"""What a look at a calendar brought is told to the staff in words, with the choices where something is asked."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import import_news
from bot.models import OutgoingMessage
from core.events.service import By
from core.outbox.effects import TellImport
from core.outbox.models import Due
from core.stays.commands import CheckIn
from core.stays.service import check_in
from tests.bot.phones import ENGINES, Phones, open_phones
from tests.support import databases
from tests.support.calendars import ChannelCalendar, calendar, not_available, reserved
from tests.support.desk import Desk, day, nights

HOUR = timedelta(hours=1)
FAR = tuple(reserved(nights(60 + 5 * n, 2), f"FARAWAY{n}") for n in range(6))


@pytest.fixture(params=ENGINES)
def phones(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Phones]:
    """Give the phones of a new hotel."""
    with databases.migrated(request.param, tmp_path) as url, open_phones(url) as opened:
        yield opened


@pytest.fixture
def airbnb(phones: Phones) -> ChannelCalendar:
    """Give Airbnb's calendar of room 3."""
    return ChannelCalendar(Desk(phones.store, phones.hotel, By()), "airbnb", "3")


def said(phones: Phones) -> list[str]:
    """Tell what waits to be told; the texts for one person, with the labels of the choices."""
    with phones.store.unit_of_work() as work:
        waiting = select(Due).where(Due.kind == TellImport.kind, Due.closed_at.is_(None)).order_by(Due.id)
        before = set(work.session.scalars(select(OutgoingMessage.id)))
        for due in work.session.scalars(waiting).all():
            import_news.tell(work, TellImport(**due.facts))  # type: ignore[arg-type]
            due.closed_at = work.now
        work.session.flush()
        messages = work.session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.id))
        new = [message for message in messages if message.id not in before]
        first = new[0].conversation_id if new else None
        return [" | ".join([m.text, *(label for label, _ in m.choices)]) for m in new if m.conversation_id == first]


def test_a_first_read_says_what_it_found(phones: Phones, airbnb: ChannelCalendar) -> None:
    airbnb.look(*FAR)
    (text,) = said(phones)
    assert "6" in text
    assert "Airbnb" in text
    assert "3" in text


def test_r16_blocks_by_hand_that_are_equal_are_asked_about(phones: Phones, airbnb: ChannelCalendar) -> None:
    airbnb.desk.block("3", nights(3, 2))
    airbnb.look(*FAR, reserved(nights(3, 2), "ABCD1234"))
    (text,) = said(phones)
    assert "|" in text, "there are choices"
    assert "Mon 23 → Wed 25 Nov" in text


def test_a_booking_that_comes_changes_and_goes_is_one_line_each(phones: Phones, airbnb: ChannelCalendar) -> None:
    airbnb.look(*FAR)
    said(phones)
    airbnb.look(*FAR, reserved(nights(3, 2), "ABCD1234"))
    (came,) = said(phones)
    assert "HMABCD1234" in came
    airbnb.look(*FAR, reserved(nights(3, 3), "ABCD1234"))
    (changed,) = said(phones)
    assert "HMABCD1234" in changed
    assert changed != came
    airbnb.looks(12, *FAR)
    (gone,) = said(phones)
    assert "HMABCD1234" in gone


def test_r12_a_booking_that_is_shortened_while_its_guest_is_in_is_one_line(
    phones: Phones, airbnb: ChannelCalendar
) -> None:
    airbnb.look(*FAR, reserved(nights(0, 4), "ABCD1234"))
    said(phones)
    stay = airbnb.stay("ABCD1234")
    with phones.store.unit_of_work() as work:
        check_in(work, CheckIn(stay.id, stay.revision), By())
    airbnb.looks(4, *FAR, reserved(nights(0, 2), "ABCD1234"), after=5 * HOUR)
    (text,) = said(phones)
    assert text == (
        "⚠️ Airbnb HMABCD1234 · Room 3 leaves Sun 22 Nov, Airbnb says now. The guest is in the house until "
        "Tue 24 Nov, so the nights stay. Check out when the guest leaves."
    )
    airbnb.looks(4, *FAR, reserved(nights(0, 3), "ABCD1234"), after=5 * HOUR)
    airbnb.desk.shorten(stay.id, day(2))
    assert said(phones) == [], "what is not so any more is not said"


def test_r13_a_mass_disappearance_is_a_question_and_is_taken_back(phones: Phones, airbnb: ChannelCalendar) -> None:
    airbnb.look(*FAR)
    said(phones)
    airbnb.look(FAR[0])
    (asked,) = said(phones)
    assert "5" in asked
    assert "|" in asked
    airbnb.look(*FAR)
    (settled,) = said(phones)
    assert "|" not in settled


def test_r11_a_closure_of_fixed_dates_is_a_question(phones: Phones, airbnb: ChannelCalendar) -> None:
    airbnb.look(*FAR, not_available(nights(10, 3)))
    texts = said(phones)
    assert len(texts) == 2
    assert any("Mon 30 Nov" in text and "|" in text for text in texts)


def test_r17_a_calendar_of_ours_is_refused_in_words(phones: Phones, airbnb: ChannelCalendar) -> None:
    airbnb.answer(calendar(*FAR, made_by="-//Dauda//Room calendar 1.0//EN"))
    (text,) = said(phones)
    assert "not connected" in text
    airbnb.answer(b"<html>Sign in</html>")
    assert said(phones) == [], "what fails again is an alert's matter"
