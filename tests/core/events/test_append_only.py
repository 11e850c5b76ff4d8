"""The log of what happened: complete, without guest data, and only ever longer."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.events.models import Event
from core.logs import correlated
from core.stays.reasons import Reason
from tests.support.desk import Desk, day, nights

CANARY = "Wanjiku Canary"


def told_of_stays(desk: Desk) -> list[Event]:
    """Return the events of stays, without those that follow from them."""
    return [event for event in desk.events() if event.subject == "stay"]


def test_each_verb_records_one_event_with_who_where_and_when(desk: Desk) -> None:
    with correlated("a message"):
        stay_id = desk.block("3", nights(0, 2), Reason.GUEST, CANARY).stay.id
        desk.extend(stay_id, day(4))
        desk.shorten(stay_id, day(3))
        desk.move(stay_id, "4")
        desk.unblock(stay_id)
    events = told_of_stays(desk)
    assert [event.kind for event in events] == [
        "stays.blocked", "stays.extended", "stays.shortened", "stays.moved", "stays.unblocked",
    ]  # fmt: skip
    for event in events:
        assert (event.subject, event.subject_id, event.property_id) == ("stay", stay_id, desk.hotel.property_id)
        assert (event.person_id, event.transport) == (desk.hotel.people["Amina"], "console")
        assert (event.at, event.correlation, event.undoes) == (desk.store.clock.now(), "a message", None)


def test_the_facts_tell_what_changed(desk: Desk) -> None:
    three, four = str(desk.hotel.rooms["3"]), str(desk.hotel.rooms["4"])
    stay_id = desk.block("3", nights(0, 2), Reason.GUEST, CANARY).stay.id
    desk.shorten(stay_id, day(1))
    desk.move(stay_id, "4")
    blocked, shortened, moved = (event.facts for event in told_of_stays(desk))
    assert blocked == {
        "room": "3", "arrival": "2026-11-20", "departure": "2026-11-22", "revision": 1, "versions": {three: 2},
        "reason": "guest", "displaced": [], "reservation": blocked["reservation"],
    }  # fmt: skip
    assert (shortened["before_departure"], shortened["departure"]) == ("2026-11-22", "2026-11-21")
    assert shortened["opened"] == {three: ["2026-11-21"]}
    assert (moved["room"], moved["before_room"], moved["before_room_id"]) == ("4", "3", int(three))
    assert moved["versions"] == {three: 4, four: 2}


def test_no_event_names_a_guest(desk: Desk) -> None:
    stay_id = desk.block("3", nights(0, 2), Reason.GUEST, CANARY).stay.id
    desk.move(stay_id, "4")
    desk.undo(told_of_stays(desk)[-1].id)
    desk.block("3", nights(1, 1), Reason.MAINTENANCE)
    assert desk.stay(stay_id).guest == CANARY
    # What follows for the reservation, and the case that the last one opens, are told, too.
    assert {event.subject for event in desk.events()} == {"stay", "reservation", "conflict"}
    assert all(CANARY not in str(event.facts) for event in desk.events())


@pytest.mark.parametrize("statement", ["UPDATE events SET kind = 'nothing'", "DELETE FROM events"])
def test_the_database_itself_refuses_to_change_the_log(desk: Desk, statement: str) -> None:
    desk.block("3", nights(0, 2))
    with pytest.raises(DBAPIError, match="append-only"), desk.store.unit_of_work() as work:
        work.session.execute(text(statement))
    assert [event.kind for event in desk.events()] == ["stays.blocked"]


@pytest.mark.parametrize("statement", ["UPDATE stays SET note = 'x'", "UPDATE events SET kind = 'x' WHERE false"])
def test_what_is_no_change_of_the_log_is_not_refused(desk: Desk, statement: str) -> None:
    desk.block("3", nights(0, 2))
    with desk.store.unit_of_work() as work:
        work.session.execute(text(statement))
    assert len(desk.events()) == 1
