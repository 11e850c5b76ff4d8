"""A link under test: reads of a small calendar, one after the other, with what each brought."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.feeds.told.happenings import Appeared, Happening, Looked
from core.feeds.told.looking import again, look, skipped
from core.feeds.told.mass import answer
from core.feeds.told.values import Known, Seen
from core.platforms.dialect import Dialect
from core.platforms.registry import PLATFORMS
from core.values.nights import Nights

START = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
TODAY = date(2026, 11, 1)
RESERVED, BLOCKED = "Reserved", "Airbnb (Not available)"


def dialect(code: str) -> Dialect:
    """The dialect of a platform that has one."""
    found = PLATFORMS[code].dialect
    assert found is not None
    return found


def nights(first: int, last: int) -> Nights:
    """From the `first` to the `last` day of November 2026; later days count on."""
    return Nights(TODAY + timedelta(days=first - 1), TODAY + timedelta(days=last - 1))


def seen(first: int, last: int, code: str | None = None, uid: str | None = None, summary: str = RESERVED) -> Seen:
    """One event of a snapshot."""
    return Seen(nights(first, last), uid or code, code, summary)


def closed(first: int, last: int) -> Seen:
    """One event as Airbnb writes a closure."""
    return seen(first, last, uid=f"block-{first}", summary=BLOCKED)


def plain(first: int, last: int) -> Seen:
    """One event as Booking.com writes all of them: its UID says only when it starts."""
    return seen(first, last, uid=f"start-{first}", summary="CLOSED - Not available")


@dataclass(slots=True)
class Link:
    """One link; time passes by `hours` before each read."""

    platform: str
    now: datetime = START
    known: Known = field(default_factory=Known)
    last: tuple[Happening, ...] = ()

    @property
    def dialect(self) -> Dialect:
        """How its platform writes."""
        return dialect(self.platform)

    @property
    def today(self) -> date:
        """The local day; the property of these tests lives by UTC."""
        return self.now.date()

    def read(self, *events: Seen, hours: float = 1) -> list[Happening]:
        """A good read that shows `events`."""
        self.now += timedelta(hours=hours)
        return self._after(look(self.known, events, self.now, self.today, self.dialect))

    def same(self, hours: float = 1) -> list[Happening]:
        """A good read of the very same calendar."""
        self.now += timedelta(hours=hours)
        return self._after(again(self.known, self.now, self.today, self.dialect))

    def fail(self, hours: float = 1) -> list[Happening]:
        """A read that brought no whole calendar."""
        self.now += timedelta(hours=hours)
        return self._after(skipped(self.known, self.now))

    def say(self, *, gone: bool) -> list[Happening]:
        """A person answers the open question."""
        return self._after(answer(self.known, gone=gone))

    def busy(self) -> list[int]:
        """The days of November (counted on) whose nights are believed to be taken."""
        return sorted((night - TODAY).days + 1 for night in self.known.busy(self.today))

    def names(self) -> list[str]:
        """What the last read brought, by name."""
        return [type(happening).__name__ for happening in self.last]

    def first(self, kind: type[Any]) -> Any:  # noqa: ANN401 - one of the happenings, which the test names.
        """The first happening of `kind` in the last read."""
        return next(happening for happening in self.last if isinstance(happening, kind))

    def _after(self, looked: Looked) -> list[Happening]:
        self.known, self.last = looked.known, looked.happenings
        return list(self.last)


def appeared(link: Link) -> list[int]:
    """The days on which the bookings start that appeared in the last read."""
    return [(h.told.nights.arrival - TODAY).days + 1 for h in link.last if isinstance(h, Appeared)]
