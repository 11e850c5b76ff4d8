"""Why something about channels and their links may be refused."""

from core.errors import Invalid, NotFound, Refused


class NoSuchChannel(NotFound):
    """The property does not use this platform. Facts: `platform` (its code)."""


class NoSuchLink(NotFound):
    """The channel has no link for this room. Facts: `platform`, `room`."""


class NoSuchPlatform(NotFound):
    """No platform has this code. Facts: `platform`."""


class NoCalendarAddress(Invalid):
    """A text is no http(s) address."""


class IntervalOutOfRange(Invalid):
    """Calendars are not read so often, or so seldom. Facts: `platform`, `least` and `most` (seconds)."""


class AlertOutOfRange(Invalid):
    """Nobody can be told so soon, or so late. Facts: `platform`, `least` and `most` (seconds)."""


class ModeNotThere(Refused):
    """The platform cannot be kept up to date so. Facts: `platform`, `mode`, `known` (the modes it has)."""


class KeptByMachine(Refused):
    """The channel is kept through an interface; a calendar beside it would tell everything twice.

    Facts: `platform`, `mode`.
    """


class RoomNotLet(Refused):
    """The room was removed: it is not linked anew. Facts: `room`."""


class OurOwnAddress(Refused):
    """The calendar to import is one that we serve ourselves (R17)."""


class AddressLinked(Refused):
    """The calendar is imported already. Facts: `platform`, `room`, `property` of the link that has it."""


class AnotherPlatform(Refused):
    """The address is on another platform's site, whose calendars are read differently (R10).

    Facts: `platform` that was named, `other` to which the address leads (codes).
    """
