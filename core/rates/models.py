"""Rate plans, what was set in them by night, and the rules that make the other nights' prices."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Id
from core.db.types import UtcInstant

MONEY = Numeric(14, 3)
PERCENT = Numeric(9, 4)


class RatePlan(Base):
    """Conditions and prices under which types are sold. A derived one makes its prices of its parent's."""

    __tablename__ = "rate_plans"
    __table_args__ = (UniqueConstraint("property_id", "code"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str | None] = mapped_column(String(3))
    """None: the property's."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("rate_plans.id"), index=True)
    percent: Mapped[Decimal] = mapped_column(PERCENT, default=Decimal(0))
    """How much more (or, negative, less) than the parent's price; then `amount` is added."""
    amount: Mapped[Decimal] = mapped_column(MONEY, default=Decimal(0))
    every_type: Mapped[bool] = mapped_column(default=True)
    """Whether it sells every type; else those that have a `PlanType`."""
    active: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime] = mapped_column(UtcInstant)


class PlanType(Base):
    """A type as one plan sells it: the guard rails of its price, and for whom."""

    __tablename__ = "plan_types"

    plan_id: Mapped[int] = mapped_column(ForeignKey("rate_plans.id"), primary_key=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("room_types.id"), primary_key=True)
    least: Mapped[Decimal | None] = mapped_column(MONEY)
    most: Mapped[Decimal | None] = mapped_column(MONEY)
    most_adults: Mapped[int | None]
    extra_child: Mapped[Decimal] = mapped_column(MONEY, default=Decimal(0))


class OccupancyPrice(Base):
    """What so many adults pay in one plan and type: a price of their own, or more or less than the night's."""

    __tablename__ = "occupancy_prices"
    __table_args__ = (
        CheckConstraint("(price IS NULL) <> (delta IS NULL)", name="price_or_delta"),
        CheckConstraint("adults > 0", name="some_adults"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("rate_plans.id"), primary_key=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("room_types.id"), primary_key=True)
    adults: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[Decimal | None] = mapped_column(MONEY)
    delta: Mapped[Decimal | None] = mapped_column(MONEY)


class DailyRate(Base):
    """What was set for one plan, type and night; a column that is NULL was not set."""

    __tablename__ = "daily_rates"
    __table_args__ = (
        CheckConstraint("price > 0", name="some_price"),
        CheckConstraint("min_stay_arrival > 0 AND min_stay_through > 0 AND max_stay >= 0", name="possible_stays"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("rate_plans.id"), primary_key=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("room_types.id"), primary_key=True)
    night: Mapped[date] = mapped_column(Date, primary_key=True)
    price: Mapped[Decimal | None] = mapped_column(MONEY)
    min_stay_arrival: Mapped[int | None]
    min_stay_through: Mapped[int | None]
    max_stay: Mapped[int | None]
    """0: no limit."""
    closed_to_arrival: Mapped[bool | None]
    closed_to_departure: Mapped[bool | None]
    stop_sell: Mapped[bool | None]


class Season(Base):
    """Nights with a name, which rules refer to."""

    __tablename__ = "seasons"
    __table_args__ = (
        UniqueConstraint("property_id", "name"),
        CheckConstraint("yearly OR first_night <= last_night", name="forwards"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"))
    name: Mapped[str] = mapped_column(String(80))
    first_night: Mapped[date] = mapped_column(Date)
    last_night: Mapped[date] = mapped_column(Date)
    yearly: Mapped[bool] = mapped_column(default=False)
    """In every year, whichever the nights name; it may then last over New Year."""


class PricingRule(Base):
    """What changes the usual price of nights, or replaces it; `kind` is a `views.RuleKind`."""

    __tablename__ = "pricing_rules"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(String(80))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("rate_plans.id"))
    type_id: Mapped[int | None] = mapped_column(ForeignKey("room_types.id"))
    season_id: Mapped[int | None] = mapped_column(ForeignKey("seasons.id"))
    within_days: Mapped[int | None]
    from_percent: Mapped[int | None]
    price: Mapped[Decimal | None] = mapped_column(MONEY)
    percent: Mapped[Decimal] = mapped_column(PERCENT, default=Decimal(0))
    amount: Mapped[Decimal] = mapped_column(MONEY, default=Decimal(0))
    priority: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
