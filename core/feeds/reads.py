"""Remembering who has read which feed: reads are gathered in memory and written at most every second.

A crash loses the last second. That only says less than was true, and the platform's next read says it again.
"""

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Table, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from core.channels.models import ChannelLink
from core.db.work import Store, UnitOfWork
from core.feeds.models import FeedAddress, FeedReader
from core.feeds.readers import BURST, usual_gap
from core.imports import timetable
from core.logs import logger
from core.values.nights import Nights, as_pairs

EVERY = 1.0
OTHERS = "(others)"
"""Stands for all further agents of a link that has been read under very many names."""
AGENTS_A_LINK = 50
_AGENT_LENGTH = 200
_MOST_WAITING = 10_000
_CHUNK = 200
_READERS: Table = FeedReader.__table__  # type: ignore[assignment]

_log = logger(__name__)


class Read(NamedTuple):
    """One full answer given to a reader of a link's feed."""

    link_id: int
    agent: str
    counts: bool
    """Whether it counts as the platform's (R7)."""
    version: int
    at: datetime
    address: str
    """Hash of the token it came with."""
    nights: tuple[Nights, ...] = ()
    """What it was shown busy, as runs."""


@dataclass(slots=True)
class _Seen:
    """The reads of one link under one name since the last flush."""

    counts: bool
    first_at: datetime
    last_at: datetime
    reads: int


@dataclass(slots=True)
class _Counted:
    """The counted reads of one link since the last flush."""

    first_at: datetime
    last_at: datetime
    version: int
    addresses: set[str]
    nights: tuple[Nights, ...]
    """What the last of them was shown busy."""


@dataclass(slots=True)
class _Waiting:
    """What the next flush has to write."""

    seen: dict[tuple[int, str], _Seen] = field(default_factory=dict)
    counted: dict[int, _Counted] = field(default_factory=dict)


class Reads:
    """The recorder of one process. Its thread starts with the first read and ends with `close`."""

    def __init__(self, store: Store, *, every: float = EVERY) -> None:
        self._store = store
        self._every = every
        self._guard = threading.Lock()
        self._flushing = threading.Lock()
        self._noted: deque[Read] = deque()
        self._waiting = _Waiting()
        self._thread: tuple[threading.Thread, threading.Event] | None = None

    def note(self, read: Read) -> None:
        """Remember one read; cheap enough for every answer, from any thread."""
        self._noted.append(read)
        if self._thread is None:
            self._start()
        if len(self._noted) >= _MOST_WAITING:
            with self._guard:
                self._fold()

    def flush(self) -> None:
        """Write what was noted so far. What cannot be written now is kept for the next time."""
        with self._flushing:
            with self._guard:
                self._fold()
                waiting, self._waiting = self._waiting, _Waiting()
            if not waiting.seen:
                return
            try:
                with self._store.unit_of_work() as work:
                    _write(work, waiting)
            except Exception as error:  # noqa: BLE001 - whatever failed, the reads are kept; nobody waits for them.
                _log.warning("reads_not_written", error=type(error).__name__)
                self._keep(waiting)

    def close(self) -> None:
        """Stop the thread and write what was noted. A later `note` begins anew."""
        with self._guard:
            running, self._thread = self._thread, None
        if running is not None:
            thread, closing = running
            closing.set()
            thread.join()
        self.flush()

    def _keep(self, waiting: _Waiting) -> None:
        with self._guard:
            newer, self._waiting = self._waiting, waiting
            for key, seen in newer.seen.items():
                _add_seen(waiting, key, seen)
            for link_id, counted in newer.counted.items():
                _add_counted(waiting, link_id, counted)

    def _fold(self) -> None:
        """Add up what was noted, so that many reads of few readers take little room."""
        while self._noted:
            read = self._noted.popleft()
            at, key = read.at, (read.link_id, read.agent[:_AGENT_LENGTH])
            seen = self._waiting.seen.get(key)
            counted = self._waiting.counted.get(read.link_id)
            if seen is None or seen.counts != read.counts:
                _add_seen(self._waiting, key, _Seen(read.counts, at, at, 1))
            else:
                seen.reads += 1
                seen.last_at = max(seen.last_at, at)
            if read.counts and (counted is None or read.address not in counted.addresses):
                _add_counted(self._waiting, read.link_id, _Counted(at, at, read.version, {read.address}, read.nights))
            elif read.counts and counted is not None:
                counted.last_at = max(counted.last_at, at)
                counted.version = max(counted.version, read.version)
                counted.nights = read.nights if counted.version == read.version else counted.nights

    def _start(self) -> None:
        with self._guard:
            if self._thread is None:
                closing = threading.Event()
                thread = threading.Thread(target=self._run, args=(closing,), name="feed-reads", daemon=True)
                self._thread = thread, closing
                thread.start()

    def _run(self, closing: threading.Event) -> None:
        while not closing.wait(self._every):
            self.flush()


