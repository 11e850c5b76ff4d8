"""Cards of a case on everybody's phone: shown at once, decided by the first tap, settled for the others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import cards
from bot.messages import Outgoing
from bot.models import OutgoingMessage
from core.conflicts.models import Conflict, FollowUp
from core.outbox import service as outbox
from core.outbox.effects import RemindConflicts
from core.staff.models import ChatAddress, Membership
from core.staff.roles import Role
from tests.bot.clashes import by_name, clash, states, work_off
from tests.bot.phones import ENGINES, Phones, labels, open_phones, token
from tests.support import databases
from tests.support.rounds import rounds


@pytest.fixture(params=ENGINES)
def phones(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Phones]:
    """Give the phones of a new hotel: Amina is staff, Juma an admin."""
    with databases.migrated(request.param, tmp_path) as url, open_phones(url) as opened:
        yield opened


def remind(phones: Phones) -> list[Outgoing]:
    """Look for what has waited too long; return what was sent."""
    with phones.store.unit_of_work() as work:
        outbox.add(work, RemindConflicts())
    return work_off(phones)


def test_a_case_is_shown_at_once_to_everybody_who_may_decide_each_with_buttons_of_their_own(phones: Phones) -> None:
    shown = clash(phones)
    assert set(shown) == {"Amina", "Juma"}
    assert shown["Amina"].text == shown["Juma"].text
    assert shown["Amina"].text.startswith("🚨 URGENT double booking: Room 3, Fri 20 → Sat 21 Nov · 1 night\n")
    assert {"Keep A", "Keep B", "B is in the room", "Later"} <= set(labels(shown["Amina"]))
    assert not {each.token for each in shown["Amina"].choices} & {each.token for each in shown["Juma"].choices}
    assert phones.tap("Juma", shown["Amina"], "Keep A").text == "That button is not yours."


def test_the_first_tap_wins_and_the_others_lose_their_buttons_and_learn_who_decided_what(phones: Phones) -> None:
    shown = clash(phones)
    receipt = phones.tap("Juma", shown["Juma"], "Keep A")
    assert "walk-in · Mary keeps Room 3" in receipt.text
    assert len(receipt.settles) == 1
    settled = by_name(work_off(phones))
    assert set(settled) == {"Amina"}
    assert settled["Amina"].text.startswith("✔ Decided by Juma, 21:40: Room 3, Fri 20 → Sat 21 Nov · 1 night\n")
    assert len(settled["Amina"].settles) == 1
    late = phones.tap("Amina", shown["Amina"], "Keep B")
    assert late.text.startswith("Too late, that was decided already:\n✔ Decided by Juma, 21:40")
    assert states(phones) == {"Mary": "holding", "John": "shadowed"}


@pytest.mark.race
def test_of_two_taps_at_the_same_moment_one_decides_and_the_other_is_told_so(phones: Phones) -> None:
    for _ in range(rounds(quick=1, check=5, soak=20)):
        shown = clash(phones)
        before = len(phones.receiver.sent)
        taps = [
            phones.inbound("Amina", tap=token(shown["Amina"], "Keep A")),
            phones.inbound("Juma", tap=token(shown["Juma"], "Keep B")),
        ]
        with ThreadPoolExecutor(len(taps)) as both:
            list(both.map(phones.desk.take, taps))
        answers = [message.text for message in phones.receiver.sent[before:]]
        assert sorted(text.split(":")[0] for text in answers) == ["Too late, that was decided already", "✅ Decided"]
        work_off(phones)
        phones.advance(timedelta(days=30))


def test_a_tap_is_answered_once_however_often_it_is_delivered(phones: Phones) -> None:
    shown = clash(phones)
    tap = phones.inbound("Juma", tap=token(shown["Juma"], "Keep A"))
    assert len(phones.deliver(tap)) == 1
    assert phones.deliver(tap) == []


def test_r25_an_undo_asks_everybody_again(phones: Phones) -> None:
    shown = clash(phones)
    receipt = phones.tap("Juma", shown["Juma"], "Keep A")
    work_off(phones)
    again = phones.tap("Juma", receipt, "Undo")
    assert again.text.startswith("↩️ Undone: nothing is decided")
    anew = by_name(work_off(phones))
    assert set(anew) == {"Amina"}, "who took it back has the card already"
    assert "Keep B" in labels(anew["Amina"])
    phones.tap("Amina", anew["Amina"], "Keep B")
    assert states(phones) == {"Mary": "shadowed", "John": "holding"}


def test_the_word_undo_takes_back_the_decision_and_not_only_the_move_in_it(phones: Phones) -> None:
    shown = clash(phones)
    move = next(label for label in labels(shown["Juma"]) if label.startswith("Move B"))
    assert "is in Room" in phones.tap("Juma", shown["Juma"], move).text
    work_off(phones)
    assert phones.say("Juma", "undo").text.startswith("↩️ Undone: nothing is decided")
    assert states(phones) == {"Mary": "holding", "John": "contested"}


def test_a_case_that_closes_by_itself_settles_its_cards(phones: Phones) -> None:
    clash(phones)
    asked = phones.tap("Juma", phones.say("Juma", "unblock room 3"), "3: John")
    phones.tap("Juma", asked, "Yes, open")
    settled = by_name(work_off(phones))
    assert set(settled) == {"Amina", "Juma"}
    assert all(each.text.startswith("✔ Settled by itself") and each.settles for each in settled.values())


def test_a_case_that_widens_is_shown_anew_and_the_old_cards_are_over(phones: Phones) -> None:
    shown = clash(phones)
    refused = phones.say("Amina", "room 3 walk-in tonight Peter")
    phones.tap("Amina", refused, "Block anyway")
    wider = by_name(work_off(phones))
    assert set(wider) == {"Amina", "Juma"}
    assert "C  walk-in · Peter" in wider["Juma"].text
    assert wider["Juma"].settles
    late = phones.tap("Juma", shown["Juma"], "Keep B")
    assert late.text.startswith("This has changed meanwhile. It is like this now:\n")
    assert {"Keep A", "Keep B", "Keep C"} <= set(labels(late))


def test_a_repeated_notice_of_the_same_case_says_nothing_twice(phones: Phones) -> None:
    clash(phones)
    with phones.store.unit_of_work() as work:
        case = work.session.scalars(select(Conflict)).one()
        cards.tell(work, case.id)
    assert work_off(phones) == []


def test_what_nobody_decides_is_asked_again_and_in_the_end_of_the_admins_alone(phones: Phones) -> None:
    clash(phones)
    assert remind(phones) == []
    heard = []
    for minutes in (5, 5, 10, 60):
        phones.advance(timedelta(minutes=minutes))
        heard.append(by_name(remind(phones)))
    assert [set(each) for each in heard] == [{"Amina", "Juma"}] * 3 + [{"Juma"}]
    assert heard[0]["Amina"].text.startswith("⏰ Nobody has decided this yet (asked 21:40):\n🚨")
    assert all(each.settles for each in heard[1].values()), "one card a person and case"
    phones.tap("Amina", heard[2]["Amina"], "Keep A")
    assert states(phones)["Mary"] == "holding"


def test_later_puts_the_reminder_off_and_leaves_the_others_their_cards(phones: Phones) -> None:
    shown = clash(phones)
    assert phones.tap("Amina", shown["Amina"], "Later").text == "OK. Room 3 stays as it is; I ask again at 21:55."
    assert work_off(phones) == []
    phones.advance(timedelta(minutes=14))
    assert remind(phones) == []
    assert "keeps Room 3" in phones.tap("Juma", shown["Juma"], "Keep B").text


def test_r20_what_a_decision_left_to_do_is_reminded_of_until_it_is_ticked(phones: Phones) -> None:
    shown = clash(phones)
    receipt = phones.tap("Juma", shown["Juma"], "Keep A")
    assert labels(receipt) == ["Taken care of", "Undo"]
    work_off(phones)
    phones.advance(timedelta(hours=2))
    reminded = by_name(remind(phones))
    assert set(reminded) == {"Amina", "Juma"}
    assert reminded["Amina"].text.startswith("⏰ Still to do since 21:40:\n❗ No room for walk-in · John")
    assert phones.tap("Amina", reminded["Amina"], "Taken care of").text == "✔ Noted: walk-in · John is taken care of."
    done = by_name(remind(phones))
    assert done["Juma"].text.startswith("✔ Done by Amina, 23:40: walk-in · John")
    assert done["Juma"].settles
    with phones.store.reading() as session:
        assert session.scalars(select(FollowUp)).one().done_by == phones.hotel.people["Amina"]
    phones.advance(timedelta(days=2))
    assert remind(phones) == []


def test_a_number_answers_the_question_that_is_open_and_not_a_card_that_came_in_between(phones: Phones) -> None:
    phones.say("Juma", "block room 4")
    clash_of = phones.say("Amina", "room 3 walk-in tonight Mary")
    assert clash_of.text.startswith("✅")
    refused = phones.say("Amina", "room 3 walk-in tonight John")
    phones.tap("Amina", refused, "Block anyway")
    assert set(by_name(work_off(phones))) == {"Amina", "Juma"}
    assert phones.say("Juma", "2").text.startswith("Block Room 4 (Dbl)?\nFri 20 → Sun 22 Nov")
    assert "contested" in states(phones).values()


def test_with_nothing_open_a_number_takes_the_choice_of_the_card_that_was_said_last(phones: Phones) -> None:
    shown = clash(phones)
    position = labels(shown["Amina"]).index("Keep A") + 1
    assert "walk-in · Mary keeps Room 3" in phones.say("Amina", str(position)).text


def test_r21_a_guest_of_a_contested_room_is_not_checked_in_and_b_is_in_the_room_settles_it(phones: Phones) -> None:
    clash(phones)
    asked = phones.say("Amina", "check in John")
    assert asked.text.startswith("Not checked in: somebody else claims the same nights. Who is in the room?\n🚨")
    done = phones.tap("Amina", asked, "B is in the room")
    assert "walk-in · John keeps Room 3\nwalk-in · John is checked in" in done.text
    assert "Undo" not in labels(done)
    assert states(phones) == {"Mary": "shadowed", "John": "holding"}


def test_a_guest_who_came_is_checked_in_at_once_where_it_is_clear_who_is_meant(phones: Phones) -> None:
    phones.say("Amina", "room 3 walk-in 2 nights Mary")
    done = phones.say("Amina", "check in room 3")
    assert done.text == "✅ walk-in · Mary is checked in: Room 3 (Dbl)\nFri 20 → Sun 22 Nov · 2 nights"
    assert labels(done) == []
    assert phones.say("Juma", "check in room 3").text == "Checked in already, 21:40."
    phones.say("Amina", "room 4 walk-in from tomorrow for 2 nights Peter")
    assert phones.say("Amina", "check in room 4").text == "The stay begins on Sat 21 Nov."
    phones.advance(timedelta(days=2))
    asked = phones.say("Amina", "check in room 4")
    assert asked.text.startswith("Check in walk-in · Peter, Room 4?")
    assert phones.tap("Amina", asked, "Yes, check in").text.startswith("✅ walk-in · Peter is checked in")


def test_the_list_shows_one_case_as_its_card_and_several_worst_first(phones: Phones) -> None:
    clash(phones)
    one = phones.say("Amina", "conflicts")
    assert one.text.startswith("🚨 URGENT double booking: Room 3")
    phones.say("Amina", "room 4 walk-in from 1 december for 1 night Mary")
    refused = phones.say("Juma", "room 4 walk-in from 1 december for 1 night John")
    phones.tap("Juma", refused, "Block anyway")
    work_off(phones)
    both = phones.say("Amina", "conflicts")
    lines = both.text.splitlines()
    assert lines[0] == "Double bookings and guests without a room: 2"
    assert [line.partition(":")[0] for line in lines if "ouble booking" in line][1:] == [
        "#1 🚨 URGENT double booking", "#2 ❗ Double booking, soon",
    ]  # fmt: skip
    assert lines[-1] == "To see one of them write “conflict 1”."
    assert "Show room 4" in labels(both)
    shown = phones.tap("Amina", both, "Show room 4")
    assert shown.text.startswith("❗ Double booking, soon: Room 4")
    assert "Keep A" in labels(shown)


def test_people_are_told_where_they_last_wrote_and_not_in_a_terminal(phones: Phones) -> None:
    with phones.store.unit_of_work() as work:
        for transport, number in (("console", "person:1"), ("whatsapp", "+254700000001")):
            made = ChatAddress(person_id=phones.hotel.people["Amina"], transport=transport, external_id=number)
            work.session.add(made)
    assert set(clash(phones)) == {"Amina", "Juma"}


def test_a_card_is_settled_in_the_chat_it_was_shown_in_wherever_its_person_writes_now(phones: Phones) -> None:
    shown = clash(phones)
    with phones.store.unit_of_work() as work:
        made = ChatAddress(person_id=phones.hotel.people["Amina"], transport="telegram", external_id="1003")
        work.session.add(made)
    phones.advance(timedelta(seconds=1))
    phones.send("1003", "who is in")
    phones.tap("Juma", shown["Juma"], "Keep A")
    assert set(by_name(work_off(phones))) == {"Amina"}


def test_a_revoked_person_is_not_told_and_their_card_waits_for_nothing(phones: Phones) -> None:
    shown = clash(phones)
    with phones.store.unit_of_work() as work:
        member = work.session.scalars(select(Membership).where(Membership.role == Role.STAFF)).one()
        member.revoked_at = work.now
    phones.tap("Juma", shown["Juma"], "Keep A")
    assert by_name(work_off(phones)) == {}
    with phones.store.reading() as session:
        assert session.scalars(select(OutgoingMessage).where(OutgoingMessage.subject.is_not(None))).all() == []
