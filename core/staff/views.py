"""The person who writes, as the conversation knows them. Pure."""

from dataclasses import dataclass

from core.staff.roles import Role


@dataclass(frozen=True, slots=True)
class Place:
    """A property a person works for, and as what."""

    property_id: int
    code: str
    name: str
    timezone: str
    currency: str
    language: str
    role: Role


@dataclass(frozen=True, slots=True)
class Who:
    """The person behind a chat address."""

    person_id: int
    name: str
    language: str | None
    address_id: int
    places: tuple[Place, ...]
    chosen: int | None
    """The property this address last spoke for."""

    @property
    def place(self) -> Place:
        """The property meant: the chosen one while it is still theirs, else the first."""
        return next((place for place in self.places if place.property_id == self.chosen), self.places[0])
