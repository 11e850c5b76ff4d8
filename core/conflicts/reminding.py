"""When people are reminded of a case nobody has decided, and who: everybody first, then the admins. Pure."""

from datetime import datetime, timedelta

from core.conflicts.views import Severity
from core.staff.roles import Role

_URGENT = (timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20))
_USUAL = (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2))
_URGENT_LATER, _USUAL_LATER = timedelta(minutes=15), timedelta(hours=1)
_URGENT_AGAIN, _USUAL_AGAIN = timedelta(hours=1), timedelta(hours=24)
TASK_FIRST = timedelta(hours=2)
TASK_AGAIN = timedelta(hours=24)


def first_at(severity: Severity, opened_at: datetime) -> datetime:
    """When people are first reminded of a case: after five minutes where it is critical, else after ten."""
    return opened_at + _steps(severity)[0]


def next_at(severity: Severity, reminded: int, now: datetime) -> datetime:
    """When the next reminder is due after the `reminded`-th was sent at `now`.

    Critical: 5, 10 and 20 minutes after the opening, then every hour; else 10 minutes, 30 minutes and 2 hours after
    it, then every day.
    """
    steps = _steps(severity)
    if reminded < len(steps):
        return now + steps[reminded] - steps[reminded - 1]
    return now + (_URGENT_AGAIN if severity is Severity.CRITICAL else _USUAL_AGAIN)


def put_off(severity: Severity, now: datetime) -> datetime:
    """When a case is asked about again that somebody put off at `now`."""
    return now + (_URGENT_LATER if severity is Severity.CRITICAL else _USUAL_LATER)


def audience(severity: Severity, reminded: int) -> Role:
    """The least role that gets the next reminder after `reminded` were sent: from the fourth on the admins alone."""
    return Role.STAFF if reminded < len(_steps(severity)) else Role.PROPERTY_ADMIN


def task_is_due(made_at: datetime, told_at: datetime | None, now: datetime) -> bool:
    """Whether people are reminded of a task that a decision left: two hours after it was made, then every day."""
    return now >= (made_at + TASK_FIRST if told_at is None else told_at + TASK_AGAIN)


def _steps(severity: Severity) -> tuple[timedelta, ...]:
    return _URGENT if severity is Severity.CRITICAL else _USUAL
