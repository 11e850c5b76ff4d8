"""Connecting calendars, how often and when they are read, pausing and resuming: the flows."""

from dataclasses import replace

import pytest

from bot.conversation.actions import Continue, Do, Leave
from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.conversation.states import Asking, Confirming, Idle, State
from bot.conversation.step import step
from bot.conversation.steps import Step
from bot.conversation.turn import Offered, Pick, turn
from bot.understanding import Intent, understand
from core.channels.views import Linked
from core.imports.commands import ConnectCalendar, PauseChannel, PullNow, ResumeChannel, SetInterval
from tests.bot.conversation.calendars import AIRBNB, BOOKING, URL, as_staff, reading
from tests.bot.conversation.samples import FACTS, HOTEL, NAMES, keys, labels, room_id, said

ADDRESS = "https://www.airbnb.com/calendar/ical/1.ics?t=1"
BOTH = reading(AIRBNB, BOOKING)
ROOM_3 = room_id("3")


def written(text: str, state: State | None = None, facts: Facts = FACTS) -> Step:
    """Return the step that a text leads to, with its address sealed as `receive` does it."""
    read = understand(text, HOTEL)
    if read.url is not None:
        read = replace(read, url=URL)
    meant = turn(state or Idle(), read, (), NAMES)
    assert not isinstance(meant, Pick)
    return step(state or Idle(), meant, facts)


def test_r16_a_calendar_that_is_fully_named_is_connected_at_once() -> None:
    taken = written(f"connect room 3 airbnb {ADDRESS}")
    assert (taken.state, taken.do) == (Idle(), (ConnectCalendar(ROOM_3, "airbnb", URL),))


def test_the_platform_is_known_by_the_address() -> None:
    assert written(f"connect room 3 {ADDRESS}").do == (ConnectCalendar(ROOM_3, "airbnb", URL),)


def test_what_is_missing_is_asked_for_one_after_the_other() -> None:
    asked = written("connect")
    assert (keys(asked), asked.state) == (["connect.which_room"], Asking(Draft(Intent.CONNECT), "room"))
    asked = written("3", asked.state)
    assert keys(asked) == ["connect.which_platform"]
    asked = written("booking", asked.state)
    assert keys(asked) == ["connect.paste", "connect.menu", "connect.choose.reservations_only"]
    assert asked.state == Asking(Draft(Intent.CONNECT, rooms=("3",), platform="booking_com"), "url")
    done = written("https://ical.booking.com/v1/export?t=1", asked.state)
    assert done.do == (ConnectCalendar(ROOM_3, "booking_com", URL),)


def test_an_address_pasted_alone_asks_for_the_room_and_keeps_it() -> None:
    asked = written(ADDRESS)
    assert keys(asked) == ["connect.which_room"]
    assert written("room 4", asked.state).do == (ConnectCalendar(room_id("4"), "airbnb", URL),)


def test_a_platform_offered_as_a_button_is_taken() -> None:
    asked = written("connect room 3 https://calendar.example/1.ics")
    assert keys(asked) == ["connect.which_platform"]
    assert asked.say is not None
    assert step(asked.state, asked.say.offers[1].action, FACTS).do == (ConnectCalendar(ROOM_3, "booking_com", URL),)


def test_a_pasted_address_of_another_platform_leaves_the_named_one_for_the_house_to_refuse() -> None:
    asking = Asking(Draft(Intent.CONNECT, rooms=("3",), platform="vrbo"), "url")
    assert written(ADDRESS, asking).do == (ConnectCalendar(ROOM_3, "vrbo", URL),)


def test_a_calendar_is_not_replaced_without_asking() -> None:
    asked = written(f"connect room 3 {ADDRESS}", facts=BOTH)
    assert (keys(asked), labels(asked), asked.do) == (["connect.replace"], ["offer.yes_replace", "offer.no"], ())
    assert written(f"connect room 7 {ADDRESS}", facts=BOTH).do


def test_only_admins_connect_calendars() -> None:
    refused = written(f"connect room 3 airbnb {ADDRESS}", facts=as_staff(FACTS))
    assert (keys(refused), refused.do) == (["connect.not_allowed"], ())


