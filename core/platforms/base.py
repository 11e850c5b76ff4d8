"""What every platform states about itself."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from core.platforms.dialect import Dialect, Statement

USUAL_INTERVAL = 30 * 60
LEAST_INTERVAL = 5 * 60
MOST_INTERVAL = 24 * 3600
"""Seconds between two reads of one calendar: the usual pause, and the bounds that hold for every platform."""


class Mode(StrEnum):
    """How a channel is kept up to date."""

    ICAL = "ical"
    MANUAL = "manual"
    API = "api"
    CHANNEX = "channex"


class Urgent(StrEnum):
    """The quickest manual way to close a night that begins within a day (R26); the words live in the replies."""

    REFRESH_IMPORT = "refresh_import"
    """The platform has a button that reads our calendar at once."""
    CLOSE_BY_HAND = "close_by_hand"


class Export(StrEnum):
    """What to choose where a platform asks what its calendar shall hold; the words live in the replies."""

    RESERVATIONS_ONLY = "reservations_only"
    """Without closed dates: then no closure of ours comes back as a booking (R10)."""
    NO_TENTATIVE = "no_tentative"
    """Without enquiries that nobody has paid."""


class Closures(StrEnum):
    """What may be believed of an event that could be the platform's own closure (R10, R11)."""

    TOLD = "told"
    """Its summary says so: a mirror, which holds nothing."""
    GUESSED = "guessed"
    """Closures look like bookings; the very long ones and those at the far end are taken for closures."""
    UNTOLD = "untold"
    """Closures look like bookings, and every event counts as one."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One OTA as we know it: plain facts, each of them stated as verified or assumed (R32)."""

    code: str
    name: str
    modes: frozenset[Mode]
    usual_read_hours: int | None
    """How long it usually takes to read our feed after a change; None where it reads none."""
    urgent: Urgent
    dialect: Dialect | None = None
    """How its calendar is to be read; None where it has none."""
    usual_interval: int = USUAL_INTERVAL
    """Seconds between two reads of its calendar unless the property says otherwise."""
    least_interval: int = LEAST_INTERVAL
    """Seconds; nobody may have its calendars read more often, so that it goes on answering."""
    hosts: tuple[str, ...] = ()
    """Regular expressions: each is a host's whole name, in small letters, under which it gives calendars or pages."""
    calendar_paths: tuple[str, ...] = ()
    """Regular expressions of how the path of a calendar begins; a page of its site has another."""
    export_menu: tuple[str, ...] = ()
    """Where the host finds the address that we read: the platform's own words, from the outer menu to the inner."""
    import_menu: tuple[str, ...] = ()
    """Where the host puts in the address of our feed."""
    export_choice: Export | None = None
    """What to choose there; None where nothing is asked."""
    one_unit_per_type: bool = False
    """The platform connects a calendar to a room type of one unit only (R3)."""
    most_links: int | None = None
    """How many calendars of one property it connects; None: no limit is known."""
    no_show_within: timedelta | None = None
    """How long it takes the report that a guest did not come, from midnight of the day of arrival on; later its
    commission is due. None where nothing is known of it."""
    statements: tuple[Statement, ...] = ()
    """What we hold of the rules that this class serves; the dialect states its own."""

    @property
    def stated(self) -> tuple[Statement, ...]:
        """All statements, the dialect's too (R32)."""
        return (*self.statements, *(self.dialect.statements if self.dialect else ()))

    @property
    def assumed(self) -> tuple[str, ...]:
        """The rules of which something is only assumed, by their numbers."""
        return tuple(sorted({one.rule for one in self.stated if not one.verified}, key=lambda rule: int(rule[1:])))

    @property
    def closures(self) -> Closures | None:
        """What its blocks mean; None where it has no calendar."""
        if self.dialect is None:
            return None
        if self.dialect.tells_kinds:
            return Closures.TOLD
        return Closures.UNTOLD if self.dialect.longest_stay is None else Closures.GUESSED

    def owns(self, url: str) -> bool:
        """Whether an address, with or without its scheme, is on one of the platform's own hosts."""
        host, _ = _cut(url)
        return any(re.fullmatch(pattern, host) for pattern in self.hosts)

    def may_be_calendar(self, url: str) -> bool:
        """Whether an address can be a calendar of the platform; False for a page on its site, such as the listing."""
        _, path = _cut(url)
        known = not self.owns(url) or not self.calendar_paths
        return known or any(re.match(pattern, path) for pattern in self.calendar_paths)


def _cut(url: str) -> tuple[str, str]:
    """Host (small letters, without the root's dot) and path of an address; both empty when it is none."""
    text = url.strip()
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        return (parts.hostname or "").rstrip("."), parts.path
    except ValueError:
        return "", ""
