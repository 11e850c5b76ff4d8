"""Setting prices and restrictions on many nights."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.rates import commands, errors, service
from core.rates.editing import Skipped, Why
from core.rates.views import DayRate, Range
from core.stays.errors import AlreadyUndone, ChangedMeanwhile, NothingToUndo, TooLateToUndo
from core.stays.reasons import Reason
from tests.core.rates.house import House, day
from tests.support.hotel import TODAY, clock_of, make_hotel

CLOSED, OPEN = DayRate(stop_sell=True), DayRate(stop_sell=False)


def test_a_price_holds_on_just_the_nights_and_types_it_was_set_for(house: House) -> None:
    done = house.price(2, 4, "5000", "DBL")
    assert done.changed == 3
    assert house.prices(1, 5) == [4500, 5000, 5000, 5000, 4500]
    assert house.prices(1, 5, "TWN") == [4500] * 5


def test_without_types_it_holds_for_all_of_them(house: House) -> None:
    assert house.price(2, 2, "5000").changed == 2
    assert house.prices(2, 1, "TWN") == [5000]


def test_a_weekday_mask_picks_nights(house: House) -> None:
    house.set(0, 8, DayRate(price=Decimal(6000)), "DBL", on=frozenset({4, 5}))
    assert house.prices(0, 9) == [6000, 6000, 4500, 4500, 4500, 4500, 4500, 6000, 6000]


def test_fields_that_are_not_said_stay(house: House) -> None:
    house.set(2, 3, DayRate(price=Decimal(5000), min_stay_arrival=2), "DBL")
    house.set(3, 3, DayRate(closed_to_arrival=True), "DBL")
    (first, second) = house.grid(2, 2, "DBL")
    assert (first.restriction.min_stay_arrival, first.restriction.closed_to_arrival) == (2, False)
    assert (second.restriction.min_stay_arrival, second.restriction.closed_to_arrival) == (2, True)
    assert second.priced is not None
    assert second.priced.price == 5000


def test_an_edit_that_changes_nothing_records_nothing(house: House) -> None:
    house.price(2, 4, "5000", "DBL")
    again = house.price(2, 4, "5000.00", "DBL")
    assert (again.changed, again.event_id) == (0, None)
    assert len(house.events()) == 1


def test_an_event_tells_before_and_after_in_runs(house: House) -> None:
    house.price(3, 3, "5000", "DBL")
    house.price(2, 5, "6000", "DBL")
    (_, event) = house.events()
    kind = str(house.hotel.types["DBL"])
    assert event.facts["after"] == {kind: [[day(2).isoformat(), day(5).isoformat(), {"price": "6000.00"}]]}
    before = event.facts["before"]
    assert isinstance(before, dict)
    assert [run[2]["price"] and Decimal(run[2]["price"]) for run in before[kind]] == [None, 5000, None]
    assert (event.person_id, event.transport, event.subject) == (house.by.person_id, "console", "rate_plan")


def test_a_price_has_the_currencys_digits(house: House) -> None:
    house.price(2, 2, "5000.005", "DBL")
    assert house.prices(2, 1) == [Decimal("5000.00")]


def test_values_that_make_no_sense_are_refused(house: House) -> None:
    wrong = [
        (DayRate(price=Decimal("0.001")), "price"),
        (DayRate(price=Decimal("NaN")), "price"),
        (DayRate(max_stay=-1), "max_stay"),
    ]
    for values, key in wrong:
        with pytest.raises(errors.WrongValue) as refused:
            house.set(2, 3, values)
        assert refused.value.facts["field"] == key
    assert house.events() == []


def test_an_edit_that_says_nothing_is_refused(house: House) -> None:
    with pytest.raises(errors.NothingSaid):
        house.set(2, 3, DayRate())
    with pytest.raises(errors.NothingSaid):
        house.set(0, 1, OPEN, on=frozenset({0}))
    with pytest.raises(errors.NothingSaid):
        house.set(3, 2, OPEN)


def test_nights_that_are_over_or_beyond_the_horizon_are_refused(house: House) -> None:
    with pytest.raises(errors.NightsOver):
        house.set(-1, 2, CLOSED)
    with pytest.raises(errors.BeyondHorizon):
        house.set(0, 731, CLOSED)
    assert house.set(0, 729, CLOSED, "DBL").changed == 730


def test_another_propertys_plan_or_type_is_unknown(house: House) -> None:
    other = make_hotel(house.store, {"1": "STE"}, code="palm", staff={}, links=())
    with house.store.unit_of_work() as work:
        foreign = service.standard(work, other.property_id).id
    with pytest.raises(errors.NoSuchPlan):
        house.set(2, 3, CLOSED, plan=foreign)
    order = commands.SetRates(house.place, Range(day(2), day(3)), CLOSED, type_ids=(other.types["STE"],))
    with pytest.raises(errors.NoSuchType), house.store.unit_of_work() as work:
        service.set_rates(work, order, house.by)


def test_ten_times_the_price_needs_confirming(house: House) -> None:
    with pytest.raises(errors.NeedsConfirming) as asked:
        house.price(2, 4, "45000", "DBL")
    facts = asked.value.facts
    assert (facts["before"], facts["after"], facts["night"], facts["count"]) == (4500, 45000, day(2), 3)
    assert house.prices(2, 1) == [4500]
    house.set(2, 4, DayRate(price=Decimal(45000)), "DBL", sure=True)
    assert house.prices(2, 1) == [45000]


def test_a_tenth_of_the_price_needs_confirming(house: House) -> None:
    with pytest.raises(errors.NeedsConfirming):
        house.price(2, 4, "450", "DBL")
    assert house.price(2, 4, "451", "DBL").changed == 3


def test_the_price_before_is_the_one_that_was_set_for_the_night(house: House) -> None:
    house.price(2, 2, "20000", "DBL")
    assert house.price(2, 2, "45000", "DBL").changed == 1


def test_a_price_outside_the_guard_rails_is_refused_even_when_confirmed(house: House) -> None:
    house.plan_type("DBL", least=Decimal(3000), most=Decimal(9000))
    with pytest.raises(errors.OutsideRails) as refused:
        house.set(2, 2, DayRate(price=Decimal(2999)), "DBL", sure=True)
    assert (refused.value.facts["least"], refused.value.facts["most"]) == (3000, 9000)
    assert house.price(2, 2, "3000", "DBL").changed == 1
    assert house.price(2, 2, "2999", "TWN").changed == 1


def test_opening_skips_wholly_reserved_nights_and_says_so(house: House) -> None:
    house.set(2, 5, CLOSED, "DBL")
    house.hold("3", 3, 2, Reason.WALK_IN)
    house.hold("4", 4, 1, Reason.OWNER)
    done = house.set(2, 5, replace(OPEN, price=Decimal(5000)), "DBL")
    assert done.skipped == (Skipped(house.hotel.types["DBL"], day(4), Why.RESERVED),)
    assert [cell.restriction.stop_sell for cell in house.grid(2, 4, "DBL")] == [False, False, True, False]
    assert house.prices(2, 4) == [5000] * 4
    (_, event) = house.events()
    assert event.facts["skipped"] == [[house.hotel.types["DBL"], day(4).isoformat(), "reserved"]]


def test_opening_does_not_lift_a_stop_of_the_inventory(house: House) -> None:
    house.set(2, 3, CLOSED, "DBL", "TWN")
    house.stop("DBL", 3)
    done = house.set(2, 3, OPEN)
    assert done.skipped == (Skipped(house.hotel.types["DBL"], day(3), Why.STOPPED),)
    assert [cell.restriction.stop_sell for cell in house.grid(2, 2, "DBL", "TWN")] == [False, True, False, False]


def test_closing_skips_nothing(house: House) -> None:
    house.hold("7", 3, 1, Reason.WALK_IN)
    assert house.set(2, 3, CLOSED, "TWN").skipped == ()
    assert [cell.restriction.stop_sell for cell in house.grid(2, 2, "TWN")] == [True, True]


def test_r25_an_edit_is_taken_back_to_what_was_set_before(house: House) -> None:
    house.price(3, 3, "5000", "DBL")
    done = house.set(2, 5, DayRate(price=Decimal(6000), stop_sell=True), on=frozenset({0, 6}))
    assert done.changed == 4
    house.undo(done.event_id)
    assert house.prices(2, 4) == [4500, 5000, 4500, 4500]
    assert not any(cell.restriction.stop_sell for cell in house.grid(2, 4))
    assert house.events()[-1].undoes == done.event_id


def test_r25_an_edit_is_taken_back_once(house: House) -> None:
    done = house.price(2, 3, "5000", "DBL")
    back = house.undo(done.event_id)
    with pytest.raises(AlreadyUndone):
        house.undo(done.event_id)
    with pytest.raises(NothingToUndo):
        house.undo(back.event_id)


def test_r25_an_edit_over_which_somebody_went_stays(house: House) -> None:
    done = house.price(2, 5, "5000", "DBL")
    house.price(5, 5, "6000", "DBL")
    with pytest.raises(ChangedMeanwhile):
        house.undo(done.event_id)
    assert house.prices(2, 4) == [5000, 5000, 5000, 6000]


def test_r25_what_another_edit_said_of_other_fields_stays(house: House) -> None:
    done = house.price(2, 3, "5000", "DBL")
    house.set(2, 2, CLOSED, "DBL")
    house.undo(done.event_id)
    assert house.prices(2, 2) == [4500, 4500]
    assert house.grid(2, 1, "DBL")[0].restriction.stop_sell


def test_r25_an_old_edit_cannot_be_taken_back(house: House) -> None:
    done = house.price(2, 3, "5000", "DBL")
    clock_of(house.store).advance(timedelta(minutes=11))
    with pytest.raises(TooLateToUndo):
        house.undo(done.event_id)


def test_the_standard_plan_is_stored_by_the_first_edit_and_once(house: House) -> None:
    assert house.plans() == {"standard": None}
    house.price(2, 3, "5000", "DBL")
    house.price(2, 3, "5100", "DBL")
    assert [code for code, plan_id in house.plans().items() if plan_id] == ["standard"]


def test_today_is_the_business_day(house: House) -> None:
    clock_of(house.store).instant += timedelta(hours=6)
    assert house.price(0, 0, "5000", "DBL").range.first == TODAY
