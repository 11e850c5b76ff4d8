"""How facts read in a language: rooms, stays, nights, days and times. Dates and plurals come from CLDR."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency

from bot.conversation.facts import Deed, Feed, Told
from bot.conversation.says import Line
from bot.replies import bookings
from bot.replies.voices import Voice, reads
from bot.replies.words import wording
from core.channels.views import Knows, Linked
from core.platforms.registry import PLATFORMS
from core.properties.views import RoomView
from core.stays.reasons import StayState
from core.stays.views import StayView
from core.values.money import Money
from core.values.nights import Nights


@reads(Line)
def line(voice: Voice, value: Line, _part: str) -> str:
    """A line inside another."""
    return voice.text(value.key, value.facts)


@reads(str)
def name(voice: Voice, value: str, part: str) -> str:
    """`language`, `intent`, `platform`: a code's name; `trouble`, `remedy`: of a calendar; else as it is."""
    match part:
        case "language" | "intent":
            return voice.text(f"word.{part}.{value}", {})
        case "platform":
            return PLATFORMS[value].name
        case "trouble" | "remedy":
            return trouble(voice, value, part)
        case _:
            return value


def trouble(voice: Voice, kind: str, part: str) -> str:
    """What is wrong with a calendar (`trouble`) or what to do about it (`remedy`); "other" for what has no words."""
    known = f"{part}.{kind}" in wording(voice.language)
    return voice.text(f"{part}.{kind}" if known else f"{part}.other", {})


@reads(RoomView)
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


@reads(StayView)
def stay(voice: Voice, view: StayView, part: str) -> str:
    """`room`, `who`, `nights`, `departure`, `details`, `small`, `story` (who holds it, since when, by whom).

    `kind`: the type it was sold as, if it was; `sold`: with the room that it has now.
    """
    match part:
        case _ if bookings.names(view, part):
            return bookings.told(voice, view, part)
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
        case "kind" | "sold":
            return sold_as(voice, view, part)
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


def sold_as(voice: Voice, view: StayView, part: str) -> str:
    """As " (booked as Double, now in room 3)", behind the name of what was sold as any room of a type; else nothing."""
    if view.sold_as is None:
        return ""
    has_room = part == "sold" and view.state == StayState.HOLDING
    room_now = voice.text("word.room", {"name": view.room})
    room_now = room_now[:1].lower() + room_now[1:]
    return voice.text("word.sold_as_now" if has_room else "word.sold_as", {"type": view.sold_as, "room": room_now})


@reads(Told)
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


@reads(Knows)
def knows(voice: Voice, view: Knows, part: str) -> str:
    """A channel's name, its usual hours, or when it last read."""
    match part:
        case "hours":
            return str(view.platform.usual_read_hours or "?")
        case "time":
            return moment(voice, view.read_at) if view.read_at else "?"
        case "type":
            return view.type_name or "?"
        case "left":
            return str(view.left)
        case _:
            return view.platform.name


@reads(Deed)
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


@reads(Feed)
def feed(voice: Voice, view: Feed, part: str) -> str:
    """The platform, or what it is the feed of."""
    match part:
        case "linked":
            return linked(voice, view.linked, "" if view.room is not None else "small")
        case "small":
            return linked(voice, view.linked, part)
        case "room":
            return view.room or ""
        case _:
            return view.platform


@reads(Linked)
def linked(voice: Voice, view: Linked, part: str) -> str:
    """As "Room 3" or "All rooms of type Double"; `small`: as it goes on behind a comma."""
    if view.room is not None:
        said = voice.text("word.room", {"name": view.room})
    else:
        said = voice.text("word.all_of_type", {"type": view.type_name or view.type or "?"})
    return said[:1].lower() + said[1:] if part == "small" else said


@reads(Nights)
def nights(voice: Voice, value: Nights, part: str = "") -> str:
    """As "Fri 20 → Sat 21 Nov · 1 night", the year named when it is not this one; `added`: only their number."""
    if part == "added":
        return count_nights(voice, len(value))
    locale = Locale.parse(voice.language)
    same = (value.arrival.year, value.arrival.month) == (value.departure.year, value.departure.month)
    first = format_date(value.arrival, "EEE d" if same else "EEE d MMM", locale=locale)
    if value.arrival.year != voice.today.year and not same:
        first += f" {value.arrival.year}"
    return f"{first} → {day(voice, value.departure)} · {count_nights(voice, len(value))}"


@reads(date)
def day(voice: Voice, value: date, _part: str = "") -> str:
    """As "Fri 20 Nov"; the year is named when it is not this one."""
    pattern = "EEE d MMM" if value.year == voice.today.year else "EEE d MMM y"
    return format_date(value, pattern, locale=Locale.parse(voice.language))


def count_nights(voice: Voice, count: int) -> str:
    """As "1 night" or "3 nights"."""
    form = Locale.parse(voice.language).plural_form(count)
    words = wording(voice.language)
    key = f"word.nights.{form}"
    return voice.text(key if key in words else "word.nights.other", {"count": count})


@reads(Money)
def money(voice: Voice, value: Money, _part: str = "") -> str:
    """An amount as the language writes it, with the currency's own digits."""
    return format_currency(value.amount, value.currency, "¤¤ #,##0.##", Locale.parse(voice.language))


@reads(datetime)
def moment(voice: Voice, at: datetime, _part: str = "") -> str:
    """As "14:02" today, "Thu 19 Nov 14:02" on another day, in the property's zone."""
    local = at.astimezone(ZoneInfo(voice.zone))
    clock = f"{local:%H:%M}"
    return clock if local.date() == voice.today else f"{day(voice, local.date())} {clock}"
