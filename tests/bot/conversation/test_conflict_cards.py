"""The card of a case as a clerk reads it, and the choices on it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import conflict_cards
from bot.conversation.actions import Do, PartyIsIn
from bot.conversation.cases import Case
from bot.conversation.drafts import Draft
from bot.conversation.flows.conflicts import listed
from bot.replies.render import Rendered, render
from bot.replies.voices import Voice
from bot.understanding import Intent
from core.conflicts.commands import DecideLater, KeepStay, MoveParties, OnlyOurBlock, Relocation, SameBooking
from core.conflicts.views import Advice, AdviceKind, CaseState, Cost, PartyView, Severity
from tests.bot.conversation.cases import AIRBNB, AWAY, BOOKING, HOLDER, TO_4, TO_TWIN, WAITING, case
from tests.bot.conversation.samples import FACTS, nights, room_id, stay
from tests.support.hotel import NOW

VOICE = Voice("en", "Africa/Nairobi", NOW)
BUTTON, MOST_TEXT = 20, 1024


def shown(known: Case) -> Rendered:
    """Return the card in words."""
    return render(conflict_cards.card(known, FACTS), VOICE)


def commands(known: Case) -> list[object]:
    """Return what the choices of a card do."""
    return [
        command
        for offer in conflict_cards.choices(known, FACTS)
        if isinstance(offer.action, Do)
        for command in offer.action.commands
    ]


def test_r21_the_card_says_who_wants_the_night_what_is_best_and_which_room_is_kept() -> None:
    assert shown(case()) == Rendered(
        "🚨 URGENT double booking: Room 3, Fri 20 → Sat 21 Nov · 1 night\n"
        "It begins tonight.\n"
        "A  Airbnb HMX8XQ5R5A · Thu 19 → Sat 21 Nov · 2 nights · holds the room\n"
        "B  Booking.com 4012345678 · Fri 20 → Sun 22 Nov · 2 nights · waits\n"
        "Best: move B to Room 4 (free, same type)\n"
        "Or: move B to Room 7 (Twin): free, KES 1,500.00 a night more, which the house bears\n"
        "Room 4 is kept closed for it until Sat 21 Nov 21:40.",
        (
            "Move B to room 4", "Move B to room 7", "Keep A", "Keep B", "B is in the room", "A is in the room",
            "Same booking", "Only our block", "Later",
        ),
    )  # fmt: skip


def test_every_choice_carries_the_revision_that_was_shown() -> None:
    assert commands(case()) == [
        MoveParties(12, 3, TO_4.moves), MoveParties(12, 3, TO_TWIN.moves), KeepStay(12, 3, 1), KeepStay(12, 3, 2),
        PartyIsIn(2, 12, 3), PartyIsIn(1, 12, 3), SameBooking(12, 3), OnlyOurBlock(12, 3), DecideLater(12, 3),
    ]  # fmt: skip


def test_a_card_is_the_card_of_its_case() -> None:
    card = conflict_cards.card(case(), FACTS).card
    assert card is not None
    assert (card.name, card.revision) == ("conflict:12", 3)


def test_a_settled_case_offers_nothing() -> None:
    assert conflict_cards.choices(case(state=CaseState.DECIDED), FACTS) == ()


@pytest.mark.parametrize("severity", [Severity.LOW, Severity.MEDIUM])
def test_what_does_not_hurry_is_not_called_urgent(severity: Severity) -> None:
    text = shown(case(severity=severity, nights=nights(20, 1))).text
    assert text.startswith("⚠️ Double booking: Room 3, Thu 10 → Fri 11 Dec · 1 night\nA  ")


def test_r23_only_a_guest_who_may_have_come_can_be_in_the_room() -> None:
    later = replace(WAITING, stay=replace(BOOKING, arrival=nights(1, 2).arrival, departure=nights(1, 2).departure))
    block = PartyView(stay("3", -1, 3, stay_id=1), holds=True)
    assert [each for each in commands(case(parties=(block, later))) if isinstance(each, PartyIsIn)] == []


def test_r23_a_guest_who_is_in_the_room_is_the_only_one_who_can_keep_it() -> None:
    inside = replace(HOLDER, stay=replace(AIRBNB, checked_in=True))
    known = case(parties=(inside, WAITING))
    assert [each for each in commands(known) if isinstance(each, KeepStay | PartyIsIn)] == [KeepStay(12, 3, 1)]
    assert "A  Airbnb HMX8XQ5R5A · Thu 19 → Sat 21 Nov · 2 nights · is in the room" in shown(known).text


def test_only_our_block_is_offered_where_the_channel_cannot_tell_a_booking_from_a_closure() -> None:
    plain = case(parties=(HOLDER, replace(WAITING, echo_possible=False)))
    assert not any(isinstance(each, OnlyOurBlock) for each in commands(plain))


def test_out_of_order_is_no_booking_that_came_twice() -> None:
    broken = PartyView(stay("3", 0, 1, stay_id=1, reason="maintenance"), holds=True)
    known = case(parties=(broken, WAITING))
    assert not any(isinstance(each, SameBooking) for each in commands(known))
    assert shown(known).text.startswith("🚨 URGENT, a guest without a room: Room 3")


def test_three_parties_are_three_letters_and_no_same_booking() -> None:
    john = PartyView(stay("3", 0, 1, stay_id=3, reason="walk_in", guest="John", state="contested"), holds=False)
    card = shown(case(parties=(HOLDER, WAITING, john)))
    assert "C  walk-in · John · Fri 20 → Sat 21 Nov · 1 night · waits" in card.text
    assert {"Keep A", "Keep B", "Keep C", "C is in the room", "Later"} <= set(card.labels)
    assert "Same booking" not in card.labels


def test_a_guest_without_a_room_and_without_a_rival_can_only_be_moved_or_wait() -> None:
    alone = shown(
        case(
            parties=(WAITING,),
            advice=(
                replace(
                    TO_4,
                ),
            ),
        )
    )
    assert alone.text.startswith("🚨 URGENT, a guest without a room: Room 3, Fri 20 → Sat 21 Nov · 1 night\n")
    assert "Best: move A to Room 4 (free, same type)" in alone.text
    assert alone.labels == ("Move A to room 4", "A is in the room", "Only our block", "Later")


def test_a_reshuffle_is_told_move_by_move_in_its_order() -> None:
    mary = stay("4", 0, 1, stay_id=9, reason="walk_in", guest="Mary")
    moves = (Relocation(9, room_id("1")), Relocation(2, room_id("4")))
    card = shown(case(mary, advice=(Advice(AdviceKind.RESHUFFLE, 2, moves),), kept_room=None))
    assert card.text.endswith(
        "Best: 2 moves, and everybody has a room:\n• walk-in · Mary from Room 4 to room 1\n• B to room 4"
    )
    assert card.labels[0] == "Do the 2 moves"


def test_a_split_names_the_nights_of_each_room() -> None:
    moves = (Relocation(2, room_id("4"), nights(0, 1)),)
    card = shown(case(advice=(Advice(AdviceKind.SPLIT, 2, moves),), kept_room=None))
    assert card.text.endswith(
        "Best: B changes rooms once, so ask the guest first:\n• B to room 4, Fri 20 → Sat 21 Nov · 1 night"
    )
    assert card.labels[0] == "Split B"


def test_where_no_room_is_free_it_says_what_the_channel_takes_for_it() -> None:
    away = replace(AWAY, costs=(Cost.TRANSPORT, Cost.COMMISSION))
    card = shown(case(advice=(away,), kept_room=None))
    assert card.text.endswith(
        "No room is free for B: find another house, or cancel at Booking.com.\n"
        "• The house pays the way there.\n"
        "• Booking.com may still take its commission."
    )
    assert card.labels[0] == "Keep A"
    john = PartyView(stay("3", 0, 1, stay_id=2, reason="walk_in", guest="John", state="contested"), holds=False)
    own = shown(case(parties=(HOLDER, john), advice=(AWAY,), kept_room=None))
    assert own.text.endswith("No room is free for B (walk-in · John): find another house, or cancel.")


def test_a_better_room_without_rates_names_no_price() -> None:
    room = replace(case().view.room, rate=None)
    text = shown(case(room=room, advice=(TO_TWIN,))).text
    assert "Best: move B to Room 7 (Twin): free, and the guest pays no more" in text


PARTIES = st.builds(
    PartyView,
    st.builds(
        stay,
        st.just("3"),
        st.integers(-2, 2),
        st.integers(1, 5),
        stay_id=st.integers(1, 30),
        reason=st.sampled_from(["guest", "walk_in", "owner", "maintenance"]),
        source=st.sampled_from([None, "airbnb", "booking_com", "of_somebody_else"]),
        reference=st.none() | st.just("123"),
        guest=st.none() | st.just("Mary"),
        checked_in=st.booleans(),
    ),
    holds=st.booleans(),
    echo_possible=st.booleans(),
)
WAYS = st.sampled_from([TO_4, TO_TWIN, AWAY, replace(TO_4, stay_id=99), Advice(AdviceKind.RESHUFFLE, 2, TO_4.moves)])


@given(
    parties=st.lists(PARTIES, min_size=1, max_size=12, unique_by=lambda party: party.stay.stay_id).map(tuple),
    ways=st.lists(WAYS, max_size=4).map(tuple),
    severity=st.sampled_from(Severity),
)
def test_any_case_fits_one_list_and_can_be_put_off(
    parties: tuple[PartyView, ...], ways: tuple[Advice, ...], severity: Severity
) -> None:
    card = shown(case(parties=parties, advice=ways, severity=severity))
    assert 1 <= len(card.labels) <= 10
    assert card.labels[-1] == "Later"
    assert len(set(card.labels)) == len(card.labels) or len(ways) > 1
    assert all(len(label) <= BUTTON for label in card.labels)
    assert len(card.text) <= MOST_TEXT
    assert "{" not in card.text


@pytest.mark.parametrize(
    ("rooms", "told"),
    [(("4",), "with room 4 of the same booking"), (("4", "7"), "with rooms 4, 7 of the same booking"), ((), None)],
)
def test_r31_the_card_names_the_other_rooms_of_a_booking(rooms: tuple[str, ...], told: str | None) -> None:
    text = shown(case(parties=(HOLDER, replace(WAITING, with_rooms=rooms)))).text
    assert [line.strip() for line in text.splitlines() if "same booking" in line] == ([told] if told else [])


def test_r03_what_was_sold_as_a_type_is_said_with_the_room_it_has_now() -> None:
    holder = replace(HOLDER, stay=replace(AIRBNB, sold_as="Double"))
    waiting = replace(WAITING, stay=replace(BOOKING, sold_as="Double"))
    text = shown(case(parties=(holder, waiting))).text
    assert "A  Airbnb HMX8XQ5R5A (booked as Double, now in room 3) · Thu 19" in text
    assert "B  Booking.com 4012345678 (booked as Double) · Fri 20" in text, "it has no room yet"
    assert "booked as" not in shown(case()).text


def test_r10_what_was_only_our_block_the_last_time_is_said_and_offered_first() -> None:
    again = case(parties=(HOLDER, replace(WAITING, echo_before=True)))
    card = shown(again)
    assert "The last time, Booking.com only showed our own block. Look there before you say so again." in card.text
    assert card.labels[0] == "Only our block"
    assert card.labels.count("Only our block") == 1
    assert {"Keep A", "Keep B", "Later"} <= set(card.labels), "and nothing is decided by it"
    assert "The last time" not in shown(case()).text
    assert shown(case()).labels[0] != "Only our block"


def test_r10_a_list_of_several_cases_never_offers_to_drop_a_booking_with_one_tap() -> None:
    again = case(parties=(HOLDER, replace(WAITING, echo_before=True)))
    other = replace(again, view=replace(again.view, conflict_id=13, room=FACTS.room("4")))
    say = listed(Draft(Intent.CONFLICTS), replace(FACTS, cases=(again, other))).say
    assert say is not None
    rendered = render(say, VOICE)
    assert rendered.labels == ("3: Move B to room 4", "Show room 3", "4: Move B to room 4", "Show room 4")
    assert [line.split()[0] for line in rendered.text.splitlines() if "URGENT" in line] == ["#12", "#13"]
