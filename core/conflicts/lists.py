"""Which cases there are, open or settled, page by page."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.conflicts.models import Conflict
from core.conflicts.views import CaseState


def cases(
    session: Session, property_ids: Collection[int], state: CaseState | None, before: int | None, limit: int
) -> tuple[int, ...]:
    """The ids of up to `limit` cases of these properties, the newest first; of those older than `before`."""
    query = select(Conflict.id).where(Conflict.property_id.in_(property_ids))
    if state is not None:
        query = query.where(Conflict.state == state)
    if before is not None:
        query = query.where(Conflict.id < before)
    return tuple(session.scalars(query.order_by(Conflict.id.desc()).limit(limit)))
