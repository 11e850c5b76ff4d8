"""The account of one setup: what was made or changed, what the file leaves out, what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.setup.document import Source
from core.setup.errors import Fault, Why
from core.setup.lines import Path


class What(StrEnum):
    """Everything a setup may tell; the words for people live with the command."""

    PROPERTY_MADE = "property_made"
    PROPERTY_CHANGED = "property_changed"
    TYPE_MADE = "type_made"
    TYPE_CHANGED = "type_changed"
    ROOM_MADE = "room_made"
    ROOM_MOVED = "room_moved"
    ROOM_CHANGED = "room_changed"
    ROOMS_REORDERED = "rooms_reordered"
    PERSON_MADE = "person_made"
    PERSON_CHANGED = "person_changed"
    CHANNEL_MADE = "channel_made"
    CHANNEL_CHANGED = "channel_changed"
    LINK_MADE = "link_made"
    IMPORT_SET = "import_set"
    PLAN_MADE = "plan_made"
    PLAN_CHANGED = "plan_changed"
    SEASON_MADE = "season_made"
    SEASON_CHANGED = "season_changed"
    PLAN_KEPT = "plan_kept"
    SEASON_KEPT = "season_kept"
    TYPE_KEPT = "type_kept"
    ROOM_KEPT = "room_kept"
    PARTS_SET = "parts_set"
    PARTS_ENDED = "parts_ended"
    PARTS_KEPT = "parts_kept"
    PERSON_KEPT = "person_kept"
    CHANNEL_KEPT = "channel_kept"
    LINK_KEPT = "link_kept"
    SETTINGS_KEPT = "settings_kept"
    PREFERENCE_KEPT = "preference_kept"
    ROOM_IS_REMOVED = "room_is_removed"
    PERSON_IS_REVOKED = "person_is_revoked"
    ROOMS_WITHOUT_LINK = "rooms_without_link"
    TOO_MANY_LINKS = "too_many_links"
    NO_ADMIN = "no_admin"
    SHORT_PASSWORD = "short_password"  # noqa: S105 - names a note, holds no password.


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the account."""

    what: What
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a setup did to which property."""

    property_id: int
    code: str
    changes: tuple[Told, ...]
    """Empty when the file says what is there already."""
    kept: tuple[Told, ...]
    """What is there and not in the file."""
    notes: tuple[Told, ...]


@dataclass(slots=True)
class Account:
    """What is gathered while a file is applied."""

    source: Source
    changes: list[Told] = field(default_factory=list)
    kept: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def change(self, what: What, **facts: object) -> None:
        """Something is different now."""
        self.changes.append(Told(what, facts))

    def keep(self, what: What, **facts: object) -> None:
        """Something stays that the file does not name."""
        self.kept.append(Told(what, facts))

    def note(self, what: What, **facts: object) -> None:
        """Something somebody should know."""
        self.notes.append(Told(what, facts))

    def fault(self, path: Path, why: Why, **facts: object) -> None:
        """Something cannot be done: nothing of the file will be."""
        self.faults.append(self.source.fault(path, why, **facts))
