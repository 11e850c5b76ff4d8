"""What is asked of a calendar's server, and the closed set of what can come of it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Ask:
    """One look at a calendar; the validators are those of the last `Fetched`, given back as they were."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    allow_private: bool = False
    """Whether this machine itself may be asked, on any port (DAUDA_ALLOW_PRIVATE_FEEDS): tests and demo only."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer: `body` decoded, `digest` the SHA-256 of it in hex. Whether it is a calendar the reader says."""

    body: bytes
    etag: str | None
    last_modified: str | None
    digest: str


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that what we read last still stands (304)."""


class Trouble(StrEnum):
    """Why there is no calendar. Each changes nothing of what is believed (R12)."""

    WRONG_ADDRESS = "wrong_address"
    """No address of the web we would ask: another scheme or port, a password in it, an odd way to write a host."""
    REFUSED_ADDRESS = "refused_address"
    """The name stands for a machine that is not on the public internet."""
    DNS = "dns"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    REDIRECT = "redirect"
    """Too many redirects, one to nowhere, or one from https to http."""
    STATUS_4XX = "status_4xx"
    STATUS_429 = "status_429"
    STATUS_5XX = "status_5xx"
    STATUS_ODD = "status_odd"
    """A status that is neither a calendar nor an error, such as 204 or an unasked 304."""
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    BROKEN = "broken"
    """The answer ended early, or is no HTTP."""


@dataclass(frozen=True, slots=True)
class Failed:
    """No calendar. `kind` is for people's wording, `raw` for engineers, without path or query: those are secret.

    `status` is the HTTP status when there was one; `retry_after` what the server asked for, capped.
    """

    kind: Trouble
    raw: str
    status: int | None = None
    retry_after: timedelta | None = None


Answer = Fetched | NotModified | Failed


class Stop(Exception):
    """Ends a fetch from wherever it stands; `fetch` turns it into `Failed`, so that nobody else sees it."""

    def __init__(self, kind: Trouble, raw: str) -> None:
        super().__init__(kind, raw)
        self.kind = kind
        self.raw = raw
