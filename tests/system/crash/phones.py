"""Staff who go on writing while the house is killed, and who know what must have come of it."""

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import httpx

from tests.fakes.shown import Button
from tests.fakes.twilio import FakeTwilio

HORIZON = 300
"""Days ahead within which nights are blocked."""
UNANSWERED = 20
"""Messages that somebody sends without having read an answer."""
PATH = "/webhooks/twilio"


@dataclass(frozen=True, slots=True)
class Written:
    """One message that was acknowledged: how its answer begins, and the kind of event it made, if any."""

    sid: str
    text: str
    answer: str
    event: str | None = None


@dataclass(slots=True)
class Known:
    """What one person's rooms must look like when all their messages are handled in the order they were written."""

    rooms: tuple[str, ...]
    stays: set[tuple[str, date, date]] = field(default_factory=set)
    late: set[tuple[str, date]] = field(default_factory=set)
    """Free nights that the feeds still show, because their opening can be undone (R4)."""

    def held(self) -> set[tuple[str, date]]:
        """The nights that are held."""
        return {(room, night) for room, first, last in self.stays for night in span(first, last)}

    def block(self, stay: tuple[str, date, date]) -> None:
        """Hold the nights of `stay`; an opening of before stays late until its own undo time is over."""
        self.stays.add(stay)

    def undo(self, stay: tuple[str, date, date]) -> None:
        """Take a block back: its nights open everywhere at once."""
        self.stays.remove(stay)

    def unblock(self, stay: tuple[str, date, date]) -> None:
        """Open nights again: the feeds show it later."""
        self.stays.remove(stay)
        self.late |= nights(stay)


def span(first: date, last: date) -> Iterator[date]:
    """The nights from `first` up to, not including, `last`."""
    return (first + timedelta(days=n) for n in range((last - first).days))


def nights(stay: tuple[str, date, date]) -> set[tuple[str, date]]:
    """The nights of one stay, with its room."""
    return {(stay[0], night) for night in span(*stay[1:])}


class Phone:
    """One person writing without a pause, on a thread of their own, about rooms nobody else touches.

    Like Twilio's, each post is repeated with the same MessageSid until it is answered with 200, and sometimes again.
    """

    def __init__(
        self, twilio: FakeTwilio, app_url: str, who: str, rooms: tuple[str, ...], today: date, chance: random.Random
    ) -> None:
        self.who = who
        self._app_url = app_url
        self.known = Known(rooms)
        self.written: list[Written] = []
        self._twilio = twilio
        self.today = today
        self._chance = chance
        self._stopping = threading.Event()
        self._client = httpx.Client(trust_env=False, timeout=5)
        self._thread = threading.Thread(target=self._write, name=f"phone {who}")
        self.broke: BaseException | None = None

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the sentence; the house must be up."""
        self._stopping.set()
        self._thread.join(60)
        assert not self._thread.is_alive()
        assert self.broke is None, self.broke
        self._client.close()

    def _write(self) -> None:
        try:
            while not self._stopping.is_set():
                self._chance.choice((self._block, self._block, self._block_and_undo, self._unblock, self._look))()
                time.sleep(self._chance.uniform(0, 0.03))
                self._read()
        except BaseException as error:  # noqa: BLE001 - told by the thread that joins this one.
            self.broke = error

    def _read(self) -> None:
        """Wait for answers before writing more: a house that is killed all the time gets slower than a thumb."""
        while len(self.written) - len(self._twilio.inbox(self.who)) > UNANSWERED and not self._stopping.is_set():
            time.sleep(0.02)

    def _look(self) -> None:
        self._say(f"show room {self.known.rooms[0]}", f"Room {self.known.rooms[0]}")

    def _block(self) -> tuple[str, date, date] | None:
        first = self.today + timedelta(days=self._chance.randint(2, HORIZON))
        stay = (self._chance.choice(self.known.rooms), first, first + timedelta(days=self._chance.randint(1, 3)))
        if self.known.held() & nights(stay):
            return None
        self._say(f"block room {stay[0]} from {stay[1]} to {stay[2]}", f"✅ Room {stay[0]} ", "stays.blocked")
        self.known.block(stay)
        return stay

    def _block_and_undo(self) -> None:
        before = {shown.id for shown in self._twilio.inbox(self.who)}
        stay = self._block()
        if stay is None:
            return
        tapped = self._undo_button(stay, before) if self._chance.random() < 0.7 else None
        if tapped is None:
            self._say("undo", "↩️ Undone", "stays.unblocked")
        else:
            told = {"ButtonText": "Undo", "ButtonPayload": tapped.token, "MessageType": "button"}
            self._say("Undo", "↩️ Undone", "stays.unblocked", **told)
        self.known.undo(stay)

    def _unblock(self) -> None:
        if not self.known.stays:
            return
        stay = self._chance.choice(sorted(self.known.stays))
        self._say(f"unblock room {stay[0]} from {stay[1]} to {stay[2]}", "🔓 OPEN")
        self._say("yes", f"🔓 Room {stay[0]} ", "stays.unblocked")
        self.known.unblock(stay)

    def _undo_button(self, stay: tuple[str, date, date], before: set[str]) -> Button | None:
        """The button under the answer to the block of `stay`, if it arrives before patience ends."""
        until = time.monotonic() + 0.5
        room, first, last = stay
        told = (f"✅ Room {room} ", f"{first:%a} {first.day} ", f"{last:%a} {last.day} {last:%b}")
        while time.monotonic() < until:
            for shown in self._twilio.inbox(self.who):
                if shown.id not in before and all(part in shown.text for part in told) and "Undo" in shown.labels:
                    return shown.buttons[shown.labels.index("Undo")]
            time.sleep(0.02)
        return None

    def _say(self, text: str, answer: str, event: str | None = None, **told: str) -> None:
        form = self._twilio.form(self.who, Body=text, **told)
        self._post(form)
        self.written.append(Written(form["MessageSid"], text, answer, event))

    def _post(self, form: dict[str, str]) -> None:
        headers = {"X-Twilio-Signature": self._twilio.sign(form, PATH)}
        again = self._chance.random() < 0.15
        while True:
            try:
                status = self._client.post(f"{self._app_url}{PATH}", data=form, headers=headers).status_code
            except httpx.HTTPError:
                status = 0
            if status == httpx.codes.OK:
                if not again:
                    break
                again = False
                continue
            assert status in (0, 503), f"{status} for {form['Body']}"
            time.sleep(0.03)
