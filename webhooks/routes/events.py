"""The audit trail."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from core.events import queries
from core.events.queries import Wanted
from webhooks.api.caller import Act, Calling
from webhooks.api.described import needing
from webhooks.api.paging import Page, Paging
from webhooks.deps import Stored
from webhooks.schemas.base import Instant, Key
from webhooks.schemas.events import EventAnswer

router = APIRouter(prefix="/api", tags=["events"])
_Kind = Annotated[str | None, Query(max_length=60, pattern=r"^[a-z_]+(\.[a-z_]+)?$", examples=["stays"])]
_Subject = Annotated[str | None, Query(max_length=20, pattern="^[a-z_]+$", examples=["stay"])]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events; `kind` is one, or the area in front of its dot; `until` is not included."""

    property_id: Key | None = None
    kind: _Kind = None
    subject: _Subject = None
    subject_id: Key | None = None
    person_id: Key | None = None
    since: Instant | None = None
    until: Instant | None = None

    @property
    def wanted(self) -> Wanted:
        """The same in the house's words."""
        return Wanted(self.kind, self.subject, self.subject_id, self.person_id, self.since, self.until)


@router.get("/events", operation_id="list_events", **needing(Act.READ_EVENTS, also=(404,)))
def list_events(
    caller: Calling, store: Stored, window: Paging, asked: Annotated[Filter, Depends()]
) -> Page[EventAnswer]:
    """Who did what to which subject, when, by which way; the newest first."""
    ids = caller.properties(Act.READ_EVENTS, asked.property_id)
    with store.reading() as session:
        found = queries.events(session, ids, asked.wanted, window.before, window.fetch)
    return window.page(found, lambda one: one.event_id, EventAnswer.of)
