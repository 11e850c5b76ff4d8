"""Commands about prices and selling, carried out for one property."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from sqlalchemy import select

from bot.conversation.actions import RateCommand, SellTypes, TypeNights
from bot.conversation.facts import Facts
from bot.conversation.rates import RatesTold
from core.db.work import UnitOfWork
from core.events.models import Event
from core.events.service import By
from core.feeds.service import UNDO_TIME
from core.inventory import selling
from core.inventory.commands import SetStopSell
from core.inventory.models import InventoryDay
from core.rates import service, undo
from core.rates.commands import SetRates, UndoRates
from core.rates.errors import NoSuchPlan, NoSuchType
from core.stays.errors import AlreadyUndone, TooLateToUndo
from core.values.money import Money
from core.values.nights import ONE_NIGHT, Nights, runs


@dataclass(frozen=True, slots=True)
class Did:
    """What a command did, and the feeds' versions that show it, by room."""

    told: RatesTold
    versions: Mapping[int, int] = field(default_factory=dict)


def carry_out(work: UnitOfWork, facts: Facts, command: RateCommand, by: By) -> Did:
    """Carry out one command for the property of `facts`: ids in old buttons prove nothing."""
    match command:
        case SetRates():
            if command.property_id != facts.place.property_id:
                raise NoSuchPlan(plan=command.plan_id)
            done = service.set_rates(work, command, by)
            price = Money(command.values.price, done.plan.currency) if command.values.price is not None else None
            undoing = UndoRates(done.event_id) if done.event_id is not None else None
            names, nights = _names(facts, done.type_ids), _nights(command.range.first, command.range.last)
            return Did(RatesTold("set", names, nights, done.changed, price, undoing))
        case UndoRates():
            back = undo.undo(work, facts.place.property_id, command, by)
            nights = _nights(back.range.first, back.range.last)
            return Did(RatesTold("taken_back", _names(facts, back.type_ids), nights, back.changed, is_undo=True))
        case SellTypes():
            return _sell(work, facts, command, by)
        case _:
            assert_never(command)


def _sell(work: UnitOfWork, facts: Facts, command: SellTypes, by: By) -> Did:
    here = {room.type_id for room in facts.rooms}
    versions: dict[int, int] = {}
    undoing: list[TypeNights] = []
    takes_back = any(span.undoes is not None for span in command.spans)
    for span in command.spans:
        if span.type_id not in here:
            raise NoSuchType(type=span.type_id)
        if span.undoes is not None:
            _refuse_undone(work, span.undoes)
        order = SetStopSell(span.type_id, span.nights, command.stop)
        differing = _differing(work, order)
        own = replace(by, undoes=span.undoes)
        done = selling.set_stop_sell(work, order, own, at_once=takes_back)
        versions.update(done.versions)
        undoing += [
            TypeNights(span.type_id, run, done.event_id if number == 0 else None)
            for number, run in enumerate(runs(differing))
        ]
    arrival = min(span.nights.arrival for span in command.spans)
    nights = Nights(arrival, max(span.nights.departure for span in command.spans))
    names = _names(facts, [span.type_id for span in command.spans])
    back = SellTypes(tuple(undoing), not command.stop) if undoing and not takes_back else None
    changed = sum(len(span.nights) for span in undoing)
    what = "stopped" if command.stop else "started"
    return Did(RatesTold(what, names, nights, changed, undo=back, is_undo=takes_back), versions)


def _differing(work: UnitOfWork, order: SetStopSell) -> list[date]:
    """The nights that are not yet as ordered; a day that is not there is sold."""
    query = select(InventoryDay.night).where(
        InventoryDay.type_id == order.type_id, InventoryDay.stop_sell,
        InventoryDay.night >= order.nights.arrival, InventoryDay.night < order.nights.departure,
    )  # fmt: skip
    stopped = set(work.session.scalars(query))
    return [night for night in order.nights if (night in stopped) != order.stop]


def _refuse_undone(work: UnitOfWork, event_id: int) -> None:
    event = work.session.get(Event, event_id)
    if event is None or work.now - event.at > UNDO_TIME:
        raise TooLateToUndo(minutes=int(UNDO_TIME.total_seconds() // 60))
    earlier = work.session.scalar(select(Event).where(Event.undoes == event_id))
    if earlier is not None:
        raise AlreadyUndone(at=earlier.at, person_id=earlier.person_id)


def _names(facts: Facts, type_ids: tuple[int, ...] | list[int]) -> tuple[str, ...]:
    known = {room.type_id: room.type_name for room in facts.rooms}
    return tuple(dict.fromkeys(known.get(type_id, "?") for type_id in type_ids))


def _nights(first: date, last: date) -> Nights:
    return Nights(first, max(last, first) + ONE_NIGHT)
