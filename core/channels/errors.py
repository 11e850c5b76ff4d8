"""Why something about channels and their links may be refused."""

from core.errors import Invalid, NotFound, Refused


class NoSuchChannel(NotFound):
    """The property does not use this platform. Facts: `platform` (its code)."""


class NoSuchLink(NotFound):
    """The channel has no link for this room or type. Facts: `platform`, `room` (either's name)."""


class NoSuchPlatform(NotFound):
    """No platform has this code. Facts: `platform`."""


class NoCalendarAddress(Invalid):
    """A text is no http(s) address."""


class IntervalOutOfRange(Invalid):
    """Calendars are not read so often, or so seldom. Facts: `platform`, `least` and `most` (seconds)."""


class AlertOutOfRange(Invalid):
    """Nobody can be told so soon, or so late. Facts: `platform`, `least` and `most` (seconds)."""


class TellsItself(Invalid):
    """The platform's calendars tell sales from closures, so that nobody need say what they show. Facts: `platform`."""


class ModeNotThere(Refused):
    """The platform cannot be kept up to date so. Facts: `platform`, `mode`, `known` (the modes it has)."""


class KeptByMachine(Refused):
    """The channel is kept through an interface; a calendar beside it would tell everything twice.

    Facts: `platform`, `mode`.
    """


class RoomNotLet(Refused):
    """The room was removed: it is not linked anew. Facts: `room`."""


class TypeNotLet(Refused):
    """The type has no room that could be let: it is not linked. Facts: `type` (its code)."""


class OneUnitPerType(Refused):
    """The platform connects only types of one room (R3). Facts: `platform`, `type` (its code), `rooms` (how many)."""


class OurOwnAddress(Refused):
    """The calendar to import is one that we serve ourselves (R17)."""


class AddressLinked(Refused):
    """The calendar is imported already.

    Facts of the link that has it: `platform`, `room` or `type` with `type_name`, and its `property`.
    """


class AnotherPlatform(Refused):
    """The address is on another platform's site, whose calendars are read differently (R10).

    Facts: `platform` that was named, `other` to which the address leads (codes).
    """


class NoChannels(Refused):
    """The property uses no channel: there is nothing to bring up to date. Facts: `property_id`."""


class NoInterface(Refused):
    """Nothing can be sent to the channel: it has no interface, or none that we are connected to.

    Facts: `platform`, `mode`, `instead`: `feed` (its platform reads our calendars) or `by_hand`.
    """


class NothingToRead(Refused):
    """No calendar of the channel is read: it has none, or is paused. Facts: `channel_id`, or `link_id`."""


class ChannelThere(Refused):
    """The property uses the platform already. Facts: `channel_id`, `platform`."""


class NoSuchEntity(NotFound):
    """There is nothing of this kind by this number. Facts: `entity`, `entity_id`."""
