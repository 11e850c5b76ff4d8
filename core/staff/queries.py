"""Who writes, and what they are to which property."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.access.queries import roles_of
from core.db.prepared import Prepared, run
from core.properties.models import Property
from core.staff.models import ChatAddress, Membership, Person
from core.staff.roles import Role
from core.staff.rules import is_at_least
from core.staff.views import Place, Who

_PLACE = (Property.id, Property.code, Property.name, Property.timezone, Property.currency, Property.language)
_PLACES = Prepared(
    select(Membership.role, *_PLACE)
    .join(Membership, Membership.property_id == Property.id)
    .where(Membership.person_id == bindparam("person_id"), Membership.revoked_at.is_(None))
    .order_by(Membership.id)
)
_KNOWN_BY = Prepared(
    select(
        ChatAddress.id, ChatAddress.external_id, Person.id, Person.name, Person.language, ChatAddress.property_id,
        Membership.role, *_PLACE,
    )
    .join(Person, Person.id == ChatAddress.person_id)
    .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.revoked_at.is_(None))
    .outerjoin(Property, Property.id == Membership.property_id)
    .where(
        ChatAddress.transport == bindparam("transport"), ChatAddress.external_id.in_(bindparam("ids", expanding=True))
    )
    .order_by(ChatAddress.id, Membership.id)
)  # fmt: skip


def identify(session: Session, transport: str, ids: Collection[str]) -> Who | None:
    """The person known by one of `ids` on `transport` with at least one standing membership; else nobody.

    A super admin's places are all properties of the house, those they are a member of first.
    """
    return recognise(session, transport, ids)[0]


def recognise(session: Session, transport: str, ids: Collection[str]) -> tuple[Who | None, set[str]]:
    """Whom `identify` finds, and those of `ids` that are somebody's already."""
    rows = run(session, _KNOWN_BY, {"transport": transport, "ids": list(ids)}).all()
    if not rows:
        return None, set()
    address_id, _, person_id, name, language, chosen, *_ = rows[0]
    of_first = (row[6:] for row in rows if row[0] == address_id)
    places = _everywhere(session, person_id, tuple(_place(*row) for row in of_first if row[0] is not None))
    who = Who(person_id, name, language, address_id, places, chosen) if places else None
    return who, {row[1] for row in rows}


def places_of(session: Session, person_id: int) -> tuple[Place, ...]:
    """The properties a person is a member of, revoked ones left out."""
    rows = run(session, _PLACES, {"person_id": person_id})
    return tuple(_place(*row) for row in rows)


def _everywhere(session: Session, person_id: int, places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places of somebody with these memberships, by what their role at one of them makes them at the others."""
    if all(place.role != Role.SUPER_ADMIN for place in places):
        return places
    roles = roles_of(session, person_id)
    known = {place.property_id for place in places}
    others = session.execute(select(*_PLACE).where(Property.id.in_(roles.keys() - known)).order_by(Property.id))
    found = (*places, *(_place(roles[row.id], *row) for row in others))
    return tuple(replace(place, role=roles[place.property_id]) for place in found)


def _place(role: str, property_id: int, code: str, name: str, timezone: str, currency: str, language: str) -> Place:
    return Place(property_id, code, name, timezone, currency, language, Role(role))


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
