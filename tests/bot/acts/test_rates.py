"""Prices and selling through the door into the core, and how each can be taken back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import gather, rates
from bot.act import act
from bot.conversation.actions import Command, SellTypes, TypeNights
from bot.conversation.drafts import Draft
from bot.conversation.facts import Done, Facts, Outcome, Refusal
from bot.conversation.rates import RateRun
from bot.tools import Tools
from bot.understanding import Intent
from core.db.work import Store, UnitOfWork
from core.events.service import By
from core.inventory.models import InventoryDay
from core.logs import correlated
from core.rates.commands import SetRates, UndoRates
from core.rates.views import DayRate, Range
from core.staff.roles import Role
from core.staff.views import Place, Who
from core.stays import service as stays
from core.stays.commands import BlockRoom
from core.values.nights import Nights
from tests.support import databases
from tests.support.desk import day, nights
from tests.support.hotel import SEALER, Hotel, clock_of, make_hotel, open_store

TOOLS = Tools(SEALER, "https://baobab.example")


class House:
    """A hotel whose prices Juma, an admin, sets by chat."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.hotel: Hotel = make_hotel(store)
        self.juma = self.hotel.people["Juma"]

    def facts(self, work: UnitOfWork, role: Role = Role.PROPERTY_ADMIN) -> Facts:
        """What is known before a thing is said."""
        place = Place(self.hotel.property_id, "baobab", "Baobab", "Africa/Nairobi", "KES", "en", role)
        return gather.basics(work, Who(self.juma, "Juma", None, 1, (place,), None), place)

    def do(self, *commands: Command, role: Role = Role.PROPERTY_ADMIN) -> Outcome:
        """Carry out commands."""
        with self.store.unit_of_work() as work, correlated(f"m{work.now}{commands}"[:40]):
            return act(work, TOOLS, self.facts(work, role), commands, By(self.juma, "telegram"))

    def did(self, *commands: Command) -> Done:
        """Carry out commands that must not be refused."""
        outcome = self.do(*commands)
        assert isinstance(outcome, Done), outcome
        clock_of(self.store).advance(timedelta(seconds=1))
        return outcome

    def price(self, amount: int, first: int = 1, count: int = 2) -> SetRates:
        """The command that sets the price of doubles."""
        about = Range(day(first), day(first + count - 1))
        return SetRates(
            self.hotel.property_id, about, DayRate(price=Decimal(amount)), type_ids=(self.hotel.types["DBL"],)
        )

    def selling(self, wanted: Nights, *types: str, stop: bool) -> SellTypes:
        """The command that stops or starts selling types."""
        return SellTypes(tuple(TypeNights(self.hotel.types[code], wanted) for code in types), stop)

    def runs(self, draft: Draft) -> tuple[RateRun, ...]:
        """What is told of prices."""
        with self.store.unit_of_work() as work:
            return rates.runs(work.session, self.facts(work), draft)

    def undoable(self) -> Command | None:
        """What "undo" would take back."""
        with self.store.unit_of_work() as work:
            known = gather.needed(work, self.facts(work), Draft(Intent.UNDO))
            return known.get("undoable_rates")  # type: ignore[return-value] # the fact's type.

    def stopped(self, kind: str) -> list[int]:
        """The nights on which a type is stopped, counted from today."""
        query = select(InventoryDay.night).where(InventoryDay.type_id == self.hotel.types[kind], InventoryDay.stop_sell)
        with self.store.reading() as session:
            return [(night - day(0)).days for night in session.scalars(query.order_by(InventoryDay.night))]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give a new hotel."""
    with databases.migrated("sqlite", tmp_path) as url, open_store(url) as store:
        yield House(store)


def test_a_price_is_set_told_and_taken_back(house: House) -> None:
    (told,) = house.did(house.price(5000)).rates
    assert (told.what, told.types, told.nights, told.changed) == ("set", ("Dbl",), nights(1, 2), 2)
    assert told.price is not None
    assert told.undo == house.undoable()
    shown = house.runs(Draft(Intent.RATES, types=("DBL",), start=day(0), nights=4))
    assert [(run.nights, run.price.amount if run.price else None) for run in shown] == [
        (nights(0, 1), Decimal(4500)), (nights(1, 2), Decimal(5000)), (nights(3, 1), Decimal(4500)),
    ]  # fmt: skip
    assert isinstance(told.undo, UndoRates)
    (back,) = house.did(told.undo).rates
    assert (back.what, back.changed) == ("taken_back", 2)
    assert len(house.runs(Draft(Intent.RATES, types=("DBL",)))) == 1
    assert house.undoable() is None


def test_prices_are_shown_for_a_week_where_no_nights_are_named(house: House) -> None:
    shown = house.runs(Draft(Intent.RATES))
    assert [(run.type_name, run.nights) for run in shown] == [("Dbl", nights(0, 7)), ("Twn", nights(0, 7))]
    assert house.runs(Draft(Intent.RATES, start=day(-5), nights=2)) == ()


def test_stopping_closes_and_its_undo_opens_just_what_it_closed(house: House) -> None:
    house.did(house.selling(nights(2, 1), "TWN", stop=True))
    (told,) = house.did(house.selling(nights(1, 3), "TWN", "DBL", stop=True)).rates
    assert (told.what, told.changed) == ("stopped", 5)
    assert (house.stopped("TWN"), house.stopped("DBL")) == ([1, 2, 3], [1, 2, 3])
    assert told.undo == house.undoable()
    assert [run.closed for run in house.runs(Draft(Intent.RATES, types=("TWN",), start=day(0), nights=3))] == [
        False, True,
    ]  # fmt: skip
    assert told.undo is not None
    house.did(told.undo)
    assert (house.stopped("TWN"), house.stopped("DBL")) == ([2], [])
    again = house.do(told.undo)
    assert isinstance(again, Refusal)
    assert again.code == "already_undone"


def test_a_stop_is_not_taken_back_after_the_undo_time(house: House) -> None:
    (told,) = house.did(house.selling(nights(1, 1), "TWN", stop=True)).rates
    clock_of(house.store).advance(timedelta(minutes=11))
    assert told.undo is not None
    late = house.do(told.undo)
    assert isinstance(late, Refusal)
    assert late.code == "too_late_to_undo"
    assert house.stopped("TWN") == [1]
    assert house.undoable() is None


def test_undo_means_the_newest_change(house: House) -> None:
    house.did(house.price(5000))
    house.did(house.selling(nights(1, 1), "TWN", stop=True))
    assert isinstance(house.undoable(), SellTypes)
    house.did(house.price(5200, 4))
    assert isinstance(house.undoable(), UndoRates)
    with house.store.unit_of_work() as work:
        stays.block(work, BlockRoom(house.hotel.rooms["3"], nights(0, 1)), By(house.juma, "telegram"))
    assert house.undoable() is None


def test_nothing_of_another_property_is_touched(house: House) -> None:
    other = make_hotel(house.store, {"1": "STE"}, code="palm", staff={}, links=())
    span = (TypeNights(other.types["STE"], nights(1, 1)),)
    for command in (SellTypes(span, stop=True), replace(house.price(5000), property_id=other.property_id)):
        refused = house.do(command)
        assert isinstance(refused, Refusal)
        assert refused.code in {"no_such_type", "no_such_plan"}


def test_staff_change_no_prices_and_stop_nothing(house: House) -> None:
    for command in (house.price(5000), house.selling(nights(1, 1), "TWN", stop=True), UndoRates(1)):
        refused = house.do(command, role=Role.STAFF)
        assert isinstance(refused, Refusal)
        assert refused.code == "role_too_low"
    assert house.stopped("TWN") == []


def test_a_price_that_became_ten_times_as_high_meanwhile_is_asked_about(house: House) -> None:
    refused = house.do(house.price(45000))
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.facts["before"]) == ("needs_confirming", 4500)
