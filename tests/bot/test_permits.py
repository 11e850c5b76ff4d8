"""What the chat refuses for want of a role is said, undone and recorded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import gather
from bot.act import act
from bot.conversation.facts import Refusal
from bot.tools import Tools
from core.events.models import Event
from core.events.service import By
from core.imports.commands import ConnectCalendar
from core.staff import queries as staff
from core.stays.commands import BlockRoom
from tests.bot.phones import CHATS, PUBLIC_URL, Phones, open_phones
from tests.support import databases
from tests.support.desk import nights
from tests.support.hotel import SEALER

TOOLS = Tools(SEALER, PUBLIC_URL)


@pytest.fixture
def phones(tmp_path: Path) -> Iterator[Phones]:
    """Give the phones of a new hotel."""
    with databases.migrated("sqlite", tmp_path) as url, open_phones(url) as opened:
        yield opened


def test_a_denial_takes_everything_back_and_is_recorded(phones: Phones) -> None:
    connect = ConnectCalendar(1, "airbnb", TOOLS.hide("https://www.airbnb.com/calendar/ical/1.ics"))
    with phones.store.unit_of_work() as work:
        known = staff.identify(work.session, "telegram", (CHATS["Amina"],))
        assert known is not None
        facts = gather.basics(work, known, known.place)
        by = By(known.person_id, "telegram")
        outcome = act(work, TOOLS, facts, (BlockRoom(1, nights(3, 1)), connect), by)
    assert isinstance(outcome, Refusal)
    assert outcome.code == "role_too_low"
    with phones.store.reading() as session:
        (told,) = session.query(Event).filter(Event.kind.in_(["access.denied", "stays.blocked"])).all()
    assert (told.kind, told.subject_id, told.transport) == ("access.denied", known.person_id, "telegram")
    assert told.facts == {"act": "channels.change", "elsewhere": False}
    assert told.property_id == facts.place.property_id
