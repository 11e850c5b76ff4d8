"""What a message means in the dialogue as it stands."""

import pytest

from bot.conversation.actions import Continue, Do, Leave
from bot.conversation.drafts import Draft
from bot.conversation.states import Asking, Confirming, Idle, State
from bot.conversation.turn import Doubtful, Offered, Pick, Puzzled, Turn, turn
from bot.understanding import Intent, understand
from core.stays.commands import BlockRoom
from tests.bot.conversation.samples import HOTEL, NAMES, day, nights

BLOCK = Draft(Intent.BLOCK, ("3",), start=day(1), nights=20)
COMMANDS = (BlockRoom(2, nights(1, 20)),)
CONFIRMING = Confirming(BLOCK, COMMANDS)
YES_NO = (Offered(1, "Yes, block", "t-yes"), Offered(2, "No", "t-no"))
EARLIER = tuple(Offered(each.position, each.label, each.token, in_last_message=False) for each in YES_NO)
OPEN = (CONFIRMING, *(Asking(BLOCK, slot) for slot in ("room", "to_room", "nights", "until", "which")))


def meant(text: str, state: State | None = None, offered: tuple[Offered, ...] = ()) -> Turn:
    """Return what a text means."""
    return turn(state or Idle(), understand(text, HOTEL), offered, NAMES)


@pytest.mark.parametrize("state", OPEN, ids=str)
@pytest.mark.parametrize("text", ["back", "cancel", "stop", "no", "not now", "Back", "exit"])
def test_back_leaves_whatever_is_open(state: State, text: str) -> None:
    assert meant(text, state) == Leave()


def test_a_yes_to_the_last_question_does_it() -> None:
    assert meant("yes", CONFIRMING, YES_NO) == Do(COMMANDS)
    assert meant("ok", CONFIRMING, YES_NO) == Do(COMMANDS)


def test_a_yes_to_an_earlier_question_reads_it_back_again() -> None:
    assert meant("ok", CONFIRMING, EARLIER) == Continue(BLOCK)
    assert meant("ok", CONFIRMING) == Continue(BLOCK)


def test_a_yes_or_a_number_put_as_a_question_is_none() -> None:
    assert meant("ok?", CONFIRMING, YES_NO) == Continue(BLOCK)
    assert not isinstance(meant("1?", CONFIRMING, YES_NO), Do | Pick)


def test_a_yes_to_nothing_does_nothing() -> None:
    assert meant("yes") == Puzzled(said_yes=True)
    assert meant("yes", Asking(BLOCK, "nights")) == Puzzled()


@pytest.mark.parametrize("text", ["yes but room 4", "yes, until sunday", "yes for 2 nights"])
def test_a_yes_with_a_correction_is_not_a_yes(text: str) -> None:
    assert not isinstance(meant(text, CONFIRMING, YES_NO), Do | Pick)


def test_a_no_with_a_room_corrects_the_command() -> None:
    corrected = meant("no, room 4", CONFIRMING, YES_NO)
    assert isinstance(corrected, Continue)
    assert (corrected.draft.rooms, corrected.draft.start, corrected.draft.nights) == (("4",), day(1), 20)


def test_a_new_end_replaces_the_number_of_nights() -> None:
    corrected = meant("until sunday", CONFIRMING, YES_NO)
    assert isinstance(corrected, Continue)
    assert (corrected.draft.start, corrected.draft.end, corrected.draft.nights) == (day(1), day(2), None)


def test_a_choice_is_a_number_and_a_word_too() -> None:
    assert meant("2", CONFIRMING, YES_NO) == Pick("t-no")
    assert meant("YES, BLOCK ", CONFIRMING, YES_NO) == Pick("t-yes")
    assert not isinstance(meant("3", CONFIRMING, YES_NO), Pick)


def test_a_number_picks_from_an_earlier_message_only_while_its_question_is_open() -> None:
    assert meant("1", CONFIRMING, EARLIER) == Pick("t-yes")
    assert not isinstance(meant("1", Idle(), EARLIER), Pick)
    assert not isinstance(meant("No", Idle(), EARLIER), Pick)
    assert meant("1", Idle(), YES_NO) == Pick("t-yes")


