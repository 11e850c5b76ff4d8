"""Applying `[[staff]]`: people are known by a chat address or e-mail, else by their name at the property."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.access import sessions
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.properties.models import Property
from core.setup.account import Account, What
from core.setup.document import Document, StaffEntry, folded
from core.setup.errors import Why
from core.staff import events as happenings
from core.staff import passwords
from core.staff.models import ChatAddress, Membership, Person
from core.staff.service import ADMINS


def set_staff(work: UnitOfWork, place: Property, document: Document, account: Account, by: By) -> None:
    """Make and change the people of the file; name those that it leaves out. Nobody is removed."""
    before = {one.person_id: one for one in _memberships(work, place)}
    had_admin = _has_admin(list(before.values()))
    named: set[int] = set()
    for entry in document.staff:
        person = _person(work, list(before.values()), entry, account)
        if person is not None and person.id in named:
            # One entry knew them by name, another by the number they gave up: they cannot be both.
            account.fault(entry.path, Why.ANOTHER_PERSON, name=person.name)
        elif person is not None:
            named.add(_set_person(work, place, person, entry, account, by).id)
    work.session.flush()
    after = _memberships(work, place)
    for one in after:
        if one.person_id not in named and one.revoked_at is None:
            account.keep(What.PERSON_KEPT, name=one.person.name)
    if not _has_admin(after):
        demoted = next((entry for entry in document.staff if entry.role not in ADMINS), None)
        if had_admin and demoted is not None:
            account.fault((*demoted.path, "role"), Why.LAST_ADMIN)
        else:
            account.note(What.NO_ADMIN, code=place.code)


def _memberships(work: UnitOfWork, place: Property) -> list[Membership]:
    query = (
        select(Membership)
        .where(Membership.property_id == place.id)
        .options(joinedload(Membership.person))
        .order_by(Membership.id)
    )
    return list(work.session.scalars(query))


def _has_admin(memberships: list[Membership]) -> bool:
    return any(one.role in ADMINS and one.revoked_at is None for one in memberships)


def _person(work: UnitOfWork, memberships: list[Membership], entry: StaffEntry, account: Account) -> Person | None:
    """The person meant, a new one when there is none; None after a fault."""
    of_name = [one.person for one in memberships if folded(one.person.name) == folded(entry.name)]
    by_address: dict[int, Person] = {}
    for transport, address in entry.addresses:
        owner = _owner(work, transport, address)
        if owner is not None:
            by_address[owner.id] = owner
    if entry.email and (owner := work.session.scalar(select(Person).where(Person.email == entry.email))):
        by_address[owner.id] = owner
    others = [person for person in of_name if person.id not in by_address]
    if len(by_address) > 1 or (by_address and len(others) == len(of_name) > 0):
        stranger = next(iter(by_address.values()))
        account.fault(entry.path, Why.ANOTHER_PERSON, name=stranger.name)
        return None
    if not by_address and len(of_name) > 1:
        account.fault((*entry.path, "name"), Why.SEVERAL_PEOPLE, name=entry.name)
        return None
    if by_address or of_name:
        return next(iter(by_address.values())) if by_address else of_name[0]
    person = Person(name=entry.name, made_at=work.now)
    work.session.add(person)
    work.session.flush()
    return person


def _owner(work: UnitOfWork, transport: str, address: str) -> Person | None:
    return work.session.scalar(
        select(Person)
        .join(ChatAddress, ChatAddress.person_id == Person.id)
        .where(ChatAddress.transport == transport, ChatAddress.external_id == address)
    )


def _set_person(
    work: UnitOfWork, place: Property, person: Person, entry: StaffEntry, account: Account, by: By
) -> Person:
    membership = work.session.scalar(
        select(Membership).where(Membership.person_id == person.id, Membership.property_id == place.id)
    )
    if membership is not None and membership.revoked_at is not None:
        account.note(What.PERSON_IS_REVOKED, name=person.name)
        return person
    changed = _set_fields(person, entry) + _set_addresses(work, place, person, entry)
    if entry.password is not None and len(entry.password) < passwords.SHORTEST:
        account.note(What.SHORT_PASSWORD, name=person.name, least=passwords.SHORTEST)
    if membership is None:
        work.session.add(Membership(person_id=person.id, property_id=place.id, role=entry.role))
        account.change(What.PERSON_MADE, name=person.name, role=entry.role)
        events.record(work, happenings.PersonAdded(entry.role), person.id, property_id=place.id, by=by)
        return person
    if membership.role != entry.role:
        membership.role = entry.role
        changed.append("role")
    if "password" in changed:
        sessions.end_all(work, person.id, sessions.Why.PASSWORD, by)
    if changed:
        account.change(What.PERSON_CHANGED, name=person.name, fields=changed)
        happening = happenings.PersonChanged(membership.role, tuple(changed))
        events.record(work, happening, person.id, property_id=place.id, by=by)
    return person


def _set_fields(person: Person, entry: StaffEntry) -> list[str]:
    """What the file says of the person and differs; what it leaves out stays as it is."""
    changed = []
    for field in ("name", "email", "language"):
        wanted = getattr(entry, field)
        if wanted is not None and getattr(person, field) != wanted:
            setattr(person, field, wanted)
            changed.append(field)
    if entry.password is not None and not passwords.matches(person.password_hash, entry.password):
        person.password_hash = passwords.hashed(entry.password)
        changed.append("password")
    return changed


def _set_addresses(work: UnitOfWork, place: Property, person: Person, entry: StaffEntry) -> list[str]:
    added = []
    for transport, address in entry.addresses:
        if _owner(work, transport, address) is None:
            work.session.add(
                ChatAddress(person_id=person.id, transport=transport, external_id=address, property_id=place.id)
            )
            added.append(transport)
    work.session.flush()
    return added
