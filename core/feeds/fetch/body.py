"""The body as it was meant: what is on the wire, unpacked under a cap."""

import zlib
from collections.abc import Iterable

from core.feeds.fetch.answers import Stop, Trouble

GZIP = 16 + zlib.MAX_WBITS
"""For zlib: a gzip header and trailer, checked (RFC 1952)."""


def whole(chunks: Iterable[bytes], encoding: str | None, most: int) -> bytes:
    """Put `chunks` together; `encoding` is the Content-Encoding, of which gzip and none are taken.

    Raises `Stop`: TOO_LARGE beyond `most` bytes unpacked, BAD_ENCODING, BROKEN when the gzip ends early.
    """
    codings = [one.strip().lower() for one in (encoding or "").split(",")]
    match [one for one in codings if one not in ("", "identity")]:
        case []:
            return _joined(chunks, most)
        case ["gzip" | "x-gzip"]:
            return _unpacked(chunks, most)
        case _:
            raise Stop(Trouble.BAD_ENCODING, f"an encoding that was not offered: {encoding!r:.100}")


def _joined(chunks: Iterable[bytes], most: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        _capped(body, most)
    return bytes(body)


def _unpacked(chunks: Iterable[bytes], most: int) -> bytes:
    body = bytearray()
    unpacker = zlib.decompressobj(GZIP)
    try:
        for chunk in chunks:
            waiting = chunk
            while waiting and not unpacker.eof:
                # Never more than one byte beyond the cap is unpacked, whatever the gzip holds.
                body += unpacker.decompress(waiting, most + 1 - len(body))
                _capped(body, most)
                waiting = unpacker.unconsumed_tail
            if unpacker.eof and (unpacker.unused_data or waiting):
                # A second part would be silently lost, and half a calendar frees nights.
                raise Stop(Trouble.BAD_ENCODING, "bytes after the end of the gzip")
    except zlib.error as error:
        raise Stop(Trouble.BAD_ENCODING, str(error)) from None
    if not unpacker.eof:
        raise Stop(Trouble.BROKEN, "the gzip ended early")
    return bytes(body)


def _capped(body: bytearray, most: int) -> None:
    if len(body) > most:
        raise Stop(Trouble.TOO_LARGE, f"more than {most} bytes unpacked")
