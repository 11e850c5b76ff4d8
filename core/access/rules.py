"""How often somebody may try to log in. Pure."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

QUIET = timedelta(minutes=15)
"""After so long without a try the count begins anew."""
SHUT_FIRST = timedelta(seconds=30)
SHUT_MOST = timedelta(minutes=15)
FREE_FOR_ACCOUNT = 5
FREE_FOR_ADDRESS = 20
"""Tries before it is shut; a whole hotel may sit behind one address."""
_NEIGHBOURS = 64
"""Bits of an IPv6 address that name a line: whoever has one has all addresses of it."""


@dataclass(frozen=True, slots=True)
class Tries:
    """How often something was tried of late, when last, and until when no further try is looked at."""

    count: int
    tried_at: datetime
    shut_until: datetime | None = None


def seconds_shut(tries: Tries | None, now: datetime) -> int:
    """How long no try is looked at, rounded up; 0 when it may be tried."""
    if tries is None or tries.shut_until is None or tries.shut_until <= now:
        return 0
    return -(-(tries.shut_until - now) // timedelta(seconds=1))


def tried(before: Tries | None, now: datetime, free: int) -> Tries:
    """The count after one more try: from the `free`th on it is shut, each time twice as long, up to `SHUT_MOST`."""
    last = max(filter(None, (before.tried_at, before.shut_until))) if before is not None else now
    count = before.count + 1 if before is not None and now - last < QUIET else 1
    if count < free:
        return Tries(count, now)
    # The exponent is bounded, for the count is not.
    shut = min(SHUT_FIRST * 2 ** min(count - free, 10), SHUT_MOST)
    return Tries(count, now, now + shut)


def neighbourhood(address: str) -> str:
    """What one line may be: an IPv4 address, the /64 of an IPv6 one, or `address` itself when it is none."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address
    if read.version == 4:  # noqa: PLR2004 - IPv4.
        return str(read)
    return str(ipaddress.ip_network((read, _NEIGHBOURS), strict=False))
