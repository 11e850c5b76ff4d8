"""One guarded look at a calendar: whatever the other side does, an `Answer` comes back, and in time.

It stands on httpcore, the engine of httpx, below httpx's client: a client keeps cookies, follows redirects, sends the
password of an address or of a .netrc, reads proxies from the environment, unpacks without a cap and logs whole
addresses, which are secrets here. What is not there cannot be forgotten to be switched off.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from hashlib import sha256
from urllib.parse import urljoin

import httpcore
import httpx

from core.clock import Clock, SystemClock
from core.feeds.fetch import addresses, body, headers
from core.feeds.fetch.answers import Answer, Ask, Failed, Fetched, NotModified, Stop, Trouble
from core.feeds.fetch.network import Allowance, Guard

REDIRECTS = frozenset({301, 302, 303, 307, 308})
OK, NOT_MODIFIED, TOO_MANY_REQUESTS = 200, 304, 429


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one fetch may cost: seconds, bytes and redirects."""

    connect: float = 5.0
    total: float = 20.0
    wire: int = 2**20
    unpacked: int = 4 * 2**20
    redirects: int = 3


@cache
def usual_trust() -> ssl.SSLContext:
    """The certificate authorities of the web; loading them takes longer than a fetch, so it is done once."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True, slots=True)
class Means:
    """What fetching works with. Tests give their own resolver, dialler and authorities; the rest is the same."""

    agent: str = headers.agent(None)
    bounds: Bounds = Bounds()
    resolve: addresses.Resolve = addresses.resolve
    dial: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)
    trust: Callable[[], ssl.SSLContext] = usual_trust
    clock: Clock = field(default_factory=SystemClock)


USUAL_MEANS = Means()


def fetch(ask: Ask, means: Means = USUAL_MEANS) -> Answer:
    """Fetch a calendar. Never raises for anything that an address, its DNS or its server can do.

    Safe in any number of threads; each call has a connection of its own and takes at most `means.bounds.total` seconds.
    """
    try:
        return _followed(ask, means)
    except Stop as stop:
        return Failed(stop.kind, stop.raw)
    except httpcore.TimeoutException as error:
        return Failed(Trouble.TIMEOUT, type(error).__name__)
    except httpcore.ConnectError as error:
        return _not_connected(error)
    except httpcore.NetworkError as error:
        return Failed(Trouble.BROKEN, f"{type(error).__name__}: {error}")
    except httpcore.ProtocolError as error:
        # Behind the colon stand the server's own words, which may repeat the address.
        return Failed(Trouble.BROKEN, str(error).partition(":")[0])


def _not_connected(error: httpcore.ConnectError) -> Failed:
    # The pool cuts `__cause__` off; what it wraps stays as the argument.
    match error.args:
        case [ssl.SSLCertVerificationError(verify_message=said)]:
            return Failed(Trouble.TLS, said)
        case [ssl.SSLError(reason=said)]:
            return Failed(Trouble.TLS, str(said))
        case _:
            return Failed(Trouble.UNREACHABLE, str(error))


def _followed(ask: Ask, means: Means) -> Answer:
    allowance = Allowance(means.bounds.total, means.bounds.wire)
    guard = Guard(means.resolve, means.dial, allowance, allow_private=ask.allow_private)
    url = addresses.read(ask.url, any_port=ask.allow_private)
    with httpcore.ConnectionPool(means.trust(), network_backend=guard) as pool:
        for _ in range(means.bounds.redirects + 1):
            with _asked(pool, url, ask, means) as (response, kept):
                if response.status not in REDIRECTS:
                    return _answer(response, kept, ask, means)
                url = _next(url, kept.get("location"), any_port=ask.allow_private)
    raise Stop(Trouble.REDIRECT, f"more than {means.bounds.redirects} redirects")


@contextmanager
def _asked(
    pool: httpcore.ConnectionPool, url: httpx.URL, ask: Ask, means: Means
) -> Iterator[tuple[httpcore.Response, httpx.Headers]]:
    bounds = means.bounds
    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    timeout = {"connect": bounds.connect, "read": bounds.total, "write": bounds.total, "pool": bounds.connect}
    sent = headers.asking(ask, url, means.agent)
    with pool.stream("GET", target, headers=sent, extensions={"timeout": timeout}) as response:
        yield response, httpx.Headers(response.headers)


def _next(url: httpx.URL, location: str | None, *, any_port: bool) -> httpx.URL:
    """Where a redirect leads. Raises `Stop` (REDIRECT); the address behind it is checked when it is connected to."""
    if not location:
        raise Stop(Trouble.REDIRECT, "a redirect to nowhere")
    try:
        target = addresses.read(urljoin(str(url), location), any_port=any_port)
    except ValueError:
        raise Stop(Trouble.REDIRECT, "to what is no address") from None
    except Stop as stop:
        raise Stop(Trouble.REDIRECT, f"to a wrong address: {stop.raw}") from None
    if url.scheme == "https" and target.scheme == "http":
        raise Stop(Trouble.REDIRECT, "from https to http")
    return target


def _answer(response: httpcore.Response, kept: httpx.Headers, ask: Ask, means: Means) -> Fetched | NotModified | Failed:
    status = response.status
    if status == OK:
        return _fetched(response, kept, means)
    if status == NOT_MODIFIED and headers.is_conditional(ask):
        return NotModified()
    retry_after: timedelta | None = headers.retry_after(kept.get("retry-after"), means.clock.now())
    return Failed(_trouble(status), f"status {status}", status, retry_after)


def _trouble(status: int) -> Trouble:
    if status == TOO_MANY_REQUESTS:
        return Trouble.STATUS_429
    return {4: Trouble.STATUS_4XX, 5: Trouble.STATUS_5XX}.get(status // 100, Trouble.STATUS_ODD)


def _fetched(response: httpcore.Response, kept: httpx.Headers, means: Means) -> Fetched:
    # h11 has made sure that it is a number of at most 20 digits.
    if int(kept.get("content-length", "0")) > means.bounds.wire:
        raise Stop(Trouble.TOO_LARGE, "too many bytes announced")

    read = body.whole(response.iter_stream(), kept.get("content-encoding"), means.bounds.unpacked)
    return Fetched(
        body=read,
        etag=headers.etag(kept.get("etag")),
        last_modified=headers.last_modified(kept.get("last-modified")),
        digest=sha256(read).hexdigest(),
    )
