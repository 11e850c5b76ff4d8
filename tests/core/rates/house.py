"""The example hotel (types DBL and TWN at 4500) and the verbs that set its prices."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.db.work import Store
from core.events.models import Event
from core.events.service import By
from core.inventory.models import InventoryDay
from core.rates import commands, plans, pricing, queries, quotes, service, undo
from core.rates.quotes import Cell, Quote
from core.rates.service import RatesChange
from core.rates.telling import Set
from core.rates.views import Adjustment, DayRate, Range, RuleKind
from core.stays import service as stays
from core.stays.commands import BlockRoom
from core.stays.reasons import Reason
from core.values.nights import Nights
from tests.support.hotel import TODAY, Hotel, make_hotel, open_store


def day(offset: int) -> date:
    """The day so many days from today, a Friday."""
    return TODAY + timedelta(days=offset)


def days(first: int, count: int) -> Nights:
    """So many nights, the first of them so many days from today."""
    return Nights(day(first), day(first + count))


@dataclass(frozen=True, slots=True)
class House:
    """A hotel, its store, and who sets its prices."""

    store: Store
    hotel: Hotel
    by: By

    @property
    def place(self) -> int:
        """The property's id."""
        return self.hotel.property_id

    def set(
        self, first: int, last: int, values: DayRate, *types: str, plan: int | None = None, sure: bool = False,
        on: frozenset[int] = frozenset(range(7)),
    ) -> RatesChange:  # fmt: skip
        """Set values on nights, counted from today, for types by code."""
        ids = tuple(self.hotel.types[code] for code in types)
        order = commands.SetRates(self.place, Range(day(first), day(last), on), values, plan, ids, sure)
        with self.store.unit_of_work() as work:
            return service.set_rates(work, order, self.by)

    def price(self, first: int, last: int, amount: str, *types: str, plan: int | None = None) -> RatesChange:
        """Set a price."""
        return self.set(first, last, DayRate(price=Decimal(amount)), *types, plan=plan)

    def undo(self, event_id: int | None) -> RatesChange:
        """Take an edit back."""
        assert event_id is not None
        with self.store.unit_of_work() as work:
            return undo.undo(work, self.place, commands.UndoRates(event_id), self.by)

    def plan(self, code: str, name: str = "A plan", *, parent: int | None = None, **more: Any) -> Set:  # noqa: ANN401 - the command's fields.
        """Make a plan or change it."""
        order = commands.SetPlan(self.place, code, name, parent, **more)
        with self.store.unit_of_work() as work:
            return plans.set_plan(work, order, self.by)

    def plan_type(self, kind: str, plan: int | None = None, **more: Any) -> Set:  # noqa: ANN401 - the command's fields.
        """Set how a plan sells a type."""
        order = commands.SetPlanType(self.place, plan, self.hotel.types[kind], **more)
        with self.store.unit_of_work() as work:
            return plans.set_plan_type(work, order, self.by)

    def rule(self, kind: RuleKind, change: Adjustment, **more: Any) -> Set:  # noqa: ANN401 - the command's fields.
        """Make a rule or change it."""
        order = commands.SetRule(self.place, kind, change, **more)
        with self.store.unit_of_work() as work:
            return pricing.set_rule(work, order, self.by)

    def season(self, name: str, first: int, last: int, *, yearly: bool = False) -> Set:
        """Make a season or change it."""
        order = commands.SetSeason(self.place, name, day(first), day(last), yearly)
        with self.store.unit_of_work() as work:
            return pricing.set_season(work, order, self.by)

    def weekend(self, *on: int) -> Set:
        """Say which nights are the weekend's."""
        with self.store.unit_of_work() as work:
            return pricing.set_weekend(work, commands.SetWeekend(self.place, frozenset(on)), self.by)

    def quote(
        self, first: int, count: int, kind: str = "DBL", adults: int | None = None, plan: int | None = None
    ) -> Quote:
        """What a stay costs."""
        with self.store.reading() as session:
            return quotes.quote(session, self.place, self.hotel.types[kind], days(first, count), adults, 0, plan, TODAY)

    def grid(self, first: int, count: int, *types: str, plan: int | None = None) -> tuple[Cell, ...]:
        """Prices and restrictions by type and night."""
        ids = [self.hotel.types[code] for code in types] or None
        with self.store.reading() as session:
            return quotes.grid(session, self.place, days(first, count), plan, ids, today=TODAY)[1]

    def prices(self, first: int, count: int, kind: str = "DBL", plan: int | None = None) -> list[Decimal]:
        """What the nights cost, one by one."""
        return [cell.priced.price for cell in self.grid(first, count, kind, plan=plan) if cell.priced]

    def hold(self, room: str, first: int, count: int, reason: Reason = Reason.OWNER) -> None:
        """Let somebody have a room."""
        with self.store.unit_of_work() as work:
            stays.block(work, BlockRoom(self.hotel.rooms[room], days(first, count), reason, guest="John"), self.by)

    def stop(self, kind: str, offset: int) -> None:
        """Let the inventory stop a type's night."""
        with self.store.unit_of_work() as work:
            counts = {"total": 2, "sold": 0, "blocked": 0, "contested": 0, "keep_back": 0, "allowance": 0}
            work.session.add(InventoryDay(type_id=self.hotel.types[kind], night=day(offset), stop_sell=True, **counts))

    def events(self) -> list[Event]:
        """What was recorded about prices."""
        with self.store.reading() as session:
            return list(session.scalars(select(Event).where(Event.kind.startswith("rates.")).order_by(Event.id)))

    def plans(self) -> dict[str, int | None]:
        """The plans' ids by code."""
        with self.store.reading() as session:
            return {plan.code: plan.plan_id for plan in queries.house(session, self.place).plans}


@contextmanager
def open_house(url: str) -> Iterator[House]:
    """Open the hotel on the migrated, empty database at `url`."""
    with open_store(url) as store:
        hotel = make_hotel(store)
        yield House(store, hotel, By(hotel.people["Juma"], "console"))
