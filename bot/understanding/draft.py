"""The reading while it grows: what the parts of the grammar have found so far."""

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from bot.understanding.items import Item
from bot.understanding.points import Order
from bot.understanding.reading import CALENDARS, OF_TYPES, Answer, Doubt, DoubtKind, Hotel, Intent


@dataclass(frozen=True, slots=True)
class World:
    """What holds for the whole message before its parts are read."""

    hotel: Hotel
    biggest_room: int
    intents: frozenset[Intent]
    room_named: bool

    @property
    def order(self) -> Order:
        """How the property writes dates."""
        return Order.DAY_FIRST if self.hotel.day_first else Order.MONTH_FIRST

    @property
    def moves(self) -> bool:
        """Whether bare numbers can only be rooms."""
        return Intent.MOVE in self.intents

    @property
    def reads_calendars(self) -> bool:
        """Whether the message is about the calendars we read, and about nothing else."""
        return bool(self.intents & CALENDARS) and self.intents <= CALENDARS | {Intent.CALENDAR, Intent.FEED_LINK}

    @property
    def may_name_types(self) -> bool:
        """Whether words may be room types: about prices, selling or calendars, or where nothing is asked for."""
        return self.intents <= OF_TYPES or self.intents <= CALENDARS | {Intent.CALENDAR, Intent.FEED_LINK}

    @property
    def changes_end(self) -> bool:
        """Whether a single date is where a stay will end."""
        return bool(self.intents & {Intent.EXTEND, Intent.SHORTEN})


@dataclass(frozen=True, slots=True)
class FreeRun:
    """Unknown words in a row, and what stood beside them."""

    items: list[Item]
    after_for: bool
    after_verb: bool
    after_day: bool
    beside_number: bool


@dataclass(slots=True)
class Draft:
    """Slots found so far, in the order in which they were said."""

    intents: list[tuple[str, ...]] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    to_rooms: list[str] = field(default_factory=list)
    bare: list[list[Item]] = field(default_factory=list)
    starts: list[tuple[date, str]] = field(default_factory=list)
    ends: list[tuple[date, str]] = field(default_factory=list)
    last_night: bool = False
    nights: list[int] = field(default_factory=list)
    prices: list[tuple[Decimal, str | None]] = field(default_factory=list)
    hours: list[time] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    platforms: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    reference: str | None = None
    every: list[int] = field(default_factory=list)
    now: bool = False
    pasted: bool = False
    types: list[str] = field(default_factory=list)
    every_type: bool = False
    guest: str | None = None
    open_day: int | None = None
    picks: list[int] = field(default_factory=list)
    free: list[FreeRun] = field(default_factory=list)
    stray: str | None = None
    negated: str | None = None
    either: str | None = None
    asked: str | None = None
    doubts: list[Doubt] = field(default_factory=list)

    def doubt(self, kind: DoubtKind, words: str) -> None:
        """Remember, once, why this must be asked about."""
        found = Doubt(kind, words)
        if found not in self.doubts:
            self.doubts.append(found)
