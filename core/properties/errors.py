"""Why something about a property, its room types or its rooms may be refused."""

from core.errors import Invalid, NotFound, Refused


class NoSuchProperty(NotFound):
    """There is no such property, or it is nobody's business that there is one. Facts: `property_id`."""


class NoSuchType(NotFound):
    """No room type has this id at this property. Facts: `room_type_id`."""


class CodeTaken(Refused):
    """Something has this code already. Facts: `given`."""


class NameTaken(Refused):
    """A room is called so already, by its name or an alias. Facts: `given`, `listing_id` of that room."""


class WrongValue(Invalid):
    """A value cannot be used. Facts: `field`, `why` (as for a setup file), `known` where the list is closed."""
