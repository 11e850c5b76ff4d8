"""What a person may be to a property. Pure."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is to one property; each may do all that the next may."""

    SUPER_ADMIN = "super_admin"
    PROPERTY_ADMIN = "property_admin"
    STAFF = "staff"
