"""What admins are told unasked: feeds that their platform stopped reading (R7), and what logins suffer."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.alerts import tell_login, tell_silent_feeds
from bot.models import Conversation, OutgoingMessage
from core.access.warning import Fear
from core.channels.models import ChannelLink
from core.outbox.effects import Say
from core.outbox.models import Due
from core.staff.models import Membership
from core.staff.roles import Role
from tests.bot.phones import CHATS, ENGINES, Phones, open_phones
from tests.support import databases
from tests.support.hotel import make_hotel

QUIET = timedelta(hours=6, minutes=1)


@pytest.fixture(params=ENGINES)
def phones(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Phones]:
    """Give the phones of a new hotel."""
    with databases.migrated(request.param, tmp_path) as url, open_phones(url) as opened:
        yield opened


def read(phones: Phones) -> None:
    """Let Airbnb read the feed of room 3 now; it usually does so each hour."""
    with phones.store.unit_of_work() as work:
        link = work.session.get_one(ChannelLink, phones.hotel.links["airbnb", "3"])
        link.read_at, link.read_gap, link.silent_since = work.now, 3600.0, None


def watch(phones: Phones) -> int:
    """Look for silent feeds; how many are told."""
    with phones.store.unit_of_work() as work:
        return tell_silent_feeds(work)


def alerts(phones: Phones) -> list[str]:
    """Return every alert that waits to be sent."""
    with phones.store.reading() as session:
        assert len(session.scalars(select(Due).where(Due.kind == Say.kind)).all()) == phones.count(OutgoingMessage)
        return list(session.scalars(select(OutgoingMessage.text).order_by(OutgoingMessage.id)))


def test_r07_a_silent_feed_is_told_once_to_the_admins_and_again_after_a_new_read(phones: Phones) -> None:
    read(phones)
    phones.advance(QUIET)
    assert (watch(phones), watch(phones)) == (1, 0)
    (alert,) = alerts(phones)
    assert alert.startswith("⚠️ Airbnb has not read the calendar of Room 3 since Fri 20 Nov 21:40.")
    read(phones)
    assert watch(phones) == 0
    phones.advance(QUIET)
    assert watch(phones) == 1
    assert len(alerts(phones)) == 2


def test_r07_a_feed_that_is_read_as_usual_or_never_was_is_not_told(phones: Phones) -> None:
    assert watch(phones) == 0
    read(phones)
    phones.advance(timedelta(hours=5, minutes=59))
    assert (watch(phones), alerts(phones)) == (0, [])


def test_r07_an_alert_does_not_close_the_question_that_is_open(phones: Phones) -> None:
    phones.say("Juma", "block room 4")
    read(phones)
    phones.advance(timedelta(minutes=30))
    with phones.store.unit_of_work() as work:
        link = work.session.get_one(ChannelLink, phones.hotel.links["airbnb", "3"])
        link.read_at = work.now - QUIET
    assert watch(phones) == 1
    with phones.store.reading() as session:
        said = session.scalars(select(OutgoingMessage.text).order_by(OutgoingMessage.id)).all()
    assert len(said) == 2
    phones.send("Juma", "tonight")
    with phones.store.reading() as session:
        last = session.scalars(select(OutgoingMessage.text).order_by(OutgoingMessage.id.desc())).first()
    assert (last or "").startswith("✅ Room 4")


def told(phones: Phones, fear: Fear, name: str = "Amina") -> list[str]:
    """Warn of somebody's login; the chats that were told."""
    with phones.store.unit_of_work() as work:
        tell_login(work, phones.hotel.people[name], fear)
    with phones.store.reading() as session:
        query = select(Conversation.chat).join(OutgoingMessage, OutgoingMessage.conversation_id == Conversation.id)
        return list(session.scalars(query.order_by(OutgoingMessage.id)))


@pytest.mark.parametrize(
    ("fear", "said"),
    [
        (Fear.COPIED, "🔐 Amina's login was used with a copied key. I ended it, for both."),
        (Fear.GUESSED, "🔐 Too many wrong passwords for Amina. Nobody got in; I slow such tries down by myself."),
    ],
)
def test_what_a_login_suffers_is_told_to_the_admins_of_the_property(phones: Phones, fear: Fear, said: str) -> None:
    assert told(phones, fear) == [CHATS["Juma"]]
    (alert,) = alerts(phones)
    assert alert.startswith(said)


def test_who_is_an_admin_of_several_of_the_persons_properties_is_told_once(phones: Phones) -> None:
    acacia = make_hotel(phones.store, {"1": "DBL"}, code="acacia", staff={})
    with phones.store.unit_of_work() as work:
        work.session.add_all(
            Membership(person_id=phones.hotel.people[name], property_id=acacia.property_id, role=role)
            for name, role in (("Amina", Role.STAFF), ("Juma", Role.PROPERTY_ADMIN))
        )
    assert told(phones, Fear.COPIED) == [CHATS["Juma"]]


def test_the_login_of_who_works_nowhere_is_nobodys_worry(phones: Phones) -> None:
    with phones.store.unit_of_work() as work:
        for one in work.session.query(Membership).filter_by(person_id=phones.hotel.people["Amina"]):
            one.revoked_at = work.now
    assert told(phones, Fear.GUESSED) == []
