"""What a message can mean: the intents, the closed world it is read in, and the reading itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum


class Intent(StrEnum):
    """Everything staff can ask for in chat; the values are the words lexicons use as keys."""

    BLOCK = "block"
    WALK_IN = "walk_in"
    UNBLOCK = "unblock"
    EXTEND = "extend"
    SHORTEN = "shorten"
    MOVE = "move"
    AVAILABILITY = "availability"
    ARRIVALS = "arrivals"
    DEPARTURES = "departures"
    IN_HOUSE = "in_house"
    CONFLICTS = "conflicts"
    FEED_LINK = "feed_link"
    UNDO = "undo"
    WHO_DID = "who_did"
    HELP = "help"
    LANGUAGE = "language"
    HOLD = "hold"
    ADD_BOOKING = "add_booking"
    BOOK = "book"
    CANCEL = "cancel"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    NO_SHOW = "no_show"
    CALENDAR = "calendar"
    CHECKLISTS = "checklists"
    SYNC_STATUS = "sync_status"
    SYNC_NOW = "sync_now"
    SYNC_EVERY = "sync_every"
    SYNC_LOG = "sync_log"
    PAUSE = "pause"
    RESUME = "resume"
    CONNECT = "connect"
    RATES = "rates"
    SET_RATE = "set_rate"
    STOP_SELL = "stop_sell"
    START_SELL = "start_sell"
    ROOM_CLEAN = "room_clean"
    ROOM_DIRTY = "room_dirty"
    REPORT = "report"
    STAFF = "staff"
    QUIET_HOURS = "quiet_hours"
    BACKUP = "backup"
    STATUS = "status"
    DASHBOARD = "dashboard"


ROOM_WRITES = frozenset(
    {
        Intent.BLOCK,
        Intent.WALK_IN,
        Intent.UNBLOCK,
        Intent.EXTEND,
        Intent.SHORTEN,
        Intent.MOVE,
        Intent.HOLD,
        Intent.ADD_BOOKING,
        Intent.BOOK,
        Intent.CANCEL,
        Intent.CHECK_IN,
        Intent.CHECK_OUT,
        Intent.NO_SHOW,
        Intent.STOP_SELL,
        Intent.ROOM_CLEAN,
        Intent.ROOM_DIRTY,
    }
)
"""Intents that change something about a room: these need every word explained."""

WRITES = ROOM_WRITES | {
    Intent.UNDO,
    Intent.SYNC_NOW,
    Intent.SYNC_EVERY,
    Intent.PAUSE,
    Intent.RESUME,
    Intent.CONNECT,
    Intent.SET_RATE,
    Intent.START_SELL,
    Intent.STAFF,
    Intent.BACKUP,
}
"""Every intent that changes something."""

CALENDARS = frozenset(
    {
        Intent.SYNC_STATUS,
        Intent.SYNC_NOW,
        Intent.SYNC_EVERY,
        Intent.SYNC_LOG,
        Intent.PAUSE,
        Intent.RESUME,
        Intent.CONNECT,
    }
)
"""Intents about the calendars we read; they have no nights."""


OF_TYPES = frozenset({Intent.RATES, Intent.SET_RATE, Intent.STOP_SELL, Intent.START_SELL})
"""Intents about what room types cost and whether they are sold."""


class Answer(StrEnum):
    """Words that answer a question instead of asking for something."""

    YES = "yes"
    NO = "no"
    BACK = "back"
    MENU = "menu"
    REPEAT = "repeat"
    LATER = "later"


class Reason(StrEnum):
    """Why a room is blocked, with the same values as the reasons of a stay."""

    WALK_IN = "walk_in"
    MAINTENANCE = "maintenance"
    OWNER = "owner"


class DoubtKind(StrEnum):
    """Why nothing may be done on a text alone."""

    NEGATED = "negated"
    EITHER_OR = "either_or"
    QUESTION = "question"
    TWO_VERBS = "two_verbs"
    UNKNOWN_ROOM = "unknown_room"
    ROOM_COUNT = "room_count"
    AMBIGUOUS_ROOM = "ambiguous_room"
    PAST_DATE = "past_date"
    REVERSED_RANGE = "reversed_range"
    AMBIGUOUS_DATE = "ambiguous_date"
    NO_SUCH_DATE = "no_such_date"
    SEVERAL_DATES = "several_dates"
    NIGHTS_DIFFER = "nights_differ"
    DATES_IN_NOTE = "dates_in_note"
    UNEXPLAINED = "unexplained"


OF_NIGHTS = frozenset(
    {
        DoubtKind.PAST_DATE, DoubtKind.REVERSED_RANGE, DoubtKind.AMBIGUOUS_DATE, DoubtKind.NO_SUCH_DATE,
        DoubtKind.SEVERAL_DATES, DoubtKind.NIGHTS_DIFFER, DoubtKind.DATES_IN_NOTE,
    }
)  # fmt: skip
"""Doubts about which nights are meant."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason to ask first; `words` are the words of the message it is about ("" = the whole)."""

    kind: DoubtKind
    words: str


@dataclass(frozen=True, slots=True)
class Hotel:
    """The closed world one message is read in.

    `rooms` are names as the property writes them, `aliases` other names for them. `today` is the business day
    (R29) that "tonight" means; `calendar_day` the local wall-clock date. `weekend_nights` are weekdays, Monday 0.
    """

    rooms: tuple[str, ...]
    aliases: Mapping[str, str]
    today: date
    calendar_day: date
    currency: str = "KES"
    region: str = "KE"
    day_first: bool = True
    platforms: tuple[str, ...] = ("airbnb", "booking_com", "vrbo", "agoda", "expedia", "gommt", "generic")
    weekend_nights: tuple[int, ...] = (4, 5)
    types: Mapping[str, str] = field(default_factory=dict)
    """Room types: what each may be called, with its code."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message says, slot by slot; a slot nobody filled is None or empty.

    `start` and `end` are local dates as named: `end` is the check-out day (R30) unless `end_is_last_night`.
    `phone` is E.164, `number` a bare number that may pick a choice or name a room, `answer` is set when the
    text is such a word, alone or before slots ("no, room 4"). `language` is the one most words belong to.
    """

    text: str
    language: str | None = None
    intent: Intent | None = None
    rooms: tuple[str, ...] = ()
    to_room: str | None = None
    start: date | None = None
    end: date | None = None
    end_is_last_night: bool = False
    nights: int | None = None
    guest: str | None = None
    phone: str | None = None
    price: Decimal | None = None
    currency: str | None = None
    note: str | None = None
    reason: str | None = None
    platform: str | None = None
    reference: str | None = None
    said_language: str | None = None
    number: int | None = None
    answer: Answer | None = None
    hour: time | None = None
    every: int | None = None
    """Seconds between two reads."""
    types: tuple[str, ...] = ()
    """Room types by code, named only where prices, selling or calendars are spoken of."""
    every_type: bool = False
    url: str | None = field(default=None, repr=False)
    doubts: tuple[Doubt, ...] = ()
    asks: bool = False
    """Whether it is put as a question, whatever it is about."""

    def acts(self) -> bool:
        """Whether this alone asks for a change to known rooms; missing dates do not matter here."""
        return self.intent in ROOM_WRITES and bool(self.rooms) and not self.doubts
