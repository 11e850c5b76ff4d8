"""What is said unasked about calendars reads as a clerk would say it, and its buttons answer it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.conversation import calendars_said as told
from bot.conversation.actions import ANSWERS, Continue, Do
from bot.conversation.calendar_receipts import receipt
from bot.conversation.calendars import CalendarTold
from bot.conversation.says import Line, Say, Subject
from bot.replies.render import Rendered, render
from bot.replies.voices import Voice
from core.channels.views import Linked
from core.imports.commands import AnswerMass, JoinPreviews, PauseChannel, PullNow, SettleClosure
from core.imports.views import LinkState
from core.stays.views import StayView
from tests.bot.conversation.calendars import link
from tests.bot.conversation.samples import nights, stay
from tests.support.hotel import NOW

ROOM_3 = Linked("3")
DOUBLES = Linked(type="DBL", type_name="Double")
VOICE = Voice("en", "Africa/Nairobi", NOW)
MOST = 1024
"""Characters of a WhatsApp message with buttons (63021)."""
SOLD = stay("3", 0, 2, reason="guest", source="airbnb", reference="HMX8XQ5R5A", made_by=None)


def words(say: Say) -> Rendered:
    """Return a message in words."""
    return render(say, VOICE)


def sold(count: int) -> Sequence[StayView]:
    """Return so many bookings of Airbnb's."""
    return [stay("3", n, 1, reason="guest", source="airbnb", reference=f"HMAAAAAAA{n}") for n in range(count)]


def test_r16_a_first_read_asks_whether_hand_made_blocks_are_its_bookings() -> None:
    say = told.first_read("airbnb", ROOM_3, 9, 7, [nights(0, 1), nights(4, 2)])
    assert words(say) == Rendered(
        "📅 Airbnb · room 3: read. Found 7 bookings.\n"
        "On nights that you blocked by hand: 2 bookings. Are they the same?\n"
        "• Fri 20 → Sat 21 Nov · 1 night\n"
        "• Tue 24 → Thu 26 Nov · 2 nights",
        ("Yes, join them", "No, not the same"),
    )
    assert [offer.action for offer in say.offers] == [
        Do((JoinPreviews(9, join=True),)),
        Do((JoinPreviews(9, join=False),)),
    ]
    assert words(told.first_read("airbnb", ROOM_3, 9, 0)).labels == ()


def test_r13_a_mass_is_asked_about_and_says_what_happens_unanswered() -> None:
    say = told.mass_question("airbnb", ROOM_3, 9, sold(2), 3)
    text, labels = words(say).text, words(say).labels
    assert text.startswith("⚠️ Airbnb · room 3: 2 of 3 bookings vanished at once.")
    assert "• Airbnb HMAAAAAAA1 · Sat 21 → Sun 22 Nov · 1 night" in text
    assert text.endswith("gone for a whole day.")
    assert labels == ("Keep them", "All cancelled")
    assert [offer.action for offer in say.offers] == [Do((AnswerMass(9, gone=False),)), Do((AnswerMass(9, gone=True),))]
    waits = words(told.mass_question("airbnb", ROOM_3, 9, sold(2), 3, frees_unanswered=False)).text
    assert waits.endswith("Until you answer, the nights stay closed.")


def test_the_end_of_a_mass_takes_its_question_down() -> None:
    asked = told.mass_question("airbnb", ROOM_3, 9, sold(2), 3)
    assert asked.card == Subject("mass", 9)
    for over in (told.mass_settled("airbnb", ROOM_3, 9), told.mass_freed("airbnb", ROOM_3, 9, sold(2))):
        assert over.over == (asked.card.name,)
        assert over.offers == ()


@pytest.mark.parametrize(
    "say",
    [
        told.closure_question("airbnb", ROOM_3, 5, nights(0, 2)),
        told.lingering_question("airbnb", ROOM_3, 5, nights(0, 2), "HMX8XQ5R5A"),
        told.lingering_question("booking_com", ROOM_3, 5, nights(0, 2)),
        told.guest_question(5, SOLD, nights(7, 2)),
    ],
)
def test_a_question_about_one_booking_has_two_answers_and_is_one_card(say: Say) -> None:
    assert say.card == Subject("channel_booking", 5)
    assert len(say.offers) == 2
    for offer in say.offers:
        assert isinstance(offer.action, Do)
        assert isinstance(offer.action.commands[0], ANSWERS)
        done = receipt(offer.action.commands, (CalendarTold("closed_there", "airbnb", ("3",)),))
        assert done.over == (say.card.name,)


def test_r11_a_closure_is_asked_about_with_its_nights() -> None:
    assert words(told.closure_question("airbnb", ROOM_3, 5, nights(0, 2))).text == (
        "Airbnb · room 3 was closed there: Fri 20 → Sun 22 Nov · 2 nights\nClose it everywhere, or only there?"
    )


def test_r19_a_stale_calendar_offers_to_close_elsewhere_and_a_late_one_does_not() -> None:
    stale = told.stale_alert(4, [link(LinkState.STALE, trouble="timeout", good_at=NOW - timedelta(hours=4))], (2,))
    assert words(stale).text.startswith("🚨 Airbnb · room 3: no good read since 17:40 – its server does not answer\n→ ")
    assert words(stale).labels == ("Close elsewhere", "Try now", "Pause Airbnb")
    assert Do((PullNow("airbnb", (2,)),)) in [offer.action for offer in stale.offers]
    late = told.stale_alert(4, [link(LinkState.LATE, trouble="timeout"), link(LinkState.LATE, room="4")])
    assert words(late).text.startswith("⚠️ Airbnb · room 3, 4: no good read since 21:28")
    assert words(late).labels == ("Try now", "Pause Airbnb", "Show log")
    never = told.stale_alert(4, [link(LinkState.LATE, good_at=None, trouble="html")], times=2)
    assert "never read yet" in words(never).text
    assert words(never).text.endswith("(told 2 times)")


