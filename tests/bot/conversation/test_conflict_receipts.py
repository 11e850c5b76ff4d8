"""What is said after a word on a case: who keeps the room, what is left to do, who was faster, how to take it back."""

from dataclasses import replace

import pytest

from bot.conversation import conflict_receipts, conflict_tasks
from bot.conversation.actions import Do
from bot.conversation.cases import Case, Decided
from bot.conversation.facts import Done, Refusal
from bot.conversation.receipts import receipt
from bot.conversation.says import Say
from bot.replies.render import render
from bot.replies.voices import Voice
from core.channels.views import Knows
from core.conflicts.commands import KeepStay, MoveParties, TickFollowUp, UndoDecision
from core.conflicts.views import CaseState
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS
from tests.bot.conversation.cases import AIRBNB, BOOKING, HOLDER, TASK, TO_4, WAITING, case, decided
from tests.bot.conversation.samples import FACTS, room_id, stay
from tests.support.hotel import NOW

VOICE = Voice("en", "Africa/Nairobi", NOW)
KEEP_A = KeepStay(12, 3, 1)


def said(what: Decided, *knows: Knows) -> Say:
    """Return what the person who decided is told."""
    return receipt((KEEP_A,), Done((), knows, decided=(what,)), FACTS)


def text(say: Say) -> str:
    """Return it in words."""
    return render(say, VOICE).text


def labels(say: Say) -> tuple[str, ...]:
    """Return what stands on the buttons."""
    return render(say, VOICE).labels


def refused(code: str, known: Case, **facts: object) -> Say:
    """Return what a refusal is told as."""
    return receipt((KEEP_A,), Refusal(code, facts, case=known), FACTS)


def test_r20_the_receipt_says_who_keeps_the_room_and_what_is_to_be_done_about_the_other() -> None:
    airbnb = Knows(PLATFORMS["airbnb"], Mode.ICAL, linked=True, read_at=NOW, has_read=False)
    say = said(Decided("KeepStay", decided(), (TASK,)), airbnb)
    assert text(say) == (
        "✅ Decided: Room 3, Fri 20 → Sat 21 Nov · 1 night\n"
        "Airbnb HMX8XQ5R5A keeps Room 3\n"
        "❗ Cancel at Booking.com: 4012345678 · Fri 20 → Sun 22 Nov · 2 nights, Room 3. "
        "What it holds stays closed until then. I remind you.\n"
        "Airbnb: in its calendar, not read yet (usually within 2 h)"
    )
    assert labels(say) == ("Cancelled there", "Undo")
    assert [offer.action for offer in say.offers] == [Do((TickFollowUp(7),)), Do((UndoDecision(12, 3),))]
    assert say.over == ("conflict:12",)


def test_a_block_of_the_house_that_loses_just_gives_way() -> None:
    block = replace(HOLDER, stay=stay("3", -1, 3, stay_id=1))
    say = said(Decided("KeepStay", decided(winner=2, parties=(block, WAITING))))
    assert text(say).splitlines()[1:] == ["Booking.com 4012345678 keeps Room 3", "the block gave way"]
    assert labels(say) == ("Undo",)


def test_a_move_says_where_everybody_is_now() -> None:
    moved = replace(BOOKING, room_id=room_id("4"), room="4", state="holding")
    say = said(Decided("MoveParties", decided("MoveParties", None), moves=(moved,)))
    assert text(say).splitlines()[1] == "Booking.com 4012345678 is in Room 4 now, Fri 20 → Sun 22 Nov · 2 nights"


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("SameBooking", "One booking, not two: Airbnb HMX8XQ5R5A"),
        ("OnlyOurBlock", "Only our own block, no booking. If it comes again, I remind you of it."),
    ],
)
def test_one_booking_and_our_own_block_are_told_as_what_they_are(what: str, line: str) -> None:
    assert text(said(Decided(what, decided(what)))).splitlines()[1] == line


def test_r25_a_guest_who_was_checked_in_with_it_stays_so_that_there_is_no_way_back() -> None:
    inside = replace(BOOKING, checked_in=True, state="holding")
    known = decided(winner=2, parties=(HOLDER, replace(WAITING, stay=inside)))
    say = said(Decided("KeepStay", known, checked_in=inside))
    assert "Booking.com 4012345678 is checked in" in text(say)
    assert labels(say) == ()


def test_r25_an_undo_names_who_read_the_wrong_state_and_shows_the_card_again() -> None:
    say = said(Decided("UndoDecision", case(revision=5), read_by=(("Airbnb", NOW),)))
    assert text(say).startswith(
        "↩️ Undone: nothing is decided, it is open again.\n"
        "⚠️ Airbnb had read the earlier state at 21:40; it corrects itself with its next read.\n"
        "🚨 URGENT double booking: Room 3"
    )
    assert "Keep A" in labels(say)
    assert say.card is not None
    assert say.card.revision == 5


def test_what_is_put_off_names_the_hour() -> None:
    say = said(Decided("DecideLater", case(), remind_at=NOW))
    assert text(say) == "OK. Room 3 stays as it is; I ask again at 21:40."
    assert say.over == ("conflict:12",)


def test_a_ticked_task_is_noted_and_its_reminders_are_over() -> None:
    say = said(Decided("TickFollowUp", None, (TASK,)))
    assert text(say).startswith("✔ Noted: cancelled at Booking.com: 4012345678 · Fri 20")
    assert say.over == ("follow_up:7",)


