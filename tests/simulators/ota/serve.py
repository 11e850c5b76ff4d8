"""An OTA as a process of its own: `python -m tests.simulators.ota.serve PLATFORM SEED NOW`.

It prints the port it listens on (loopback) and ends when its standard input does, so that it never outlives whoever
started it. `GET /ical/LISTING.ics` is a listing's calendar; `POST /control` is for the one who plays guests and time.
"""

import json
import sys
import threading
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.simulators.ota.failing import BODIES, Kind
from tests.simulators.ota.platform import Ota

HANGS = 3.0
"""Seconds for which a hanging answer hangs: longer than the simulated house waits."""


class Server(ThreadingHTTPServer):
    """The web of one OTA; its calendar and its requests wait for each other."""

    daemon_threads = True

    def __init__(self, ota: Ota) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ota = ota
        self.guard = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        """Hear a request of the simulator."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.guard:
            told = self.server.ota.hear(asked)
        self._send(HTTPStatus.OK, "application/json", json.dumps(told).encode())

    def do_GET(self) -> None:
        """Give a calendar, or fail."""
        key = self.path.partition("?")[0].removeprefix("/ical/").removesuffix(".ics")
        with self.server.guard:
            failure = self.server.ota.failures.get(key)
            if key not in self.server.ota.listings:
                self._send(HTTPStatus.NOT_FOUND, "text/plain", b"not found")
                return
            body = self.server.ota.export(key)
        kind = failure.kind if failure is not None else None
        if kind is not None and kind in BODIES:
            self._send(*BODIES[kind])
        elif kind is Kind.HANG:
            threading.Event().wait(HANGS)
            self.close_connection = True
        elif kind is Kind.CUT:
            self._send(HTTPStatus.OK, "text/calendar; charset=utf-8", body[: len(body) // 2], len(body))
            self.close_connection = True
        else:
            self._send(HTTPStatus.OK, "text/calendar; charset=utf-8", body)

    def _send(self, status: int, kind: str, body: bytes, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.send_header("Retry-After", "60")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name.
        """Say nothing."""


def main(arguments: list[str]) -> None:
    """Serve one OTA until standard input ends."""
    platform, seed, now = arguments
    server = Server(Ota(platform, seed, datetime.fromisoformat(now)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)  # noqa: T201 - how the one who started us learns where we are.
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])