def _add_seen(waiting: _Waiting, key: tuple[int, str], seen: _Seen) -> None:
    if key not in waiting.seen and len(waiting.seen) >= _MOST_WAITING:
        key = (key[0], OTHERS)
    before = waiting.seen.setdefault(key, seen)
    if before is not seen:
        before.counts = before.counts or seen.counts
        before.first_at = min(before.first_at, seen.first_at)
        before.last_at = max(before.last_at, seen.last_at)
        before.reads += seen.reads


def _add_counted(waiting: _Waiting, link_id: int, counted: _Counted) -> None:
    before = waiting.counted.setdefault(link_id, counted)
    if before is not counted:
        before.first_at = min(before.first_at, counted.first_at)
        before.last_at = max(before.last_at, counted.last_at)
        if counted.version >= before.version:
            before.version, before.nights = counted.version, counted.nights
        before.addresses |= counted.addresses


def _write(work: UnitOfWork, waiting: _Waiting) -> None:
    link_ids = sorted({link_id for link_id, _ in waiting.seen})
    looks: list[int] = []
    for start in range(0, len(link_ids), _CHUNK):
        links = _locked(work, link_ids[start : start + _CHUNK])
        _write_readers(work, links, waiting.seen)
        counted = {link_id: waiting.counted[link_id] for link_id in links if link_id in waiting.counted}
        looks += [link_id for link_id, reads in counted.items() if _write_counted(links[link_id], reads)]
        _end_rotated(work, counted)
    # Last, as everywhere: the rows of the timetable are locked behind all others.
    timetable.pull_soon(work, looks)


def _locked(work: UnitOfWork, link_ids: Sequence[int]) -> dict[int, ChannelLink]:
    """The links that still exist, locked in order: two processes wait for each other and never deadlock."""
    query = select(ChannelLink).where(ChannelLink.id.in_(link_ids)).order_by(ChannelLink.id).with_for_update()
    return {link.id: link for link in work.session.scalars(query)}


def _write_readers(work: UnitOfWork, links: Mapping[int, ChannelLink], seen: Mapping[tuple[int, str], _Seen]) -> None:
    known = _known_agents(work, links)
    folded = _Waiting()
    for (link_id, agent), reads in seen.items():
        if link_id in links:
            agents = known.setdefault(link_id, set())
            named = agent if agent in agents or len(agents) < AGENTS_A_LINK else OTHERS
            agents.add(named)
            _add_seen(folded, (link_id, named), replace(reads))
    insert = sqlite_insert if work.session.get_bind().dialect.name == "sqlite" else pg_insert
    for (link_id, agent), reads in sorted(folded.seen.items()):
        new = insert(_READERS).values(
            link_id=link_id,
            agent=agent,
            counts=reads.counts,
            first_at=reads.first_at,
            last_at=reads.last_at,
            reads=reads.reads,
        )
        again = {
            "counts": or_(_READERS.c.counts, new.excluded.counts),
            "last_at": new.excluded.last_at,
            "reads": _READERS.c.reads + new.excluded.reads,
        }
        work.session.execute(new.on_conflict_do_update(index_elements=["link_id", "agent"], set_=again))


def _known_agents(work: UnitOfWork, links: Mapping[int, ChannelLink]) -> dict[int, set[str]]:
    known: dict[int, set[str]] = {}
    query = select(FeedReader.link_id, FeedReader.agent).where(FeedReader.link_id.in_(list(links)))
    for link_id, agent in work.session.execute(query):
        known.setdefault(link_id, set()).add(agent)
    return known


def _write_counted(link: ChannelLink, counted: _Counted) -> bool:
    """Take the last counted reads over into the link; another process may have written later ones already.

    Whether its calendar is to be looked at: what it shows after this read tells a sale from an echo of ours (R10).
    Reads of the same version within a minute are one.
    """
    before, known = link.read_at, link.read_version
    if link.read_at is not None and link.read_at > counted.last_at:
        return False
    if link.read_at is not None:
        link.read_gap = usual_gap(link.read_gap, (counted.first_at - link.read_at).total_seconds())
    link.read_at = counted.last_at
    link.read_version, link.read_nights = counted.version, as_pairs(counted.nights)
    link.silent_since = None
    return before is None or known != counted.version or (counted.last_at - before).total_seconds() >= BURST


def _end_rotated(work: UnitOfWork, counted: Mapping[int, _Counted]) -> None:
    """End the addresses of a link that are older than one the platform has now read (R8)."""
    query = (
        select(FeedAddress.link_id, FeedAddress.sha256)
        .where(FeedAddress.link_id.in_(list(counted)), FeedAddress.ended_at.is_(None))
        .order_by(FeedAddress.made_at.desc(), FeedAddress.sha256)
    )
    newest_read: set[int] = set()
    older: list[str] = []
    for link_id, address in work.session.execute(query):
        if link_id in newest_read:
            older.append(address)
        elif address in counted[link_id].addresses:
            newest_read.add(link_id)
    if older:
        work.session.execute(
            update(FeedAddress)
            .where(FeedAddress.sha256.in_(older))
            .values(ended_at=work.now)
            .execution_options(synchronize_session=False)
        )
