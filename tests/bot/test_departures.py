"""Cards that ask whether a guest has left: once a day to everybody, answered by a tap or a word, settled for others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from bot.messages import Outgoing
from core.outbox import service as outbox
from core.outbox.effects import WatchDepartures
from core.stays.models import Stay
from tests.bot.clashes import by_name, work_off
from tests.bot.phones import ENGINES, Phones, labels, open_phones, token
from tests.support import databases
from workers.running import run

MORNING = timedelta(hours=13, minutes=20)
"""From Friday 21:40 to Saturday 11:00."""
HOUR = timedelta(hours=1)


@pytest.fixture(params=ENGINES)
def phones(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Phones]:
    """Give the phones of a new hotel in which John is in room 3 until Saturday."""
    with databases.migrated(request.param, tmp_path) as url, open_phones(url) as opened:
        opened.say("Amina", "room 3 walk-in tonight John")
        opened.say("Amina", "check in room 3")
        yield opened


def watch(phones: Phones) -> list[Outgoing]:
    """Do what is done each minute; return what was sent."""
    with phones.store.unit_of_work() as work:
        outbox.add(work, WatchDepartures())
    return work_off(phones)


def ask(phones: Phones) -> dict[str, Outgoing]:
    """Let Saturday's hour of check-out come; return the card that each got, by name."""
    phones.advance(MORNING)
    return by_name(watch(phones))


def departure(phones: Phones) -> str:
    """Return when John is to leave, as it stands."""
    with phones.store.reading() as session:
        return session.get_one(Stay, 1).departure.isoformat()


def test_r23_everybody_is_asked_once_a_day_with_buttons_of_their_own(phones: Phones) -> None:
    shown = ask(phones)
    assert set(shown) == {"Amina", "Juma"}
    assert shown["Juma"].text == (
        "⏰ Room 3: walk-in · John was to leave today. Has the guest left?\n"
        "The room stays closed tonight until somebody says so."
    )
    assert labels(shown["Juma"]) == ["Left", "One more night"]
    assert not {each.token for each in shown["Amina"].choices} & {each.token for each in shown["Juma"].choices}
    phones.advance(HOUR)
    assert watch(phones) == []
    phones.advance(23 * HOUR)
    again = by_name(watch(phones))
    assert set(again) == {"Amina", "Juma"}
    assert again["Juma"].settles, "yesterday's card is replaced"


def test_r23_left_opens_the_night_and_the_others_learn_who_said_so(phones: Phones) -> None:
    shown = ask(phones)
    receipt = phones.tap("Amina", shown["Amina"], "Left")
    assert receipt.text.startswith(
        "✔ walk-in · John has left: Room 3 (Dbl)\nopen again: Sat 21 → Sun 22 Nov · 1 night\n"
    )
    assert labels(receipt) == ["Undo"]
    assert len(receipt.settles) == 1
    settled = by_name(work_off(phones))
    assert set(settled) == {"Juma"}
    assert settled["Juma"].text == "✔ Room 3: walk-in · John has left (Amina, 11:00)."
    assert settled["Juma"].settles
    late = phones.tap("Juma", shown["Juma"], "One more night")
    assert late.text == (
        "That was answered already, so nothing was changed:\n✔ Room 3: walk-in · John has left (Amina, 11:00)."
    )
    assert departure(phones) == "2026-11-21"


def test_r23_one_more_night_is_said_by_its_number_and_added_once(phones: Phones) -> None:
    shown = ask(phones)
    receipt = phones.say("Amina", "2")
    assert receipt.text == (
        "✅ walk-in · John stays tonight: Room 3 (Dbl)\nuntil Sun 22 Nov; the night was kept already"
    )
    assert labels(receipt) == []
    (settled,) = work_off(phones)
    assert settled.text == "✔ Room 3: walk-in · John stays until Sun 22 Nov (Amina, 11:00)."
    late = phones.tap("Juma", shown["Juma"], "One more night")
    assert late.text.startswith("That was answered already, so nothing was changed:")
    assert labels(late) == ["Left after all"]
    assert departure(phones) == "2026-11-22"
    assert "has left" in phones.tap("Juma", late, "Left after all").text
    assert departure(phones) == "2026-11-21"


def test_r23_words_answer_as_buttons_do_and_the_cards_are_settled(phones: Phones) -> None:
    shown = ask(phones)
    assert "has left" in phones.say("Amina", "john has left").text
    assert set(by_name(work_off(phones))) == {"Juma"}
    assert phones.tap("Amina", shown["Amina"], "One more night").text.startswith("That was answered already")


