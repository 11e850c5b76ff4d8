"""From what was said about dates to nights (R29, R30). Pure."""

from datetime import date, timedelta

from bot.conversation.drafts import Draft
from core.values.nights import ONE_NIGHT, Nights


def nights_of(draft: Draft, today: date, *, from_today: bool = False) -> Nights | None:
    """The nights a draft means; None when its dates do not say. A named end day is the check-out day.

    Without a start, `from_today` (walk-ins, out of order) begins tonight. A start alone is one night.
    """
    start = draft.start
    if start is None and (from_today or draft.nights is not None or draft.end is not None):
        start = today
    if start is None:
        return None
    departure = until(draft)
    if departure is None:
        departure = start + timedelta(days=draft.nights or 1)
    return Nights(start, departure) if departure > start else None


def until(draft: Draft) -> date | None:
    """The check-out day that the named end means."""
    if draft.end is None:
        return None
    return draft.end + ONE_NIGHT if draft.end_is_last_night else draft.end


def start_was_guessed(draft: Draft) -> bool:
    """Whether "3 nights" was said without a first night: tonight is likely, but it is a guess."""
    return draft.start is None and draft.end is None and draft.nights is not None
