"""Questions, language, help, undo and feed links: answered, and nothing is changed by them."""

from dataclasses import replace

import pytest

from bot.conversation.actions import Continue, SetLanguage
from bot.conversation.drafts import Draft
from bot.conversation.facts import Deed, Feed
from bot.conversation.flows.look import MOST_LISTED
from bot.conversation.intents import LANDED
from bot.conversation.states import Asking, Confirming, Idle
from bot.conversation.step import step
from bot.replies.words import wording
from bot.understanding import Intent, understand
from core.staff.roles import Role
from core.stays.commands import UndoChanges
from tests.bot.conversation.samples import FACTS, HOTEL, ROOMS, day, keys, knowing, labels, nights, said, stay
from tests.support.hotel import NOW

MARY = stay("4", 0, 2, guest="Mary", reason="walk_in", stay_id=12)


def test_free_rooms_are_told_by_type_and_tonight_when_no_day_is_named() -> None:
    taken = said("what is free")
    assert keys(taken) == ["look.free", "look.free_type", "look.free_type"]
    assert taken.say is not None
    assert taken.say.lines[0].facts["nights"] == nights(0, 1)


def test_nothing_free_is_said() -> None:
    assert keys(said("what is free tonight", facts=replace(FACTS, free=()))) == ["look.none_free"]


def test_a_free_room_can_be_blocked_from_its_answer() -> None:
    taken = said("is room 3 free tomorrow", facts=replace(FACTS, free=ROOMS))
    assert taken.say is not None
    (offered,) = taken.say.offers
    assert offered.action == Continue(Draft(Intent.BLOCK, ("3",), start=day(1), end=day(2)))


def test_a_taken_room_tells_who_has_it_and_offers_nothing() -> None:
    taken = said("is room 4 free tonight", facts=knowing(MARY, free=()))
    assert (keys(taken), labels(taken)) == (["look.room_taken"], [])


def test_one_free_and_one_taken_room_are_told_each() -> None:
    free = tuple(room for room in ROOMS if room.name == "3")
    taken = said("are rooms 3 and 4 free tonight", facts=knowing(MARY, free=free))
    assert (keys(taken), labels(taken)) == (["look.room_free", "look.room_taken"], [])


@pytest.mark.parametrize(
    ("text", "some", "none"),
    [
        ("who arrives today", "look.arrivals", "look.no_arrivals"),
        ("who leaves tomorrow", "look.departures", "look.no_departures"),
        ("who is in", "look.in_house", "look.nobody_in"),
    ],
)
def test_guests_are_listed_or_said_to_be_none(text: str, some: str, none: str) -> None:
    assert keys(said(text, facts=replace(FACTS, listed=(MARY,)))) == [some, "look.stay"]
    assert keys(said(text)) == [none]


@pytest.mark.parametrize(("state", "line"), [("contested", "look.no_room"), ("shadowed", "look.lost_room")])
def test_r20_a_guest_without_a_room_is_marked(state: str, line: str) -> None:
    lost = replace(MARY, state=state)
    assert keys(said("who arrives today", facts=replace(FACTS, listed=(lost,)))) == ["look.arrivals", line]


def test_a_long_list_ends_with_how_many_more_there_are() -> None:
    taken = said("who is in", facts=replace(FACTS, listed=(MARY,) * (MOST_LISTED + 3)))
    assert taken.say is not None
    assert (taken.say.lines[-1].key, taken.say.lines[-1].facts["count"]) == ("look.more", 3)
    assert len(said("who is in", facts=replace(FACTS, listed=(MARY,) * MOST_LISTED)).say.lines) == MOST_LISTED + 1  # type: ignore[union-attr]


def test_a_room_tells_what_is_on_and_is_offered_when_it_is_free_tonight() -> None:
    assert (keys(said("room 4", facts=knowing(MARY))), labels(said("room 4", facts=knowing(MARY)))) == (
        ["look.room", "look.room_stay"],
        [],
    )
    later = knowing(replace(MARY, arrival=day(3), departure=day(4)))
    assert labels(said("room 4", facts=later)) == ["offer.block_tonight"]
    assert keys(said("room 4")) == ["look.room_empty"]


def test_a_room_that_was_removed_since_its_button_was_shown_is_said_to_be_none() -> None:
    taken = step(Idle(), Continue(Draft(Intent.STATUS, ("99",))), FACTS)
    assert keys(taken) == ["doubt.unknown_room"]


