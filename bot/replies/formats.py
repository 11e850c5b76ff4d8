"""How facts read in a language: rooms, stays, nights, days and times. Dates and plurals come from CLDR."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency

from bot.conversation.facts import Deed, Feed, Told
from bot.replies.words import wording
from core.channels.views import Knows
from core.properties.views import RoomView
from core.stays.views import StayView
from core.values.money import Money
from core.values.nights import Nights

MARK = "⟦"
"""Begins what the sending job replaces."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who is spoken to: language, the property's zone, and the instant."""

    language: str
    zone: str
    now: datetime

    def text(self, key: str, facts: Mapping[str, object]) -> str:
        """The wording of `key` with its facts filled in."""
        return _Filler(self).vformat(wording(self.language)[key], (), dict(facts))

    @property
    def today(self) -> date:
        """The local calendar day."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()


class _Filler(string.Formatter):
    """`{fact:part}`: the fact's type says which parts it has."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - string.Formatter's own type.
        if isinstance(value, Feed) and format_spec == "address":
            return feed_mark(value.link_id)
        # What people wrote must not pass for a mark, which would be replaced by an address they may not see.
        return self._read(value, format_spec).replace(MARK, "[")

    def _read(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - as above.
        voice = self._voice
        match value:
            case RoomView():
                return room(voice, value, format_spec)
            case StayView():
                return stay(voice, value, format_spec)
            case Told():
                return told(voice, value, format_spec)
            case Knows():
                return knows(voice, value, format_spec)
            case Deed():
                return deed(voice, value, format_spec)
            case Feed():
                return feed(value, format_spec)
            case Nights():
                return count_nights(voice, len(value)) if format_spec == "added" else nights(voice, value)
            case datetime():
                return moment(voice, value)
            case date():
                return day(voice, value)
            case str() if format_spec in ("language", "intent"):
                return voice.text(f"word.{format_spec}.{value}", {})
            case tuple() | list():
                return ", ".join(self.format_field(each, format_spec) for each in value)
            case _:
                return str(value)


def room(voice: Voice, view: RoomView, part: str) -> str:
    """`short`: "Room 3"; `small`: "room 3"; else with its type."""
    match part:
        case "short":
            return voice.text("word.room", {"name": view.name})
        case "small":
            name = voice.text("word.room", {"name": view.name})
            return name[:1].lower() + name[1:]
        case _:
            return voice.text("word.room_of_type", {"name": view.name, "type": view.type_name})


def stay(voice: Voice, view: StayView, part: str) -> str:
    """`room`, `who`, `nights`, `departure`, `details`, `small`, `story` (who holds it, since when, by whom)."""
    match part:
        case "room":
            return voice.text("word.room", {"name": view.room})
        case "number":
            return view.room
        case "nights":
            return nights(voice, view.nights)
        case "departure":
            return day(voice, view.departure)
        case "details":
            price = money(voice, view.price) if view.price else None
            return " · ".join(filter(None, (view.guest, view.phone, price, view.note)))
        case "small":
            return f"{view.room}: {view.guest or day(voice, view.arrival)}"
        case "from":
            return f"{view.room}: {day(voice, view.arrival)}"
        case "whom":
            return view.guest or voice.text(f"word.whom.{view.reason}", {})
        case "story":
            made = f"{view.made_by}, {moment(voice, view.made_at)}" if view.made_by else moment(voice, view.made_at)
            reason = voice.text(f"word.{view.reason}", {})
            return " · ".join(filter(None, (reason, view.guest, view.note, made)))
        case _:
            return view.guest or voice.text(f"word.{view.reason}", {})


def told(voice: Voice, view: Told, part: str) -> str:
    """The parts of a receipt."""
    match part:
        case "room_type":
            return voice.text("word.room_of_type", {"name": view.stay.room, "type": view.type_name})
        case "verb":
            return voice.text(f"word.verb.{view.stay.reason}", {})
        case "before_room":
            return view.before_room or ""
        case _:
            return stay(voice, view.stay, part)


def knows(voice: Voice, view: Knows, part: str) -> str:
    """A channel's name, its usual hours, or when it last read."""
    match part:
        case "hours":
            return str(view.platform.usual_read_hours or "?")
        case "time":
            return moment(voice, view.read_at) if view.read_at else "?"
        case _:
            return view.platform.name


def deed(voice: Voice, view: Deed, part: str) -> str:
    """The parts of "who did that?"."""
    match part:
        case "when":
            return moment(voice, view.at)
        case "person":
            person = view.person or voice.text("word.somebody", {})
            if view.transport is None:
                return person
            return voice.text("deed.by", {"person": person, "transport": voice.text(f"word.{view.transport}", {})})
        case "nights":
            return nights(voice, Nights(view.arrival, view.departure))
        case "undone":
            if view.undone_at is None:
                return ""
            person = view.undone_by or voice.text("word.somebody", {})
            return voice.text("deed.undone", {"person": person, "at": view.undone_at})
        case _:
            return voice.text("word.room", {"name": view.room})


def feed(view: Feed, part: str) -> str:
    """The platform, or the room."""
    return view.room if part == "room" else view.platform


def feed_mark(link_id: int) -> str:
    """What stands for the feed address of a link until it is sent, so that none lies readable in the database."""
    return f"{MARK}feed:{link_id}⟧"


def nights(voice: Voice, value: Nights) -> str:
    """As "Fri 20 → Sat 21 Nov · 1 night"; the year is named when it is not this one."""
    locale = Locale.parse(voice.language)
    same = (value.arrival.year, value.arrival.month) == (value.departure.year, value.departure.month)
    first = format_date(value.arrival, "EEE d" if same else "EEE d MMM", locale=locale)
    if value.arrival.year != voice.today.year and not same:
        first += f" {value.arrival.year}"
    return f"{first} → {day(voice, value.departure)} · {count_nights(voice, len(value))}"


def day(voice: Voice, value: date) -> str:
    """As "Fri 20 Nov"; the year is named when it is not this one."""
    pattern = "EEE d MMM" if value.year == voice.today.year else "EEE d MMM y"
    return format_date(value, pattern, locale=Locale.parse(voice.language))


def count_nights(voice: Voice, count: int) -> str:
    """As "1 night" or "3 nights"."""
    form = Locale.parse(voice.language).plural_form(count)
    words = wording(voice.language)
    key = f"word.nights.{form}"
    return voice.text(key if key in words else "word.nights.other", {"count": count})


def money(voice: Voice, value: Money) -> str:
    """An amount as the language writes it, with the currency's own digits."""
    return format_currency(value.amount, value.currency, "¤¤ #,##0.##", Locale.parse(voice.language))


def moment(voice: Voice, at: datetime) -> str:
    """As "14:02" today, "Thu 19 Nov 14:02" on another day, in the property's zone."""
    local = at.astimezone(ZoneInfo(voice.zone))
    clock = f"{local:%H:%M}"
    return clock if local.date() == voice.today else f"{day(voice, local.date())} {clock}"
