"""Why a room is held, and what a stay has of its nights. Pure."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a room is held."""

    GUEST = "guest"
    WALK_IN = "walk_in"
    MAINTENANCE = "maintenance"
    """Out of order: a fact, always accepted (R23)."""
    OWNER = "owner"
    """Held by the house itself."""

    @property
    def sells(self) -> bool:
        """Whether it counts as sold; the others count as blocked."""
        return self in (Reason.GUEST, Reason.WALK_IN)


class StayState(StrEnum):
    """What a stay has of its nights."""

    HOLDING = "holding"
    CONTESTED = "contested"
    """Could not get all its nights, or lost some to a fact."""
    SHADOWED = "shadowed"
    """Lost, or cancelled here: waits for its channel to drop it, and keeps what it holds until then (R15, R20, R24)."""
    RELEASED = "released"
    """Ended by a person; holds nothing."""
