"""Access tokens: short-lived, signed, naming a person and the session they log in with (RFC 7519, RFC 9068).

Other secrets of access (refresh tokens, cookies, codes, keys) are random text of which only the SHA-256 is kept.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

from core.access.errors import NotLetIn
from core.sealing import derived

LASTS = timedelta(minutes=15)
_ISSUER = "dauda"
_AUDIENCE = "dauda-api"
_ALGORITHM = "HS256"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says; whether its session still stands is asked of the database."""

    person_id: int
    session_id: int


def signing_keys(secret_key: str) -> tuple[bytes, ...]:
    """The keys for access tokens: the first signs, all of them verify."""
    return derived(secret_key, "access tokens")


def issue(keys: Sequence[bytes], claims: Claims, now: datetime) -> str:
    """A token that holds for `LASTS`."""
    told = {
        "iss": _ISSUER, "aud": _AUDIENCE, "sub": str(claims.person_id), "sid": claims.session_id,
        "iat": int(now.timestamp()), "exp": int((now + LASTS).timestamp()),
    }  # fmt: skip
    return jwt.encode(told, keys[0], algorithm=_ALGORITHM, headers={"typ": "at+jwt"})


def read(keys: Sequence[bytes], token: str, now: datetime) -> Claims:
    """What `token` says, if one of `keys` signed it and its time is not over. Raises `NotLetIn`."""
    for key in keys:
        try:
            told = jwt.decode(
                token, key, algorithms=[_ALGORITHM], audience=_AUDIENCE, issuer=_ISSUER,
                # The house's clock tells whether its time is over.
                options={"require": ["exp", "iat", "sub", "sid"], "verify_exp": False, "verify_iat": False},
            )  # fmt: skip
            if int(told["exp"]) <= now.timestamp():
                raise NotLetIn
            return Claims(int(told["sub"]), int(told["sid"]))
        except (jwt.InvalidTokenError, ValueError, TypeError):
            continue
    raise NotLetIn


def new_secret() -> str:
    """A random text that nobody guesses: 256 bits, in letters an address may hold."""
    return secrets.token_urlsafe(_SECRET_BYTES)
