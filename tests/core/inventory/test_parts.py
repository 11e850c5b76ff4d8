"""A villa and its rooms: who has the whole has every part, and a taken part closes the whole."""

from collections.abc import Iterator
from datetime import date

import pytest

from core.channels.models import ChannelLink
from core.conflicts import service as conflicts
from core.conflicts.commands import KeepStay, UndoDecision
from core.conflicts.models import Conflict, ConflictParty
from core.doctor import examine
from core.events.service import By
from core.feeds import queries
from core.inventory import audit, availability
from core.inventory.models import RoomPart
from core.inventory.rows import NightTaken
from core.stays import commands, service
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.values.nights import Nights
from tests.support.desk import Desk, day, in_room, nights
from tests.support.hotel import SEALER, clock_of, make_hotel, open_store
from tests.support.truth import faults, must_be_true

ROOMS = {"villa": "VILLA", "1": "DBL", "2": "TWN", "5": "DBL"}


@pytest.fixture
def villa(database_url: str) -> Iterator[Desk]:
    """Give the desk of a house whose villa is made of rooms 1 and 2; at the end its books must agree."""
    with open_store(database_url) as store:
        hotel = make_hotel(store, ROOMS, links=(("airbnb", "villa"), ("airbnb", "1"), ("airbnb", "2")))
        with store.unit_of_work() as work:
            work.session.add_all(
                RoomPart(whole_id=hotel.rooms["villa"], part_id=hotel.rooms[part], property_id=hotel.property_id)
                for part in ("1", "2")
            )
        desk = Desk(store, hotel, By(hotel.people["Amina"], "console"))
        yield desk
        must_be_true(store)
        with store.reading() as session:
            now = clock_of(store).now()
            assert audit.differences(session, now) == []
            assert audit.without_parts(session, now) == []
            found = examine(session, SEALER, now)
            assert [one for check in ("inventory", "stays") for one in found[check] if one.wrong] == []


def all_of(wanted: Nights) -> set[tuple[str, date]]:
    """Return what a stay in the villa holds."""
    return {cell for room in ("villa", "1", "2") for cell in in_room(room, wanted)}


def cases(desk: Desk) -> list[tuple[str, set[int]]]:
    """Return every case with the stays in it."""
    with desk.store.reading() as session:
        return [
            (case.state, {row.stay_id for row in session.query(ConflictParty).filter_by(conflict_id=case.id)})
            for case in session.query(Conflict).order_by(Conflict.id)
        ]


def available(desk: Desk, kind: str, wanted: Nights) -> list[int]:
    """Return how many of a type can be sold, night by night."""
    with desk.store.reading() as session:
        answer = availability.check(session, desk.hotel.property_id, desk.hotel.types[kind], wanted)
        return [one.available for one in answer.days]


def busy(desk: Desk, room: str) -> set[int]:
    """Return the nights (days from today) that the feed of a room shows busy."""
    with desk.store.reading() as session:
        link_id = session.query(ChannelLink.id).where(ChannelLink.room_id == desk.hotel.rooms[room]).scalar()
        events = queries.shown(session, link_id, clock_of(desk.store).now())
        return {(night - day(0)).days for event in events for night in event.nights}


def test_a_stay_in_the_whole_holds_and_counts_every_part(villa: Desk) -> None:
    stay = villa.block("villa", nights(0, 2), Reason.GUEST).stay
    assert villa.held(stay.id) == all_of(nights(0, 2))
    assert [villa.counted(day(0), kind) for kind in ("VILLA", "DBL", "TWN")] == [(1, 0, 0)] * 3
    assert available(villa, "DBL", nights(0, 3)) == [1, 1, 2]


@pytest.mark.parametrize("room", ["1", "2"])
def test_a_taken_part_closes_the_whole(villa: Desk, room: str) -> None:
    part = villa.block(room, nights(1, 1)).stay
    assert available(villa, "VILLA", nights(0, 3)) == [1, 0, 1]
    with pytest.raises(NightTaken) as refused:
        villa.block("villa", nights(0, 2))
    assert refused.value.facts == {"night": day(1), "stay_id": part.id, "room_id": villa.hotel.rooms[room]}
    with villa.store.reading() as session:
        type_id = villa.hotel.types["VILLA"]
        answer = availability.check(session, villa.hotel.property_id, type_id, nights(0, 2))
        assert (answer.whole_stay_rooms, answer.days[1].closed_by_parts) == ((), 1)


def test_a_taken_whole_closes_its_parts(villa: Desk) -> None:
    villa.block("villa", nights(0, 2))
    for room in ("1", "2"):
        with pytest.raises(NightTaken):
            villa.block(room, nights(1, 2))
    villa.block("5", nights(0, 2))


def test_r01_the_feeds_of_a_whole_and_of_its_parts_show_what_they_close(villa: Desk) -> None:
    before = {room: villa.version(room) for room in ROOMS}
    part = villa.block("1", nights(0, 2)).stay
    assert (busy(villa, "villa"), busy(villa, "1"), busy(villa, "2")) == ({0, 1}, {0, 1}, set())
    assert {room for room in ROOMS if villa.version(room) > before[room]} == {"villa", "1"}
    villa.unblock(part.id)
    assert (busy(villa, "villa"), busy(villa, "1")) == ({0, 1}, {0, 1})  # Opening late (R4).
    villa.block("villa", nights(4, 1))
    assert [busy(villa, room) for room in ("villa", "1", "2")] == [{0, 1, 4}, {0, 1, 4}, {4}]


