"""The OTAs as the simulator reaches them: processes of their own, asked by HTTP."""

import http.client
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
A_WHILE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Sold:
    """What a guest is given who booked."""

    code: str
    uid: str


@dataclass(frozen=True, slots=True)
class Reads:
    """The reads of our calendars that were due, each with its listing and status, and when the next is due."""

    done: tuple[tuple[str, int], ...]
    next: datetime


class OtaProcess:
    """One OTA in a process of its own, from `with` to its end."""

    def __init__(self, platform: str, seed: str, now: datetime) -> None:
        self.platform = platform
        self._now = now
        command = [sys.executable, "-m", "tests.simulators.ota.serve", platform, seed, now.isoformat()]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    @cached_property
    def port(self) -> int:
        """Where it listens; waits until it does."""
        assert self._process.stdout is not None
        told = self._process.stdout.readline()
        assert told, f"the OTA {self.platform} did not start"
        return int(told)

    @cached_property
    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.communicate(timeout=PATIENCE)

    def at(self, now: datetime) -> None:
        """Say what time it is, when it has been some minutes; every request says so, too.

        Minutes are counted from the full hour, so that no midnight of any zone falls between.
        """
        told, self._now = self._now, now
        if now - told >= A_WHILE or now.minute // 10 != told.minute // 10:
            self._ask("time")

    def calendar_url(self, listing: str) -> str:
        """Where the calendar of a listing is read."""
        return f"http://127.0.0.1:{self.port}/ical/{listing}.ics"

    def list(self, listing: str, **options: object) -> None:
        """Add a listing; `options` are those of `tests.simulators.ota.listing.Options`."""
        self._ask("list", listing=listing, options=options)

    def clock(self, now: datetime) -> Reads:
        """Let everything happen that is due by `now`."""
        self._now = now
        told = self._ask("clock")
        done = tuple((read["listing"], read["status"]) for read in told["reads"])
        return Reads(done, datetime.fromisoformat(told["next"]))

    def refresh(self, listing: str) -> int:
        """Press the button that reads our calendar now; the status of that read."""
        return int(self._ask("refresh", listing=listing)["status"])

    def book(self, listing: str, arrival: date, departure: date) -> Sold | None:
        """Book as a guest; None when the OTA does not sell that."""
        told = self._ask("book", listing=listing, **_nights(arrival, departure))
        return None if told["code"] is None else Sold(told["code"], told["uid"])

    def cancel(self, listing: str, code: str) -> tuple[date, date] | None:
        """Cancel a reservation; the nights that stay closed there all the same."""
        shut = self._ask("cancel", listing=listing, code=code)["closed"]
        return None if shut is None else (date.fromisoformat(shut[0]), date.fromisoformat(shut[1]))

    def change(self, listing: str, code: str, arrival: date, departure: date) -> bool:
        """Ask for other nights; whether they were given."""
        return bool(self._ask("change", listing=listing, code=code, **_nights(arrival, departure))["changed"])

    def shut(self, listing: str, arrival: date, departure: date) -> bool:
        """Close nights there as the host; whether they were free of reservations."""
        return bool(self._ask("close", listing=listing, **_nights(arrival, departure))["closed"])

    def reopen(self, listing: str, arrival: date, departure: date) -> None:
        """Open nights there that the host had closed."""
        self._ask("open", listing=listing, **_nights(arrival, departure))

    def fail(self, listing: str, kind: str | None) -> frozenset[str]:
        """Let a calendar fail (see `tests.simulators.ota.failing.Kind`) or heal (None); the codes it leaves out."""
        return frozenset(self._ask("fail", listing=listing, kind=kind).get("codes", ()))

    def _ask(self, do: str, **more: object) -> Any:  # noqa: ANN401 - JSON.
        body = json.dumps({"do": do, "now": self._now.isoformat(), **more})
        self._connection.request("POST", "/control", body, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        raw = answer.read()
        assert answer.status == http.client.OK, raw
        return json.loads(raw)


def _nights(arrival: date, departure: date) -> dict[str, str]:
    return {"arrival": arrival.isoformat(), "departure": departure.isoformat()}
