"""Commands about calendars through the door: for this property, by roles, with addresses that stay secret."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot import choices, gather
from bot.act import act
from bot.conversation.actions import Command, Do
from bot.conversation.facts import Done, Outcome, Refusal
from bot.conversation.receipts import receipt
from bot.models import Conversation, InboundMessage, OutgoingMessage, Tap
from bot.replies.render import render
from bot.replies.voices import Voice
from bot.tools import Tools
from core.channels import service as channels
from core.channels.models import Channel, ChannelLink
from core.events.models import Event
from core.events.service import By
from core.imports.commands import (
    AnswerMass,
    CloseElsewhere,
    ConnectCalendar,
    JoinPreviews,
    PauseChannel,
    PullNow,
    ResumeChannel,
    SetInterval,
    SettleClosure,
    SettleGuest,
    SettleLingering,
)
from core.outbox.models import Due
from core.staff import queries as staff
from core.staff.roles import Role
from core.stays.models import Stay
from tests.bot.phones import CHATS, PUBLIC_URL, Phones, open_phones
from tests.support import databases
from tests.support.hotel import SEALER, make_hotel

SECRET = "S3CR3T"
ADDRESS = f"https://www.airbnb.com/calendar/ical/1.ics?t={SECRET}"
TOOLS = Tools(SEALER, PUBLIC_URL)


@pytest.fixture
def phones(tmp_path: Path) -> Iterator[Phones]:
    """Give the phones of a new hotel: Amina is staff, Juma an admin."""
    with databases.migrated("sqlite", tmp_path) as url, open_phones(url) as opened:
        yield opened


def done(phones: Phones, *commands: Command, who: str = "Juma") -> tuple[Outcome, str]:
    """Carry out commands; return the outcome and what is said."""
    with phones.store.unit_of_work() as work:
        known = staff.identify(work.session, "telegram", (CHATS[who],))
        assert known is not None
        facts = gather.basics(work, known, known.place)
        outcome = act(work, TOOLS, facts, commands, By(facts.who.person_id, "telegram"))
        voice = Voice(facts.language, facts.place.timezone, facts.now)
        return outcome, render(receipt(commands, outcome, facts), voice).text


def connected(phones: Phones) -> ChannelLink:
    """Connect room 3 to Airbnb by chat; return the link."""
    assert phones.say("Juma", f"connect room 3 airbnb {ADDRESS}").text.startswith("Reading Airbnb's calendar")
    with phones.store.reading() as session:
        return session.scalars(select(ChannelLink).where(ChannelLink.import_url.is_not(None))).one()


def everything_kept(phones: Phones) -> str:
    """Return all that the chat and the log of events keep, as one text."""
    with phones.store.reading() as session:
        rows = [
            *(row.text for row in session.scalars(select(InboundMessage))),
            *(f"{row.text}{row.choices}" for row in session.scalars(select(OutgoingMessage))),
            *(str(row.state) for row in session.scalars(select(Conversation))),
            *(f"{row.label}{row.action}" for row in session.scalars(select(Tap))),
            *(str(row.facts) for row in session.scalars(select(Event))),
            *(str(row.facts) for row in session.scalars(select(Due))),
        ]
    return "\n".join(rows)


def test_a_connected_calendar_is_due_at_once_and_its_address_opens(phones: Phones) -> None:
    link = connected(phones)
    assert channels.import_url(SEALER, link) == ADDRESS
    with phones.store.reading() as session:
        assert session.scalars(select(Due.due_at).where(Due.key == f"pull:{link.id}")).one() <= phones.store.clock.now()


@pytest.mark.parametrize(
    "said",
    [
        (f"connect room 3 airbnb {ADDRESS}",),
        (ADDRESS, "room 3"),
        (f"connect room 3 https://calendar.example/{SECRET}.ics", "1"),
        (f"connect room 3 vrbo {ADDRESS}",),
        (f"connect room 3 airbnb {ADDRESS} {ADDRESS}2",),
        (f"block room 3 tonight {ADDRESS}",),
        (f"lovely weather www.airbnb.com/{SECRET}",),
    ],
)
def test_an_address_stays_in_no_row_of_the_chat_no_event_no_log_and_no_answer(
    phones: Phones, said: tuple[str, ...]
) -> None:
    with capture_logs() as logs:
        for text in said:
            assert SECRET not in phones.say("Juma", text).text
    assert SECRET not in everything_kept(phones)
    assert SECRET not in str(logs)


def test_what_is_kept_would_show_a_secret_that_is_no_address(phones: Phones) -> None:
    phones.say("Juma", f"block room 3 tonight note: {SECRET}")
    assert SECRET in everything_kept(phones)


def test_an_address_of_a_message_that_failed_is_not_kept_either(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("bot.receive._converse", fails)
    with capture_logs() as logs:
        assert phones.say("Juma", f"connect room 3 airbnb {ADDRESS}").text.startswith("Something went wrong")
    assert SECRET not in everything_kept(phones) + str(logs)


def test_an_address_sealed_with_another_key_is_asked_for_again(phones: Phones) -> None:
    outcome, text = done(phones, ConnectCalendar(phones.hotel.rooms["3"], "airbnb", "sealed by somebody else"))
    assert (isinstance(outcome, Refusal), text) == (
        True,
        "The address was written too long ago. Please paste it again.",
    )


def test_only_admins_connect_even_by_an_old_button(phones: Phones) -> None:
    order = ConnectCalendar(phones.hotel.rooms["3"], "airbnb", TOOLS.hide(ADDRESS))
    assert done(phones, order, who="Amina")[1] == "Your role does not allow that. Ask an admin."
    assert isinstance(done(phones, order)[0], Done)


def test_r03_a_whole_type_is_connected_and_its_feed_is_shown_by_its_name(phones: Phones) -> None:
    said = phones.say("Juma", f"connect the dbls to airbnb {ADDRESS}").text
    assert said.startswith("Reading Airbnb's calendar for all rooms of type Dbl now")
    with phones.store.reading() as session:
        link = session.scalars(select(ChannelLink).where(ChannelLink.import_url.is_not(None))).one()
        assert (link.room_id, link.type_id) == (None, phones.hotel.types["DBL"])
    feeds = phones.say("Juma", "feed link dbls airbnb").text
    assert "Airbnb, all rooms of type Dbl:\n" in feeds
    assert "Airbnb, all rooms of type Dbl:\n" not in phones.say("Juma", "feed link twns airbnb").text


def test_r03_a_type_of_several_rooms_is_refused_where_they_are_sold_one_by_one_even_by_an_old_button(
    phones: Phones,
) -> None:
    url = TOOLS.hide("https://ical.booking.com/v1/export?t=1")
    refused, text = done(phones, ConnectCalendar(None, "booking_com", url, phones.hotel.types["DBL"]))
    assert isinstance(refused, Refusal)
    assert text == "Booking.com connects only types of one room, and DBL has 2. Connect its rooms one by one."
    assert isinstance(done(phones, ConnectCalendar(None, "booking_com", url, phones.hotel.types["TWN"]))[0], Done)


def test_a_type_of_another_house_is_not_there(phones: Phones) -> None:
    other = make_hotel(phones.store, {"21": "SGL"}, code="acacia", staff={"Otieno": Role.PROPERTY_ADMIN}, links=())
    order = ConnectCalendar(None, "airbnb", TOOLS.hide(ADDRESS), other.types["SGL"])
    assert isinstance(done(phones, order)[0], Refusal)
    assert isinstance(done(phones, ConnectCalendar(None, "airbnb", TOOLS.hide(ADDRESS)))[0], Refusal)


def test_r17_a_calendar_of_another_house_is_refused_without_naming_it(phones: Phones) -> None:
    connected(phones)
    other = make_hotel(phones.store, {"21": "DBL"}, code="acacia", staff={"Otieno": Role.PROPERTY_ADMIN}, links=())
    with phones.store.unit_of_work() as work:
        link = work.session.scalars(select(ChannelLink).where(ChannelLink.import_url.is_not(None))).one()
        channel = work.session.get_one(Channel, link.channel_id)
        channel.property_id, link.room_id = other.property_id, other.rooms["21"]
    said = phones.say("Juma", f"connect room 4 airbnb {ADDRESS}").text
    assert said == "That calendar is read already, for another house."


def test_pausing_by_chat_is_read_back_and_resuming_is_not(phones: Phones) -> None:
    connected(phones)
    asked = phones.say("Amina", "pause airbnb")
    assert active(phones) is True
    phones.tap("Amina", asked, "Yes, pause")
    assert active(phones) is False
    phones.say("Amina", "resume airbnb")
    assert active(phones) is True


def active(phones: Phones) -> bool:
    """Return whether Airbnb is read."""
    with phones.store.reading() as session:
        return session.scalars(select(Channel.active).where(Channel.platform == "airbnb")).one()


def test_how_often_is_set_and_bounds_are_told(phones: Phones) -> None:
    connected(phones)
    assert phones.say("Amina", "sync airbnb every 15 min").text == "⏱ Airbnb: read every 15 minutes from now on."
    assert phones.say("Amina", "sync airbnb every 15 min").text == "Airbnb: read every 15 minutes already."
    assert phones.say("Amina", "sync airbnb every 2 min").text == "Airbnb: from every 5 minutes to every 24 hours."


@pytest.mark.parametrize(
    "command", [SetInterval("vrbo", 900), PauseChannel("vrbo"), ResumeChannel("vrbo"), CloseElsewhere("vrbo")]
)
def test_a_platform_that_is_not_used_here_is_said_not_to_be_connected(phones: Phones, command: Command) -> None:
    assert done(phones, command)[1] == "No VRBO calendar is connected."


def test_reading_now_moves_only_what_was_named(phones: Phones) -> None:
    connected(phones)
    assert done(phones, PullNow("airbnb", (phones.hotel.rooms["4"],)))[1].startswith("There is nothing to read")
    assert done(phones, PullNow("airbnb", (phones.hotel.rooms["3"],)))[1].startswith("🔄 Reading now: Airbnb, Room 3.")
    assert done(phones, PullNow(None, (99,)))[1] == "That room is not there any more."


@pytest.mark.parametrize(
    "command",
    [
        AnswerMass(1, gone=True),
        JoinPreviews(1, join=True),
        AnswerMass(99, gone=True),
    ],
)
def test_r13_a_question_that_is_not_open_is_said_to_be_settled(phones: Phones, command: Command) -> None:
    assert done(phones, command)[1] == "That is settled already; nothing was changed."


@pytest.mark.parametrize(
    "command", [SettleClosure(9, everywhere=True), SettleLingering(9, new=True), SettleGuest(9, same=True)]
)
def test_a_booking_nobody_told_us_cannot_be_settled(phones: Phones, command: Command) -> None:
    assert done(phones, command)[1] == "That is no longer there."


def test_a_link_of_another_property_answers_nothing(phones: Phones) -> None:
    other = make_hotel(
        phones.store, {"21": "DBL"}, code="acacia", staff={"Otieno": Role.STAFF}, links=(("airbnb", "21"),)
    )
    link_id = other.links["airbnb", "21"]
    assert done(phones, JoinPreviews(link_id, join=True))[1] == "That is settled already; nothing was changed."


def test_r19_rooms_closed_elsewhere_are_blocked_and_can_be_undone(phones: Phones) -> None:
    connected(phones)
    outcome, text = done(phones, CloseElsewhere("airbnb"))
    assert isinstance(outcome, Done)
    assert text.startswith("✅ Closed tonight and tomorrow night: Room 3")
    assert phones.count(Stay) == len(outcome.told) > 0
    assert done(phones, CloseElsewhere("airbnb"))[1].startswith("Nothing to close")


def test_the_answer_to_a_question_stays_open_longer_than_a_dialogue() -> None:
    assert choices._lasts(Do((AnswerMass(1, gone=True),))) > choices._lasts(Do((PullNow(),)))
