"""Block and walk-in: closing is fast where everything is said, and read back where it is much or a guess."""

from dataclasses import replace

import pytest

from bot.conversation.flows.block import MANY_NIGHTS, MOST_OFFERED
from bot.conversation.states import Asking, Confirming, Idle
from core.stays.commands import BlockRoom
from core.stays.reasons import Reason
from tests.bot.conversation.samples import FACTS, ROOMS, keys, knowing, labels, nights, room_id, said, stay


def test_a_block_in_full_is_done_at_once() -> None:
    taken = said("block room 3 tonight")
    assert taken.do == (BlockRoom(room_id("3"), nights(0, 1)),)
    assert (taken.state, taken.say) == (Idle(), None)


def test_a_walk_in_keeps_guest_phone_and_price_in_the_house_s_currency() -> None:
    (order,) = said("room 7 walk-in 2 nights John 0712345678 4500 bob").do
    assert isinstance(order, BlockRoom)
    assert (order.reason, order.guest, order.phone) == (Reason.WALK_IN, "John", "+254712345678")
    assert (str(order.price), order.currency, order.nights) == ("4500", "KES", nights(0, 2))


def test_r30_out_of_order_until_friday_is_usable_on_friday() -> None:
    (order,) = said("room 3 out of order until sunday").do
    assert isinstance(order, BlockRoom)
    assert (order.reason, order.nights) == (Reason.MAINTENANCE, nights(0, 2))


@pytest.mark.parametrize(
    ("text", "count"),
    [("block room 3 through sunday", 3), ("block room 3 until sunday", 2), ("block 3 till sun incl", 3)],
)
def test_r30_only_through_and_inclusive_take_the_last_night_too(text: str, count: int) -> None:
    (order,) = said(text).do
    assert isinstance(order, BlockRoom)
    assert order.nights == nights(0, count)


@pytest.mark.parametrize(
    "text",
    [
        f"block room 3 from tomorrow for {MANY_NIGHTS + 1} nights",
        "block rooms 3 and 4 tonight",
        "block room 3 for 3 nights",
        "block room 3 tonight whatever",
    ],
)
def test_much_several_or_a_guess_is_read_back_and_not_done(text: str) -> None:
    taken = said(text)
    assert taken.do == ()
    assert isinstance(taken.state, Confirming)
    assert (keys(taken)[0], labels(taken)) == ("block.ask.owner", ["offer.yes_block", "offer.no"])


def test_as_many_nights_as_are_done_at_once_are_done_at_once() -> None:
    assert said(f"block room 3 from tomorrow for {MANY_NIGHTS} nights").do


def test_a_walk_in_without_a_first_night_begins_tonight_without_asking() -> None:
    assert said("room 3 walk-in 3 nights").do


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("block room 3 from today for 400 nights", "refused.too_long"),
        ("block room 3 from 1 nov 2028 for 30 nights", "refused.too_far_ahead"),
    ],
)
def test_r05_what_would_be_refused_is_refused_before_anybody_confirms_it(text: str, key: str) -> None:
    taken = said(text)
    assert (keys(taken), taken.do, taken.state) == ([key], (), Idle())


def test_r05_the_greatest_stay_is_read_back() -> None:
    assert keys(said("block room 3 from today for 365 nights")) == ["block.ask.owner"]
    assert keys(said("block room 3 from 1 nov 2028 for 19 nights")) == ["block.ask.owner"]


def test_r23_a_guest_who_would_be_displaced_is_named_before() -> None:
    taken = said("room 3 out of order until sunday", facts=knowing(stay("3", 0, 3, guest="Mary"), stay("4", 0, 3)))
    assert keys(taken) == ["block.ask.maintenance", "block.displaces"]
    assert isinstance(taken.state, Confirming)


def test_r23_a_guest_of_other_nights_is_not() -> None:
    assert said("room 3 out of order until sunday", facts=knowing(stay("3", 2, 1, guest="Mary"))).do


def test_without_a_room_the_free_ones_are_offered() -> None:
    taken = said("block a room tonight")
    assert isinstance(taken.state, Asking)
    assert (taken.state.slot, keys(taken), labels(taken)) == ("room", ["block.which_room_free"], ["offer.room"] * 5)


def test_free_rooms_beyond_what_is_offered_are_named() -> None:
    many = tuple(replace(ROOMS[0], room_id=number, name=str(number)) for number in range(1, MOST_OFFERED + 3))
    taken = said("block a room tonight", facts=replace(FACTS, rooms=many, free=many))
    assert taken.say is not None
    assert (len(taken.say.offers), taken.say.lines[1].facts["rooms"]) == (MOST_OFFERED, ("9", "10"))


def test_without_a_free_room_all_rooms_are_named() -> None:
    taken = said("block a room tonight", facts=replace(FACTS, free=()))
    assert (keys(taken), labels(taken)) == (["block.which_room"], [])


def test_without_nights_they_are_asked_for_and_the_answer_completes_the_command() -> None:
    asked = said("block room 3")
    assert keys(asked) == ["block.which_nights"]
    assert said("tomorrow for 2 nights", asked.state).do == (BlockRoom(room_id("3"), nights(1, 2)),)


def test_a_last_day_before_the_first_is_asked_about() -> None:
    asked = said("block room 3")
    again = said("from 25 november until 24 november", asked.state)
    assert again.do == ()
    assert isinstance(again.state, Asking)


def test_the_room_of_a_doubt_is_asked_for_and_the_nights_are_kept() -> None:
    asked = said("block room 33 tonight")
    assert keys(asked) == ["doubt.unknown_room"]
    assert said("3", asked.state).do == (BlockRoom(room_id("3"), nights(0, 1)),)


@pytest.mark.parametrize("text", ["block room 3 yesterday", "block room 3 30 february"])
def test_the_nights_of_a_doubt_are_asked_for_and_the_room_is_kept(text: str) -> None:
    asked = said(text)
    assert asked.do == ()
    assert said("tonight", asked.state).do == (BlockRoom(room_id("3"), nights(0, 1)),)


def test_of_two_rooms_the_choice_is_offered_and_asked_for() -> None:
    asked = said("block room 3 or 4 tonight")
    assert (asked.do, keys(asked), labels(asked)) == ((), ["doubt.either_or"], ["offer.block_room"] * 2)
    assert said("4", asked.state).do == (BlockRoom(room_id("4"), nights(0, 1)),)


def test_words_nobody_explained_are_read_back_even_after_the_doubt_about_the_room() -> None:
    asked = said("block room 33 tonight whatever")
    after = said("3", asked.state)
    assert after.do == ()
    assert keys(after) == ["block.ask.owner"]


def test_a_correction_changes_what_waits_for_a_yes() -> None:
    asked = said("block room 3 from tomorrow for 20 nights")
    other = said("no, room 4", asked.state)
    assert isinstance(other.state, Confirming)
    assert other.state.commands == (BlockRoom(room_id("4"), nights(1, 20)),)
    assert said("until sunday", other.state).do == (BlockRoom(room_id("4"), nights(1, 1)),)


def test_a_look_in_between_leaves_the_question_open() -> None:
    asked = said("block room 3")
    looked = said("who is in", asked.state)
    assert looked.state == asked.state
    assert said("tonight", looked.state).do == (BlockRoom(room_id("3"), nights(0, 1)),)


def test_the_garden_double_is_a_room() -> None:
    assert said("block the garden double tonight").do == (BlockRoom(room_id("12A"), nights(0, 1)),)
