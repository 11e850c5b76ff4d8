"""What happens to staff. No name, phone or address stands in the facts: the subject's id leads to them."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.service import Happening


@dataclass(frozen=True, slots=True)
class PersonHappening(Happening):
    """What every event about a person tells."""

    subject: ClassVar[str] = "person"

    role: str
    """Their role at the property after the change."""


@dataclass(frozen=True, slots=True)
class PersonAdded(PersonHappening):
    """Somebody new works for the property."""

    kind: ClassVar[str] = "staff.added"


@dataclass(frozen=True, slots=True)
class PersonChanged(PersonHappening):
    """Something about a person changed; `what` names the fields, never their values."""

    kind: ClassVar[str] = "staff.changed"
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonInvited(PersonHappening):
    """A one-time code was made."""

    kind: ClassVar[str] = "staff.invited"


@dataclass(frozen=True, slots=True)
class AddressLinked(PersonHappening):
    """A one-time code was redeemed."""

    kind: ClassVar[str] = "staff.linked"
    transport: str


@dataclass(frozen=True, slots=True)
class PersonRevoked(PersonHappening):
    """The person no longer works for the property."""

    kind: ClassVar[str] = "staff.revoked"
