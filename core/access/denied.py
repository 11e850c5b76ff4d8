"""Every denial leaves a trace, in whatever way somebody asked."""

from core.access import events as happenings
from core.access import trail
from core.access.models import ApiKey
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By


def record(work: UnitOfWork, by: By, act: str, asked: int | None) -> None:
    """Record that whoever `by` names was refused `act` at the property `asked`.

    It is told to their own property: that of others, whether or not there is one, learns nothing of strangers' staff,
    and theirs nothing of it.
    """
    kind: type[happenings.AccessDenied]
    if by.key_id is not None:
        own, subject = [work.session.get_one(ApiKey, by.key_id).property_id], by.key_id
        kind = happenings.KeyDenied
    elif by.person_id is not None:
        own, subject, kind = trail.places(work, by.person_id), by.person_id, happenings.AccessDenied
    else:
        return
    happening = kind(act, elsewhere=asked is not None and asked not in own)
    told: list[int | None] = [asked] if asked in own else [*own]
    for property_id in told or [None]:
        events.record(work, happening, subject, property_id=property_id, by=by)
