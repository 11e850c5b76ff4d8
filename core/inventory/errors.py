"""Why what is held back cannot be set so."""

from core.errors import Invalid, NotFound


class NoSuchRoomType(NotFound):
    """No room type has this id. Facts: `type_id`."""


class NotItsChannel(NotFound):
    """The property of the type has no such channel. Facts: `channel_id`."""


class NotInThePast(Invalid):
    """Nights that are over are not sold any more. Facts: `arrival`, `today`."""


class BeyondTheHorizon(Invalid):
    """Nothing is counted that far ahead (R5). Facts: `departure`, `last`."""


class NotACount(Invalid):
    """A number of rooms is neither negative nor beyond all houses. Facts: `value`, `most`."""
