"""A setup file as it was read: what the property shall have, each entry with its place in the file."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from core.channels.settings import Wanted
from core.setup.errors import Fault, Why
from core.setup.lines import Path
from core.staff.roles import Role

LANGUAGES = ("en", "sw", "hi", "ar", "fr")


@dataclass(frozen=True, slots=True)
class Source:
    """The file, and where in it what stands."""

    file: str
    lines: Mapping[Path, int]

    def fault(self, path: Path, why: Why, **facts: object) -> Fault:
        """What is wrong at `path`; a key that is missing is told at the line of its table."""
        key = ".".join(str(part) for part in path if not isinstance(part, int))
        return Fault(self.line(path), key, why, facts)

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass(frozen=True, slots=True)
class PropertyEntry:
    """`[property]`."""

    code: str
    name: str
    timezone: str
    currency: str
    language: str | None
    conflicts: str | None
    """Whom the advice on a conflict favours: `first`, `direct` or a platform's code."""
    weekend: tuple[int, ...] | None = None
    """Which nights are the weekend's, Monday 0."""


@dataclass(frozen=True, slots=True)
class RoomTypeEntry:
    """One `[[room_type]]`; `aliases` and `parts` by room name, as written there."""

    path: Path
    code: str
    name: str
    base_rate: Decimal | None
    rooms: tuple[str, ...]
    aliases: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, tuple[str, ...]]
    """By the name of a room that is made of others: these."""


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """One `[[staff]]`."""

    path: Path
    name: str
    role: Role
    whatsapp: str | None
    telegram: str | None
    email: str | None
    password: str | None
    language: str | None

    @property
    def addresses(self) -> tuple[tuple[str, str], ...]:
        """The chat addresses as pairs of transport and id."""
        pairs = (("whatsapp", self.whatsapp), ("telegram", self.telegram))
        return tuple((transport, known_as) for transport, known_as in pairs if known_as is not None)


@dataclass(frozen=True, slots=True)
class LinkEntry:
    """One `[[channel.link]]`."""

    path: Path
    room: str | None
    type: str | None
    """The code of a whole type, where no room is named; one of both stands in the file."""
    import_url: str | None


@dataclass(frozen=True, slots=True)
class ChannelEntry:
    """One `[[channel]]`; `wanted` is what it says of the settings."""

    path: Path
    platform: str
    wanted: Wanted
    links: tuple[LinkEntry, ...]


@dataclass(frozen=True, slots=True)
class RatePlanEntry:
    """One `[[rate_plan]]`; `types` by code, None: every one."""

    path: Path
    code: str
    name: str
    parent: str | None
    percent: Decimal
    amount: Decimal
    currency: str | None
    types: tuple[str, ...] | None
    active: bool


@dataclass(frozen=True, slots=True)
class SeasonEntry:
    """One `[[season]]`, with how much more or less its nights cost."""

    path: Path
    name: str
    first_night: date
    last_night: date
    yearly: bool
    percent: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Document:
    """The whole file."""

    source: Source
    property: PropertyEntry
    room_types: tuple[RoomTypeEntry, ...]
    staff: tuple[StaffEntry, ...]
    channels: tuple[ChannelEntry, ...]
    rate_plans: tuple[RatePlanEntry, ...] = ()
    seasons: tuple[SeasonEntry, ...] = ()


def folded(name: str) -> str:
    """`name` as it is compared: letter case, compatible letter forms and runs of spaces do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def nearest(written: str, known: list[str]) -> str | None:
    """The one of `known` that was probably meant."""
    by_folded = {folded(one): one for one in known}
    found = get_close_matches(folded(written), list(by_folded), n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None