def test_r23_an_extension_settles_the_cards_within_a_minute(phones: Phones) -> None:
    shown = ask(phones)
    phones.say("Amina", "extend room 3 2 nights")
    work_off(phones)
    assert {message.text for message in watch(phones)} == {
        "✔ Room 3: walk-in · John stays until Tue 24 Nov (Amina, 11:00)."
    }
    late = phones.tap("Juma", shown["Juma"], "Left")
    assert late.text.endswith("✔ Room 3: walk-in · John stays until Tue 24 Nov (Amina, 11:00).")
    assert departure(phones) == "2026-11-24"


def test_the_card_of_an_earlier_day_adds_no_night(phones: Phones) -> None:
    shown = ask(phones)
    phones.advance(22 * HOUR)
    answer = phones.tap("Juma", shown["Juma"], "One more night")
    assert answer.text == (
        "That was asked about the night of Sat 21 Nov, so nothing was changed.\n"
        "To let John stay longer, write “extend room 3”."
    )
    assert departure(phones) == "2026-11-22"


def test_r25_who_takes_the_check_out_back_is_asked_again(phones: Phones) -> None:
    shown = ask(phones)
    receipt = phones.tap("Amina", shown["Amina"], "Left")
    work_off(phones)
    undone = phones.tap("Amina", receipt, "Undo")
    assert undone.text.startswith("↩️ Undone: walk-in · John is in Room 3 (Dbl) again, until Sun 22 Nov\n")
    assert set(by_name(work_off(phones))) == {"Amina", "Juma"}


def test_r23_the_card_says_who_is_to_have_the_room_and_leaving_gives_it_to_them(phones: Phones) -> None:
    phones.say("Juma", "room 3 walk-in saturday 2 nights Mary")
    shown = ask(phones)
    assert shown["Juma"].text.endswith(
        "\nwalk-in · Mary is to have it tonight. Without an answer by 14:00 it is a double booking."
    )
    phones.advance(3 * HOUR)
    card = by_name(watch(phones))
    assert card["Juma"].text.startswith("🚨 URGENT double booking: Room 3, Sat 21 → Sun 22 Nov · 1 night\n")
    receipt = phones.tap("Juma", shown["Juma"], "Left")
    assert receipt.text == (
        "✔ walk-in · John has left: Room 3 (Dbl)\nwalk-in · Mary has the room now: Sat 21 → Mon 23 Nov · 2 nights"
    )
    ended = [message.text for message in work_off(phones)]
    assert any(text.startswith("✔ Settled by itself") for text in ended)


def test_who_is_in_and_who_leaves_say_who_was_to_leave(phones: Phones) -> None:
    ask(phones)
    line = "⏰ Room 3 · John · was to leave and is still in"
    assert phones.say("Juma", "who is in").text == f"In house Sat 21 Nov: 1\n{line}"
    assert phones.say("Juma", "who leaves today").text == f"Leaving Sat 21 Nov: 1\n{line}"
    phones.say("Juma", "check out room 3")
    assert "still in" not in phones.say("Juma", "who leaves today").text


def test_the_hotels_next_door_are_not_asked_and_cannot_answer(phones: Phones) -> None:
    shown = ask(phones)
    assert phones.tap("Juma", shown["Amina"], "Left").text == "That button is not yours."
    assert departure(phones) == "2026-11-22"


@pytest.mark.race
def test_two_workers_at_the_same_moment_ask_once(phones: Phones) -> None:
    phones.advance(MORNING)
    with phones.store.unit_of_work() as work:
        for _ in range(2):
            outbox.add(work, WatchDepartures())
    with phones.store.unit_of_work() as work:
        leases = [lease for lease in outbox.lease(work, 50) if isinstance(lease.effect, WatchDepartures)]
    with ThreadPoolExecutor(len(leases)) as both:
        assert list(both.map(lambda lease: run(phones.desk._context, lease), leases)) == [True, True]
    assert set(by_name(work_off(phones))) == {"Amina", "Juma"}
    assert departure(phones) == "2026-11-22"


@pytest.mark.race
def test_of_two_answers_at_the_same_moment_one_counts(phones: Phones) -> None:
    shown = ask(phones)
    before = len(phones.receiver.sent)
    taps = [
        phones.inbound("Amina", tap=token(shown["Amina"], "Left")),
        phones.inbound("Juma", tap=token(shown["Juma"], "One more night")),
    ]
    with ThreadPoolExecutor(len(taps)) as both:
        list(both.map(phones.desk.take, taps))
    first_words = sorted(message.text.split(" ")[0] for message in phones.receiver.sent[before:])
    assert "That" in first_words, "one is told that it was answered already"
    assert len(first_words) == 2
