"""Denials of one request: noted while it is handled, recorded when what it wrote has been rolled back."""

from fastapi import Request

from core.access import denied
from core.access.callers import Caller, Denied
from core.access.permissions import Act
from core.db.work import Store
from core.errors import Busy, DaudaError, NotAllowed
from core.logs import logger

_log = logger(__name__)


def heard_by(request: Request) -> Denied:
    """What a caller tells of its denials, so that `record` finds them."""
    noted: list[tuple[int | None, str]] = []
    request.state.denials = noted

    def note(property_id: int | None, act: Act) -> None:
        noted.append((property_id, act))

    return note


def to_record(request: Request, error: DaudaError) -> bool:
    """Whether a request that ended with `error` leaves denials to be recorded."""
    caller = getattr(request.state, "caller", None)
    return caller is not None and (bool(request.state.denials) or isinstance(error, NotAllowed))


def record(request: Request, error: DaudaError) -> None:
    """Record the denials; a use case that says no by itself (`MayNotGrant`) is one, too."""
    caller: Caller = request.state.caller
    store: Store = request.app.state.store
    noted: list[tuple[int | None, str]] = request.state.denials or [(None, error.code)]
    try:
        with store.unit_of_work() as work:
            for property_id, act in noted:
                denied.record(work, caller.by, act, property_id)
    except Busy:
        # The refusal itself must not become a 503.
        _log.warning("denial_not_recorded", caller=caller.name)
