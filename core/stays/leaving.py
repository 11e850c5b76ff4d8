"""Guests leave, or never came: what that does to the nights that are left."""

from datetime import date

from core.db.work import UnitOfWork
from core.events.service import By
from core.properties.models import Room
from core.stays import asked, chains, commands, errors, holding, rules
from core.stays import events as happenings
from core.stays.models import Stay
from core.stays.telling import Change, happening_of, told
from core.values.nights import Nights


def check_out(work: UnitOfWork, order: commands.CheckOut, by: By) -> Change:
    """The guest has left; an early departure gives back the nights from the business day on.

    The feeds open when the undo time is over (R4). Raises `NoSuchStay`, `ChangedMeanwhile` or `NotIn`.
    """
    stay = work.session.get(Stay, order.stay_id, populate_existing=True)
    if stay is None:
        raise errors.NoSuchStay(stay_id=order.stay_id)
    if not asked.is_in(stay):
        raise errors.NotIn(stay_id=stay.id)
    if stay.revision != order.revision:
        raise errors.ChangedMeanwhile(stay_id=stay.id)
    room = holding.room_of(work, stay.room_id, removed=True)
    before = stay.departure
    given_up, opened = _give_back(work, stay, room)
    stay.checked_out_at = stay.changed_at = work.now
    for part in chains.before(work, stay):
        if part.departure <= holding.today_at(work, room):
            # Who leaves the room that was changed to has left the one before it long ago.
            part.checked_out_at = part.checked_out_at or work.now
    happening = happening_of(
        happenings.GuestCheckedOut, work, stay, room, before_departure=before, opened=holding.as_facts(opened)
    )
    asked.follow(work, stay.id, holding.today_at(work, room))
    return told(work, stay, room, happening, by, given_up or stay.nights)


def no_show(work: UnitOfWork, stay: Stay, by: By, *, went_on: bool = False) -> Change:
    """The guest did not come: the nights from the business day on are given back. `stay` as it is in the database.

    No platform is asked: the room is free, whatever its calendar still shows (R9). Raises `AlreadyIn`, or `NotYet`
    unless the stay `went_on` from another one that nobody came for.
    """
    room = holding.room_of(work, stay.room_id, removed=True)
    if stay.checked_in_at is not None:
        raise errors.AlreadyIn(stay_id=stay.id, at=stay.checked_in_at)
    if stay.arrival > holding.today_at(work, room) and not went_on:
        raise errors.NotYet(stay_id=stay.id, arrival=stay.arrival)
    before = stay.departure
    given_up, opened = _give_back(work, stay, room)
    holding.touch(work, stay)
    happening = happening_of(
        happenings.GuestNeverCame, work, stay, room, before_departure=before, opened=holding.as_facts(opened)
    )
    return told(work, stay, room, happening, by, given_up or stay.nights)


def _give_back(work: UnitOfWork, stay: Stay, room: Room) -> tuple[Nights | None, dict[int, list[date]]]:
    """Open what is left of a stay from the business day on: the nights, and those it held of them, by room."""
    today = holding.today_at(work, room)
    if stay.departure <= today:
        return None, {}
    kept, given_up = rules.what_remains(stay.nights, None, today, stay.id)
    return given_up, holding.give_up(work, stay, kept, given_up, at_once=False)