def test_one_room_at_a_time_is_connected() -> None:
    asked = written(f"connect rooms 3 and 4 {ADDRESS}")
    assert (keys(asked), labels(asked), asked.do) == (["connect.one_room"], ["offer.room"] * 2, ())


def test_r03_a_type_that_is_sold_as_one_listing_is_connected_by_its_name_or_code() -> None:
    double = next(room.type_id for room in FACTS.rooms if room.name == "3")
    for text in (f"connect the doubles to airbnb {ADDRESS}", f"connect double {ADDRESS}", f"doubles {ADDRESS}"):
        assert written(text).do == (ConnectCalendar(None, "airbnb", URL, double),), text


def test_r03_a_type_may_answer_what_the_calendar_is_of_and_is_named_when_the_address_is_asked_for() -> None:
    asked = written("connect")
    asked = written("doubles", asked.state)
    asked = written("airbnb", asked.state)
    assert keys(asked) == ["connect.paste", "connect.menu"]
    assert asked.say is not None
    assert asked.say.lines[0].facts["linked"] == Linked(type="DBL", type_name="Double")
    assert isinstance(written(ADDRESS, asked.state).do[0], ConnectCalendar)


def test_r03_where_a_platform_sells_rooms_one_by_one_a_type_is_refused_before_the_address_is_looked_for() -> None:
    refused = written("connect doubles booking.com")
    assert (keys(refused), labels(refused), refused.do) == (["refused.one_unit_per_type"], ["offer.room"] * 4, ())
    assert refused.say is not None
    taken = step(refused.state, refused.say.offers[1].action, FACTS)
    assert taken.state == Asking(Draft(Intent.CONNECT, rooms=("3",), platform="booking_com"), "url")


def test_r03_a_type_of_one_room_may_be_connected_there() -> None:
    assert keys(written("connect twins booking.com"))[0] == "connect.paste"
    taken = written("connect twins https://ical.booking.com/v1/export?t=1")
    assert taken.do == (ConnectCalendar(None, "booking_com", URL, FACTS.room("7").type_id),)


def test_a_type_beside_a_room_of_it_only_says_of_what_kind_the_room_is() -> None:
    assert written(f"connect double room 3 {ADDRESS}").do == (ConnectCalendar(ROOM_3, "airbnb", URL),)
    assert said("sync double room 3 now", facts=BOTH).do == (PullNow(None, (ROOM_3,)),)
    assert keys(written(f"connect twin room 3 {ADDRESS}")) == ["connect.one_room"]


def test_r03_the_calendar_of_a_type_is_not_replaced_without_asking() -> None:
    facts = reading(replace(AIRBNB, rooms=(), types=("Double",)))
    asked = written(f"connect doubles {ADDRESS}", facts=facts)
    assert (keys(asked), asked.do) == (["connect.replace"], ())
    assert written(f"connect room 3 {ADDRESS}", facts=facts).do, "a room of it has a calendar of its own"


@pytest.mark.parametrize("text", ["connect doubles and room 7 airbnb", "connect doubles and twins airbnb"])
def test_one_room_or_one_type_at_a_time_is_connected(text: str) -> None:
    asked = written(text)
    assert (keys(asked), asked.do) == (["connect.one_room"], ())
    assert asked.state == Asking(Draft(Intent.CONNECT, platform="airbnb"), "room")


def test_reading_a_type_now_reads_every_calendar_in_which_it_is_sold() -> None:
    doubles = tuple(room.room_id for room in FACTS.rooms if room.type_code == "DBL")
    assert said("sync doubles now", facts=BOTH).do == (PullNow(None, doubles),)
    assert keys(said("sync twins now", facts=BOTH))[0] == "sync.none"
    assert keys(said("pause doubles", facts=BOTH)) == ["sync.not_by_room"]


def test_a_platform_without_calendars_is_said_to_have_none() -> None:
    assert keys(written("connect room 3 gommt")) == ["connect.no_calendar"]


