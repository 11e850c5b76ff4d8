"""What can be wrong with a setup file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from core.errors import Invalid


class Why(StrEnum):
    """Every reason for which a file is refused; the words for people live with the command."""

    NOT_TOML = "not_toml"
    UNKNOWN_KEY = "unknown_key"
    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    BLANK = "blank"
    TOO_LONG = "too_long"
    NOT_PLAIN = "not_plain"
    NO_CODE = "no_code"
    NO_ZONE = "no_zone"
    NO_CURRENCY = "no_currency"
    NOT_ONE_OF = "not_one_of"
    NO_PHONE = "no_phone"
    NO_EMAIL = "no_email"
    NO_TELEGRAM = "no_telegram"
    NO_RATE = "no_rate"
    NO_CHANGE_OF_RATE = "no_change_of_rate"
    NO_DAY = "no_day"
    NO_WEEKDAY = "no_weekday"
    UNKNOWN_PLAN = "unknown_plan"
    WRONG_PLAN = "wrong_plan"
    NO_INTERVAL = "no_interval"
    NO_ADDRESS = "no_address"
    TOO_OFTEN = "too_often"
    MODE_NOT_THERE = "mode_not_there"
    TELLS_ITSELF = "tells_itself"
    LINKS_NEED_ICAL = "links_need_ical"
    TWICE = "twice"
    ROOM_TWICE = "room_twice"
    BACKWARDS = "backwards"
    TOO_MANY_ROOMS = "too_many_rooms"
    ROOM_OR_TYPE = "room_or_type"
    UNKNOWN_ROOM = "unknown_room"
    UNKNOWN_TYPE = "unknown_type"
    TYPE_NOT_LET = "type_not_let"
    ONE_UNIT_PER_TYPE = "one_unit_per_type"
    NAME_TAKEN = "name_taken"
    ROOM_IN_USE = "room_in_use"
    WHOLE_IN_USE = "whole_in_use"
    PART_OF_ITSELF = "part_of_itself"
    PART_IS_WHOLE = "part_is_whole"
    OUR_OWN_ADDRESS = "our_own_address"
    ADDRESS_LINKED = "address_linked"
    ANOTHER_PLATFORM = "another_platform"
    ANOTHER_PERSON = "another_person"
    SEVERAL_PEOPLE = "several_people"
    LAST_ADMIN = "last_admin"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where (`line` from 1, `key` as `channel.link.room`), why, and what it is about."""

    line: int
    key: str
    why: Why
    facts: Mapping[str, object] = field(default_factory=dict)


class WrongSetup(Invalid):
    """The file cannot be used; nothing was written.

    Facts: `file`, the first fault's `line`, `key` and `why`, and all `faults` in the order of their lines.
    """

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        ordered = sorted(faults, key=lambda fault: fault.line)
        first = ordered[0]
        super().__init__(file=file, line=first.line, key=first.key, why=first.why, faults=ordered)
        self.file = file
        self.faults = ordered


class Unusable(Invalid):
    """One value cannot be used; becomes a `Fault` where its place is known. Facts as the `Fault`'s."""

    def __init__(self, why: Why, **facts: object) -> None:
        super().__init__(**facts)
        self.why = why
