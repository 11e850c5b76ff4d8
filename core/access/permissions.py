"""Who may do what: the one table of permissions for chat, HTTP and sockets. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.access.errors import ScopeMissing
from core.errors import NotFound
from core.properties.errors import NoSuchProperty
from core.staff.roles import Role
from core.staff.rules import RoleTooLow, is_at_least


class Act(StrEnum):
    """Everything that needs a permission, as area and verb; an API key's scopes are these names."""

    READ_PROPERTY = "properties.read"
    CHANGE_PROPERTY = "properties.change"
    ADD_PROPERTY = "properties.add"
    READ_ROOMS = "rooms.read"
    CHANGE_ROOMS = "rooms.change"
    READ_STAYS = "stays.read"
    CHANGE_STAYS = "stays.change"
    READ_RESERVATIONS = "reservations.read"
    CHANGE_RESERVATIONS = "reservations.change"
    ERASE_GUESTS = "reservations.erase"
    READ_INVENTORY = "inventory.read"
    CHANGE_INVENTORY = "inventory.change"
    READ_RATES = "rates.read"
    CHANGE_RATES = "rates.change"
    READ_CONFLICTS = "conflicts.read"
    DECIDE_CONFLICTS = "conflicts.decide"
    READ_CHANNELS = "channels.read"
    RUN_CHANNELS = "channels.run"
    CHANGE_CHANNELS = "channels.change"
    READ_BOOKINGS = "bookings.read"
    READ_RAW_BOOKINGS = "bookings.raw"
    REGISTER_BOOKINGS = "bookings.register"
    READ_SYNC = "sync.read"
    RUN_SYNC = "sync.run"
    READ_STAFF = "staff.read"
    CHANGE_STAFF = "staff.change"
    READ_KEYS = "keys.read"
    CHANGE_KEYS = "keys.change"
    READ_EVENTS = "events.read"
    CHANGE_OWN = "own.change"


NEEDS: Mapping[Act, Role] = MappingProxyType({
    Act.READ_PROPERTY: Role.STAFF,
    Act.CHANGE_PROPERTY: Role.PROPERTY_ADMIN,
    Act.ADD_PROPERTY: Role.SUPER_ADMIN,
    Act.READ_ROOMS: Role.STAFF,
    Act.CHANGE_ROOMS: Role.PROPERTY_ADMIN,
    Act.READ_STAYS: Role.STAFF,
    Act.CHANGE_STAYS: Role.STAFF,
    Act.READ_RESERVATIONS: Role.STAFF,
    Act.CHANGE_RESERVATIONS: Role.STAFF,
    Act.ERASE_GUESTS: Role.PROPERTY_ADMIN,
    Act.READ_INVENTORY: Role.STAFF,
    Act.CHANGE_INVENTORY: Role.PROPERTY_ADMIN,
    Act.READ_RATES: Role.STAFF,
    Act.CHANGE_RATES: Role.PROPERTY_ADMIN,
    Act.READ_CONFLICTS: Role.STAFF,
    Act.DECIDE_CONFLICTS: Role.STAFF,
    Act.READ_CHANNELS: Role.STAFF,
    Act.RUN_CHANNELS: Role.STAFF,
    Act.CHANGE_CHANNELS: Role.PROPERTY_ADMIN,
    Act.READ_BOOKINGS: Role.STAFF,
    Act.READ_RAW_BOOKINGS: Role.PROPERTY_ADMIN,
    Act.REGISTER_BOOKINGS: Role.STAFF,
    Act.READ_SYNC: Role.STAFF,
    Act.RUN_SYNC: Role.PROPERTY_ADMIN,
    Act.READ_STAFF: Role.PROPERTY_ADMIN,
    Act.CHANGE_STAFF: Role.PROPERTY_ADMIN,
    Act.READ_KEYS: Role.PROPERTY_ADMIN,
    Act.CHANGE_KEYS: Role.PROPERTY_ADMIN,
    Act.READ_EVENTS: Role.PROPERTY_ADMIN,
    Act.CHANGE_OWN: Role.STAFF,
})  # fmt: skip
"""The least role that each act needs at the property it is done at."""

PEOPLE_ONLY = frozenset({
    Act.ADD_PROPERTY, Act.READ_STAFF, Act.CHANGE_STAFF, Act.READ_KEYS, Act.CHANGE_KEYS, Act.CHANGE_OWN,
    Act.ERASE_GUESTS,
})  # fmt: skip
"""What no key may do: a key that makes keys or people cannot be taken back."""
FOR_KEYS = tuple(act for act in Act if act not in PEOPLE_ONLY)


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do: their role at every property they may know of and, for a key, its scopes."""

    roles: Mapping[int, Role]
    """By property. A super admin of one property is one of every property of the house (`queries.roles_of`)."""
    scopes: frozenset[Act] | None = None
    """What a key was made for; None: a person, who may do all that the role allows."""


def may(rights: Rights, property_id: int | None, act: Act) -> bool:
    """Whether `act` is allowed at a property; None asks for the house as a whole (`ADD_PROPERTY`)."""
    return _is_in_scope(rights, act) and _has_role(rights, property_id, act)


def must(rights: Rights, property_id: int | None, act: Act, missing: NotFound | None = None) -> None:
    """Raise unless `may`.

    A property of others is as if it were not there: `missing` is raised, `NoSuchProperty` by default. In one's own it
    is `RoleTooLow` (fact `needs`) or, for keys, `ScopeMissing`.
    """
    if property_id is not None and property_id not in rights.roles:
        raise missing or NoSuchProperty(property_id=property_id)
    if not _is_in_scope(rights, act):
        raise ScopeMissing(needs=act)
    if not _has_role(rights, property_id, act):
        raise RoleTooLow(needs=NEEDS[act])


def properties(rights: Rights, act: Act, asked: int | None = None) -> tuple[int, ...]:
    """The properties at which `act` is allowed, or the one that is `asked` for.

    Raises as `must` does, `RoleTooLow` or `ScopeMissing` also when there is none at all.
    """
    if asked is not None:
        must(rights, asked, act)
        return (asked,)
    allowed = tuple(property_id for property_id in sorted(rights.roles) if may(rights, property_id, act))
    if not allowed:
        raise RoleTooLow(needs=NEEDS[act]) if _is_in_scope(rights, act) else ScopeMissing(needs=act)
    return allowed


def scopes_of(names: Collection[str]) -> frozenset[Act]:
    """The acts behind an API key's scopes. Raises `KeyError` for what is none, or not for keys."""
    known = {str(act): act for act in FOR_KEYS}
    return frozenset(known[name] for name in names)


def _is_in_scope(rights: Rights, act: Act) -> bool:
    return rights.scopes is None or act in rights.scopes


def _has_role(rights: Rights, property_id: int | None, act: Act) -> bool:
    held = (
        rights.roles.values()
        if property_id is None
        else [rights.roles[property_id]]
        if property_id in rights.roles
        else []
    )
    return any(is_at_least(role, NEEDS[act]) for role in held)
