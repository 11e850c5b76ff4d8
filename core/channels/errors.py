"""Why something about channels and their links may be refused."""

from core.errors import NotFound, Refused


class NoSuchLink(NotFound):
    """The channel has no link for this room. Facts: `platform`, `room`."""


class OurOwnAddress(Refused):
    """The calendar to import is one that we serve ourselves (R17)."""


class AddressLinked(Refused):
    """The calendar is imported already. Facts: `platform`, `room`, `property` of the link that has it."""
