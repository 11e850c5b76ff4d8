"""The demo's OTA: it knows one address and nothing of Dauda, only HTTP and icalendar."""

from dataclasses import dataclass
from datetime import date, timedelta

import httpx
import icalendar

AGENT = "Demo-OTA/1.0"


@dataclass(frozen=True, slots=True)
class Look:
    """What one read of the calendar brought."""

    status: int
    busy: frozenset[date]
    event: str
    """The first event as it stands in the calendar."""


class DemoOta:
    """Polls a calendar as an OTA does, and believes what it reads."""

    def __init__(self, address: str) -> None:
        self.address = address

    def read(self) -> Look:
        """Fetch and read the calendar."""
        answer = httpx.get(self.address, headers={"User-Agent": AGENT}, timeout=10)
        if answer.status_code != httpx.codes.OK:
            return Look(answer.status_code, frozenset(), "")
        busy: set[date] = set()
        text = answer.text.replace("\r\n", "\n")
        calendar = icalendar.Calendar.from_ical(answer.content)
        for event in calendar.events:
            nights = (event.end - event.start).days
            busy |= {event.start + timedelta(days=n) for n in range(nights)}
        begin, end = text.find("BEGIN:VEVENT"), text.find("END:VEVENT")
        return Look(answer.status_code, frozenset(busy), text[begin : end + len("END:VEVENT")])
