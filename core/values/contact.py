"""Phone numbers in the one form we keep: E.164."""

import phonenumbers
from babel.core import get_global

from core.errors import Invalid


class NotAPhone(Invalid):
    """The text is no valid phone number of its region."""


def e164(text: str, region: str | None = None) -> str:
    """`text` as `+254712345678`; `region` (ISO 3166) reads national numbers. Raises `NotAPhone`."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise NotAPhone(text=text) from None
    if not phonenumbers.is_possible_number(number):
        raise NotAPhone(text=text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def region_of(zone: str) -> str | None:
    """The territory (ISO 3166) in which an IANA zone lies, from CLDR: its phone numbers may be written nationally."""
    found: str | None = get_global("zone_territories").get(zone)
    return found
