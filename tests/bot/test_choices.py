"""Buttons: each works once, for the one it was shown to, until it expires; numbers and words pick them too."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.choices import CHOICE_TIME
from core.feeds.service import UNDO_TIME
from core.stays.models import Stay
from tests.bot.phones import ENGINES, Phones, labels, open_phones
from tests.support import databases


@pytest.fixture(params=ENGINES)
def phones(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Phones]:
    """Give the phones of a new hotel."""
    with databases.migrated(request.param, tmp_path) as url, open_phones(url) as opened:
        yield opened


def test_a_button_works_once_and_then_tells_who_used_it_and_when(phones: Phones) -> None:
    asked = phones.say("Amina", "block room 3 for 20 nights from tomorrow")
    assert phones.tap("Amina", asked, "Yes, block").text.startswith("✅")
    assert phones.tap("Amina", asked, "Yes, block").text == "That was decided already by Amina, 21:40."
    assert phones.tap("Amina", asked, "No").text == "That was decided already by Amina, 21:40."
    assert phones.count(Stay) == 1


def test_a_button_of_somebody_else_s_message_does_nothing(phones: Phones) -> None:
    asked = phones.say("Amina", "block room 3 for 20 nights from tomorrow")
    assert phones.tap("Juma", asked, "Yes, block").text == "That button is not yours."
    assert phones.count(Stay) == 0
    assert phones.tap("Amina", asked, "Yes, block").text.startswith("✅")


def test_a_button_expires(phones: Phones) -> None:
    asked = phones.say("Amina", "block room 3 for 20 nights from tomorrow")
    phones.advance(CHOICE_TIME)
    assert phones.tap("Amina", asked, "Yes, block").text == "That button is too old. Please write it again."
    assert phones.count(Stay) == 0


def test_a_button_works_until_then(phones: Phones) -> None:
    asked = phones.say("Amina", "block room 3 for 20 nights from tomorrow")
    phones.advance(CHOICE_TIME - timedelta(seconds=1))
    assert phones.tap("Amina", asked, "Yes, block").text.startswith("✅")


def test_r25_an_undo_button_lasts_as_long_as_undo(phones: Phones) -> None:
    done = phones.say("Amina", "block room 3 tonight")
    phones.advance(UNDO_TIME)
    assert phones.tap("Amina", done, "Undo").text == "That button is too old. Please write it again."
    other = phones.say("Amina", "block room 4 tonight")
    phones.advance(UNDO_TIME - timedelta(seconds=1))
    assert phones.tap("Amina", other, "Undo").text.startswith("↩️")


def test_a_button_nobody_made_is_answered(phones: Phones) -> None:
    (answer,) = phones.deliver(phones.inbound("Amina", tap="aaaaaaaaaaaaaaaa"))
    assert answer.text == "I do not know that button any more. Please write it again."


def test_a_tap_is_acknowledged_and_takes_the_buttons_of_its_message_away(phones: Phones) -> None:
    asked = phones.say("Amina", "block room 3 for 20 nights from tomorrow")
    done = phones.tap("Amina", asked, "Yes, block")
    assert (done.answers_tap is not None, done.settles) == (True, ("out-1",))


def test_a_number_or_a_word_takes_the_buttons_away_too(phones: Phones) -> None:
    phones.say("Amina", "block room 3 for 20 nights from tomorrow")
    assert phones.say("Amina", "2").settles == ("out-1",)


def test_a_number_picks_a_choice_of_the_last_message(phones: Phones) -> None:
    phones.say("Juma", "block room 3 tonight")
    refused = phones.say("Amina", "block room 3 tonight")
    assert labels(refused) == ["Block room 4", "Block room 7", "Block anyway", "Show room 3"]
    assert phones.say("Amina", "1").text.startswith("✅ Room 4")


def test_the_words_of_a_button_pick_it(phones: Phones) -> None:
    phones.say("Juma", "block room 3 tonight")
    phones.say("Amina", "block room 3 tonight")
    assert phones.say("Amina", "block ROOM 7").text.startswith("✅ Room 7")


def test_a_number_after_another_message_picks_nothing(phones: Phones) -> None:
    phones.say("Amina", "block room 3 tonight")
    phones.say("Amina", "who is in")
    assert phones.say("Amina", "2").text.startswith("I did not understand that.")
    assert phones.count(Stay) == 1


def test_an_old_button_for_a_stay_that_changed_is_refused(phones: Phones) -> None:
    done = phones.say("Amina", "block room 3 tonight")
    phones.say("Juma", "extend room 3 1 night")
    assert phones.tap("Amina", done, "+1 night").text == "Somebody changed it meanwhile. Please look again."


def test_r25_undo_in_another_chat_is_for_one_s_own_changes(phones: Phones) -> None:
    phones.say("Amina", "block room 3 tonight")
    assert phones.say("Juma", "undo").text == "There is nothing of yours to undo from the last 10 minutes."
    assert phones.say("Amina", "undo").text.startswith("↩️")


def test_r25_a_change_is_undone_once(phones: Phones) -> None:
    done = phones.say("Amina", "block room 3 tonight")
    phones.say("Amina", "who is in")
    assert phones.say("Amina", "undo").text.startswith("↩️")
    assert phones.tap("Amina", done, "Undo").text == "That was undone already, 21:40."


def test_r25_an_undo_whose_nights_were_taken_meanwhile_says_by_whom(phones: Phones) -> None:
    phones.say("Amina", "block room 3 tonight")
    phones.say("Amina", "unblock room 3")
    phones.say("Amina", "yes")
    phones.say("Juma", "block room 3 tonight")
    refused = phones.say("Amina", "undo")
    assert refused.text.splitlines()[0] == "Not undone: the nights were taken meanwhile."
    assert "Juma, 21:40" in refused.text
    assert labels(refused) == ["Show room 3"]
