"""Calendars that cannot be read are told to staff, then to admins too, and once that they work again (R19)."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.models import Conversation, OutgoingMessage, Tap
from bot.stale import tell_stale_calendars
from core.channels.models import ChannelLink, LinkImport
from core.staff.models import Membership
from core.staff.roles import Role
from tests.bot.phones import ENGINES, Phones, open_phones
from tests.support import databases

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(params=ENGINES)
def phones(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Phones]:
    """Give the phones of a new hotel whose Airbnb calendar of room 3 was read a moment ago."""
    with databases.migrated(request.param, tmp_path) as url, open_phones(url) as opened:
        with opened.store.unit_of_work() as work:
            link = work.session.get_one(ChannelLink, opened.hotel.links["airbnb", "3"])
            link.import_url = "sealed"
            work.session.add(LinkImport(link_id=link.id, tried_at=work.now, good_at=work.now))
        yield opened


def look(phones: Phones, trouble: str | None) -> None:
    """Record a look."""
    with phones.store.unit_of_work() as work:
        memory = work.session.get_one(LinkImport, phones.hotel.links["airbnb", "3"])
        memory.tried_at, memory.trouble = work.now, trouble
        memory.failures = memory.failures + 1 if trouble else 0
        memory.good_at = memory.good_at if trouble else work.now


def watch(phones: Phones) -> int:
    """Look what is to be told; how many messages."""
    with phones.store.unit_of_work() as work:
        return tell_stale_calendars(work)


def told(phones: Phones) -> list[tuple[str, str]]:
    """Return to whom the messages go, and their texts, in order."""
    query = (
        select(Conversation.chat, OutgoingMessage.text)
        .join(Conversation, Conversation.id == OutgoingMessage.conversation_id)
        .order_by(OutgoingMessage.id)
    )
    with phones.store.reading() as session:
        return [(chat, text) for chat, text in session.execute(query)]


def offered(phones: Phones) -> list[str]:
    """Return what the choices under the newest message do: a command's name, or the intent they go on with."""
    with phones.store.reading() as session:
        newest = session.scalars(select(OutgoingMessage.id).order_by(OutgoingMessage.id.desc()).limit(1)).one()
        actions: Sequence[Any] = session.scalars(
            select(Tap.action).where(Tap.message_id == newest).order_by(Tap.position)
        ).all()
    return [kept["commands"][0][0] if kept["do"] == "Do" else kept["draft"]["intent"] for kept in actions]


def test_r19_the_staff_are_told_first_and_the_admins_when_it_lasts(phones: Phones) -> None:
    phones.advance(HOUR + MINUTE)
    look(phones, "timeout")
    assert (watch(phones), watch(phones)) == (1, 0)
    ((_, text),) = told(phones)
    assert "Airbnb" in text
    assert "3" in text
    assert offered(phones) == ["PullNow", "pause", "sync_log"]
    phones.advance(30 * MINUTE)
    assert watch(phones) == 2
    assert len({chat for chat, _ in told(phones)}) == 2


def test_r19_a_stale_calendar_offers_to_close_its_rooms_elsewhere_and_goes_to_everybody(phones: Phones) -> None:
    phones.advance(3 * HOUR + MINUTE)
    look(phones, "status_5xx")
    assert watch(phones) == 2
    assert offered(phones) == ["CloseElsewhere", "PullNow", "pause"]


def test_that_it_works_again_is_said_once(phones: Phones) -> None:
    phones.advance(HOUR + MINUTE)
    look(phones, "timeout")
    watch(phones)
    phones.advance(MINUTE)
    look(phones, None)
    assert (watch(phones), watch(phones)) == (1, 0)
    assert "Airbnb" in told(phones)[-1][1]
    assert offered(phones) == []


def test_nobody_is_told_of_a_calendar_that_is_read_as_it_should_be(phones: Phones) -> None:
    phones.advance(HOUR)
    assert (watch(phones), told(phones)) == (0, [])


def test_where_there_is_only_an_admin_the_admin_is_told_first(phones: Phones) -> None:
    with phones.store.unit_of_work() as work:
        for membership in work.session.scalars(select(Membership).where(Membership.role == Role.STAFF)):
            membership.revoked_at = work.now
    phones.advance(HOUR + MINUTE)
    look(phones, "dns")
    assert watch(phones) == 1
