"""What was sold as one and has parts in several rooms, because its guest changes the room."""

from sqlalchemy import select

from core.db.work import UnitOfWork
from core.stays.models import Stay
from core.stays.reasons import StayState


def tail_of(work: UnitOfWork, stay: Stay) -> Stay | None:
    """The stay that goes on from this one."""
    query = select(Stay).where(Stay.follows_id == stay.id, Stay.state != StayState.RELEASED)
    return work.session.scalar(query.execution_options(populate_existing=True))


def chain(work: UnitOfWork, stay: Stay) -> list[Stay]:
    """All that was sold as one with this stay, in the order of its nights: mostly the stay alone."""
    first = stay
    while first.follows_id is not None:
        first = work.session.get_one(Stay, first.follows_id, populate_existing=True)
    return [first, *after(work, first)]


def after(work: UnitOfWork, stay: Stay) -> list[Stay]:
    """The parts that go on from this one, in the order of their nights."""
    found: list[Stay] = []
    tail = tail_of(work, stay)
    while tail is not None:
        found.append(tail)
        tail = tail_of(work, tail)
    return found


def before(work: UnitOfWork, stay: Stay) -> list[Stay]:
    """The parts that this one goes on from, the nearest first."""
    found: list[Stay] = []
    while stay.follows_id is not None:
        stay = work.session.get_one(Stay, stay.follows_id, populate_existing=True)
        found.append(stay)
    return found
