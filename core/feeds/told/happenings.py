"""What a look at a calendar brought: facts in the past tense, in the order in which they are to be applied."""

from dataclasses import dataclass

from core.feeds.told.values import Known, Told
from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class Appeared:
    """The link told a booking or closure we did not know. `first`: in the link's first read, a preview (R16)."""

    told: Told
    first: bool


@dataclass(frozen=True, slots=True)
class DatesChanged:
    """The same booking has other nights now. Nights it leaves were away for the whole grace, unless others came."""

    told: Told
    before: Nights
    shown: Nights
    """What the calendar shows for it: fewer nights than believed while some of the old ones wait for the grace."""

    @property
    def more_leave(self) -> bool:
        """Whether this is the first of two changes: the new nights are taken, the old ones leave after the grace."""
        return self.shown != self.told.nights

    @property
    def keeps_an_end(self) -> bool:
        """Whether arrival or departure stayed; without a lasting identity it may else be another guest (R14)."""
        return self.shown.arrival == self.before.arrival or self.shown.departure == self.before.departure


@dataclass(frozen=True, slots=True)
class Missing:
    """The first good look without it: still believed (R12)."""

    told: Told


@dataclass(frozen=True, slots=True)
class CameBack:
    """It was missing and is there again: nothing was freed."""

    told: Told


@dataclass(frozen=True, slots=True)
class Gone:
    """Believed to be cancelled. `covered`: other events of this link still show all its nights, so none opens."""

    told: Told
    covered: bool
    unanswered: bool = False
    """Nobody answered the question about it, and a steady day went by (R13): say so."""


@dataclass(frozen=True, slots=True)
class Unfreed:
    """A code that was believed to be gone is there again: its nights are taken once more."""

    told: Told


@dataclass(frozen=True, slots=True)
class Replaced:
    """`told` came on nights of `olds`, which are missing in the same read: cancelled and sold anew, at once (R14)."""

    told: Told
    olds: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """Its departure has come, by the property's own calendar (R12): not a cancellation."""

    told: Told


@dataclass(frozen=True, slots=True)
class MassDisappeared:
    """At least half of what was to come vanished at once: nothing is freed, a person is asked, once (R13)."""

    gone: tuple[Told, ...]
    known: int


@dataclass(frozen=True, slots=True)
class QuestionSettled:
    """The question about vanished bookings needs no answer any more: they came back, ended, or were freed."""


Happening = (
    Appeared | DatesChanged | Missing | CameBack | Gone | Unfreed | Replaced | Ended | MassDisappeared | QuestionSettled
)
"""The closed union of what can happen."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What we know after a look, and what it brought."""

    known: Known
    happenings: tuple[Happening, ...] = ()