def test_pausing_is_read_back_with_the_rooms_it_is_about() -> None:
    asked = said("pause airbnb", facts=BOTH)
    assert (keys(asked), labels(asked), asked.do) == (["pause.ask"], ["offer.yes_pause", "offer.no"], ())
    assert asked.say is not None
    assert asked.say.lines[0].facts["linked"] == (Linked("3, 4"),)
    assert isinstance(asked.state, Confirming)
    shown = (Offered(1, "Yes, pause", "t"),)
    meant = turn(asked.state, understand("yes", HOTEL), shown, NAMES)
    assert meant == Do((PauseChannel("airbnb"),))


def test_resuming_is_done_at_once() -> None:
    paused = reading(replace(AIRBNB, active=False), BOOKING)
    assert said("resume airbnb", facts=paused).do == (ResumeChannel("airbnb"),)
    assert said("resume", facts=paused).do == (ResumeChannel("airbnb"),)


def test_which_platform_is_asked_where_several_could_be_meant() -> None:
    asked = said("pause", facts=BOTH)
    assert (keys(asked), labels(asked)) == (["sync.which_platform"], ["offer.platform"] * 2)
    assert keys(said("booking", asked.state, BOTH)) == ["pause.ask"]
    both = reading(replace(AIRBNB, active=False), replace(BOOKING, active=False))
    assert keys(said("resume", facts=both)) == ["sync.which_platform"]


def test_what_is_so_already_is_said() -> None:
    paused = reading(replace(AIRBNB, active=False))
    assert keys(said("pause airbnb", facts=paused)) == ["sync.paused_already"]
    assert keys(said("resume airbnb", facts=BOTH)) == ["sync.not_paused"]


@pytest.mark.parametrize("text", ["pause room 3", "resume room 3", "sync room 3 every hour"])
def test_a_platform_is_paused_and_paced_as_a_whole(text: str) -> None:
    asked = said(text, facts=BOTH)
    assert (keys(asked), labels(asked), asked.do) == (["sync.not_by_room"], ["offer.whole", "offer.no"], ())
    assert asked.say is not None
    assert asked.say.offers[1].action == Leave()


def test_how_often_is_set_for_one_platform_or_all() -> None:
    assert said("sync airbnb every 15 min", facts=BOTH).do == (SetInterval("airbnb", 900),)
    assert said("sync every hour", facts=BOTH).do == (SetInterval("airbnb", 3600), SetInterval("booking_com", 3600))


def test_how_often_may_be_answered_in_minutes() -> None:
    asked = step(Idle(), Continue(Draft(Intent.SYNC_EVERY, platform="airbnb")), BOTH)
    assert keys(asked) == ["sync.how_often"]
    assert said("20", asked.state, BOTH).do == (SetInterval("airbnb", 1200),)


def test_reading_now_is_for_all_or_for_what_is_named() -> None:
    assert said("sync now", facts=BOTH).do == (PullNow(),)
    assert said("sync room 3 now", facts=BOTH).do == (PullNow(None, (ROOM_3,)),)
    assert said("sync booking.com now", facts=BOTH).do == (PullNow("booking_com"),)


def test_a_paused_platform_is_not_read_and_may_be_resumed() -> None:
    paused = said("sync airbnb now", facts=reading(replace(AIRBNB, active=False)))
    assert (keys(paused), labels(paused), paused.do) == (["sync.is_paused"], ["offer.resume"], ())


@pytest.mark.parametrize("text", ["sync now", "pause airbnb", "resume airbnb", "sync every hour", "sync room 7 now"])
def test_where_nothing_is_connected_that_is_said(text: str) -> None:
    facts = reading() if "room 7" not in text else BOTH
    assert keys(said(text, facts=facts))[0] in ("sync.none", "sync.none_of")
    assert keys(said(text, facts=facts))[1:] == ["sync.how_to_connect"]
    assert keys(said(text, facts=as_staff(facts)))[1:] == []


@pytest.mark.parametrize("text", ["pause airbnb or booking.com", "don't pause airbnb", "pause airbnb until friday"])
def test_a_doubtful_pause_does_nothing(text: str) -> None:
    taken = said(text, facts=BOTH)
    assert (taken.state, taken.do) == (Idle(), ())