def test_the_status_without_a_room_is_who_is_in() -> None:
    assert keys(said("status")) == ["look.nobody_in"]


def test_who_did_that_tells_each_change() -> None:
    deed = Deed("stays.blocked", "3", day(0), day(1), "Juma", "telegram", NOW)
    assert keys(said("who did that", facts=replace(FACTS, deeds=(deed, deed)))) == ["deed.stays.blocked"] * 2
    assert keys(said("who did that")) == ["look.nobody_did"]


def test_undo_takes_back_the_last_change_of_this_person() -> None:
    assert said("undo", facts=replace(FACTS, undoable=(7, 8))).do == (UndoChanges((7, 8)),)
    assert keys(said("undo")) == ["undo.nothing"]


def test_a_feed_link_is_for_admins() -> None:
    feed = Feed(1, "Airbnb", "3")
    staff = replace(FACTS, place=replace(FACTS.place, role=Role.STAFF), feeds=(feed,))
    assert keys(said("feed link room 3", facts=staff)) == ["feed.not_allowed"]
    assert keys(said("feed link room 3", facts=replace(FACTS, feeds=(feed,)))) == ["feed.link", "feed.secret"]
    assert keys(said("feed link room 3")) == ["feed.none"]


def test_a_language_there_is_wording_for_is_set_and_another_is_not() -> None:
    assert said("language english").do == (SetLanguage("en"),)
    assert keys(said("speak swahili")) == ["language.not_yet"]
    assert (keys(said("language")), labels(said("language"))) == (["language.which"], ["offer.language"])


@pytest.mark.parametrize("text", ["help", "hi", "menu"])
def test_help_shows_what_can_be_written(text: str) -> None:
    assert keys(said(text)) == ["help.text"]


def test_what_the_help_shows_is_understood() -> None:
    shown = wording("en")["help.text"].format(room="3", property="Baobab").splitlines()[1:]
    phrases = [phrase.strip("• ") for line in shown for phrase in line.split("·")]
    assert len(phrases) > 8
    assert not [phrase for phrase in phrases if understand(phrase, HOTEL).intent not in LANDED]
    assert not [phrase for phrase in phrases if understand(phrase, HOTEL).doubts]


@pytest.mark.parametrize("intent", sorted(set(Intent) - LANDED))
def test_a_command_that_is_not_there_yet_is_said_to_be_understood(intent: Intent) -> None:
    assert keys(step(Idle(), Continue(Draft(intent, ("3",))), FACTS)) == ["not_yet"]


def test_what_is_not_understood_gets_an_example_and_buttons() -> None:
    taken = said("lovely weather")
    assert (keys(taken), len(labels(taken))) == (["puzzled"], 3)


def test_what_is_not_understood_repeats_the_open_question() -> None:
    asked = said("block room 3")
    again = said("lovely weather", asked.state)
    assert (keys(again), again.state) == (["puzzled.pending", "block.which_nights"], asked.state)


def test_a_question_that_lost_its_reason_is_not_carried_out_by_a_word_nobody_understands() -> None:
    asked = said("room 3 out of order until sunday", facts=knowing(stay("3", 0, 3, guest="Mary")))
    assert isinstance(asked.state, Confirming)
    after = said("lovely weather", asked.state)
    assert (keys(after), after.do, after.state) == (["puzzled"], (), Idle())


def test_a_yes_to_nothing_says_that_nothing_was_open() -> None:
    assert keys(said("yes")) == ["left.no_question"]
    assert keys(said("back")) == ["left.nothing"]
    assert keys(said("back", Asking(Draft(Intent.BLOCK), "room"))) == ["left.open"]


def test_one_doubt_is_told_and_it_is_the_most_telling() -> None:
    assert keys(said("don't block room 33 yesterday")) == ["doubt.negated"]


@pytest.mark.parametrize("intent", sorted(LANDED - {Intent.BLOCK, Intent.WALK_IN}))
def test_a_room_that_was_removed_since_the_question_was_begun_is_named(intent: Intent) -> None:
    begun = Draft(intent, rooms=("99",))
    taken = step(Asking(begun, "nights"), Continue(begun), FACTS)
    assert (keys(taken), taken.state, taken.do) == (["doubt.unknown_room"], Idle(), ())


def test_a_room_that_is_neither_free_nor_held_by_a_stay_is_said_not_to_be_free() -> None:
    assert keys(said("is room 3 free tonight", facts=replace(FACTS, stays=(), free=()))) == ["look.room_not_free"]
