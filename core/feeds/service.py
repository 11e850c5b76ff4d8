"""What changes in the feeds: versions, late openings, addresses."""

import secrets
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from core.db.prepared import Prepared, run
from core.db.work import UnitOfWork
from core.feeds.models import FeedAddress, FeedVersion, LateOpening
from core.inventory import parts
from core.outbox import service as outbox
from core.outbox.effects import OpenLate
from core.sealing import Sealer, fingerprint

UNDO_TIME = timedelta(minutes=10)
TOKEN_BYTES = 24
_SEALED_FOR = "feed_addresses.sealed"

_CLOSE = Prepared(
    delete(LateOpening)
    .where(
        LateOpening.room_id == bindparam("room_id"),
        LateOpening.stay_id == bindparam("stay_id"),
        LateOpening.night.in_(bindparam("nights", expanding=True)),
    )
    .execution_options(synchronize_session=False)
)
_NEXT_VERSION = Prepared(
    update(FeedVersion)
    .where(FeedVersion.room_id == bindparam("room"))
    .values(version=FeedVersion.version + 1, changed_at=bindparam("now"))
    .returning(FeedVersion.version)
    .execution_options(synchronize_session=False)
)


def close(work: UnitOfWork, room_id: int, nights: Collection[date], stay_id: int) -> None:
    """`stay_id` holds `nights` of a room again, or took back an opening: its own late openings there are over.

    Those of other stays stand until their own undo time is over, whatever becomes of this one meanwhile.
    """
    run(work.session, _CLOSE, {"room_id": room_id, "nights": list(nights), "stay_id": stay_id})


def open_late(work: UnitOfWork, room_id: int, nights: Iterable[date], stay_id: int) -> None:
    """Keep `nights`, which `stay_id` gave up, busy in the feeds until the change can no longer be undone (R4)."""
    opens_at = work.now + UNDO_TIME
    for night in nights:
        work.session.merge(LateOpening(room_id=room_id, night=night, stay_id=stay_id, opens_at=opens_at))
    outbox.add(work, OpenLate(room_id), at=opens_at)


def open_due(work: UnitOfWork, room_id: int) -> bool:
    """Let the feeds of a room show what is over its undo time; whether anything was."""
    opened = work.session.execute(
        delete(LateOpening)
        .where(LateOpening.room_id == room_id, LateOpening.opens_at <= work.now)
        .execution_options(synchronize_session=False)
    )
    if not opened.rowcount:  # type: ignore[attr-defined]
        return False
    changed(work, parts.reached(work.session, [room_id]))
    return True


def changed(work: UnitOfWork, room_ids: Iterable[int]) -> dict[int, int]:
    """Give the feeds of these rooms a new version; the new versions, by room."""
    versions: dict[int, int] = {}
    for room_id in sorted(set(room_ids)):
        version = run(work.session, _NEXT_VERSION, {"room": room_id, "now": work.now}).scalar()
        if version is None:
            work.session.add(FeedVersion(room_id=room_id, version=1, changed_at=work.now))
            version = 1
        versions[room_id] = version
    return versions


def give_address(work: UnitOfWork, sealer: Sealer, link_id: int) -> str:
    """Make a link's (next) address; the token that stands in it. Only its hash and a sealed copy are kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    work.session.add(
        FeedAddress(
            sha256=fingerprint(token),
            link_id=link_id,
            sealed=sealer.seal(token, _SEALED_FOR),
            made_at=work.now,
        )
    )
    return token


def end_addresses(work: UnitOfWork, link_id: int, *, but: str | None = None) -> int:
    """End the live addresses of a link (but the one with token hash `but`); how many."""
    ended = work.session.execute(
        update(FeedAddress)
        .where(FeedAddress.link_id == link_id, FeedAddress.ended_at.is_(None), FeedAddress.sha256 != (but or ""))
        .values(ended_at=work.now)
        .execution_options(synchronize_session=False)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def live_address(session: Session, link_id: int) -> FeedAddress | None:
    """The newest address of a link that still serves."""
    return session.scalar(
        select(FeedAddress)
        .where(FeedAddress.link_id == link_id, FeedAddress.ended_at.is_(None))
        .order_by(FeedAddress.made_at.desc(), FeedAddress.sha256)
        .limit(1)
    )


def token_of(address: FeedAddress, sealer: Sealer) -> str:
    """The token behind an address, to be shown to staff again. Raises `BrokenSeal`."""
    return sealer.unseal(address.sealed, _SEALED_FOR)


def feed_url(public_url: str, token: str) -> str:
    """The address an OTA is given."""
    return f"{public_url}/ics/{token}.ics"
