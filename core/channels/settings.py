"""How a channel may be set: what is usual, and which values a platform takes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum

from core.channels import errors
from core.platforms.base import MOST_INTERVAL, Platform

USUAL_ALERT = 30 * 60
LEAST_ALERT, MOST_ALERT = 5 * 60, 24 * 3600
"""Seconds beyond the interval without a good read after which staff are told: the usual pause, and its bounds."""


class Exports(StrEnum):
    """What a platform was told to put into its calendars, where they do not tell sales from closures (R10)."""

    RESERVATIONS = "reservations"
    """What was sold there and nothing else: no closure of ours can come back."""
    EVERYTHING = "everything"
    """Closures as well, ours among them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a channel shall be like; None: as it is, or as is usual. The names are the columns' of `Channel`."""

    mode: str | None = None
    interval: int | None = None
    """Seconds between two reads."""
    active: bool | None = None
    alert_after: int | None = None
    """Seconds beyond the interval."""
    inclusive_end: bool | None = None
    frees_unanswered: bool | None = None
    exports: str | None = None
    """An `Exports`."""

    def given(self) -> Iterator[tuple[str, object]]:
        """What it says, by column."""
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return ((name, value) for name, value in pairs if value is not None)


def usual(platform: Platform, mode: str) -> Wanted:
    """What a new channel is like where nobody says otherwise."""
    return Wanted(
        mode=mode, interval=platform.usual_interval, active=True, alert_after=USUAL_ALERT, inclusive_end=False,
        frees_unanswered=True,
    )  # fmt: skip


def may_set(platform: Platform, wanted: Wanted) -> None:
    """Raise when the platform does not take it.

    `ModeNotThere`, `IntervalOutOfRange`, `AlertOutOfRange`, or `TellsItself`.
    """
    if wanted.mode is not None and wanted.mode not in platform.modes:
        raise errors.ModeNotThere(platform=platform.code, mode=wanted.mode, known=sorted(platform.modes))
    if wanted.interval is not None and not platform.least_interval <= wanted.interval <= MOST_INTERVAL:
        raise errors.IntervalOutOfRange(platform=platform.code, least=platform.least_interval, most=MOST_INTERVAL)
    if wanted.alert_after is not None and not LEAST_ALERT <= wanted.alert_after <= MOST_ALERT:
        raise errors.AlertOutOfRange(platform=platform.code, least=LEAST_ALERT, most=MOST_ALERT)
    if wanted.exports is not None and not asks_exports(platform):
        raise errors.TellsItself(platform=platform.code)


def asks_exports(platform: Platform) -> bool:
    """Whether somebody must say what the platform's calendars show, since they do not tell sales from closures."""
    return platform.dialect is not None and not platform.dialect.tells_kinds
