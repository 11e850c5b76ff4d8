"""Guests who left, stay on or never came, carried out for one property."""

from dataclasses import replace
from datetime import date
from typing import Any, assert_never

from sqlalchemy import select

from bot.acts import stays
from bot.conversation.actions import DepartureCommand
from bot.conversation.facts import Facts, Told
from core.db.work import UnitOfWork
from core.events.models import Event
from core.events.service import By
from core.inventory.models import RoomNight
from core.reservations import absent
from core.stays import leaving, overdue
from core.stays.commands import CheckOut, GuestLeft, GuestStaysOn, NoShow
from core.stays.telling import Change


def carry_out(work: UnitOfWork, facts: Facts, command: DepartureCommand, by: By) -> Told:
    """Carry out one command for the property of `facts`: ids in old buttons prove nothing."""
    stays.stay_here(work, facts, command.stay_id)
    match command:
        case CheckOut():
            return _left(work, leaving.check_out(work, command, by))
        case GuestLeft():
            return _left(work, overdue.left(work, command, by))
        case GuestStaysOn():
            change = overdue.stays_on(work, command, by)
            # That the night was kept before anybody said so changes no calendar.
            return stays.told_of(work, "stays.overstayed" if change.versions else "stays.stays_on", change)
        case NoShow():
            absence = absent.absent(work, command, by)
            told = _given_up(work, absence.change, "stays.no_show", "stays.absent")
            return replace(told, report_by=absence.report_by)
        case _:
            assert_never(command)


def _left(work: UnitOfWork, change: Change) -> Told:
    return _given_up(work, change, "stays.checked_out", "stays.left")


def _given_up(work: UnitOfWork, change: Change, opens: str, opens_nothing: str) -> Told:
    """A change that gave nights up, of the one kind or the other: who had waited for them has them now."""
    opened = _opened(work, change)
    heirs: list[int] = []
    free = 0
    for room_id, nights in opened.items():
        held = select(RoomNight.stay_id).where(RoomNight.room_id == room_id, RoomNight.night.in_(nights))
        found = work.session.scalars(held.order_by(RoomNight.night)).all()
        heirs += [heir for heir in dict.fromkeys(found) if heir not in heirs]
        free += len(nights) - len(found)
    told = stays.told_of(work, opens if free else opens_nothing, change)
    return replace(told, passed_on=tuple(stays.view_of(work, heir) for heir in heirs))


def _opened(work: UnitOfWork, change: Change) -> dict[int, list[date]]:
    """The nights that a change gave up, by room."""
    facts: dict[str, Any] = dict(work.session.get_one(Event, change.event_id).facts)
    return {
        int(room_id): [date.fromisoformat(night) for night in nights] for room_id, nights in facts["opened"].items()
    }
