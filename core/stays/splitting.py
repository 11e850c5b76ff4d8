"""A guest changes the room: one stay becomes two that follow each other, and may become one again."""

from datetime import date

from core.db.work import UnitOfWork
from core.events.service import By
from core.inventory import handing
from core.reservations import following, pricing
from core.stays import chains, commands, errors, holding, service
from core.stays import events as happenings
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.stays.telling import Change, happening_of, recorded
from core.values.nights import Nights


def split(work: UnitOfWork, order: commands.SplitStay, by: By) -> tuple[Change, Change]:
    """Put the nights of a stay from `order.night` on into another room; both parts, the first one first.

    The two hold together exactly the nights that were booked. Raises `NightTaken` where the other room is taken, and
    what `divide` raises.
    """
    stay = work.session.get(Stay, order.stay_id, populate_existing=True)
    if stay is None:
        raise errors.NoSuchStay(stay_id=order.stay_id)
    if stay.revision != order.revision:
        raise errors.ChangedMeanwhile(stay_id=stay.id)
    if order.to_room_id == stay.room_id:
        raise errors.NothingToChange(stay_id=stay.id)
    with following.gathered(work, stay.reservation_id):
        head, tail = divide(work, stay, order.night, by)
        moved = service.move(work, commands.MoveStay(tail.id, tail.revision, order.to_room_id), by)
    following.follow(work, stay.reservation_id, by)
    return head, moved


def divide(work: UnitOfWork, stay: Stay, night: date, by: By) -> tuple[Change, Stay]:
    """Let the nights of a stay from `night` on be a stay of their own, which is given too, in the same room.

    The second one holds what the first one held of them, and waits for what that waited for. A guest who is in the
    house is in the house. Raises `CannotDivide`, `AlreadyEnded` or `WaitsForChannel`.
    """
    room = holding.room_of(work, stay.room_id, removed=True)
    if stay.state == StayState.RELEASED:
        raise errors.AlreadyEnded(stay_id=stay.id)
    if stay.state == StayState.SHADOWED:
        raise errors.WaitsForChannel(stay_id=stay.id)
    if not max(stay.arrival, holding.today_at(work, room)) <= night < stay.departure or night == stay.arrival:
        raise errors.CannotDivide(stay_id=stay.id, night=night)
    holding.lock(work, stay, [(room.type_id, each) for each in stay.nights if each >= night])
    after, later = chains.tail_of(work, stay), Nights(night, stay.departure)
    tail = holding.part(work, stay, later)
    tail.follows_id, tail.reservation_id = stay.id, stay.reservation_id
    tail.checked_in_at, tail.assigned, tail.type_id = stay.checked_in_at, stay.assigned, stay.type_id
    if after is not None:
        # What went on from the whole goes on from its end now.
        after.follows_id = tail.id
    before, stay.departure = stay.departure, night
    pricing.pass_on(work, stay, tail)
    work.session.flush()
    for each in (stay, tail):
        each.state = holding.state_of(work, each)
        holding.touch(work, each)
    happening = happening_of(happenings.StayDivided, work, stay, room, before_departure=before, tail_id=tail.id)
    return recorded(work, stay, room, happening, by, later), tail


def join(work: UnitOfWork, stay: Stay, by: By) -> Change:
    """Let a stay be one again with the one that goes on from it, which is in the same room.

    Raises `NothingToChange` when there is none, or it is elsewhere.
    """
    tail = chains.tail_of(work, stay)
    room = holding.room_of(work, stay.room_id, removed=True)
    if tail is None or tail.room_id != stay.room_id or tail.arrival != stay.departure:
        raise errors.NothingToChange(stay_id=stay.id)
    added, before = tail.nights, stay.departure
    holding.lock(work, stay, [(room.type_id, each) for each in added])
    handing.pass_on(work, tail, stay, list(added))
    after = chains.tail_of(work, tail)
    if after is not None:
        after.follows_id = stay.id
    stay.departure = tail.departure
    pricing.pass_back(work, tail, stay)
    tail.state, tail.follows_id, tail.reservation_id = StayState.RELEASED, None, None
    work.session.flush()
    stay.state = holding.state_of(work, stay)
    holding.touch(work, stay)
    holding.touch(work, tail)
    happening = happening_of(happenings.StayJoined, work, stay, room, before_departure=before, tail_id=tail.id)
    return recorded(work, stay, room, happening, by, added)
