"""The demo's OTAs: each knows one address and nothing of Dauda, only HTTP and icalendar."""

import threading
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import icalendar

AGENT = "Demo-OTA/1.0"


@dataclass(frozen=True, slots=True)
class Look:
    """What one read of the calendar brought."""

    status: int
    busy: frozenset[date]
    event: str
    """The first event as it stands in the calendar."""


@dataclass(frozen=True, slots=True)
class Sale:
    """What an OTA sold: nights from `arrival` up to, not including, `departure`."""

    code: str
    arrival: date
    departure: date


@dataclass(slots=True)
class DemoOta:
    """Polls our calendar of a room as an OTA does, believes what it reads, and serves one of its own sales."""

    address: str
    """Of our calendar for it."""
    tells_codes: bool = True
    """Whether its calendar names the reservation, as Airbnb's does; Booking.com's says only that it is closed."""
    sales: list[Sale] = field(default_factory=list)

    def read(self) -> Look:
        """Fetch and read the calendar."""
        answer = httpx.get(self.address, headers={"User-Agent": AGENT}, timeout=10)
        if answer.status_code != httpx.codes.OK:
            return Look(answer.status_code, frozenset(), "")
        busy: set[date] = set()
        text = answer.text.replace("\r\n", "\n")
        calendar = icalendar.Calendar.from_ical(answer.content)
        for event in calendar.events:
            nights = (event.end - event.start).days
            busy |= {event.start + timedelta(days=n) for n in range(nights)}
        begin, end = text.find("BEGIN:VEVENT"), text.find("END:VEVENT")
        return Look(answer.status_code, frozenset(busy), text[begin : end + len("END:VEVENT")])

    def sell(self, code: str, arrival: date, nights: int) -> None:
        """Sell nights to a guest of its own."""
        self.sales.append(Sale(code, arrival, arrival + timedelta(days=nights)))

    def calendar(self) -> bytes:
        """Its own calendar, as it exports it."""
        calendar = icalendar.Calendar.new(prodid="-//Demo OTA//Calendar//EN")
        for sale in self.sales:
            summary = "Reserved" if self.tells_codes else "CLOSED - Not available"
            about = f"https://www.airbnb.com/hosting/reservations/details/{sale.code}" if self.tells_codes else None
            uid = f"{sha256(f'{sale.code}{sale.arrival}'.encode()).hexdigest()[:32]}@ota.example"
            calendar.add_component(
                icalendar.Event.new(uid=uid, start=sale.arrival, end=sale.departure, summary=summary, description=about)
            )
        return bytes(calendar.to_ical())


class OtaServer:
    """The OTAs' own calendars on loopback, by name: `/airbnb.ics`."""

    def __init__(self) -> None:
        self._otas: dict[str, DemoOta] = {}
        otas = self._otas

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                ota = otas.get(self.path.removeprefix("/").removesuffix(".ics"))
                body = ota.calendar() if ota is not None else b""
                self.send_response(200 if ota is not None else 404)
                self.send_header("Content-Type", "text/calendar; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name.
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self._thread = threading.Thread(target=self._server.serve_forever, name="demo-otas", daemon=True)
        self._thread.start()

    def serve(self, name: str, ota: DemoOta) -> str:
        """Serve the calendar of `ota`; its address."""
        self._otas[name] = ota
        return f"http://127.0.0.1:{self._server.server_address[1]}/{name}.ics"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
