"""Loading what types cost and whether they are sold, as the dialogue knows it; and what of it can be taken back."""

import operator
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from bot.conversation.actions import SellTypes, TypeNights
from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.conversation.nights import nights_of
from bot.conversation.rates import RateRun
from bot.understanding import OF_TYPES
from core.conflicts.models import Conflict
from core.conflicts.views import CaseState
from core.events.models import Event
from core.feeds.service import UNDO_TIME
from core.inventory.events import StopSellSet
from core.inventory.models import InventoryDay
from core.rates import quotes
from core.rates import undo as rates
from core.rates.commands import UndoRates
from core.rates.quotes import Cell
from core.stays import undo as stays
from core.values.money import Money
from core.values.nights import ONE_NIGHT, Nights

SHOWN = timedelta(days=7)
MOST_SHOWN = 62
"""Nights that are looked at for one message."""

RateUndo = UndoRates | SellTypes
_Undoable = tuple[RateUndo, int, datetime]
"""What takes a change back, the change's event, and when it was."""


def needed(session: Session, known: Facts, draft: Draft) -> dict[str, object]:
    """The further facts that a draft about prices or selling needs, by the names of `Facts`' fields; else none."""
    return {"rates": runs(session, known, draft)} if draft.intent in OF_TYPES else {}


def runs(session: Session, known: Facts, draft: Draft) -> tuple[RateRun, ...]:
    """What the types of a draft cost over its nights (a week where none are named), in runs of equal nights."""
    named = nights_of(draft, known.today, from_today=True) if draft.has_dates else None
    nights = named or Nights(known.today, known.today + SHOWN)
    if nights.departure <= known.today:
        return ()
    first = max(nights.arrival, known.today)
    nights = Nights(first, min(nights.departure, first + timedelta(days=MOST_SHOWN)))
    wanted = {room.type_id: room.type_name for room in known.rooms if not draft.types or room.type_code in draft.types}
    if not wanted:
        return ()
    place = known.place.property_id
    plan, cells = quotes.grid(session, place, nights, None, list(wanted), today=known.today)
    stopped = _stopped(session, list(wanted), nights)
    found: list[RateRun] = []
    for cell in cells:
        one = _run(cell, wanted[cell.type_id], plan.currency, closed=(cell.type_id, cell.night) in stopped)
        if found and _alike(found[-1], one):
            found[-1] = RateRun(
                one.type_id, one.type_name, Nights(found[-1].nights.arrival, one.nights.departure), one.price,
                one.min_stay, one.closed,
            )  # fmt: skip
        else:
            found.append(one)
    return tuple(found)


def last_undoable(session: Session, place: int, person: int, now: datetime) -> RateUndo | None:
    """What takes this person's last change of prices or selling back, where nothing of theirs is newer."""
    found = [one for one in (_last_rates(session, place, person, now), _last_stop(session, place, person, now)) if one]
    if not found:
        return None
    command, event_id, at = max(found, key=operator.itemgetter(1))
    newer = select(
        exists().where(
            Event.property_id == place, Event.person_id == person, Event.kind.in_(stays.UNDOABLE),
            Event.undoes.is_(None), Event.id > event_id,
        )
        | exists().where(
            Conflict.property_id == place, Conflict.decided_by == person, Conflict.state == CaseState.DECIDED,
            Conflict.ended_at > at,
        )
    )  # fmt: skip
    return None if session.scalar(newer) else command


def _last_rates(session: Session, place: int, person: int, now: datetime) -> _Undoable | None:
    found = rates.last_undoable(session, place, person, now)
    return (UndoRates(found[0]), *found) if found is not None else None


def _last_stop(session: Session, place: int, person: int, now: datetime) -> _Undoable | None:
    """The types of the last message that stopped or started selling, each with the nights that differed before."""
    undoing = aliased(Event)
    query = (
        select(Event)
        .where(Event.property_id == place, Event.person_id == person, Event.kind == StopSellSet.kind)
        .where(Event.undoes.is_(None), ~exists().where(undoing.undoes == Event.id), Event.at >= now - UNDO_TIME)
        .order_by(Event.id.desc())
        .limit(MOST_SHOWN)
    )
    found = session.scalars(query).all()
    if not found:
        return None
    last = found[0]
    together = [one for one in found if one.correlation and one.correlation == last.correlation] or [last]
    stopped = bool(last.facts["value"])
    spans: list[TypeNights] = []
    for event in reversed(together):
        before = [run for run in event.facts["before"] if bool(run[2]) != stopped]  # type: ignore[attr-defined]
        spans += [
            TypeNights(
                event.subject_id, Nights(date.fromisoformat(run[0]), date.fromisoformat(run[1])),
                event.id if number == 0 else None,
            )
            for number, run in enumerate(before)
        ]  # fmt: skip
    return (SellTypes(tuple(spans), not stopped), last.id, last.at) if spans else None


def _run(cell: Cell, name: str, currency: str, *, closed: bool) -> RateRun:
    held = cell.restriction
    price = Money(cell.priced.price, currency) if cell.priced is not None and cell.priced.price else None
    return RateRun(
        cell.type_id, name, Nights(cell.night, cell.night + ONE_NIGHT), price,
        max(held.min_stay_arrival, held.min_stay_through), closed or held.stop_sell,
    )  # fmt: skip


def _alike(one: RateRun, other: RateRun) -> bool:
    same = (one.type_id, one.price, one.min_stay, one.closed) == (
        other.type_id, other.price, other.min_stay, other.closed,
    )  # fmt: skip
    return same and one.nights.departure == other.nights.arrival


def _stopped(session: Session, type_ids: list[int], nights: Nights) -> set[tuple[int, date]]:
    query = select(InventoryDay.type_id, InventoryDay.night).where(
        InventoryDay.type_id.in_(type_ids), InventoryDay.stop_sell,
        InventoryDay.night >= nights.arrival, InventoryDay.night < nights.departure,
    )  # fmt: skip
    return {(type_id, night) for type_id, night in session.execute(query)}
