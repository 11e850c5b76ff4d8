"""Blocks that recur and could not be made are told to the staff, once each."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import recurring_news
from bot.models import OutgoingMessage
from core.events.service import By
from core.inventory.models import RoomPart
from core.outbox.effects import TellSkipped
from core.outbox.models import Due
from core.stays import recurring
from core.stays.reasons import Reason
from core.stays.recurring import RepeatBlock
from tests.bot.phones import ENGINES, Phones, open_phones
from tests.support import databases
from tests.support.desk import Desk, day, nights

MONDAYS = "FREQ=WEEKLY;BYDAY=MO"


@pytest.fixture(params=ENGINES)
def phones(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Phones]:
    """Give the phones of a new hotel."""
    with databases.migrated(request.param, tmp_path) as url, open_phones(url) as opened:
        yield opened


@pytest.fixture
def desk(phones: Phones) -> Desk:
    """Give the desk of that hotel."""
    return Desk(phones.store, phones.hotel, By(phones.hotel.people["Amina"]))


def repeat(desk: Desk, room: str = "3", until: int = 28, note: str | None = None) -> int:
    """Let a room be blocked on Mondays of the next weeks."""
    order = RepeatBlock(desk.hotel.rooms[room], MONDAYS, day(0), 1, Reason.OWNER, note, day(until))
    with desk.store.unit_of_work() as work:
        return recurring.repeat(work, order, desk.by).recurring_id


def follow(desk: Desk, recurring_id: int) -> None:
    """Follow the rule as the clock does every day."""
    with desk.store.unit_of_work() as work:
        recurring.follow(work, recurring_id)


def said(desk: Desk) -> list[str]:
    """Tell what waits to be told; the texts for one person."""
    with desk.store.unit_of_work() as work:
        waiting = select(Due).where(Due.kind == TellSkipped.kind, Due.closed_at.is_(None)).order_by(Due.id)
        before = set(work.session.scalars(select(OutgoingMessage.id)))
        for due in work.session.scalars(waiting).all():
            assert recurring_news.tell(work, **due.facts) in {0, 2}, "both who work here, or nobody"  # type: ignore[arg-type]
            due.closed_at = work.now
        work.session.flush()
        new = [one for one in work.session.scalars(select(OutgoingMessage)) if one.id not in before]
        return [
            one.text for one in sorted(new, key=lambda one: one.id) if one.conversation_id == new[0].conversation_id
        ]


def test_who_has_the_room_is_told_once(desk: Desk) -> None:
    desk.block("3", nights(2, 3), Reason.GUEST, "John")
    desk.block("3", nights(17, 1), Reason.WALK_IN, "Mary")
    number = repeat(desk, note="Deep cleaning")
    (text,) = said(desk)
    assert text.splitlines() == [
        "🔁 Room 3: “Deep cleaning”, which recurs, was left out where somebody had the room.",
        "• Mon 23 → Tue 24 Nov · 1 night: John has it, Sun 22 → Wed 25 Nov · 3 nights",
        "• Mon 7 → Tue 8 Dec · 1 night: walk-in · Mary has it, Mon 7 → Tue 8 Dec · 1 night",
    ]
    follow(desk, number)
    assert said(desk) == []


def test_days_that_come_into_the_horizon_later_are_told_when_they_do(desk: Desk) -> None:
    last = 730
    number = repeat(desk, until=last + 30)
    with desk.store.unit_of_work() as work:
        while recurring.follow(work, number).more:
            pass
    desk.advance(timedelta(days=7))
    monday = next(n for n in range(last - 1, last + 7) if day(n).weekday() == 0)
    desk.block("3", nights(monday, 1), Reason.GUEST, "John")
    assert said(desk) == []
    follow(desk, number)
    (text,) = said(desk)
    assert "John has it" in text
    follow(desk, number)
    assert said(desk) == []


def test_what_is_free_by_now_or_over_is_said_as_it_is(desk: Desk) -> None:
    first, second = desk.block("3", nights(3, 1)).stay, desk.block("3", nights(10, 1)).stay
    number = repeat(desk, until=14)
    desk.unblock(second.id)
    assert said(desk)[0].splitlines()[1:] == [
        "• Mon 23 → Tue 24 Nov · 1 night: held by the house, Mon 23 → Tue 24 Nov · 1 night",
        "• Mon 30 Nov → Tue 1 Dec · 1 night: free by now, to be blocked by hand",
    ]
    assert (first.id, number) == (1, 1)


def test_what_was_ended_since_is_not_told(desk: Desk) -> None:
    desk.block("3", nights(3, 1))
    number = repeat(desk)
    with desk.store.unit_of_work() as work:
        recurring.end(work, number, day(1), desk.by)
    assert said(desk) == []


def test_what_is_over_is_not_told(desk: Desk) -> None:
    desk.block("3", nights(3, 1))
    repeat(desk)
    desk.advance(timedelta(days=6))
    assert said(desk) == []


def test_the_guest_of_a_villa_has_its_rooms(desk: Desk) -> None:
    hotel = desk.hotel
    with desk.store.unit_of_work() as work:
        part = RoomPart(whole_id=hotel.rooms["7"], part_id=hotel.rooms["4"], property_id=hotel.property_id)
        work.session.add(part)
    desk.block("7", nights(3, 1), Reason.GUEST, "John")
    repeat(desk, "4")
    assert "John has it" in said(desk)[0]


def test_nothing_is_told_where_every_block_was_made(desk: Desk) -> None:
    repeat(desk)
    assert said(desk) == []
