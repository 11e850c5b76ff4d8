"""One look at the log of events for all sockets of this process, whenever something was committed anywhere.

A bell says that there may be something new; it may be lost, so the hub looks by itself now and then. What is told
comes from the log alone: whoever was away goes on from the event they saw last, in any process.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from core.db.work import Store
from core.errors import DaudaError
from core.events import log
from core.events.log import Entry, Position
from core.logs import logger

BATCH = 500
BACKLOG = 2_000
"""Events that a slow reader may be behind before it is sent away, to come again from where it was."""
EVERY = 1.0
"""Seconds between two looks when no bell rings."""
Stop = Callable[[], None]
Listen = Callable[[Callable[[], None]], Stop]
"""Has a function called, from any thread, after commits that told of something; gives back how to stop that."""
_log = logger(__name__)


class FellBehind(DaudaError):
    """The reader takes less than happens. Facts: `last`, the event to go on from."""


def deaf(_heard: Callable[[], None]) -> Stop:
    """Hear no bell: the hub looks by itself."""
    return lambda: None


@dataclass(slots=True, eq=False)
class Follower:
    """One socket: what it follows, and up to where it has been told."""

    property_ids: frozenset[int]
    position: Position
    waiting: asyncio.Queue[Entry] = field(default_factory=lambda: asyncio.Queue(BACKLOG))
    behind: bool = False

    def offer(self, entry: Entry) -> None:
        """Queue an entry that is news to it; one too many and it is behind."""
        if self.behind or entry.property_id not in self.property_ids or entry.position <= self.position:
            return
        try:
            self.waiting.put_nowait(entry)
        except asyncio.QueueFull:
            self.behind = True
        else:
            self.position = entry.position


@dataclass(frozen=True, slots=True)
class Following:
    """What `Hub.follow` gives."""

    last: int
    """The event after which it begins; 0 before the first one."""
    resumed: bool
    """Whether it goes on from the event that was asked for; else something may have been missed."""
    entries: AsyncIterator[Entry]
    """In order, without end; raises `FellBehind`."""


class Hub:
    """The followers of one process, on its event loop."""

    def __init__(self, store: Store, listen: Listen = deaf, *, every: float = EVERY) -> None:
        self._store = store
        self._listen = listen
        self._every = every
        self._followers: set[Follower] = set()
        self._told: Position = log.BEGINNING
        """Up to where every follower was told; of no meaning while there is none."""
        self._one_at_a_time = asyncio.Lock()
        self._rung = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._stop_listening: Stop = lambda: None

    @asynccontextmanager
    async def follow(self, property_ids: frozenset[int], last: int | None) -> AsyncIterator[Following]:
        """Follow what happens at `property_ids` after event `last`; None begins now, and so does one we do not know."""
        position, known = await asyncio.to_thread(self._start, last)
        follower = Follower(property_ids, position)
        try:
            yield Following(position[1], known, self._entries(follower))
        finally:
            self._leave(follower)

    async def _entries(self, follower: Follower) -> AsyncIterator[Entry]:
        async for entry in self._history(follower):
            yield entry
        while True:
            if follower.behind and follower.waiting.empty():
                raise FellBehind(last=follower.position[1])
            yield await follower.waiting.get()

    async def _history(self, follower: Follower) -> AsyncIterator[Entry]:
        """Tell what happened already, then join those who wait for news, without a gap and without a repetition."""
        while True:
            # No look of the hub's comes between the last page and the joining.
            async with self._one_at_a_time:
                entries = await asyncio.to_thread(self._after, follower.position, follower.property_ids)
                if len(entries) < BATCH:
                    for entry in entries:
                        follower.offer(entry)
                    self._join(follower)
                    return
            for entry in entries:
                follower.position = entry.position
                yield entry

    def _join(self, follower: Follower) -> None:
        if not self._followers:
            self._told = follower.position
        self._followers.add(follower)
        if self._looking is None:
            loop = asyncio.get_running_loop()

            def heard() -> None:
                loop.call_soon_threadsafe(self._rung.set)

            self._stop_listening = self._listen(heard)
            self._looking = loop.create_task(self._look())

    def _leave(self, follower: Follower) -> None:
        self._followers.discard(follower)
        if not self._followers and self._looking is not None:
            self._stop_listening()
            self._looking.cancel()
            self._looking = None

    async def _look(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), self._every)
            self._rung.clear()
            try:
                await self._tell()
            except Exception as error:  # noqa: BLE001 - an outage of the database ends; the sockets wait for it.
                _log.warning("live_look_failed", error=type(error).__name__)

    async def _tell(self) -> None:
        more = True
        while more:
            async with self._one_at_a_time:
                wanted = frozenset[int]().union(*(one.property_ids for one in self._followers))
                entries = await asyncio.to_thread(self._after, self._told, wanted)
                for entry in entries:
                    for follower in self._followers:
                        follower.offer(entry)
                    self._told = entry.position
            more = len(entries) == BATCH

    def _after(self, position: Position, property_ids: frozenset[int]) -> list[Entry]:
        with self._store.reading() as session:
            return log.after(session, position, BATCH, property_ids)

    def _start(self, last: int | None) -> tuple[Position, bool]:
        with self._store.reading() as session:
            found = None if last is None else log.position_of(session, last)
            return (log.end(session), False) if found is None else (found, True)
