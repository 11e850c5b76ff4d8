"""Which role includes which. Pure; what each act needs stands in `core.access.permissions`."""

from core.errors import NotAllowed
from core.staff.roles import Role

_RANK = {Role.STAFF: 0, Role.PROPERTY_ADMIN: 1, Role.SUPER_ADMIN: 2}


class RoleTooLow(NotAllowed):
    """The person's role at this property does not allow it. Facts: `needs`."""


def is_at_least(role: Role, needed: Role) -> bool:
    """Whether `role` includes what `needed` may do."""
    return _RANK[role] >= _RANK[needed]
