"""Guests who are still in the house past their departure: tonight stays closed for them, and staff are asked (R23).

From the hour of check-out on tonight is kept, where nobody else is to have the room. Where somebody is, the night is
closed anyway: people have until the hour of check-in to say that the guest has left, before it becomes a case.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from core.clock import CHECK_IN_TIME, CHECK_OUT_TIME, business_day, instant_of
from core.db.work import UnitOfWork
from core.events.service import By
from core.inventory import parts
from core.inventory import service as inventory
from core.inventory.models import RoomNight
from core.properties.models import Property, Room
from core.stays import asked, chains, commands, errors, holding, leaving, service
from core.stays import events as happenings
from core.stays.asked import is_in
from core.stays.models import Stay
from core.stays.questions import Answer, Standing
from core.stays.reasons import StayState
from core.stays.telling import Change, happening_of, told
from core.values.nights import ONE_NIGHT, Nights

LOOKS_BACK = timedelta(days=31)
"""How long after its departure a stay is looked at: one that is kept each night never gets that old."""
_STANDING = (StayState.HOLDING, StayState.CONTESTED)
_NOBODY = By()


def overdue(session: Session, now: datetime) -> list[int]:
    """The stays, of all houses, whose guests are in though they were to leave by the business day; the longest first.

    Who only changes the room on that day is not among them.
    """
    tail = aliased(Stay)
    zones = dict(session.execute(select(Property.id, Property.timezone)).all())
    query = (
        select(Stay.id, Stay.property_id, Stay.departure)
        # Each house is searched from the departure side: a scan of all stays would be made every minute.
        .where(Stay.property_id.in_(zones), Stay.departure >= now.date() - LOOKS_BACK)
        .where(Stay.departure <= now.date() + ONE_NIGHT)
        .where(Stay.checked_in_at.is_not(None), Stay.checked_out_at.is_(None), Stay.state != StayState.RELEASED)
        .where(~exists().where(tail.follows_id == Stay.id, tail.state.in_(_STANDING)))
        .order_by(Stay.departure, Stay.id)
    )
    found = session.execute(query).all()
    return [stay_id for stay_id, place, departure in found if departure <= business_day(now, zones[place])]


def watch(work: UnitOfWork, stay_id: int) -> Change | None:
    """Keep tonight for a guest who was to leave, once it is time, and have staff asked; what was kept, if anything.

    After a day in which nobody looked it is time at once: the guest had the last night, too.
    """
    stay = work.session.get(Stay, stay_id, populate_existing=True)
    if stay is None or not is_in(stay) or chains.tail_of(work, stay) is not None:
        return None
    room = holding.room_of(work, stay.room_id, removed=True)
    today, zone = holding.today_at(work, room), room.property.timezone
    if stay.departure > today:
        return None
    others = _others(work, stay, room, today)
    if work.now < instant_of(today, CHECK_OUT_TIME, zone) and (others or stay.departure == today):
        return None
    asked.ask(work, stay.id, today)
    waits_in_vain = work.now >= instant_of(today, CHECK_IN_TIME, zone)
    may_be_kept = not others or (waits_in_vain and not any(is_in(other) for other in others))
    # A room that was removed is closed to everybody as it is (R6).
    return overstay(work, stay, _NOBODY) if may_be_kept and room.removed_at is None else None


def overstay(work: UnitOfWork, stay: Stay, by: By) -> Change:
    """Keep tonight for a guest who was to leave and is still in the room: a fact, which waits for nobody (R23).

    Whoever else was to have the room tonight becomes contested: a case, which a person decides. A guest who is in the
    room is not sent away by that: then this one waits. Raises `NotIn` or `NothingToChange`.
    """
    room = holding.room_of(work, stay.room_id, removed=True)
    today = holding.today_at(work, room)
    if not is_in(stay):
        raise errors.NotIn(stay_id=stay.id)
    if stay.departure > today:
        raise errors.NothingToChange(stay_id=stay.id)
    before, tonight = stay.departure, Nights(today, today + ONE_NIGHT)
    missed = [night for night in Nights(before, today + ONE_NIGHT) if night != today]
    holding.lock(work, stay, [(room.type_id, night) for night in (*missed, today)])
    if free := inventory.free_of(work, room.id, missed):
        inventory.take(work, stay, room, free)
    stay.departure = tonight.departure
    displaced: list[Stay] = []
    if any(is_in(other) for other in _others(work, stay, room, today)):
        holding.claim(work, stay, room, [today])
    else:
        displaced = holding.seize(work, stay, room, [today])
    holding.touch(work, stay)
    happening = happening_of(
        happenings.GuestOverstayed, work, stay, room,
        before_departure=before, contested=bool(displaced) or stay.state == StayState.CONTESTED,
    )  # fmt: skip
    return told(work, stay, room, happening, by, tonight, tuple(displaced))


def left(work: UnitOfWork, order: commands.GuestLeft, by: By) -> Change:
    """The answer that a guest has left; see `leaving.check_out`. Raises `NoSuchStay` or `AlreadyAnswered`."""
    stay, _ = _asked_about(work, order.stay_id)
    return leaving.check_out(work, commands.CheckOut(stay.id, stay.revision), by)


def stays_on(work: UnitOfWork, order: commands.GuestStaysOn, by: By) -> Change:
    """The answer that a guest stays tonight; that the night was kept already is confirmed.

    Raises `NoSuchStay`, `AlreadyAnswered`, or `AskedAnotherDay` for what was asked about an earlier night.
    """
    stay, how = _asked_about(work, order.stay_id)
    if order.day != how.day:
        raise errors.AskedAnotherDay(stay_id=stay.id, day=order.day)
    if stay.departure <= how.day:
        change = overstay(work, stay, by)
    else:
        room = holding.room_of(work, stay.room_id, removed=True)
        contested = stay.state == StayState.CONTESTED
        # Of two answers at the same moment one finds another revision.
        holding.touch(work, stay)
        happening = happening_of(
            happenings.GuestOverstayed, work, stay, room, before_departure=how.day, contested=contested
        )
        change = told(work, stay, room, happening, by, Nights(how.day, stay.departure))
    asked.follow(work, stay.id, how.day)
    return change


def back_in(work: UnitOfWork, stay: Stay, before: date, gave_up: Collection[date], by: By) -> Change:
    """The guest has not left after all (R25): in the house again, until `before` where nights had been given up.

    Tonight alone is a guest's who is in the room, whoever has it by now. Of several nights one that is taken refuses
    it: `NightTaken`.
    """
    room = holding.room_of(work, stay.room_id, removed=True)
    today = holding.today_at(work, room)
    left_at, stay.checked_out_at, stay.changed_at = stay.checked_out_at, None, work.now
    for part in chains.before(work, stay):
        part.checked_out_at = None if part.checked_out_at == left_at else part.checked_out_at
    asked.follow(work, stay.id, today)
    if set(gave_up) == {today} and stay.state != StayState.RELEASED:
        work.session.flush()
        return overstay(work, stay, by)
    if gave_up:
        return service.restore(work, stay, Nights(stay.arrival, before), gave_up, by)
    happening = happening_of(happenings.GuestCheckedIn, work, stay, room)
    return told(work, stay, room, happening, by, stay.nights)


def others_tonight(work: UnitOfWork, stay_id: int) -> list[int]:
    """The stays that hold tonight in the room of this one."""
    stay = work.session.get_one(Stay, stay_id)
    room = holding.room_of(work, stay.room_id, removed=True)
    return [other.id for other in _others(work, stay, room, holding.today_at(work, room))]


def _asked_about(work: UnitOfWork, stay_id: int) -> tuple[Stay, Standing]:
    """The stay, while the question about it is open."""
    how = asked.standing(work.session, stay_id, work.now)
    if how is None:
        raise errors.NoSuchStay(stay_id=stay_id)
    if how.answer is not Answer.OPEN:
        raise errors.AlreadyAnswered(stay_id=stay_id, answer=str(how.answer), person_id=how.person_id, at=how.at)
    return work.session.get_one(Stay, stay_id), how


def _others(work: UnitOfWork, stay: Stay, room: Room, night: date) -> Sequence[Stay]:
    """Who else holds a room, or a part of it, for a night; who has lost the room and only keeps it closed does not."""
    query = (
        select(Stay)
        .join(RoomNight, RoomNight.stay_id == Stay.id)
        .where(RoomNight.room_id.in_(parts.of_type(work.session, room.type_id).taken_with(room.id)))
        .where(RoomNight.night == night, Stay.id != stay.id, Stay.state != StayState.SHADOWED)
        .order_by(Stay.id)
        .execution_options(populate_existing=True)
    )
    return work.session.scalars(query).unique().all()