def test_whoever_comes_too_late_is_told_who_decided_what() -> None:
    lost = replace(WAITING, stay=replace(BOOKING, state="shadowed"))
    say = refused("already_decided", decided(parties=(HOLDER, lost)), at=NOW, person_id=1, conflict_id=12)
    assert text(say) == (
        "Too late, that was decided already:\n"
        "✔ Decided by Amina, 21:40: Room 3, Fri 20 → Sat 21 Nov · 1 night\n"
        "Airbnb HMX8XQ5R5A keeps Room 3\n"
        "Booking.com 4012345678 has no room here now"
    )
    assert (say.offers, say.over) == ((), ("conflict:12",))


def test_a_button_of_a_case_that_changed_shows_it_as_it_is_now() -> None:
    say = refused("case_changed", case(revision=4), conflict_id=12)
    assert text(say).startswith("This has changed meanwhile. It is like this now:\n🚨 URGENT double booking")
    assert "Keep B" in labels(say)


def test_r21_a_guest_of_a_contested_room_is_not_checked_in_but_may_be_said_to_be_in_it() -> None:
    say = refused("still_contested", case(), stay_id=2, conflict_id=12)
    assert text(say).startswith("Not checked in: somebody else claims the same nights. Who is in the room?\n")
    assert {"A is in the room", "B is in the room"} <= set(labels(say))


def test_a_room_that_was_taken_meanwhile_leaves_the_case_open_with_its_card() -> None:
    say = refused("night_taken", case(), night=FACTS.today, stay_id=9)
    assert text(say).startswith("Fri 20 Nov was taken by somebody else a moment ago. Please look again.\n🚨")


def test_a_decision_that_stands_says_so_and_offers_nothing() -> None:
    say = refused("decision_stands", decided(), conflict_id=12, why="checked_in")
    assert (text(say), say.offers) == ("Not undone: the guest is in the room.", ())


def test_a_case_that_vanished_is_settled_for_everybody() -> None:
    say = conflict_receipts.settled(case(state=CaseState.CLOSED))
    assert text(say) == "✔ Settled by itself, nothing is left to decide: Room 3, Fri 20 → Sat 21 Nov · 1 night"


def test_r22_a_preference_about_blocks_names_nobody() -> None:
    say = conflict_receipts.settled(case(state=CaseState.DECIDED, decision="KeepStay", winner_id=1))
    assert text(say).startswith("✔ Settled by the house's preference: Room 3")


def test_a_move_is_told_to_the_others_by_where_the_parties_are_now() -> None:
    moved = replace(WAITING, stay=replace(BOOKING, room_id=room_id("4"), room="4"))
    say = conflict_receipts.settled(decided("MoveParties", None, parties=(HOLDER, moved)))
    assert text(say).splitlines()[1:] == ["Booking.com 4012345678 is in Room 4 now, Fri 20 → Sun 22 Nov · 2 nights"]


def test_a_task_is_reminded_of_and_settled_by_a_person_or_by_the_calendar() -> None:
    say = conflict_tasks.reminder(TASK)
    assert text(say).startswith("⏰ Still to do since 21:40:\n❗ Cancel at Booking.com")
    assert (labels(say), say.card and say.card.name) == (("Cancelled there",), "follow_up:7")
    assert text(conflict_tasks.done(TASK, "Juma", NOW)).startswith("✔ Done by Juma, 21:40: Booking.com 4012345678")
    assert text(conflict_tasks.done(TASK, None, NOW)).startswith("✔ Seen in the calendar, 21:40: Booking.com has")


def test_moves_of_a_reshuffle_are_all_told_to_whoever_decided() -> None:
    other = stay("1", 0, 1, stay_id=9, reason="walk_in", guest="Mary")
    done = Done((), decided=(Decided("MoveParties", decided("MoveParties", None), moves=(other, AIRBNB)),))
    lines = text(receipt((MoveParties(12, 3, TO_4.moves),), done, FACTS)).splitlines()
    assert [line.split(" is in ")[0] for line in lines[1:]] == ["walk-in · Mary", "Airbnb HMX8XQ5R5A"]


def test_r03_receipts_say_what_was_sold_as_a_type() -> None:
    moved = replace(BOOKING, room_id=room_id("4"), room="4", state="holding", sold_as="Double")
    say = said(Decided("MoveParties", decided("MoveParties", None), moves=(moved,)))
    assert text(say).splitlines()[1].startswith("Booking.com 4012345678 (booked as Double) is in Room 4 now")
    parties = (replace(HOLDER, stay=replace(HOLDER.stay, sold_as="Double")), WAITING)
    assert "Airbnb HMX8XQ5R5A (booked as Double) keeps Room 3" in text(
        said(Decided("KeepStay", decided(parties=parties)))
    )


def test_r10_our_own_block_come_back_says_how_the_channel_is_told_to_leave_it_out() -> None:
    told = text(said(Decided("OnlyOurBlock", decided("OnlyOurBlock")))).splitlines()
    assert told[2].startswith("Booking.com exports our closed nights with its bookings. Choose “reservations only”")
    vrbo = (HOLDER, replace(WAITING, stay=replace(BOOKING, source="generic")))
    assert "reservations only" not in text(said(Decided("OnlyOurBlock", decided("OnlyOurBlock", parties=vrbo))))
