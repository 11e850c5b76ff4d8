"""The values of a setup file, read one by one; the file and the questions share them."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar
from zoneinfo import available_timezones

from babel.numbers import list_currencies

from core.channels import addresses
from core.channels.errors import NoCalendarAddress
from core.platforms.base import LEAST_INTERVAL, MOST_INTERVAL
from core.platforms.registry import PLATFORMS
from core.setup.document import LANGUAGES, nearest
from core.setup.errors import Unusable, Why
from core.values.contact import NotAPhone, e164
from core.values.money import Money, NotMoney
from core.values.weekdays import NotAWeekday, weekdays

MOST_RATE = Decimal(10) ** 11
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_INTERVAL = re.compile(r"(\d{1,6})\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(?:\.[^@\s,;<>\".]+)+")
_TELEGRAM = re.compile(r"[1-9]\d{0,18}")
_Named = TypeVar("_Named", bound=StrEnum)


def code(text: str) -> str:
    """Letters, digits, `-` and `_`: what can be typed behind `--property`."""
    if not _CODE.fullmatch(text):
        raise Unusable(Why.NO_CODE, value=text)
    return text


def zone(text: str) -> str:
    """The name of an IANA time zone."""
    known = available_timezones()
    if text not in known:
        raise Unusable(Why.NO_ZONE, value=text, nearest=nearest(text, sorted(known)))
    return text


def currency(text: str) -> str:
    """An ISO 4217 code; small letters will do."""
    if text.upper() not in list_currencies():
        raise Unusable(Why.NO_CURRENCY, value=text)
    return text.upper()


def language(text: str) -> str:
    """A language the bot writes."""
    return one_of(text, LANGUAGES)


def choice(text: str, kind: type[_Named]) -> _Named:
    """A member of a closed list."""
    return kind(one_of(text, [str(one) for one in kind]))


def one_of(text: str, known: Iterable[str]) -> str:
    """`text`, which must be one of `known`."""
    names = list(known)
    if text not in names:
        raise Unusable(Why.NOT_ONE_OF, value=text, known=names, nearest=nearest(text, names))
    return text


def phone(text: str) -> str:
    """A phone with its country's prefix, as E.164."""
    try:
        return e164(text.removeprefix("whatsapp:"))
    except NotAPhone:
        raise Unusable(Why.NO_PHONE) from None


def telegram(value: str | int) -> str:
    """The number of a Telegram user."""
    text = str(value).strip()
    if not _TELEGRAM.fullmatch(text):
        raise Unusable(Why.NO_TELEGRAM)
    return text


def email(text: str) -> str:
    """An e-mail address; letter case does not distinguish people."""
    if not _EMAIL.fullmatch(text):
        raise Unusable(Why.NO_EMAIL)
    return text.lower()


def rate(text: str, in_currency: str) -> Decimal:
    """A price of one night in the property's currency, rounded to its digits."""
    try:
        amount = Money.of(text, in_currency).amount
    except NotMoney:
        raise Unusable(Why.NO_RATE, value=text) from None
    if amount >= MOST_RATE:
        raise Unusable(Why.NO_RATE, value=text)
    return amount


def change_of_rate(value: str | int) -> Decimal:
    """By how much a price is raised or, negative, lowered: a percentage above -100, or an amount."""
    try:
        change = Decimal(str(value).strip().removesuffix("%").strip())
    except InvalidOperation:
        raise Unusable(Why.NO_CHANGE_OF_RATE, value=value) from None
    if not change.is_finite() or abs(change) >= MOST_RATE:
        raise Unusable(Why.NO_CHANGE_OF_RATE, value=value)
    return change


def day(text: str) -> date:
    """A date as `2026-12-24`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unusable(Why.NO_DAY, value=text) from None


def weekend(names: Iterable[str]) -> tuple[int, ...]:
    """Weekdays by name, Monday 0."""
    try:
        return tuple(sorted(weekdays(names)))
    except NotAWeekday as error:
        raise Unusable(Why.NO_WEEKDAY, value=error.facts["value"]) from None


def interval(text: str) -> int:
    """`30m`, `2h` in seconds; five minutes to a day."""
    found = _INTERVAL.fullmatch(text.strip().lower())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not LEAST_INTERVAL <= seconds <= MOST_INTERVAL:
        raise Unusable(Why.NO_INTERVAL, value=text)
    return seconds


def frees_unanswered(text: str) -> bool:
    """What becomes of bookings that vanished in a mass when nobody answers: `free` them or `keep` them (R13)."""
    return one_of(text, ("free", "keep")) == "free"


def preference(text: str) -> str:
    """Whom the advice on a conflict favours: `first`, `direct`, or a platform."""
    return one_of(text, ("first", "direct", *PLATFORMS))


def calendar_address(text: str) -> str:
    """The http(s) address of a calendar; `webcal:` means https."""
    try:
        return addresses.calendar_address(text)
    except NoCalendarAddress:
        raise Unusable(Why.NO_ADDRESS) from None
