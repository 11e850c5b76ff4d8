"""Unblock, extend, shorten, move: opening and moving are read back, a longer stay is done at once."""

from dataclasses import replace

import pytest

from bot.conversation.states import Asking, Confirming, Idle
from bot.conversation.steps import Step
from core.stays.commands import ExtendStay, MoveStay, ShortenStay, UnblockRoom
from tests.bot.conversation.samples import FACTS, ROOMS, day, keys, knowing, labels, nights, room_id, said, stay

JOHN = stay("3", 0, 3, guest="John", reason="walk_in")
ONE = knowing(JOHN)
TWO = knowing(stay("3", 1, 1, stay_id=12), stay("3", 4, 2, stay_id=13))


def waits(taken: Step) -> tuple[object, ...]:
    """Return the commands that wait for a yes."""
    assert taken.do == ()
    assert isinstance(taken.state, Confirming)
    return taken.state.commands


def test_opening_is_read_back() -> None:
    taken = said("unblock room 3", facts=ONE)
    assert waits(taken) == (UnblockRoom(11, 5),)
    assert (keys(taken), labels(taken)) == (["unblock.ask"], ["offer.yes_unblock", "offer.no"])


def test_named_nights_of_a_block_are_opened_alone() -> None:
    assert waits(said("unblock room 3 tonight", facts=ONE)) == (UnblockRoom(11, 5, nights(0, 1)),)


def test_dates_tell_two_blocks_apart() -> None:
    assert waits(said("unblock room 3 tomorrow", facts=TWO)) == (UnblockRoom(12, 5, nights(1, 1)),)


def test_of_two_blocks_the_right_one_is_asked_for_and_both_are_described() -> None:
    taken = said("unblock room 3", facts=TWO)
    assert isinstance(taken.state, Asking)
    assert (taken.state.slot, keys(taken)) == ("which", ["change.which_stay", "look.stay", "look.stay"])
    assert labels(taken) == ["offer.stay", "offer.stay"]


def test_two_stays_of_one_guest_in_one_room_are_told_apart_by_their_day() -> None:
    john = {"guest": "John", "reason": "walk_in"}
    facts = knowing(stay("3", 1, 1, stay_id=12, **john), stay("3", 4, 2, stay_id=13, **john))
    assert labels(said("unblock room 3", facts=facts)) == ["offer.stay_from", "offer.stay_from"]


def test_several_rooms_are_opened_together_or_not_at_all() -> None:
    facts = knowing(stay("3", 0, 1, stay_id=12), stay("4", 0, 2, stay_id=13))
    taken = said("unblock rooms 3 and 4", facts=facts)
    assert waits(taken) == (UnblockRoom(12, 5), UnblockRoom(13, 5))
    assert keys(taken) == ["unblock.ask_several", "unblock.ask_one", "unblock.ask_one"]


def test_several_rooms_of_which_one_has_two_stays_are_asked_for_one_by_one() -> None:
    facts = knowing(stay("3", 0, 1, stay_id=12), stay("4", 0, 2, stay_id=13), stay("4", 4, 2, stay_id=14))
    taken = said("unblock rooms 3 and 4", facts=facts)
    assert (keys(taken), taken.state, taken.do) == (["change.one_at_a_time"], Idle(), ())


@pytest.mark.parametrize(
    ("text", "departure"),
    [("extend room 3 one more night", 4), ("extend room 3 until tuesday", 4), ("extend room 3 2 nights", 5)],
)
def test_a_longer_stay_is_done_at_once(text: str, departure: int) -> None:
    assert said(text, facts=ONE).do == (ExtendStay(11, 5, day(departure)),)


def test_a_much_longer_stay_is_read_back() -> None:
    assert waits(said("extend room 3 20 nights", facts=ONE)) == (ExtendStay(11, 5, day(23)),)


def test_a_longer_stay_without_a_day_is_asked_until_when() -> None:
    taken = said("extend room 3", facts=ONE)
    assert (keys(taken), labels(taken)) == (["extend.until_when"], ["offer.until"] * 3)
    assert said("2", taken.state, ONE).do == (ExtendStay(11, 5, day(5)),)
    assert said("tuesday", taken.state, ONE).do == (ExtendStay(11, 5, day(4)),)


@pytest.mark.parametrize("text", ["extend room 3 until monday", "extend room 3 until sunday"])
def test_a_day_that_is_no_later_extends_nothing(text: str) -> None:
    taken = said(text, facts=ONE)
    assert (keys(taken), taken.do) == (["extend.not_later"], ())


@pytest.mark.parametrize(
    ("text", "departure"),
    [("shorten room 3 to sunday", 2), ("room 3 leaves on saturday", 1), ("shorten room 3 by 1 night", 2)],
)
def test_an_earlier_end_is_read_back_with_the_nights_it_opens(text: str, departure: int) -> None:
    taken = said(text, facts=ONE)
    assert waits(taken) == (ShortenStay(11, 5, day(departure)),)
    assert taken.say is not None
    assert taken.say.lines[0].facts["nights"] == nights(departure, 3 - departure)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("shorten room 3 to monday", "shorten.not_earlier"),
        ("shorten room 3 to 25 december", "shorten.not_earlier"),
        ("shorten room 3 to today", "shorten.nothing_left"),
    ],
)
def test_a_day_outside_the_stay_shortens_nothing(text: str, key: str) -> None:
    taken = said(text, facts=ONE)
    assert (keys(taken), taken.do, taken.state) == ([key], (), Idle())


def test_a_question_about_an_earlier_end_does_nothing() -> None:
    taken = said("could you shorten room 3 to sunday?", facts=ONE)
    assert (keys(taken), taken.do, taken.state) == (["doubt.question"], (), Idle())


def test_a_move_is_read_back() -> None:
    assert waits(said("move John to room 4", facts=ONE)) == (MoveStay(11, 5, room_id("4")),)


def test_a_move_without_a_room_offers_the_free_ones_but_not_its_own() -> None:
    taken = said("move room 3", facts=replace(ONE, free=ROOMS))
    assert (keys(taken), labels(taken)) == (["move.which_room"], ["offer.room"] * 4)
    assert waits(said("4", taken.state, ONE)) == (MoveStay(11, 5, room_id("4")),)


def test_a_move_with_no_room_free_says_so() -> None:
    assert keys(said("move room 3", facts=replace(ONE, free=()))) == ["move.no_room"]


def test_a_move_into_its_own_room_is_none() -> None:
    taken = said("move room 3 to 3", facts=ONE)
    assert (keys(taken), taken.do) == (["move.same_room"], ())


@pytest.mark.parametrize("text", ["unblock room 4", "extend room 4 1 night", "shorten room 4 to sunday", "move 4 to 3"])
def test_a_room_that_holds_nothing_is_named(text: str) -> None:
    taken = said(text)
    assert (keys(taken), taken.do, taken.state) == (["change.no_stay_in"], (), Idle())


def test_a_guest_nobody_knows_is_named() -> None:
    assert keys(said("extend Otieno 1 night", facts=replace(FACTS, stays=()))) == ["change.no_stay_of"]


def test_without_a_room_it_is_asked_for() -> None:
    taken = said("unblock")
    assert isinstance(taken.state, Asking)
    assert (taken.state.slot, keys(taken)) == ("room", ["change.which_room"])
