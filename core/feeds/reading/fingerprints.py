"""Recognising a calendar that says what it said before."""

import hashlib
import re

from core.feeds.reading.text import MARK, decoded, unfolded

_STAMPS = re.compile(r"\n(?:DTSTAMP|PRODID)[;:][^\n]*")
_BEGIN, _END = "\nBEGIN:VEVENT\n", "\nEND:VEVENT"


def fingerprint(body: bytes) -> str:
    """SHA-256 (hex) of what `body` says, whatever the bytes.

    Two bodies with one fingerprint read alike, for the same `Options`. DTSTAMP, which platforms set to the time of the
    fetch, PRODID, line ends and folding do not count, nor does the order of events: no event is read by its place.
    """
    text = _STAMPS.sub("", unfolded(decoded(body)))
    rest, *chunks = text.split(_BEGIN)
    events: list[str] = []
    others = [rest]
    for chunk in chunks:
        event, end, after = chunk.partition(_END)
        if end and after[:1] in {"", "\n"} and not _holds_others(event):
            events.append(event)
            if after:
                others.append(after)
        else:
            # An event that holds others, or has no end, stays where it is.
            others.append(chunk)
    # No text holds the sign that keeps the parts apart.
    said = "\0".join([*others, "\0", *sorted(events)])
    return hashlib.sha256(said.encode()).hexdigest()


def _holds_others(event: str) -> bool:
    lowered = event.lower()
    # A cheap question first: DTEND has no colon behind it in most calendars.
    return ("begin:" in lowered or "end:" in lowered) and MARK.search(f"\n{event}") is not None
