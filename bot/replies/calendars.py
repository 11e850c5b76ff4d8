"""How the reading of calendars reads: links and their state, looks, and what commands about them did."""

from datetime import datetime, timedelta

from babel import Locale
from babel.dates import format_timedelta
from babel.units import format_unit

from bot.conversation.calendars import CalendarTold, Look
from bot.replies import formats
from bot.replies.voices import Voice, reads
from bot.replies.words import wording
from core.channels.views import Linked
from core.imports.views import LinkHealth
from core.platforms.registry import PLATFORMS

HOUR, MINUTE = 3600, 60


@reads(LinkHealth)
def link(voice: Voice, view: LinkHealth, part: str) -> str:
    """`name` ("Airbnb · room 3"), `platform`, `good`, `since`, `read`, `bookings`, `trouble`, `remedy`."""
    match part:
        case "platform":
            return PLATFORMS[view.platform].name
        case "good":
            return ago(voice, view.good_at) if view.good_at else "?"
        case "since":
            return formats.moment(voice, view.good_at) if view.good_at else "?"
        case "read":
            return formats.moment(voice, view.read_at) if view.read_at else "?"
        case "bookings":
            return count_bookings(voice, view.bookings)
        case "trouble" | "remedy":
            return formats.trouble(voice, view.trouble or "untried", part)
        case _:
            return _name(voice, view.platform, view.linked)


@reads(Look)
def look(voice: Voice, view: Look, part: str) -> str:
    """`name`, `when` ("21:10" or "20:40 – 21:10"), `trouble` (with the status), `times`, and the counts."""
    match part:
        case "when":
            first, last = formats.moment(voice, view.first_at), formats.moment(voice, view.last_at)
            return last if first == last else f"{first} – {last}"
        case "times":
            return f" ×{view.times}" if view.times > 1 else ""
        case "trouble":
            said = formats.trouble(voice, view.trouble or "other", "trouble")
            return f"{said} (HTTP {view.status})" if view.status else said
        case "counts":
            return f"+{view.appeared} ~{view.changed} −{view.gone}"
        case _:
            return _name(voice, view.platform, view.linked)


@reads(CalendarTold)
def told(voice: Voice, view: CalendarTold, part: str) -> str:
    """`platform`, `rooms` ("Room 3, Room 4", "all rooms of type Double"), `bookings`, `span`."""
    match part:
        case "platform":
            return PLATFORMS[view.platform].name if view.platform else voice.text("word.all_platforms", {})
        case "bookings":
            return count_bookings(voice, view.count)
        case "span":
            return span(voice, view.seconds)
        case _:
            return ", ".join(formats.linked(voice, one, "" if one.room else "small") for one in view.linked)


@reads(int)
def number(voice: Voice, value: int, part: str) -> str:
    """`span`: seconds; `bookings`: so many; else the number."""
    match part:
        case "span":
            return span(voice, value)
        case "bookings":
            return count_bookings(voice, value)
        case _:
            return str(value)


def span(voice: Voice, seconds: int) -> str:
    """As "15 minutes" or "2 hours"."""
    hours, left = divmod(seconds, HOUR)
    locale = Locale.parse(voice.language)
    if hours and not left:
        return format_unit(hours, "duration-hour", "long", locale=locale)
    return format_unit(seconds // MINUTE, "duration-minute", "long", locale=locale)


def ago(voice: Voice, at: datetime) -> str:
    """As "12 min ago", or "just now"."""
    if voice.now - at < timedelta(seconds=MINUTE):
        return voice.text("word.just_now", {})
    said = format_timedelta(at - voice.now, add_direction=True, format="short", locale=Locale.parse(voice.language))
    # CLDR closes some abbreviations with a stop, which reads like the end of the line.
    return said.replace(". ", " ")


def count_bookings(voice: Voice, count: int) -> str:
    """As "1 booking" or "7 bookings"."""
    form = Locale.parse(voice.language).plural_form(count)
    key = f"word.bookings.{form}"
    return voice.text(key if key in wording(voice.language) else "word.bookings.other", {"count": count})


def _name(voice: Voice, platform: str, linked: Linked) -> str:
    return f"{PLATFORMS[platform].name} · {formats.linked(voice, linked, 'small')}"