def test_of_two_choices_with_one_label_neither_is_guessed() -> None:
    twice = (Offered(1, "4: John", "a"), Offered(2, "4: John", "b"))
    assert not isinstance(meant("4: John", Asking(BLOCK, "which"), twice), Pick)
    assert meant("2", Asking(BLOCK, "which"), twice) == Pick("b")


def test_asked_for_a_room_a_number_is_the_room_of_that_name_before_it_is_a_position() -> None:
    rooms = tuple(Offered(at, f"Room {name}", name) for at, name in enumerate(NAMES, start=1))
    asking = Asking(Draft(Intent.BLOCK, start=day(0)), "room")
    assert meant("3", asking, rooms) == Continue(Draft(Intent.BLOCK, ("3",), start=day(0)))
    assert meant("2", asking, rooms) == Pick("3")


def test_asked_for_nights_a_number_is_so_many_nights_and_a_great_one_is_nothing() -> None:
    asking = Asking(Draft(Intent.BLOCK, ("3",)), "nights")
    assert meant("3", asking, YES_NO) == Continue(Draft(Intent.BLOCK, ("3",), nights=3))
    assert meant("999999999", asking) == Puzzled()


def test_a_question_about_a_room_does_not_answer_which_room() -> None:
    asking = Asking(Draft(Intent.BLOCK, start=day(0)), "room")
    assert meant("what is on in room 7?", asking) == Continue(Draft(Intent.STATUS, ("7",)))
    assert meant("who has room 7", asking) == Continue(Draft(Intent.STATUS, ("7",)))
    assert meant("tomorrow?", asking) == Puzzled()
    assert meant("room 7", asking) == Continue(Draft(Intent.BLOCK, ("7",), start=day(0)))


def test_asked_until_when_a_day_is_the_check_out_day() -> None:
    asking = Asking(Draft(Intent.EXTEND, ("3",), stay_id=11), "until")
    until = meant("sunday", asking)
    assert until == Continue(Draft(Intent.EXTEND, ("3",), end=day(2), stay_id=11))


def test_a_room_that_answers_to_which_room_is_the_new_one() -> None:
    asking = Asking(Draft(Intent.MOVE, ("3",), stay_id=11), "to_room")
    assert meant("room 4", asking) == Continue(Draft(Intent.MOVE, ("3",), to_room="4", stay_id=11))
    assert meant("4", asking) == Continue(Draft(Intent.MOVE, ("3",), to_room="4", stay_id=11))


def test_another_room_means_another_stay() -> None:
    corrected = meant("room 4", Confirming(Draft(Intent.UNBLOCK, ("3",), stay_id=11), ()))
    assert isinstance(corrected, Continue)
    assert corrected.draft.stay_id is None


@pytest.mark.parametrize(
    "text", ["don't block room 3", "block room 3 or 4", "should I block room 3?", "block and unblock room 3"]
)
def test_a_write_with_a_telling_doubt_is_not_done(text: str) -> None:
    assert isinstance(meant(text), Doubtful)


def test_a_write_with_an_unknown_word_is_read_back() -> None:
    read_back = meant("block room 3 tonight whatever")
    assert isinstance(read_back, Continue)
    assert not read_back.draft.sure


def test_a_question_with_an_unknown_word_is_answered() -> None:
    assert isinstance(meant("who arrives today habari"), Continue)


def test_a_room_alone_asks_how_it_stands() -> None:
    assert meant("room 3") == Continue(Draft(Intent.STATUS, ("3",)))


def test_what_nobody_understands_is_puzzling() -> None:
    assert meant("lovely weather") == Puzzled()
    assert meant("") == Puzzled()


def test_the_number_of_a_case_is_no_choice_of_the_card_that_was_said_last() -> None:
    taken = meant("conflict 2", Idle(), YES_NO)
    assert isinstance(taken, Continue)
    assert (taken.draft.intent, taken.draft.number) == (Intent.CONFLICTS, 2)
    assert meant("2", Idle(), YES_NO) == Pick("t-no"), "a number alone is"
