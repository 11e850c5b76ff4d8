"""Answering GET /ics/{token}.ics before the web application is asked: bytes, or 503 when we cannot know."""

import asyncio
import time
from datetime import datetime
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.clock import Clock, local_date
from core.db.engine import Database
from core.db.work import Store
from core.feeds import queries, readers
from core.feeds.reads import Read, Reads
from core.logs import logger
from core.sealing import fingerprint
from webhooks.calendar.addresses import addresses
from webhooks.calendar.limits import UNKNOWN_PER_MINUTE, Buckets
from webhooks.calendar.prepared import GUARDED, Answer, Headers, Prepared, answer, prepare
from webhooks.calendar.shelf import Key, Shelf

PATH = "/ics/"
ENDING = ".ics"
LONGEST_TOKEN = 200
LIMIT = 2.0
"""Seconds after which an answer that is not there yet is 503."""

_log = logger(__name__)


def _said(status: int, text: bytes, *headers: tuple[bytes, bytes]) -> Answer:
    fixed: Headers = (
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"cache-control", b"no-store"),
    )
    return status, (*fixed, *headers, *GUARDED), text


# One answer for unknown, ended and malformed addresses: whoever guesses learns nothing.
NOT_FOUND = _said(404, b"not found\n")
NOT_ALLOWED = _said(405, b"method not allowed\n", (b"allow", b"GET, HEAD"))
UNAVAILABLE = _said(503, b"temporarily unavailable\n", (b"retry-after", b"60"))


class CalendarEdge:
    """An ASGI application around `app` that keeps everything under /ics/ for itself and passes on the rest.

    `rate_limit_per_minute` holds for each address; 0 means no limit.
    """

    def __init__(
        self, app: ASGIApp, database: Database, clock: Clock, reads: Reads, rate_limit_per_minute: int = 60
    ) -> None:
        self._app = app
        self._store = Store(database, clock)
        self._clock = clock
        self._reads = reads
        self._known = Buckets(rate_limit_per_minute) if rate_limit_per_minute > 0 else None
        self._unknown = Buckets(UNKNOWN_PER_MINUTE)
        self._shelf = Shelf()
        self._addresses = addresses(database, LIMIT, self._start_over)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a feed, or pass on what is not ours."""
        kind = scope["type"]
        if kind == "http" and scope["path"].startswith(PATH):
            await self._serve(scope, send)
        elif kind == "lifespan":
            await self._live(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def close(self) -> None:
        """Give back the connections and threads, and have the last reads written."""
        await self._addresses.close()
        self._shelf.close()
        await asyncio.to_thread(self._reads.close)

    async def _serve(self, scope: Scope, send: Send) -> None:
        method = scope["method"]
        read = None
        if method not in ("GET", "HEAD"):
            status, headers, body = NOT_ALLOWED
        else:
            try:
                (status, headers, body), read = await self._answer(scope, method)
            except Exception as error:  # noqa: BLE001 - whatever failed, nothing but 503: unknown is not free (R6).
                _log.warning("feed_unavailable", error=type(error).__name__)
                status, headers, body = UNAVAILABLE
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})
        if read is not None:
            self._reads.note(read)

    async def _answer(self, scope: Scope, method: str) -> tuple[Answer, Read | None]:
        """What to send, and the read to remember when it is the feed."""
        sha256 = _hash_in(scope["path"])
        started = time.monotonic()
        found = None if sha256 is None else await self._addresses.find(sha256)
        if found is None or sha256 is None:
            client = scope.get("client")
            seconds = _wait(self._unknown, client[0] if client else None, started)
            return (_too_many(seconds) if seconds else NOT_FOUND), None
        if self._known is not None and (seconds := _wait(self._known, sha256, started)):
            return _too_many(seconds), None
        now = self._clock.now()
        key = (found.link_id, found.version, found.changed_at, local_date(now, found.timezone))
        prepared = self._shelf.get(key) or await self._built(key, now, started)
        if prepared is None:
            return NOT_FOUND, None
        none_match, accepted, agent = _asked(scope)
        name, counts = _reader(method, agent)
        read = Read(found.link_id, name, counts, prepared.version, now, sha256, prepared.nights)
        return answer(prepared, none_match, accepted), read

    async def _built(self, key: Key, now: datetime, started: float) -> Prepared | None:
        def build() -> Prepared | None:
            with self._store.reading() as session:
                feed = queries.load(session, key[0], now)
            return None if feed is None else prepare(feed)

        return await self._shelf.built(key, build, LIMIT - (time.monotonic() - started))

    def _start_over(self) -> None:
        """Another file stands in the database's place: what was read from the old one is worth nothing."""
        self._shelf.clear()
        self._store.database.dispose()

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the lifespan on. Our connections open with the first question and close after the app."""

        async def sent(message: Message) -> None:
            if message["type"].startswith("lifespan.shutdown."):
                await self.close()
            await send(message)

        await self._app(scope, receive, sent)


@lru_cache(maxsize=4096)
def _hash_in(path: str) -> str | None:
    """The hash of the token in `path`; None for anything that cannot be an address of ours."""
    path = path.removesuffix("/")
    token = path[len(PATH) : -len(ENDING)]
    if not path.endswith(ENDING) or not token.isascii() or not 0 < len(token) <= LONGEST_TOKEN:
        return None
    return fingerprint(token)


def _asked(scope: Scope) -> tuple[bytes | None, bytes | None, bytes]:
    """If-None-Match, Accept-Encoding and User-Agent, in one pass; fields given twice are joined."""
    none_match: bytes | None = None
    accepted: bytes | None = None
    agent = b""
    for name, value in scope["headers"]:
        if name == b"user-agent":
            agent = value
        elif name == b"accept-encoding":
            accepted = value if accepted is None else accepted + b"," + value
        elif name == b"if-none-match":
            none_match = value if none_match is None else none_match + b"," + value
    return none_match, accepted, agent


@lru_cache(maxsize=1024)
def _reader(method: str, agent: bytes) -> tuple[str, bool]:
    """How the reader calls itself, and whether it counts as the platform (R7)."""
    name = "".join(c for c in agent[:1000].decode("latin-1") if c.isprintable()).strip()
    return name, readers.counts(method, name)


def _wait(buckets: Buckets, key: str | None, now: float) -> float:
    """Seconds to wait, 0 for go on; open when the limiter itself fails."""
    try:
        return buckets.wait(key, now)
    except Exception as error:  # noqa: BLE001 - a broken limiter is no reason to keep a calendar from anybody.
        _log.warning("limiter_failed", error=type(error).__name__)
        return 0


def _too_many(seconds: float) -> Answer:
    return _said(429, b"too many requests\n", (b"retry-after", str(int(seconds) + 1).encode()))
