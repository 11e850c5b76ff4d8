"""The people of properties, page by page."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from core.staff.members import Member
from core.staff.models import ChatAddress, Membership
from core.staff.roles import Role


def members(
    session: Session, property_ids: Collection[int], after: int, limit: int, *, revoked: bool = False
) -> tuple[tuple[int, Member], ...]:
    """Up to `limit` people of these properties, each with the property, whose membership's id comes after `after`."""
    which = Membership.property_id.in_(property_ids) & (Membership.id > after)
    return _members(session, which if revoked else which & Membership.revoked_at.is_(None), limit)


def member(session: Session, membership_id: int) -> tuple[int, Member] | None:
    """One person at one property."""
    return next(iter(_members(session, Membership.id == membership_id, 1)), None)


def _members(session: Session, which: ColumnElement[bool], limit: int) -> tuple[tuple[int, Member], ...]:
    query = select(Membership).where(which).options(joinedload(Membership.person)).order_by(Membership.id).limit(limit)
    found = session.scalars(query).all()
    addresses: dict[int, list[str]] = {}
    of_these = ChatAddress.person_id.in_([one.person_id for one in found])
    elsewhere = ChatAddress.transport != "console"
    for address in session.scalars(select(ChatAddress).where(of_these, elsewhere).order_by(ChatAddress.id)):
        addresses.setdefault(address.person_id, []).append(f"{address.transport}:{address.external_id}")
    return tuple(
        (
            one.property_id,
            Member(
                one.id, one.person_id, one.person.name, Role(one.role), one.person.language, one.person.email,
                tuple(addresses.get(one.person_id, ())), one.revoked_at,
            ),
        )
        for one in found
    )  # fmt: skip
