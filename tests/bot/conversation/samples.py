"""The example hotel as the dialogue sees it, without a database: rooms, stays, facts, and one turn from a text."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from bot.conversation.facts import Facts
from bot.conversation.states import Idle, State
from bot.conversation.step import step
from bot.conversation.steps import Step
from bot.conversation.turn import Offered, Pick, turn
from bot.understanding import Hotel, understand
from core.properties.views import RoomView
from core.staff.roles import Role
from core.staff.views import Place, Who
from core.stays.views import StayView
from core.values.nights import Nights
from tests.support.hotel import NOW, TODAY

PLACE = Place(1, "baobab", "Baobab Guest House", "Africa/Nairobi", "KES", "en", Role.PROPERTY_ADMIN)
AMINA = Who(1, "Amina", None, 1, (PLACE,), None)
ROOMS = tuple(
    RoomView(number, name, aliases, type_id, kind, Decimal(4500), number, {"Double": "DBL", "Twin": "TWN"}[kind])
    for number, (name, aliases, type_id, kind) in enumerate(
        [
            ("1", (), 1, "Double"),
            ("3", (), 1, "Double"),
            ("4", (), 1, "Double"),
            ("7", (), 2, "Twin"),
            ("12A", ("the garden double",), 1, "Double"),
        ],
        start=1,
    )
)
NAMES = tuple(room.name for room in ROOMS)
HOTEL = Hotel(
    rooms=NAMES,
    aliases={"the garden double": "12A"},
    today=TODAY,
    calendar_day=TODAY,
    types={"Double": "DBL", "Twin": "TWN"},
)
FACTS = Facts(AMINA, PLACE, "en", NOW, TODAY, ROOMS, free=ROOMS)


def day(offset: int) -> date:
    """Return the day `offset` days after `TODAY`, a Friday."""
    return TODAY + timedelta(days=offset)


def nights(first: int, count: int) -> Nights:
    """Return `count` nights of which the first is `first` days after `TODAY`."""
    return Nights(day(first), day(first + count))


def room_id(name: str) -> int:
    """Return the id of a room."""
    return NAMES.index(name) + 1


def stay(room: str = "3", first: int = 0, count: int = 2, **more: object) -> StayView:
    """Return a block of Amina's, changed by `more`."""
    made = StayView(
        stay_id=11, revision=5, room_id=room_id(room), room=room, arrival=day(first), departure=day(first + count),
        reason="owner", state="holding", guest=None, phone=None, price=None, note=None, made_by="Amina", made_at=NOW,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type] # the fields are checked by the dataclass.


def knowing(*stays: StayView, **more: object) -> Facts:
    """Return the facts with these stays, changed by `more`."""
    return replace(FACTS, stays=stays, **more)  # type: ignore[arg-type] # as above.


def said(text: str, state: State | None = None, facts: Facts = FACTS, offered: tuple[Offered, ...] = ()) -> Step:
    """Return the step that a text leads to."""
    now = state or Idle()
    meant = turn(now, understand(text, HOTEL), offered, NAMES)
    assert not isinstance(meant, Pick)
    return step(now, meant, facts)


def keys(step_: Step) -> list[str]:
    """Return the wording keys of what a step says."""
    return [line.key for line in step_.say.lines] if step_.say else []


def labels(step_: Step) -> list[str]:
    """Return the wording keys of what a step offers."""
    return [offer.label.key for offer in step_.say.offers] if step_.say else []
