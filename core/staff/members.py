"""The people of a property as lists show them, and finding one of them by what somebody types."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.staff import errors
from core.staff.models import ChatAddress, Membership
from core.staff.roles import Role


@dataclass(frozen=True, slots=True)
class Member:
    """One person at one property."""

    membership_id: int
    person_id: int
    name: str
    role: Role
    language: str | None
    email: str | None
    addresses: tuple[str, ...]
    """As `whatsapp:+254700000001`, `telegram:1001`; a terminal of this machine is no address to write to."""
    revoked_at: datetime | None


def members(session: Session, property_id: int, *, revoked: bool = False) -> tuple[Member, ...]:
    """The people of a property in the order they came; with those who left, when `revoked`."""
    query = (
        select(Membership)
        .where(Membership.property_id == property_id)
        .options(joinedload(Membership.person))
        .order_by(Membership.id)
    )
    if not revoked:
        query = query.where(Membership.revoked_at.is_(None))
    found = session.scalars(query).all()
    addresses: dict[int, list[str]] = {}
    of_these = ChatAddress.person_id.in_([one.person_id for one in found])
    elsewhere = ChatAddress.transport != "console"
    for address in session.scalars(select(ChatAddress).where(of_these, elsewhere).order_by(ChatAddress.id)):
        addresses.setdefault(address.person_id, []).append(f"{address.transport}:{address.external_id}")
    return tuple(
        Member(
            one.id, one.person_id, one.person.name, Role(one.role), one.person.language, one.person.email,
            tuple(addresses.get(one.person_id, ())), one.revoked_at,
        )
        for one in found
    )  # fmt: skip


def member(session: Session, property_id: int, asked: str) -> Member:
    """The person of this name, e-mail or chat address. Raises `NoSuchMember` or `SeveralMembers`."""
    wanted = asked.strip().casefold()
    found = [
        one
        for one in members(session, property_id)
        if wanted in {one.name.casefold(), (one.email or "").casefold(), *map(str.casefold, one.addresses)}
        or wanted in {address.partition(":")[2].casefold() for address in one.addresses}
    ]
    if not found:
        raise errors.NoSuchMember(asked=asked)
    if len(found) > 1:
        raise errors.SeveralMembers(asked=asked, addresses=[a for one in found for a in one.addresses])
    return found[0]
