"""Sealing of secrets that must be readable again: feed tokens, credentials given through chat or setup."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core.errors import DaudaError


class BrokenSeal(DaudaError):
    """The text was sealed with another key, for another place, or was altered."""


class Sealer:
    """Seals text with the keys of `DAUDA_SECRET_KEY` (comma-separated: the first seals, all open)."""

    def __init__(self, secret_key: str) -> None:
        self._box = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in _keys(secret_key)])

    def seal(self, text: str, place: str) -> str:
        """Seal `text` for `place` (table and column): moved elsewhere it does not open."""
        return self._box.encrypt(f"{place}\0{text}".encode()).decode()

    def unseal(self, sealed: str, place: str) -> str:
        """Open what `seal` made for the same `place`. Raises `BrokenSeal`."""
        try:
            kept, _, text = self._box.decrypt(sealed.encode()).decode().partition("\0")
        except InvalidToken:
            raise BrokenSeal(place=place) from None
        if kept != place:
            raise BrokenSeal(place=place)
        return text


def fingerprint(token: str) -> str:
    """SHA-256 of a random token in hex: what we store to find it again. High entropy needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def derived(secret_key: str, purpose: str) -> tuple[bytes, ...]:
    """A key of 32 bytes for one purpose from each key of `DAUDA_SECRET_KEY`: the first signs, all of them verify."""
    return tuple(hmac.digest(key, purpose.encode(), "sha256") for key in _keys(secret_key))


def _keys(secret_key: str) -> list[bytes]:
    return [hashlib.sha256(key.strip().encode()).digest() for key in secret_key.split(",") if key.strip()]
