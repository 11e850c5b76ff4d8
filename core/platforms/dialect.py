"""What a platform's calendar says and how long it may be silent: the facts that decide what we believe of it (R32)."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.values.nights import Nights


class Kind(StrEnum):
    """What an event of a calendar stands for."""

    RESERVATION = "reservation"
    BLOCK = "block"
    """The channel's own closure: a mirror, which holds nothing (R11)."""


class Identity(StrEnum):
    """By what an event is known again in the next read."""

    CODE = "code"
    """A reservation's code, else its UID; blocks by their nights."""
    UID = "uid"
    """The UID, else the very same dates."""
    NIGHTS = "nights"
    """Nothing but the nights: same end, else same start, else any night in common."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What we hold of one rule for a platform: whether somebody has seen it so, and who."""

    rule: str
    """As it is numbered: "R11"."""
    verified: bool
    source: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one platform writes its calendar. Summaries are compared without case; `code` has one group, the code."""

    identity: Identity
    statements: tuple[Statement, ...]
    block_words: tuple[str, ...] = ()
    """How the summary of a closure begins; every other event is a reservation."""
    tells_kinds: bool = False
    """Whether the summary alone tells a reservation from a closure, so that no reservation is an echo (R10)."""
    code: str | None = None
    """A regular expression that finds the reservation's code in an unfolded description or summary."""
    longest_stay: int | None = None
    """Nights; a longer event is a closure where the calendar does not tell (R11)."""
    far_days: int | None = None
    """Days from today on which the far end of the calendar rolls: what lies there is neither news nor a loss."""
    grace: timedelta = timedelta(hours=4)
    """How long an event must stay away until that is believed (R12); the longest measured outage is below it."""
    looks: int = 2
    """How many good looks in a row must be without it (R12)."""

    def code_in(self, *texts: str) -> str | None:
        """The reservation's code as the first of `texts` that has one writes it, None where there is none."""
        if self.code is None:
            return None
        found = (re.search(self.code, text) for text in texts)
        return next((match.group(1) for match in found if match), None)

    def kind(self, summary: str, nights: Nights, *, coded: bool, far: bool) -> Kind:
        """What an event stands for (R11). `far`: it touches the rolling far end; `coded`: it carries a code."""
        if coded:
            return Kind.RESERVATION
        if self.tells_kinds or self.longest_stay is None:
            said = summary.strip().casefold()
            return Kind.BLOCK if any(said.startswith(word) for word in self.block_words) else Kind.RESERVATION
        return Kind.BLOCK if far or len(nights) > self.longest_stay else Kind.RESERVATION


_CAREFUL = "nothing is known; the careful side is taken"

ASSUMED = Dialect(
    identity=Identity.UID,
    statements=(
        Statement("R10", verified=False, source=f"{_CAREFUL}: a summary is not trusted to tell our echo from a sale"),
        Statement("R11", verified=False, source=f"{_CAREFUL}: every event counts as a booking"),
        Statement("R12", verified=False, source=f"{_CAREFUL}: six hours and three looks"),
        Statement("R14", verified=False, source="RFC 5545 §3.8.4.7: a UID is persistent and globally unique"),
    ),
    grace=timedelta(hours=6),
    looks=3,
)
"""A calendar of which no genuine sample is public."""
