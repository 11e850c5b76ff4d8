"""Somebody who was let in, with what they may do. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from core.access import permissions
from core.access.errors import ScopeMissing
from core.access.permissions import Act, Rights
from core.errors import DaudaError, NotFound
from core.events.service import By

Denied = Callable[[int | None, Act], None]


class AtProperty(Protocol):
    """Anything that belongs to one property."""

    @property
    def property_id(self) -> int:
        """The property it belongs to."""
        ...


Thing = TypeVar("Thing", bound=AtProperty)


def _unheard(_property_id: int | None, _act: Act) -> None:
    """Whoever asks only whether something is allowed leaves no trace."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A person or an API key at the API or a socket. `by` is who acts, for the events."""

    rights: Rights
    by: By
    name: str
    """`person:7` or `key:3`: whose calls are counted, and whose idempotency keys are kept, together."""
    session_id: int | None = None
    """The session that a person called in; None for keys."""
    stale: bool = False
    """Whether it is time to write down that the session or key is in use."""
    denied: Denied = _unheard
    """Told of every denial, with the property and the act."""

    def may(self, property_id: int | None, act: Act) -> bool:
        """Whether `act` is allowed at a property; None asks for the house as a whole."""
        return permissions.may(self.rights, property_id, act)

    def must(self, property_id: int | None, act: Act, missing: NotFound | None = None) -> None:
        """Raise unless `may`.

        At somebody else's property `missing` is raised, by default `NoSuchProperty`, so that nobody learns that it is
        there; in one's own it is `RoleTooLow` or `ScopeMissing`.
        """
        try:
            permissions.must(self.rights, property_id, act, missing)
        except DaudaError:
            self.denied(property_id, act)
            raise

    def must_be_a_person(self) -> int:
        """The caller's person. Raises `ScopeMissing` for a key: it has no sessions and no settings of its own."""
        if self.by.person_id is None:
            self.denied(None, Act.CHANGE_OWN)
            raise ScopeMissing(needs=Act.CHANGE_OWN)
        return self.by.person_id

    def theirs(self, found: Thing | None, act: Act, missing: NotFound) -> Thing:
        """Give `found` back when it is there and `act` is allowed at its property; else as `must`."""
        if found is None:
            raise missing
        self.must(found.property_id, act, missing)
        return found

    def properties(self, act: Act, asked: int | None = None) -> tuple[int, ...]:
        """The properties at which `act` is allowed, for lists; only the one `asked` for, when it is given.

        Raises as `must`, also when there is none at all.
        """
        try:
            return permissions.properties(self.rights, act, asked)
        except DaudaError:
            self.denied(asked, act)
            raise