def test_a_calendar_that_works_again_takes_its_alert_down() -> None:
    alert = told.stale_alert(4, [link(LinkState.STALE)])
    again = told.works_again(4, "airbnb", [ROOM_3, Linked("4")], NOW - timedelta(hours=4))
    assert alert.card is not None
    assert again.over == (alert.card.name,)
    assert words(again).text == "✔ Airbnb · room 3, 4: read again (the last good read before was 17:40)."


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (told.booking_came(SOLD), "📥 Airbnb HMX8XQ5R5A · Room 3 · Fri 20 → Sun 22 Nov · 2 nights"),
        (told.booking_changed(SOLD, nights(1, 1)),
         "🔁 Airbnb HMX8XQ5R5A · Room 3 · Fri 20 → Sun 22 Nov · 2 nights (was Sat 21 → Sun 22 Nov · 1 night)"),
        (told.booking_gone(SOLD), "❌ Cancelled there: Airbnb HMX8XQ5R5A · Room 3 · Fri 20 → Sun 22 Nov · 2 nights"),
    ],
)  # fmt: skip
def test_a_booking_is_one_line_of_news(line: Line, read: str) -> None:
    assert words(told.news([line])).text == read


def test_a_booking_without_its_room_says_so() -> None:
    contested = stay("3", 0, 2, reason="guest", source="airbnb", state="contested")
    assert "nights are taken" in words(told.news([told.booking_came(contested)])).text
    assert "nights are taken" in words(told.news([told.booking_changed(contested, nights(0, 1))])).text
    assert "nights are taken" not in words(told.news([told.booking_came(SOLD)])).text


def test_a_refused_calendar_says_why_and_asks_for_another_address() -> None:
    say = told.refused_link("airbnb", ROOM_3, "codes_elsewhere")
    assert words(say).text.startswith("⚠️ Airbnb · room 3: not connected – its bookings belong to another room.\n→ ")
    assert isinstance(say.offers[0].action, Continue)


def test_many_bookings_still_fit_a_message_with_buttons() -> None:
    many = [told.first_read("airbnb", ROOM_3, 9, 90, [nights(n, 1) for n in range(80)])]
    many += [
        told.mass_question("airbnb", ROOM_3, 9, sold(80), 90),
        told.news([told.booking_came(each) for each in sold(80)]),
    ]
    for say in many:
        assert len(words(say).text) < MOST
        assert "… and " in words(say).text


@pytest.mark.parametrize(
    ("did", "read"),
    [
        (CalendarTold("connected", "airbnb", ("3",)),
         "Reading Airbnb's calendar for Room 3 now; I tell you what is in it in a moment."),
        (CalendarTold("interval", "booking_com", seconds=900), "⏱ Booking.com: read every 15 minutes from now on."),
        (CalendarTold("interval", "booking_com", seconds=7200, changed=False),
         "Booking.com: read every 2 hours already."),
        (CalendarTold("paused", "airbnb"), "⏸ Airbnb: paused. Nothing is read until you resume."),
        (CalendarTold("resumed", "airbnb"), "▶️ Airbnb: read again, starting now."),
        (CalendarTold("pulled"), "🔄 Reading now: all calendars. Ask “sync status” in a minute."),
        (CalendarTold("pulled", "airbnb", ("3",)), "🔄 Reading now: Airbnb, Room 3. Ask “sync status” in a minute."),
        (CalendarTold("pulled", changed=False),
         "There is nothing to read: no calendar is connected for that, or it is paused."),
        (CalendarTold("mass_kept", "airbnb", ("3",), count=2),
         "Airbnb, Room 3: kept (2 bookings). Cancel them here if they are really gone."),
    ],
)  # fmt: skip
def test_what_was_done_is_told_in_one_line(did: CalendarTold, read: str) -> None:
    assert words(receipt((), (did,))).text == read


def test_a_pause_can_be_taken_back_with_one_tap() -> None:
    paused = receipt((PauseChannel("airbnb"),), (CalendarTold("paused", "airbnb"),))
    assert words(paused).labels == ("Resume Airbnb",)
    assert (
        receipt((SettleClosure(5, everywhere=True),), (CalendarTold("closed_everywhere", "airbnb", ("3",)),)).offers
        == ()
    )


def test_r03_a_type_is_named_where_a_room_would_be() -> None:
    assert words(told.first_read("airbnb", DOUBLES, 9, 0)).text.startswith(
        "📅 Airbnb · all rooms of type Double: read."
    )
    asked = words(told.mass_question("airbnb", DOUBLES, 9, sold(2), 3))
    assert asked.text.startswith("⚠️ Airbnb · all rooms of type Double: ")
    late = link(LinkState.STALE, room=None, type="DBL", type_name="Double")
    alert = words(told.stale_alert(4, (link(LinkState.STALE), link(LinkState.STALE, room="4"), late)))
    assert "Airbnb · room 3, 4, all rooms of type Double" in alert.text


def test_r11_a_type_that_its_channel_closed_is_told_and_nothing_is_asked() -> None:
    say = words(told.type_closed("airbnb", DOUBLES, nights(0, 2)))
    assert say.labels == ()
    assert say.text.startswith("Airbnb · all rooms of type Double closed there: Fri 20 → Sun 22 Nov")
