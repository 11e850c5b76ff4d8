"""Passwords: only their Argon2id hashes are kept."""

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 8
"""Characters; one that is set over HTTP has as many at least, the setup file is only told of shorter ones."""
LONGEST = 1024
"""Characters of a password that are looked at; longer ones are refused before."""
_AT_ONCE = 2
"""Each hash takes 64 MB for a moment: many at once would take the memory of a small box."""
_HASHER = PasswordHasher()
_turns = threading.BoundedSemaphore(_AT_ONCE)


def hashed(password: str) -> str:
    """The hash to keep of `password`, its salt and costs included."""
    with _turns:
        return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether `password` is the one that was hashed; False when there is none or the hash is not ours.

    Where there is none it takes as long all the same: nobody shall learn by the clock who has an account.
    """
    try:
        with _turns:
            _HASHER.verify(password_hash or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str | None) -> bool:
    """Whether the hash was made with other costs than ours today."""
    return password_hash is not None and _HASHER.check_needs_rehash(password_hash)


@cache
def _decoy() -> str:
    """A hash of what nobody knows."""
    return _HASHER.hash(secrets.token_urlsafe())