def test_giving_up_the_whole_gives_up_every_part(villa: Desk) -> None:
    stay = villa.block("villa", nights(0, 3)).stay
    villa.shorten(stay.id, day(2))
    assert villa.held(stay.id) == all_of(nights(0, 2))
    villa.extend(stay.id, day(4))
    assert villa.held(stay.id) == all_of(nights(0, 4))
    villa.unblock(stay.id)
    assert villa.held(stay.id) == set()
    assert [villa.late(room) for room in ("villa", "1", "2")] == [set(nights(0, 4))] * 3


def test_a_stay_moves_out_of_the_whole_into_a_part_of_it_and_back(villa: Desk) -> None:
    stay = villa.block("villa", nights(0, 2)).stay
    villa.move(stay.id, "1")
    assert villa.held(stay.id) == in_room("1", nights(0, 2))
    villa.block("2", nights(0, 1))
    with pytest.raises(NightTaken):
        villa.move(stay.id, "villa")
    villa.move(stay.id, "5")
    assert villa.held(stay.id) == in_room("5", nights(0, 2))


def test_r23_a_part_out_of_order_displaces_who_has_the_whole(villa: Desk) -> None:
    guest = villa.block("villa", nights(0, 3), Reason.GUEST).stay
    fact = villa.block("1", nights(1, 1), Reason.MAINTENANCE)
    assert [stay.id for stay in fact.displaced] == [guest.id]
    assert villa.stay(guest.id).state == StayState.CONTESTED
    assert cases(villa) == [("open", {guest.id, fact.stay.id})]
    # The other part stays closed for it.
    assert villa.held(guest.id) == all_of(nights(0, 3)) - {("villa", day(1)), ("1", day(1))}
    assert villa.counted(day(1), "VILLA") == (0, 0, 1)
    assert busy(villa, "2") >= {1}
    must_be_true(villa.store)
    villa.unblock(fact.stay.id)
    assert villa.stay(guest.id).state == StayState.HOLDING
    assert villa.held(guest.id) == all_of(nights(0, 3))
    assert [state for state, _ in cases(villa)] == ["closed"]


@pytest.mark.parametrize("keep", ["villa", "1"])
def test_r20_a_decision_between_a_whole_and_a_part_gives_every_night_to_one_and_can_be_undone(
    villa: Desk, keep: str
) -> None:
    holder = villa.block("1", nights(0, 1), Reason.GUEST).stay
    order = commands.BlockRoom(villa.hotel.rooms["villa"], nights(0, 2), Reason.GUEST, insist=True)
    with villa.store.unit_of_work() as work:
        waits = service.block(work, order, villa.by).stay
    winner, loser = (waits, holder) if keep == "villa" else (holder, waits)
    with villa.store.unit_of_work() as work:
        case = work.session.query(Conflict).one()
        conflicts.decide(work, KeepStay(case.id, case.revision, winner.id), villa.by)
    assert (villa.stay(winner.id).state, villa.stay(loser.id).state) == (StayState.HOLDING, StayState.SHADOWED)
    assert villa.held(winner.id) == (all_of(nights(0, 2)) if keep == "villa" else in_room("1", nights(0, 1)))
    must_be_true(villa.store)
    with villa.store.unit_of_work() as work:
        case = work.session.query(Conflict).one()
        conflicts.decide(work, UndoDecision(case.id, case.revision), villa.by)
    assert villa.stay(loser.id).state == (StayState.HOLDING if keep == "villa" else StayState.CONTESTED)


def test_r23_a_whole_out_of_order_displaces_who_has_its_parts(villa: Desk) -> None:
    one, two = (villa.block(room, nights(0, 2), Reason.GUEST).stay for room in ("1", "2"))
    fact = villa.block("villa", nights(1, 2), Reason.MAINTENANCE)
    assert {stay.id for stay in fact.displaced} == {one.id, two.id}
    assert villa.held(fact.stay.id) == all_of(nights(1, 2))
    assert [villa.stay(stay.id).state for stay in (one, two)] == [StayState.CONTESTED] * 2
    assert [villa.counted(day(1), kind) for kind in ("VILLA", "DBL", "TWN")] == [(0, 1, 0), (0, 1, 1), (0, 1, 1)]
    must_be_true(villa.store)
    villa.unblock(fact.stay.id)
    assert [villa.stay(stay.id).state for stay in (one, two)] == [StayState.HOLDING] * 2


def test_who_insists_on_the_whole_waits_for_each_night_until_every_part_is_free(villa: Desk) -> None:
    one, two = (villa.block(room, nights(0, 1), Reason.GUEST).stay for room in ("1", "2"))
    order = commands.BlockRoom(villa.hotel.rooms["villa"], nights(0, 2), Reason.GUEST, insist=True)
    with villa.store.unit_of_work() as work:
        waits = service.block(work, order, villa.by).stay
    assert villa.held(waits.id) == all_of(nights(1, 1))
    assert busy(villa, "2") == {0, 1}
    villa.unblock(one.id)
    assert villa.held(waits.id) == all_of(nights(1, 1))
    must_be_true(villa.store)
    villa.unblock(two.id)
    assert villa.held(waits.id) == all_of(nights(0, 2))
    assert villa.stay(waits.id).state == StayState.HOLDING


def test_the_judge_sees_a_whole_without_its_part(villa: Desk) -> None:
    stay = villa.block("villa", nights(0, 1)).stay
    with villa.store.unit_of_work() as work:
        kept = work.session.get_one(Stay, stay.id)
        work.session.connection().exec_driver_sql(f"DELETE FROM room_nights WHERE room_id = {villa.hotel.rooms['2']}")
        assert audit.without_parts(work.session, work.now) == [kept.id]
    assert any("without its part" in fault for fault in faults(villa.store.database.read, clock_of(villa.store).now()))
    with villa.store.unit_of_work() as work:
        work.session.connection().exec_driver_sql(
            f"INSERT INTO room_nights VALUES ({villa.hotel.rooms['2']}, '{day(0)}', {stay.id})"
        )
