"""Connections to checked addresses only, under one deadline and one allowance of bytes."""

import ssl
from collections.abc import Iterable
from time import monotonic
from typing import Any

import httpcore

from core.feeds.fetch.addresses import Resolve, checked
from core.feeds.fetch.answers import Stop, Trouble


class Allowance:
    """What one fetch, with all its redirects, may still spend: seconds and bytes on the wire."""

    def __init__(self, seconds: float, size: int) -> None:
        self._until = monotonic() + seconds
        self._size = size

    def left(self, most: float | None = None) -> float:
        """The seconds left, at most `most`. Raises `Stop` (TIMEOUT) when there are none."""
        left = self._until - monotonic()
        if left <= 0:
            raise Stop(Trouble.TIMEOUT, "the whole took too long")
        return left if most is None else min(left, most)

    def spend(self, size: int) -> None:
        """Count `size` bytes read. Raises `Stop` (TOO_LARGE)."""
        self._size -= size
        if self._size < 0:
            raise Stop(Trouble.TOO_LARGE, "too many bytes on the wire")


class Metered(httpcore.NetworkStream):
    """A connection whose every step is bounded by what is left, so that neither drip nor endless headers hold us."""

    def __init__(self, stream: httpcore.NetworkStream, allowance: Allowance) -> None:
        self._stream = stream
        self._allowance = allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come, decrypted."""
        data = self._stream.read(max_bytes, self._allowance.left(timeout))
        self._allowance.spend(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of `buffer`."""
        self._stream.write(buffer, self._allowance.left(timeout))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Shake hands; the certificate must be for `server_hostname`, which stays the name."""
        try:
            left = self._allowance.left(timeout)
        except Stop:
            self.close()
            raise
        return Metered(self._stream.start_tls(ssl_context, server_hostname, left), self._allowance)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the base class's type.
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)


class Guard(httpcore.NetworkBackend):
    """Opens connections: resolves once, checks every address, and connects to what was checked.

    A name that is checked and then given to a library to connect to is resolved twice, and may answer differently
    the second time (DNS rebinding).
    """

    def __init__(
        self, resolve: Resolve, dial: httpcore.NetworkBackend, allowance: Allowance, *, allow_private: bool
    ) -> None:
        self._resolve = resolve
        self._dial = dial
        self._allowance = allowance
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first checked address that answers; `timeout` is for all of them together."""
        within = self._allowance.left(timeout)
        addresses = checked(host, port, self._resolve, within, allow_private=self._allow_private)
        began = monotonic()
        refusal: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for tried, address in enumerate(addresses):
            # A first address that swallows everything leaves the others their share.
            share = (within - (monotonic() - began)) / (len(addresses) - tried)
            if share <= 0:
                break
            try:
                stream = self._dial.connect_tcp(
                    address, port, self._allowance.left(share), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refusal = error
            else:
                return Metered(stream, self._allowance)
        raise refusal or httpcore.ConnectTimeout(host)
