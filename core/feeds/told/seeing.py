"""From the events of a calendar to what the importer compares."""

from collections.abc import Iterable

from core.feeds.reading.snapshot import Event
from core.feeds.told.values import Seen
from core.platforms.dialect import Dialect
from core.values.nights import Nights


def seen(events: Iterable[Event], dialect: Dialect) -> list[Seen]:
    """The events that take nights and are not our own come back; codes only where the platform has them."""
    return [
        Seen(Nights(event.start, event.end), event.uid, event.code if dialect.code else None, event.summary)
        for event in events
        if event.takes_nights and not event.ours
    ]
