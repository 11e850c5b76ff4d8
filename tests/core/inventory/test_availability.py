"""What is free to sell is derived and explained, night by night."""

import pytest

from core.channels.models import Channel
from core.inventory import availability
from core.inventory import service as inventory
from core.inventory.availability import Answer, Explained
from core.inventory.commands import SetAllowance, SetKeepBack, SetStopSell
from core.inventory.marks import MarkOutOfService, mark
from core.stays.reasons import Reason
from core.values.nights import Nights
from tests.support.desk import Desk, day, nights


def check(
    desk: Desk, wanted: Nights, kind: str | None = "DBL", quantity: int = 1, channel: str | None = None
) -> Answer:
    """Ask what is free."""
    type_id = desk.hotel.types[kind] if kind is not None else None
    with desk.store.reading() as session:
        channel_id = session.query(Channel.id).where(Channel.platform == channel).scalar() if channel else None
        return availability.check(session, desk.hotel.property_id, type_id, wanted, quantity, channel_id)


def test_an_empty_house_offers_all_its_rooms_whether_days_were_made_or_not(desk: Desk) -> None:
    answer = check(desk, nights(0, 3))
    assert [(one.night, one.total, one.available) for one in answer.days] == [(day(n), 2, 2) for n in range(3)]
    assert (answer.available, answer.fits) == (2, True)
    assert answer.whole_stay_rooms == (desk.hotel.rooms["3"], desk.hotel.rooms["4"])


def test_the_least_of_all_nights_can_be_sold_though_no_room_is_free_throughout(desk: Desk) -> None:
    desk.block("3", nights(0, 1))
    desk.block("4", nights(1, 1), Reason.GUEST)
    answer = check(desk, nights(0, 3))
    assert [one.available for one in answer.days] == [1, 1, 2]
    assert (answer.available, answer.whole_stay_rooms) == (1, ())
    assert not check(desk, nights(0, 3), quantity=2).fits


def test_the_whole_house_is_the_sum_of_its_types(desk: Desk) -> None:
    desk.block("7", nights(0, 1))
    answer = check(desk, nights(0, 2), None)
    assert [(one.total, one.blocked, one.available) for one in answer.days] == [(3, 1, 2), (3, 0, 3)]
    assert len(answer.whole_stay_rooms) == 2


def test_r21_who_waits_for_a_room_counts(desk: Desk) -> None:
    desk.block("3", nights(0, 1), Reason.GUEST)
    desk.block("3", nights(0, 1), Reason.MAINTENANCE)
    (only,) = check(desk, nights(0, 1)).days
    assert (only.free, only.contested, only.available) == (1, 1, 0)


def test_a_day_is_explained_as_a_sum(desk: Desk) -> None:
    with desk.store.unit_of_work() as work:
        inventory.set_keep_back(work, SetKeepBack(desk.hotel.types["DBL"], nights(0, 1), 1), desk.by)
    desk.block("3", nights(0, 1))
    (only,) = check(desk, nights(0, 1)).days
    assert availability.explain(only) == Explained(
        day(0), 0, (("total", 2), ("blocked", 1), ("keep_back", 1)), stop_sell=False
    )


@pytest.mark.parametrize("wanted", [nights(0, 2), nights(1, 1)])
def test_stopped_sale_leaves_nothing_and_says_so(desk: Desk, wanted: Nights) -> None:
    with desk.store.unit_of_work() as work:
        inventory.set_stop_sell(work, SetStopSell(desk.hotel.types["DBL"], nights(1, 1), stop=True), desk.by)
    answer = check(desk, wanted)
    assert answer.available == 0
    assert availability.explain(answer.days[-1]).stop_sell
    assert len(answer.whole_stay_rooms) == 2


def test_a_channel_sees_the_stricter_of_what_is_held_back(desk: Desk) -> None:
    with desk.store.unit_of_work() as work:
        channel = work.session.query(Channel).where(Channel.platform == "airbnb").one()
        keep = SetKeepBack(desk.hotel.types["DBL"], nights(0, 1), 2, channel.id)
        inventory.set_keep_back(work, keep, desk.by)
        stop = SetStopSell(desk.hotel.types["TWN"], nights(0, 1), stop=True, channel_id=channel.id)
        inventory.set_stop_sell(work, stop, desk.by)
    found = {
        (channel, kind): check(desk, nights(0, 1), kind, channel=channel).available
        for channel in (None, "airbnb", "booking_com")
        for kind in ("DBL", "TWN")
    }
    assert found == {
        (None, "DBL"): 2, (None, "TWN"): 1, ("airbnb", "DBL"): 0, ("airbnb", "TWN"): 0,
        ("booking_com", "DBL"): 2, ("booking_com", "TWN"): 1,
    }  # fmt: skip


def test_an_allowance_is_more_to_sell(desk: Desk) -> None:
    desk.block("7", nights(0, 1))
    assert check(desk, nights(0, 1), "TWN").available == 0
    with desk.store.unit_of_work() as work:
        inventory.set_allowance(work, SetAllowance(desk.hotel.types["TWN"], nights(0, 1), 1), desk.by)
    answer = check(desk, nights(0, 1), "TWN")
    assert (answer.available, answer.whole_stay_rooms) == (1, ())
    assert availability.explain(answer.days[0]).parts == (("total", 1), ("allowance", 1), ("blocked", 1))


def test_rooms_out_of_service_can_be_had_and_come_last(desk: Desk) -> None:
    with desk.store.unit_of_work() as work:
        mark(work, MarkOutOfService(desk.hotel.rooms["3"], day(1), day(2)), desk.by)
    answer = check(desk, nights(0, 2))
    assert answer.available == 2
    assert answer.whole_stay_rooms == (desk.hotel.rooms["4"], desk.hotel.rooms["3"])
    assert answer.out_of_service == {desk.hotel.rooms["3"]}
    assert check(desk, nights(2, 1)).out_of_service == frozenset()
