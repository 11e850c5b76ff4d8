"""The door into the core: each command is carried out for the property at hand, and each refusal can be said."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import gather
from bot.act import act
from bot.conversation.actions import Command, SetLanguage
from bot.conversation.facts import Done, Facts, Outcome, Refusal
from bot.conversation.receipts import receipt
from bot.replies.render import render
from bot.replies.voices import Voice
from bot.tools import Tools
from core.db.work import UnitOfWork
from core.events.models import Event
from core.events.service import By
from core.staff import queries as staff
from core.staff.roles import Role
from core.stays import service
from core.stays.commands import BlockRoom, ExtendStay, MoveStay, ShortenStay, UnblockRoom, UndoChanges
from core.stays.models import Stay
from tests.bot.phones import CHATS, PUBLIC_URL, Phones, open_phones
from tests.support import databases
from tests.support.desk import day, nights
from tests.support.hotel import SEALER, make_hotel
from tests.support.truth import must_be_true

TOOLS = Tools(SEALER, PUBLIC_URL)


@pytest.fixture
def phones(tmp_path: Path) -> Iterator[Phones]:
    """Give the phones of a new hotel where Amina has blocked room 3 for three nights and opened room 7 again."""
    with databases.migrated("sqlite", tmp_path) as url, open_phones(url) as opened:
        opened.say("Amina", "block room 3 until monday")
        opened.say("Amina", "block room 7 tonight")
        opened.say("Amina", "unblock room 7")
        opened.say("Amina", "yes")
        yield opened


def facts_of(work: UnitOfWork, who: str = "Amina") -> Facts:
    """Return what is known of somebody before they say a thing."""
    known = staff.identify(work.session, "telegram", (CHATS[who],))
    assert known is not None
    return gather.basics(work, known, known.place)


def done(phones: Phones, *commands: Command, who: str = "Amina") -> tuple[Outcome, str]:
    """Carry out commands; return the outcome and what is said."""
    with phones.store.unit_of_work() as work:
        facts = facts_of(work, who)
        outcome = act(work, TOOLS, facts, commands, By(facts.who.person_id, "telegram"))
        voice = Voice(facts.language, facts.place.timezone, facts.now)
        return outcome, render(receipt(commands, outcome, facts), voice).text


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (BlockRoom(2, nights(-1, 2)), "Thu 19 Nov is over; today is Fri 20 Nov."),
        (BlockRoom(2, nights(0, 366)), "366 nights are too many: 365 at most."),
        (BlockRoom(2, nights(700, 60)), "Tue 19 Dec 2028 is too far ahead: Mon 20 Nov 2028 at the latest."),
        (BlockRoom(99, nights(0, 1)), "That room is not there any more."),
        (ExtendStay(99, 1, day(5)), "That is no longer there."),
        (ExtendStay(1, 99, day(5)), "Somebody changed it meanwhile. Please look again."),
        (ExtendStay(1, 1, day(2)), "Nothing to change: it is so already."),
        (ExtendStay(1, 1, day(800)), "800 nights are too many: 365 at most."),
        (ShortenStay(1, 1, day(3)), "Nothing to change: it is so already."),
        (
            UnblockRoom(1, 1, nights(1, 1)),
            "Only the first or the last nights can be opened. Shorten it, or open all of it.",
        ),
        (UnblockRoom(1, 1, nights(9, 1)), "Nothing to change: it is so already."),
        (UnblockRoom(2, 2), "That was opened already; nothing is held there now."),
        (MoveStay(1, 1, 1), "Nothing to change: it is so already."),
        (UndoChanges((99,)), "There is nothing of yours to undo from the last 10 minutes."),
    ],
    ids=str,
)
def test_a_refusal_is_an_outcome_and_says_why(phones: Phones, command: Command, said: str) -> None:
    outcome, text = done(phones, command)
    assert isinstance(outcome, Refusal)
    assert text == said
    must_be_true(phones.store)


def test_nights_that_are_over_and_changes_that_are_old_are_refused(phones: Phones) -> None:
    phones.advance(timedelta(days=3))
    assert done(phones, UnblockRoom(1, 1))[1] == "All its nights are over."
    late = done(phones, UndoChanges((_first_event(phones),)))[1]
    assert late.startswith("Too late to undo: more than 10 minutes have passed.")


def _first_event(phones: Phones) -> int:
    with phones.store.reading() as session:
        query = select(Event.id).where(Event.kind == "stays.blocked").order_by(Event.id)
        return session.scalars(query).first() or 0


def test_a_taken_night_names_the_holder_and_the_rooms_nearest_in_kind(phones: Phones) -> None:
    outcome, text = done(phones, BlockRoom(phones.hotel.rooms["3"], nights(0, 1)), who="Juma")
    assert isinstance(outcome, Refusal)
    assert outcome.holder is not None
    assert [room.name for room in outcome.free] == ["4", "7"]
    assert text.startswith("Room 3 is taken Fri 20 Nov: held by the house · Amina, 21:40")


def test_commands_are_carried_out_all_or_none(phones: Phones) -> None:
    before = phones.count(Stay)
    free, taken = (BlockRoom(phones.hotel.rooms[room], nights(0, 1)) for room in ("4", "3"))
    assert isinstance(done(phones, free, taken)[0], Refusal)
    assert phones.count(Stay) == before
    assert isinstance(done(phones, free)[0], Done)
    assert phones.count(Stay) == before + 1


def test_a_room_or_stay_of_another_property_is_not_there(phones: Phones) -> None:
    other = make_hotel(phones.store, {"21": "DBL"}, code="acacia", staff={"Otieno": Role.STAFF}, links=())
    outcome, text = done(phones, BlockRoom(other.rooms["21"], nights(0, 1)))
    assert (isinstance(outcome, Refusal), text) == (True, "That room is not there any more.")
    outcome, text = done(phones, MoveStay(1, 1, other.rooms["21"]))
    assert (isinstance(outcome, Refusal), text) == (True, "That room is not there any more.")
    with phones.store.unit_of_work() as work:
        stay = work.session.get_one(Stay, 1)
        stay.property_id, stay.room_id = other.property_id, other.rooms["21"]
    for command in (ExtendStay(1, 2, day(5)), ShortenStay(1, 2, day(1)), UnblockRoom(1, 2), MoveStay(1, 2, 1)):
        assert done(phones, command)[1] == "That is no longer there."


def test_an_undo_of_another_property_s_change_is_refused(phones: Phones) -> None:
    other = make_hotel(phones.store, {"21": "DBL"}, code="acacia", staff={"Otieno": Role.STAFF}, links=())
    with phones.store.unit_of_work() as work:
        change = service.block(work, BlockRoom(other.rooms["21"], nights(0, 1)), By(other.people["Otieno"]))
    outcome, _ = done(phones, UndoChanges((change.event_id,)))
    assert isinstance(outcome, Refusal)
    with phones.store.reading() as session:
        assert session.get_one(Stay, change.stay.id).state == "holding"


def test_a_language_is_set_without_touching_a_night(phones: Phones) -> None:
    outcome, text = done(phones, SetLanguage("en"))
    assert isinstance(outcome, Done)
    assert (outcome.told, text) == ((), "I will speak English.")
