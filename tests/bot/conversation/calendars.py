"""The example hotel's calendars as the dialogue sees them, without a database."""

from dataclasses import replace
from datetime import timedelta

from bot.conversation.calendars import Look, ReadChannel
from bot.conversation.facts import Facts
from core.imports.views import LinkHealth, LinkState
from core.staff.roles import Role
from tests.bot.conversation.samples import FACTS, PLACE
from tests.support.hotel import NOW

URL = "sealed"
"""What stands for an address in the dialogue."""
AIRBNB = ReadChannel("airbnb", 1800, active=True, rooms=("3", "4"))
BOOKING = ReadChannel("booking_com", 3600, active=True, rooms=("3",))


def link(state: LinkState = LinkState.FRESH, **more: object) -> LinkHealth:
    """Return how one link is read, changed by `more`."""
    made = LinkHealth(
        link_id=1, platform="airbnb", room="3", state=state, imports=True, good_at=NOW - timedelta(minutes=12),
        tried_at=NOW, trouble=None, failures=0, read_at=NOW - timedelta(hours=1), bookings=7, question=False,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type] # the fields are checked by the dataclass.


def look(outcome: str = "unchanged", **more: object) -> Look:
    """Return a look, changed by `more`."""
    made = Look("airbnb", "3", outcome, None, None, NOW - timedelta(minutes=30), NOW, 2, 0, 0, 0)
    return replace(made, **more)  # type: ignore[arg-type] # as above.


def reading(*channels: ReadChannel, **more: object) -> Facts:
    """Return the facts with these channels, changed by `more`."""
    return replace(FACTS, channels=channels, **more)  # type: ignore[arg-type] # as above.


def as_staff(facts: Facts) -> Facts:
    """Return the facts of somebody who is no admin."""
    return replace(facts, place=replace(PLACE, role=Role.STAFF))
