"""How an OTA's calendar fails, as it was measured on the real ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

JSON_ERROR = b'{"code":500,"message":"There was an error processing your request. It has been logged (ID 42)."}'
LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to continue</body></html>"


class Kind(StrEnum):
    """What a read of the calendar gets instead of it."""

    EMPTY = "empty"
    """A valid calendar without any event."""
    PARTIAL = "partial"
    """A valid calendar that lacks some reservations."""
    JSON = "json"
    """An error body with status 200."""
    JSON_500 = "json_500"
    LOGIN = "login"
    UNAVAILABLE = "unavailable"
    """503 with Retry-After."""
    FORBIDDEN = "forbidden"
    CUT = "cut"
    """The connection ends in the middle of the body."""
    HANG = "hang"
    """No answer for as long as anybody waits."""

    @property
    def lies(self) -> bool:
        """Whether the answer is a whole calendar that says something untrue."""
        return self in (Kind.EMPTY, Kind.PARTIAL)


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure of one listing's calendar until it is taken away; `codes` is what a lie leaves out."""

    kind: Kind
    codes: frozenset[str] = frozenset()


BODIES: Mapping[Kind, tuple[int, str, bytes]] = MappingProxyType(
    {
        Kind.JSON: (200, "application/json", JSON_ERROR),
        Kind.JSON_500: (500, "application/json", JSON_ERROR),
        Kind.LOGIN: (200, "text/html", LOGIN_PAGE),
        Kind.UNAVAILABLE: (503, "text/plain", b"try again later"),
        Kind.FORBIDDEN: (403, "text/plain", b"forbidden"),
    }
)
"""Status, content type and body of the failures that are plain answers."""
