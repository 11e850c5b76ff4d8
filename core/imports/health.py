"""When a calendar counts as late or stale, and when staff are told of it again. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.imports.views import LinkState

STALE_AFTER = timedelta(hours=3)
"""Without a good read for so long, other channels sell blind (R19)."""
REPEATED_AFTER = (timedelta(minutes=30), timedelta(hours=2), timedelta(days=1))
"""The pauses between one word on a calendar and the next; the last one holds for all further ones."""
ESCALATES_AT = 2
"""From the second word on the admins are told as well as the staff."""
GATHERED_FOR = timedelta(minutes=3)
"""How long the word that a calendar works again waits for its neighbours', which are looked at at once."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How often a calendar should be read, and since when it has not been."""

    interval: timedelta
    alert_after: timedelta
    since: datetime | None
    """The last good read, or the first try where there was none; None: nothing has been tried yet."""
    active: bool = True

    @property
    def late_after(self) -> timedelta:
        """How long without a good read is too long."""
        return self.interval + self.alert_after

    @property
    def stale_after(self) -> timedelta:
        """How long without a good read makes it stale: a calendar that is seldom asked for is late first."""
        return max(STALE_AFTER, self.late_after)


class Word(StrEnum):
    """What staff are to be told of a calendar now."""

    LATE = "late"
    STALE = "stale"
    """As late, and the rooms may be closed elsewhere (R19)."""
    WORKS_AGAIN = "works_again"


@dataclass(frozen=True, slots=True)
class Told:
    """What staff were told: how often since the last good read, and when last."""

    alerts: int = 0
    alerted_at: datetime | None = None


def state_of(reading: Reading, now: datetime, *, good: bool, silent: bool = False) -> LinkState:
    """How fresh an imported link is. `good`: it has been read well before; `silent`: nobody reads our feed (R7)."""
    if not reading.active:
        return LinkState.PAUSED
    if reading.since is None:
        return LinkState.WAITING
    if now - reading.since > reading.stale_after:
        return LinkState.STALE
    if now - reading.since > reading.late_after:
        return LinkState.LATE
    if silent:
        return LinkState.NOT_READ_BY_OTA
    return LinkState.FRESH if good else LinkState.WAITING


def word_on(reading: Reading, told: Told, now: datetime, *, good_at: datetime | None) -> Word | None:
    """What to tell staff now; None: nothing.

    At once when a calendar becomes late and when it becomes stale, then again after `REPEATED_AFTER`; once when it was
    read well after that. A paused calendar is nobody's news.
    """
    if told.alerts and good_at is not None and told.alerted_at is not None and good_at > told.alerted_at:
        return Word.WORKS_AGAIN
    state = state_of(reading, now, good=good_at is not None)
    if state not in (LinkState.LATE, LinkState.STALE) or reading.since is None:
        return None
    word = Word.STALE if state is LinkState.STALE else Word.LATE
    if not told.alerts or told.alerted_at is None:
        return word
    told_stale = told.alerted_at - reading.since > reading.stale_after
    again_after = REPEATED_AFTER[min(told.alerts, len(REPEATED_AFTER)) - 1]
    if (word is Word.STALE and not told_stale) or now - told.alerted_at >= again_after:
        return word
    return None


def reaches_admins(word: Word, alerts: int) -> bool:
    """Whether the `alerts`-th word in a row goes to the admins as well: it is not the first, or rooms are at stake."""
    return word is Word.STALE or alerts >= ESCALATES_AT
