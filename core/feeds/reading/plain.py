"""The quick way for the events that platforms write: whole days, one line a property, nothing unusual.

It answers only where `lenient` would answer the same, which the tests prove on every sample; at the first oddity it
says nothing at all.
"""

import re
from datetime import date

from core.feeds.reading.snapshot import Event, Options, Status
from core.feeds.reading.text import MOST_OF_A_LINE
from core.values.nights import ONE_NIGHT

_START, _END = "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE"
_READ = {_START, _END, "UID", "SUMMARY", "DESCRIPTION", "STATUS", "TRANSP", "SEQUENCE"}
_PASSED_OVER = {"DTSTAMP", "CREATED", "LAST-MODIFIED", "ORGANIZER", "LOCATION", "CLASS", "PRIORITY", "URL"}
_KNOWN = frozenset(_READ | _PASSED_OVER)
_STATUS = {status.name: status for status in Status} | {None: Status.CONFIRMED}
_TRANSPARENT = {"TRANSPARENT": True, "OPAQUE": False, None: False}
# What must not precede it is asked after the first letters are found, which is quicker.
_CODE = re.compile(r"HM(?<![0-9A-Z]HM)[0-9A-Z]{8}(?![0-9A-Z])")


def read(block: str, options: Options) -> Event | None:
    """The event of `block` (its unfolded lines), or None: ask the lenient reader."""
    if len(block) > MOST_OF_A_LINE:
        return None
    lines = [line.split(":", 1) for line in block.split("\n")]
    try:
        # A line without a colon is no pair, which is a ValueError too.
        said: dict[str, str] = dict(lines)
        if len(said) < len(lines) or not said.keys() <= _KNOWN:
            return None
        start, end = _day(said[_START]), _day(said[_END])
        uid, summary, description = said["UID"], said["SUMMARY"], said.get("DESCRIPTION", "")
        status, transparent = _STATUS[said.get("STATUS")], _TRANSPARENT[said.get("TRANSP")]
        sequence = _count(said.get("SEQUENCE", "0"))
        if options.inclusive_end:
            end += ONE_NIGHT
    except (KeyError, ValueError, OverflowError):
        return None
    # An escaped line break before a code would hide it; other escapes change what a text says.
    if (
        end <= start
        or "\\" in summary
        or "\\" in uid
        or "\\N" in description
        or not (uid and uid == uid.strip() and summary == summary.strip())
    ):
        return None
    code = code_in(description, summary)
    return Event(uid, start, end, summary, code, status, transparent, sequence, raw=block)


def code_in(*texts: str) -> str | None:
    """The first reservation code in `texts`: Airbnb's HM and eight letters or digits."""
    for text in texts:
        if found := _CODE.search(text):
            return found[0]
    return None


def _day(value: str) -> date:
    # fromisoformat alone would take a week ("2026W471") too.
    if len(value) != len("20261120") or not (value.isascii() and value.isdecimal()):
        raise ValueError
    return date.fromisoformat(value)


def _count(value: str) -> int:
    if len(value) > len("999999999") or not (value.isascii() and value.isdecimal()):
        raise ValueError
    return int(value)
