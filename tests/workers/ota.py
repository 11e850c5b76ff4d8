"""An OTA's calendars on this machine, some of them hostile, and a hotel whose links are read from there."""

import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sqlalchemy import select

from core.channels.models import ChannelBooking, ChannelLink, LinkImport
from core.channels.service import SEALED_FOR
from core.db.work import Store
from core.feeds.fetch.client import Bounds, Means
from core.imports import timetable
from core.outbox.models import Due
from tests.support.calendars import calendar, reserved
from tests.support.desk import nights
from tests.support.hotel import SEALER
from tests.workers.place import Place
from workers.context import Context

SHORT = Bounds(connect=2.0, total=3.0)
"""No look takes longer, so that a hanging server costs a test seconds."""


@dataclass(slots=True)
class Says:
    """What one address answers; `held` hangs until the test lets go."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    held: threading.Event | None = None


class Ota:
    """A server of calendars, by path; it counts what is asked, and how much of that at once."""

    def __init__(self) -> None:
        self.says: dict[str, Says] = {}
        self.asked: list[str] = []
        self.most_at_once: Counter[str] = Counter()
        self._now: Counter[str] = Counter()
        self._guard = threading.Lock()
        self._over = threading.Event()
        ota = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                ota._answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_: object) -> None:
                """Let who hung up go."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def url(self, host: str, path: str) -> str:
        """The address of a calendar, as if it were on `host`."""
        return f"http://{host}:{self._server.server_address[1]}/{path}.ics"

    def shows(self, path: str, body: bytes, **more: str) -> None:
        """Answer with a body; `more` are headers, underscores for dashes."""
        self.says[path] = Says(body, headers={name.replace("_", "-"): value for name, value in more.items()})

    def times(self, path: str) -> int:
        """How often a calendar was asked for."""
        return self.asked.count(path)

    def close(self) -> None:
        """Let go of all who wait, and stop."""
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.strip("/").removesuffix(".ics")
        host = str(request.headers["Host"]).partition(":")[0]
        with self._guard:
            self.asked.append(path)
            self._now[host] += 1
            self.most_at_once[host] = max(self.most_at_once[host], self._now[host])
        said = self.says.get(path, Says(status=404))
        if said.held is not None:
            while not said.held.wait(0.02) and not self._over.is_set():
                pass
        with self._guard:
            self._now[host] -= 1
        request.send_response(said.status)
        for name, value in said.headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(said.body)))
        request.end_headers()
        request.wfile.write(said.body)


@dataclass(frozen=True, slots=True)
class Reading:
    """The hotel, the OTA, and what jobs work with that read from it."""

    place: Place
    ota: Ota
    context: Context

    @property
    def store(self) -> Store:
        """The hotel's store."""
        return self.place.store

    def reads(self, name: tuple[str, str], host: str = "ota.example", *, path: str | None = None) -> str:
        """Have a link read, due at once, from a path of its own on `host`; the path."""
        path = path or f"{name[0]}-{name[1]}"
        with self.store.unit_of_work() as work:
            link = work.session.get_one(ChannelLink, self.place.hotel.links[name])
            link.import_url = SEALER.seal(self.ota.url(host, path), SEALED_FOR)
            timetable.schedule(work, link.id, timedelta(minutes=30), soon=True)
        self.ota.shows(path, booked(path))
        return path

    def soon(self, *names: tuple[str, str]) -> None:
        """Wish for a look."""
        with self.store.unit_of_work() as work:
            timetable.pull_soon(work, [self.place.hotel.links[name] for name in names])

    def due(self, name: tuple[str, str]) -> Due:
        """A link's row of the timetable."""
        with self.store.reading() as session:
            return session.scalars(select(Due).where(Due.key == f"pull:{self.place.hotel.links[name]}")).one()

    def memory(self, name: tuple[str, str]) -> LinkImport | None:
        """How a link's reading goes."""
        with self.store.reading() as session:
            return session.get(LinkImport, self.place.hotel.links[name])

    def good(self, name: tuple[str, str]) -> bool:
        """Whether a link has been read well."""
        memory = self.memory(name)
        return memory is not None and memory.good_at is not None

    def codes(self) -> list[str | None]:
        """The codes of all bookings that were told."""
        with self.store.reading() as session:
            return list(session.scalars(select(ChannelBooking.code).order_by(ChannelBooking.id)))


def booked(path: str) -> bytes:
    """A calendar with one reservation of Airbnb's, whose code is made of `path`."""
    return calendar(reserved(nights(10, 2), code(path)))


def code(path: str) -> str:
    """The code of the one reservation in `booked(path)`, without its HM."""
    return f"{path.replace('-', '').replace('_', '').upper():X<8}"[-8:]


def gzip_bomb() -> bytes:
    """A hundred megabytes of nothing, packed."""
    return gzip.compress(b"\0" * (100 * 2**20))


def rule_bomb() -> bytes:
    """A calendar of many rules, each of which asks for as many days as it can."""
    rules = [
        f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2\r\nEND:VEVENT"
        for n in range(2_000)
    ]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *rules, "END:VCALENDAR", ""]).encode()


def million_lines() -> bytes:
    """A calendar of a million lines that say nothing."""
    return b"BEGIN:VCALENDAR\r\n" + b"X:\n" * 1_000_000 + b"END:VCALENDAR\r\n"


def odd_events() -> bytes:
    """As many events as are taken, none of them written plainly."""
    events = [
        f"BEGIN:VEVENT\r\nUID;X=1:{n}\r\nDTSTART;TZID=Africa/Nairobi:20261201T120000\r\nDURATION:P{n % 9 + 1}D\r\n"
        f"SUMMARY;LANGUAGE=en:{'x' * 100}\r\nEND:VEVENT"
        for n in range(5_000)
    ]  # fmt: skip
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""]).encode()


@contextmanager
def open_reading(place: Place) -> Iterator[Reading]:
    """Give the OTA, on which every name there is leads to this machine, beside the hotel."""
    ota = Ota()
    means = Means(bounds=SHORT, resolve=lambda _host, _seconds: ["127.0.0.1"], clock=place.store.clock)
    context = replace(place.context, means=means, allow_private=True)
    try:
        yield Reading(place, ota, context)
    finally:
        context.reader.close()
        ota.close()
