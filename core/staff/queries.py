"""Who writes, and what they are to which property."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.properties.models import Property
from core.staff.models import ChatAddress, Membership, Person
from core.staff.roles import Role
from core.staff.rules import is_at_least
from core.staff.views import Place, Who


def identify(session: Session, transport: str, ids: Collection[str]) -> Who | None:
    """The person known by one of `ids` on `transport` with at least one standing membership; else nobody."""
    row = session.execute(
        select(ChatAddress, Person)
        .join(Person, Person.id == ChatAddress.person_id)
        .where(ChatAddress.transport == transport, ChatAddress.external_id.in_(ids))
        .order_by(ChatAddress.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    address, person = row
    places = places_of(session, person.id)
    return Who(person.id, person.name, person.language, address.id, places, address.property_id) if places else None


def places_of(session: Session, person_id: int) -> tuple[Place, ...]:
    """The properties a person works for, revoked ones left out."""
    query = (
        select(Property, Membership.role)
        .join(Membership, Membership.property_id == Property.id)
        .where(Membership.person_id == person_id, Membership.revoked_at.is_(None))
        .order_by(Membership.id)
    )
    return tuple(
        Place(p.id, p.code, p.name, p.timezone, p.currency, p.language, Role(role))
        for p, role in session.execute(query)
    )


def names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """The names of these people, by id."""
    query = select(Person.id, Person.name).where(Person.id.in_(person_ids))
    return dict(session.execute(query).all())


def reachable(session: Session, property_id: int, at_least: Role) -> list[tuple[Who, str, str]]:
    """The people of a property with at least this role, each with the transport and chat of one address."""
    query = (
        select(Membership.role, ChatAddress)
        .join(ChatAddress, ChatAddress.person_id == Membership.person_id)
        .where(Membership.property_id == property_id, Membership.revoked_at.is_(None))
        .order_by(ChatAddress.id)
    )
    found: dict[int, tuple[Who, str, str]] = {}
    for role, address in session.execute(query):
        if address.person_id in found or not is_at_least(Role(role), at_least):
            continue
        who = identify(session, address.transport, (address.external_id,))
        if who is not None:
            found[address.person_id] = (who, address.transport, chat_of(address.transport, address.external_id))
    return list(found.values())


def chat_of(transport: str, external_id: str) -> str:
    """Where a message to this address goes: WhatsApp's chats carry their scheme, Telegram's private ones are the id."""
    return f"whatsapp:{external_id}" if transport == "whatsapp" else external_id
