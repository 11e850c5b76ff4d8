"""The prices of a stay's nights: written, changed, and passed on when a stay is divided."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import Table, delete, insert, update

from core.db.prepared import Prepared, run
from core.db.work import UnitOfWork
from core.reservations.models import StayPrice
from core.stays.models import Stay

_PRICES: Table = StayPrice.__table__  # type: ignore[assignment]
_WRITE = Prepared(insert(_PRICES))

Prices = Iterable[tuple[date, Decimal]]


def write(work: UnitOfWork, stay: Stay, prices: Prices, currency: str) -> None:
    """Let the nights of a stay cost `prices`, whatever they cost before; its own price is their sum."""
    known = list(prices)
    work.session.execute(delete(_PRICES).where(_PRICES.c.stay_id == stay.id))
    stay.price = sum((cost for _, cost in known), Decimal(0)) if known else None
    stay.currency = currency if known else None
    if known:
        run(work.session, _WRITE, [{"stay_id": stay.id, "night": night, "amount": cost} for night, cost in known])


def pass_on(work: UnitOfWork, stay: Stay, tail: Stay) -> None:
    """Let the nights that `tail` has of `stay` cost there what they cost here.

    A price that nobody gave by night stays with the first part, so that the whole costs what was agreed.
    """
    moved = update(_PRICES).where(_PRICES.c.stay_id == stay.id, _PRICES.c.night >= tail.arrival)
    work.session.execute(moved.values(stay_id=tail.id))
    tail.price = tail.currency = None


def pass_back(work: UnitOfWork, tail: Stay, stay: Stay) -> None:
    """Let `stay` cost again what `tail`, which is a part of it again, has cost."""
    work.session.execute(update(_PRICES).where(_PRICES.c.stay_id == tail.id).values(stay_id=stay.id))
    if tail.price is not None:
        stay.price, stay.currency = (stay.price or Decimal(0)) + tail.price, stay.currency or tail.currency
    tail.price = tail.currency = None
