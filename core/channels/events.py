"""What happens to channels and their links. No address stands in the facts: it alone opens a calendar."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.service import Happening


@dataclass(frozen=True, slots=True)
class ChannelHappening(Happening):
    """What every event about a channel tells."""

    subject: ClassVar[str] = "channel"

    platform: str


@dataclass(frozen=True, slots=True)
class ChannelSet(ChannelHappening):
    """A channel was made or changed; these are its settings now. Seconds where a time is meant."""

    kind: ClassVar[str] = "channels.set"
    mode: str
    interval: int
    alert_after: int
    inclusive_end: bool
    frees_unanswered: bool
    exports: str | None


@dataclass(frozen=True, slots=True)
class ChannelPaused(ChannelHappening):
    """The calendars of a channel are not read any more; its feeds go on (R6)."""

    kind: ClassVar[str] = "channels.paused"


@dataclass(frozen=True, slots=True)
class ChannelResumed(ChannelHappening):
    """The calendars of a paused channel are read again."""

    kind: ClassVar[str] = "channels.resumed"


@dataclass(frozen=True, slots=True)
class LinkHappening(Happening):
    """What every event about a link tells."""

    subject: ClassVar[str] = "link"

    platform: str
    room: str | None
    """Its name; None where a whole type is linked."""
    type: str | None
    """The type's code; None where a room is linked."""


@dataclass(frozen=True, slots=True)
class LinkMade(LinkHappening):
    """A room or a type was linked: from now on a feed of it is served."""

    kind: ClassVar[str] = "channels.linked"


@dataclass(frozen=True, slots=True)
class ImportSet(LinkHappening):
    """The calendar to read for a link was given or changed."""

    kind: ClassVar[str] = "channels.import_set"


@dataclass(frozen=True, slots=True)
class AddressRotated(LinkHappening):
    """A link's feed got a new address; `ended` older ones ended at once."""

    kind: ClassVar[str] = "channels.rotated"
    ended: int
