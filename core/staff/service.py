"""Inviting people, linking their addresses by a one-time code, and ending their rights."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import joinedload

from core.access import sessions
from core.access.queries import roles_of
from core.access.sessions import Why
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.sealing import fingerprint
from core.staff import errors, rules
from core.staff import events as happenings
from core.staff.models import ChatAddress, Invite, Membership, Person
from core.staff.roles import Role

CODE_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O or U: read out over the phone or off a note they pass for something else."""
CODE_LENGTH = 8
CHAT_INVITE = timedelta(minutes=15)
COMMAND_INVITE = timedelta(hours=24)
ADMINS = (Role.SUPER_ADMIN, Role.PROPERTY_ADMIN)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time code, shown once, and whom it is for."""

    code: str
    person_id: int
    name: str
    role: Role
    expires_at: datetime


def invite(
    work: UnitOfWork, property_id: int, name: str, by: By, role: Role | None = None, *,
    lasts: timedelta = COMMAND_INVITE,
) -> Invitation:  # fmt: skip
    """Make a one-time code by which `name` links a chat address to this property.

    Somebody of that name who works or worked here is meant, else a new person is made. `role` None: as it is,
    or staff. Raises `SeveralMembers`, `LastAdmin` (the only admin cannot be made staff) and `MayNotGrant`.
    """
    membership = _named(work, property_id, name)
    granted = role or (Role(membership.role) if membership is not None else Role.STAFF)
    may_grant(work, property_id, by, granted)
    if membership is None:
        person = Person(name=name, made_at=work.now)
        work.session.add(person)
        work.session.flush()
        membership = Membership(person_id=person.id, person=person, property_id=property_id, role=granted)
        work.session.add(membership)
    else:
        person = membership.person
        may_grant(work, property_id, by, Role(membership.role))
        if membership.revoked_at is None and granted not in ADMINS:
            keep_an_admin(work, membership)
        membership.role, membership.revoked_at = granted, None
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    expires_at = work.now + lasts
    work.session.add(
        Invite(code_hash=fingerprint(code), person_id=person.id, property_id=property_id, expires_at=expires_at)
    )
    events.record(work, happenings.PersonInvited(role=granted), person.id, property_id=property_id, by=by)
    return Invitation(code, person.id, person.name, granted, expires_at)


def redeem(work: UnitOfWork, code: str, transport: str, external_id: str, also: Collection[str] = ()) -> Person:
    """Link `external_id` of `transport`, and the ids in `also`, to the person whom `code` was made for.

    Letter case, spaces and hyphens of the code do not matter. An address that works elsewhere keeps its
    person, who works here as well from now on. Raises `CodeUnknown`, `CodeExpired` or `CodeUsed` (a stranger
    is told the same for all three), and `AddressTaken` when the address is that of a colleague.
    """
    written = "".join(letter for letter in code.upper() if letter.isalpha())
    invite_ = work.session.scalar(select(Invite).where(Invite.code_hash == fingerprint(written)).with_for_update())
    if invite_ is None:
        raise errors.CodeUnknown
    membership = _standing(work, invite_.person_id, invite_.property_id)
    known = _owner(work, transport, (external_id, *also))
    if invite_.used_at is not None:
        if known is not None and membership is not None and known.id == membership.person_id:
            return known  # Sent twice by the one whom it linked.
        raise errors.CodeUsed
    if membership is None:
        raise errors.CodeUnknown
    if invite_.expires_at <= work.now:
        raise errors.CodeExpired
    if known is not None and known.id != membership.person_id:
        membership = _work_here_too(work, known, membership)
        invite_.person_id = known.id
    invite_.used_at = work.now
    for one in (external_id, *also):
        _link(work, membership, transport, one)
    events.record(
        work, happenings.AddressLinked(role=membership.role, transport=transport), membership.person_id,
        property_id=membership.property_id, by=By(membership.person_id, transport),
    )  # fmt: skip
    return membership.person


def revoke(work: UnitOfWork, membership_id: int, by: By) -> Person:
    """End a person's rights at a property at once, open invitations included.

    When nothing is left to them anywhere their addresses are forgotten and their logins ended: a lost phone stays out
    even if its owner is invited again. Raises `NoSuchMember`, `LastAdmin` and `MayNotGrant`.
    """
    membership = work.session.scalar(
        select(Membership)
        .where(Membership.id == membership_id, Membership.revoked_at.is_(None))
        .options(joinedload(Membership.person))
    )
    if membership is None:
        raise errors.NoSuchMember(asked=membership_id)
    may_grant(work, membership.property_id, by, Role(membership.role))
    keep_an_admin(work, membership)
    membership.revoked_at = work.now
    work.session.execute(
        update(Invite)
        .where(Invite.person_id == membership.person_id, Invite.property_id == membership.property_id)
        .where(Invite.used_at.is_(None), Invite.expires_at > work.now)
        .values(expires_at=work.now)
        .execution_options(synchronize_session=False)
    )
    work.session.flush()
    elsewhere = select(Membership.id).where(
        Membership.person_id == membership.person_id, Membership.revoked_at.is_(None)
    )
    if work.session.scalar(elsewhere.limit(1)) is None:
        work.session.execute(delete(ChatAddress).where(ChatAddress.person_id == membership.person_id))
        sessions.end_all(work, membership.person_id, Why.REVOKED, by)
    events.record(
        work, happenings.PersonRevoked(role=membership.role), membership.person_id,
        property_id=membership.property_id, by=by,
    )  # fmt: skip
    return membership.person


def keep_an_admin(work: UnitOfWork, membership: Membership) -> None:
    """Raise `LastAdmin` when the property has no standing admin besides `membership`, which is one."""
    if membership.role not in ADMINS:
        return
    # Locked, so that two admins cannot remove each other at the same moment.
    others = work.session.scalars(
        select(Membership)
        .where(Membership.property_id == membership.property_id, Membership.role.in_(ADMINS))
        .where(Membership.revoked_at.is_(None))
        .order_by(Membership.id)
        .with_for_update()
    )
    if all(other.id == membership.id for other in others):
        raise errors.LastAdmin(name=membership.person.name)


def _named(work: UnitOfWork, property_id: int, name: str) -> Membership | None:
    query = (
        select(Membership)
        .join(Membership.person)
        .where(Membership.property_id == property_id)
        .options(joinedload(Membership.person))
    )
    found = [one for one in work.session.scalars(query) if one.person.name.casefold() == name.casefold()]
    standing = [one for one in found if one.revoked_at is None] or found
    if len(standing) > 1:
        raise errors.SeveralMembers(asked=name, addresses=[])
    return standing[0] if standing else None


def may_grant(work: UnitOfWork, property_id: int, by: By, role: Role) -> None:
    """Raise `MayNotGrant` unless `by` is an admin there with at least this role; the house itself may."""
    if by.person_id is None:
        return
    own = roles_of(work.session, by.person_id).get(property_id)
    if own is None or own not in ADMINS or not rules.is_at_least(own, role):
        raise errors.MayNotGrant(role=role)


def _standing(work: UnitOfWork, person_id: int, property_id: int) -> Membership | None:
    return work.session.scalar(
        select(Membership)
        .where(Membership.person_id == person_id, Membership.property_id == property_id)
        .where(Membership.revoked_at.is_(None))
        .options(joinedload(Membership.person))
    )


def _owner(work: UnitOfWork, transport: str, ids: Collection[str]) -> Person | None:
    return work.session.scalar(
        select(Person)
        .join(ChatAddress, ChatAddress.person_id == Person.id)
        .where(ChatAddress.transport == transport, ChatAddress.external_id.in_(ids))
        .order_by(ChatAddress.id)
        .limit(1)
    )


def _work_here_too(work: UnitOfWork, known: Person, invited: Membership) -> Membership:
    """Give `known` the membership made for somebody who turns out to be them."""
    property_id, role = invited.property_id, invited.role
    if _standing(work, known.id, property_id) is not None:
        raise errors.AddressTaken(person_id=known.id)
    lives = select(func.count()).select_from(ChatAddress).where(ChatAddress.person_id == invited.person_id)
    if work.session.scalar(lives):
        raise errors.AddressTaken(person_id=known.id)
    left = work.session.scalar(
        select(Membership)
        .where(Membership.person_id == known.id, Membership.property_id == property_id)
        .options(joinedload(Membership.person))
    )
    if left is None:
        invited.person_id, invited.person = known.id, known
        return invited
    left.role, left.revoked_at = role, None
    invited.revoked_at = work.now
    return left


def _link(work: UnitOfWork, membership: Membership, transport: str, external_id: str) -> None:
    address = work.session.scalar(
        select(ChatAddress).where(ChatAddress.transport == transport, ChatAddress.external_id == external_id)
    )
    if address is None:
        address = ChatAddress(transport=transport, external_id=external_id, person_id=membership.person_id)
        work.session.add(address)
    elif address.person_id != membership.person_id:
        return  # A further id of the same phone that somebody else linked: theirs until they are revoked.
    address.property_id = membership.property_id
    work.session.flush()
