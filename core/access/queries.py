"""What somebody may do today, read anew with each request: whoever is revoked is out at once."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.db.prepared import run
from core.properties.models import Property
from core.staff.models import Membership
from core.staff.roles import Role

_ROLES = (
    select(Membership.property_id, Membership.role)
    .where(Membership.person_id == bindparam("person_id"), Membership.revoked_at.is_(None))
    .order_by(Membership.property_id)
)
_EVERYWHERE = select(Property.id).order_by(Property.id)


def roles_of(session: Session, person_id: int) -> dict[int, Role]:
    """The roles of a person by property; a super admin of one is one of every property of the house."""
    roles = {property_id: Role(role) for property_id, role in run(session, _ROLES, {"person_id": person_id})}
    if Role.SUPER_ADMIN not in roles.values():
        return roles
    return {property_id: Role.SUPER_ADMIN for (property_id,) in run(session, _EVERYWHERE)}
