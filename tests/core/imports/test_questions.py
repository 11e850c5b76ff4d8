"""What a person is asked about a calendar, and what the answers do (R11, R13, R14, R15, R16, R17)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.channels.models import Channel, ChannelLink
from core.feeds.told.values import State
from core.imports import answers, commands, errors
from core.outbox.models import Due
from core.stays import booked
from core.stays.models import Stay
from core.stays.reasons import StayState
from tests.support.calendars import ChannelCalendar, calendar, closed, not_available, reserved
from tests.support.desk import Desk, day, in_room, nights

HOUR = timedelta(hours=1)
SEVEN = tuple(reserved(nights(10 + 5 * n, 2), f"ABCD000{n}") for n in range(7))


def asked(desk: Desk, about: str) -> list[dict[str, object]]:
    """Return the facts of what is to be told about something, in order."""
    with desk.store.reading() as session:
        rows = session.scalars(select(Due).where(Due.kind == "imports.tell").order_by(Due.id))
        return [row.facts for row in rows if row.facts["about"] == about]


def test_r13_a_mass_disappearance_frees_nothing_and_asks_once(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(*SEVEN)
    airbnb.looks(6, SEVEN[0], after=2 * HOUR)
    assert all(stay.state == StayState.HOLDING for stay in airbnb.stays())
    assert len(asked(desk, "mass")) == 1
    assert len(asked(desk, "mass")[0]["bookings"]) == 6  # type: ignore[arg-type]


def test_r13_a_person_says_that_it_is_real(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(*SEVEN)
    airbnb.look(SEVEN[0])
    with desk.store.unit_of_work() as work:
        assert answers.answer_mass(work, commands.AnswerMass(airbnb.link_id, gone=True), desk.by) == 6
    assert [stay.state for stay in airbnb.stays()].count(StayState.RELEASED) == 6
    with desk.store.unit_of_work() as work, pytest.raises(errors.NothingAsked):
        answers.answer_mass(work, commands.AnswerMass(airbnb.link_id, gone=False), desk.by)


def test_r13_a_person_says_that_they_stand(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(*SEVEN)
    airbnb.look(SEVEN[0])
    with desk.store.unit_of_work() as work:
        answers.answer_mass(work, commands.AnswerMass(airbnb.link_id, gone=False), desk.by)
    airbnb.looks(20, SEVEN[0], after=3 * HOUR)
    assert all(stay.state == StayState.HOLDING for stay in airbnb.stays())
    assert [row.state for row in airbnb.rows()].count(State.KEPT) == 6


def test_r13_unanswered_it_is_freed_after_a_steady_day_with_a_word(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(*SEVEN)
    airbnb.looks(13, SEVEN[0], after=2 * HOUR)
    assert [stay.state for stay in airbnb.stays()].count(StayState.RELEASED) == 6
    assert asked(desk, "unanswered")


def test_r13_or_never_when_the_property_says_so(desk: Desk, airbnb: ChannelCalendar) -> None:
    with desk.store.unit_of_work() as work:
        for channel in work.session.scalars(select(Channel)):
            channel.frees_unanswered = False
    airbnb.look(*SEVEN)
    airbnb.looks(20, SEVEN[0], after=3 * HOUR)
    assert all(stay.state == StayState.HOLDING for stay in airbnb.stays())


def test_r13_two_links_of_a_platform_that_lose_half_in_one_round_are_asked_about_however_few(desk: Desk) -> None:
    with desk.store.unit_of_work() as work:
        first = work.session.get_one(ChannelLink, desk.hotel.links["airbnb", "3"])
        other = ChannelLink(channel_id=first.channel_id, room_id=desk.hotel.rooms["4"], made_at=work.now)
        work.session.add(other)
        work.session.flush()
        links = dict(desk.hotel.links)
        links["airbnb", "4"] = other.id
    object.__setattr__(desk.hotel, "links", links)
    three, four = ChannelCalendar(desk, "airbnb", "3"), ChannelCalendar(desk, "airbnb", "4")
    three.look(reserved(nights(10, 2), "ABCD1234"))
    four.look(reserved(nights(10, 2), "EFGH5678"))
    three.look()
    four.look(after=timedelta(minutes=2))
    for _ in range(4):
        three.look(after=3 * HOUR)
        four.look(after=timedelta(minutes=2))
    assert three.stay("ABCD1234").state == StayState.HOLDING
    assert four.stay("EFGH5678").state == StayState.HOLDING
    assert len(asked(desk, "mass")) == 2


def test_r16_a_first_read_that_equals_blocks_by_hand_asks_before_it_joins(desk: Desk, airbnb: ChannelCalendar) -> None:
    block = desk.block("3", nights(3, 2)).stay
    airbnb.look(reserved(nights(3, 2), "ABCD1234"), reserved(nights(8, 2), "EFGH5678"))
    assert [row.taken_as for row in airbnb.rows()] == ["preview", "stay"]
    assert len(asked(desk, "first_read")[0]["bookings"]) == 1  # type: ignore[arg-type]
    assert not {day(3), day(4)} & airbnb.feed(), "the channel sold them, whatever they are"
    with desk.store.unit_of_work() as work:
        assert answers.join_previews(work, commands.JoinPreviews(airbnb.link_id, join=True), desk.by) == 1
    joined = desk.stay(block.id)
    assert (joined.source, joined.reference) == ("airbnb", "HMABCD1234")
    airbnb.looks(3, reserved(nights(8, 2), "EFGH5678"), reserved(nights(20, 2), "ABCD9999"), after=3 * HOUR)
    assert desk.stay(block.id).state == StayState.RELEASED, "from now on it goes with its booking"


@pytest.mark.parametrize("join", [True, False])
def test_r16_a_preview_that_its_channel_dropped_meanwhile_takes_the_block_it_was_along(
    desk: Desk,
    airbnb: ChannelCalendar,
    join: bool,  # noqa: FBT001 - a case.
) -> None:
    block = desk.block("3", nights(3, 2)).stay
    airbnb.look(reserved(nights(3, 2), "ABCD1234"), reserved(nights(8, 2), "EFGH5678"))
    airbnb.looks(3, reserved(nights(8, 2), "EFGH5678"), reserved(nights(20, 2), "ABCD9999"), after=3 * HOUR)
    with desk.store.unit_of_work() as work:
        answers.join_previews(work, commands.JoinPreviews(airbnb.link_id, join=join), desk.by)
    assert desk.stay(block.id).state == (StayState.RELEASED if join else StayState.HOLDING)
    assert len(airbnb.stays()) == (3 if join else 2), "what is gone is no sale"


def test_r16_not_the_same_is_a_sale_and_waits(desk: Desk, airbnb: ChannelCalendar) -> None:
    desk.block("3", nights(3, 2))
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    with desk.store.unit_of_work() as work:
        answers.join_previews(work, commands.JoinPreviews(airbnb.link_id, join=False), desk.by)
    assert airbnb.stay("ABCD1234").state == StayState.CONTESTED


def test_r16_an_unanswered_preview_becomes_a_booking_when_the_block_goes(desk: Desk, airbnb: ChannelCalendar) -> None:
    block = desk.block("3", nights(3, 2)).stay
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    desk.unblock(block.id)
    airbnb.unchanged()
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    assert desk.held(airbnb.stay("ABCD1234").id) == in_room("3", nights(3, 2))


def test_r17_a_calendar_of_ours_or_of_another_rooms_bookings_is_refused(airbnb: ChannelCalendar) -> None:
    made_by_us = calendar(reserved(nights(3, 2), "ABCD1234"), made_by="-//Dauda//Room calendar 1.0//EN")
    assert airbnb.answer(made_by_us).trouble == "our_own"
    assert airbnb.rows() == []


def test_r17_a_calendar_at_a_new_address_adopts_the_stays_by_code(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    before = airbnb.stay("ABCD1234").id
    again = ChannelCalendar(desk, "airbnb", "3")
    again.look(reserved(nights(3, 3), "ABCD1234"))
    assert again.stay("ABCD1234").id == before
    assert len(again.rows()) == 1


def test_r17_a_booking_added_by_hand_is_adopted_by_its_feed(desk: Desk, airbnb: ChannelCalendar) -> None:
    by_hand = desk.block("3", nights(3, 2)).stay
    with desk.store.unit_of_work() as work:
        stay = work.session.get_one(Stay, by_hand.id)
        stay.source, stay.reference = "airbnb", "HMABCD1234"
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    assert airbnb.rows()[0].stay_id == by_hand.id


def test_r11_a_closure_is_asked_about_once_and_only_there_opens_it_elsewhere(
    desk: Desk, airbnb: ChannelCalendar, booking: ChannelCalendar
) -> None:
    shown = not_available(nights(10, 3))
    airbnb.looks(3, shown)
    assert len(asked(desk, "closure")) == 1
    row = airbnb.rows()[0]
    with desk.store.unit_of_work() as work:
        answers.settle_closure(work, commands.SettleClosure(row.id, everywhere=False), desk.by)
    assert not {day(10), day(11)} & booking.feed()


def test_r14_on_booking_com_all_new_nights_of_a_named_guest_are_asked_about(
    desk: Desk, booking: ChannelCalendar
) -> None:
    booking.look(closed(nights(10, 6)))
    stay = booking.stays()[0]
    with desk.store.unit_of_work() as work:
        work.session.get_one(Stay, stay.id).guest = "John"
    booking.look(closed(nights(12, 6)))
    assert desk.stay(stay.id).departure == day(18)
    assert asked(desk, "guest")
    with desk.store.unit_of_work() as work:
        answers.settle_guest(work, commands.SettleGuest(booking.rows()[0].id, same=False), desk.by)
    assert desk.stay(stay.id).guest is None


def test_r15_a_booking_cancelled_on_both_sides_that_stays_is_asked_about(desk: Desk, airbnb: ChannelCalendar) -> None:
    far, sold = reserved(nights(60, 2), "FARAWAY1"), reserved(nights(3, 2), "ABCD1234")
    airbnb.look(far, sold)
    with desk.store.unit_of_work() as work:
        stay = work.session.get_one(Stay, airbnb.stay("ABCD1234").id)
        booked.end(work, stay, desk.by)
    airbnb.looks(2, far, sold)
    assert airbnb.stay("ABCD1234").state == StayState.RELEASED, "seen again is nothing"
    assert not asked(desk, "lingering")
    airbnb.looks(3, far, sold)
    assert len(asked(desk, "lingering")) == 1
    row = next(row for row in airbnb.rows() if row.code == "HMABCD1234")
    with desk.store.unit_of_work() as work:
        assert answers.settle_lingering(work, commands.SettleLingering(row.id, new=True), desk.by) is not None
    assert desk.held(airbnb.stay("ABCD1234").id) == in_room("3", nights(3, 2))


def test_r15_new_dates_of_a_cancelled_booking_reopen_it(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    with desk.store.unit_of_work() as work:
        booked.end(work, work.session.get_one(Stay, airbnb.stay("ABCD1234").id), desk.by)
    airbnb.look(reserved(nights(4, 2), "ABCD1234"))
    assert desk.held(airbnb.stay("ABCD1234").id) == in_room("3", nights(4, 2))


def test_r15_fewer_nights_of_a_cancelled_booking_are_sold_anew_at_once(desk: Desk, booking: ChannelCalendar) -> None:
    far = closed(nights(60, 2))
    booking.look(far, closed(nights(3, 5)))
    stay = booking.stays()[0].id
    with desk.store.unit_of_work() as work:
        booked.end(work, work.session.get_one(Stay, stay), desk.by)
    booking.look(far, closed(nights(4, 2)))
    assert desk.held(stay) == in_room("3", nights(4, 2))
    with desk.store.unit_of_work() as work:
        booked.end(work, work.session.get_one(Stay, stay, populate_existing=True), desk.by)
    booking.look(far, closed(nights(4, 2)))
    assert desk.stay(stay).state == StayState.RELEASED, "seen again is nothing"


def test_r19_the_rooms_of_a_channel_that_cannot_be_read_are_closed_elsewhere(desk: Desk) -> None:
    ChannelCalendar(desk, "airbnb", "3")
    desk.block("3", nights(0, 1))
    with desk.store.unit_of_work() as work:
        made = answers.close_elsewhere(work, desk.hotel.property_id, commands.CloseElsewhere("airbnb"), desk.by)
    assert [change.nights for change in made] == [nights(1, 1)]
