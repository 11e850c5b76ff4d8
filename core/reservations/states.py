"""Where a reservation stands, and who may have made it. Pure."""

from enum import StrEnum


class ReservationState(StrEnum):
    """Where a reservation stands; whether it has all its nights its stays say (R31)."""

    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    """Somebody of it is in the house."""
    CHECKED_OUT = "checked_out"
    CANCELLED = "cancelled"
    """By the guest, the house or its channel; where a channel still sells it, its nights stay closed (R24)."""
    NO_SHOW = "no_show"


class Source(StrEnum):
    """The house's own ways to a booking; all other sources are platforms, by their code."""

    DIRECT = "direct"
    PHONE = "phone"
    WALK_IN = "walk_in"


OVER = (ReservationState.CANCELLED, ReservationState.NO_SHOW)
"""Nobody is expected any more."""
