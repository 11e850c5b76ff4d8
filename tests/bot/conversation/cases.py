"""Cases of the example hotel without a database: two bookings on one night of room 3, and what may be advised."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.conversation.cases import Case
from core.conflicts.commands import Relocation
from core.conflicts.views import Advice, AdviceKind, CaseState, ConflictView, FollowUpView, PartyView, Severity
from core.stays.views import StayView
from tests.bot.conversation.samples import ROOMS, nights, room_id, stay
from tests.support.hotel import NOW

RATED = tuple(replace(room, rate=Decimal(6000)) if room.type_id == 2 else room for room in ROOMS)
AIRBNB = stay("3", -1, 2, stay_id=1, reason="guest", source="airbnb", reference="HMX8XQ5R5A")
BOOKING = stay(
    "3", 0, 2, stay_id=2, reason="guest", state="contested", source="booking_com", reference="4012345678"
)  # fmt: skip
HOLDER, WAITING = PartyView(AIRBNB, holds=True), PartyView(BOOKING, holds=False, echo_possible=True)
TO_4 = Advice(AdviceKind.MOVE, 2, (Relocation(2, room_id("4")),))
TO_TWIN = Advice(AdviceKind.BETTER_ROOM, 2, (Relocation(2, room_id("7")),))
AWAY = Advice(AdviceKind.RELOCATE, 2)
VIEW = ConflictView(
    12, 3, 1, CaseState.OPEN, Severity.CRITICAL, RATED[1], nights(0, 1), (HOLDER, WAITING), (TO_4, TO_TWIN, AWAY),
    RATED, RATED[2], NOW, kept_until=NOW + timedelta(hours=24),
)  # fmt: skip
TASK = FollowUpView(7, "cancel_there", replace(BOOKING, state="shadowed"), NOW)


def case(*moved: StayView, **more: object) -> Case:
    """Return the case, changed by `more`, with stays that its advice moves besides."""
    return Case(replace(VIEW, **more), moved)  # type: ignore[arg-type] # the fields are checked by the dataclass.


def decided(decision: str = "KeepStay", winner: int | None = 1, **more: object) -> Case:
    """Return the case after Amina's decision."""
    return case(
        state=CaseState.DECIDED, decided_by="Amina", decided_at=NOW, decision=decision, winner_id=winner, advice=(),
        kept_room=None, kept_until=None, **more,
    )  # fmt: skip
