"""Why a word on a calendar may come too late, or be refused."""

from core.errors import Invalid, NotFound, Refused


class NoSuchBooking(NotFound):
    """No channel told us a booking with this id at this property."""


class NothingAsked(Refused):
    """The question is settled already: answered, or overtaken by the calendar itself."""


class BadEvent(Invalid):
    """A registered event makes no sense. Facts: `field`."""
