"""A storm: several clerks who change few rooms and few nights at once, and remember what they were told."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from core.errors import DaudaError
from core.events.models import Event
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.stays.telling import Change
from tests.support.desk import Desk, day, nights

NIGHTS = 6
REASONS = (Reason.GUEST, Reason.OWNER, Reason.GUEST, Reason.WALK_IN, Reason.MAINTENANCE)


@dataclass(frozen=True, slots=True)
class Told:
    """What a clerk was told when a change was done."""

    stay_id: int
    revision: int
    event_id: int
    room_id: int
    arrival: date
    departure: date
    released: bool


@dataclass(slots=True)
class Storm:
    """A running storm over one desk: `blow` does `attempts` changes on `clerks` threads."""

    desk: Desk
    attempts: int
    clerks: int = 6
    limit: float = 100
    told: list[Told] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    broken: list[BaseException] = field(default_factory=list)
    _left: int = 0
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def blow(self, seed: int) -> None:
        """Run to the end; fails when the time limit came first or a clerk met an error of no kind we know."""
        self._left = self.attempts
        deadline = time.monotonic() + self.limit
        threads = [
            threading.Thread(target=self._clerk, args=(random.Random(f"{seed}/{number}"), deadline), daemon=True)
            for number in range(self.clerks)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(self.limit + 30)
        assert not self.broken, repr(self.broken[0])
        assert not any(thread.is_alive() for thread in threads)
        assert self._left <= 0, f"{self._left} of {self.attempts} attempts were left after {self.limit} s"

    def _clerk(self, chance: random.Random, deadline: float) -> None:
        while time.monotonic() < deadline and not self.broken:
            with self._guard:
                self._left -= 1
                if self._left < 0:
                    return
            try:
                self._attempt(chance)
            except DaudaError as error:
                with self._guard:
                    self.refused[error.code] += 1
            except BaseException as error:  # noqa: BLE001 - told by the thread that started this one.
                self.broken.append(error)
                return

    def _attempt(self, chance: random.Random) -> None:
        desk, known = self.desk, self._known(chance)
        if known is None or chance.random() < 0.35:
            first = chance.randrange(NIGHTS)
            wanted = nights(first, chance.randint(1, NIGHTS - first))
            self._tell(desk.block(chance.choice(list(desk.hotel.rooms)), wanted, chance.choice(REASONS)))
            return
        departure = day(chance.randint(1, NIGHTS))
        verbs: list[Callable[[], Change]] = [
            lambda: desk.unblock(known.stay_id),
            lambda: desk.unblock(known.stay_id, nights(chance.randrange(NIGHTS), 1)),
            lambda: desk.extend(known.stay_id, departure),
            lambda: desk.shorten(known.stay_id, departure),
            lambda: desk.move(known.stay_id, chance.choice(list(desk.hotel.rooms))),
            lambda: desk.undo(known.event_id)[0].change,
        ]
        self._tell(chance.choice(verbs)())

    def _known(self, chance: random.Random) -> Told | None:
        with self._guard:
            latest = self.told[-24:]
            # Mostly what can still be changed; now and then what was ended meanwhile.
            living = [told for told in latest if not told.released] if chance.random() < 0.9 else latest
            return chance.choice(living) if living else None

    def _tell(self, change: Change) -> None:
        stay = change.stay
        told = Told(
            stay.id, stay.revision, change.event_id, stay.room_id, stay.arrival, stay.departure,
            released=stay.state == StayState.RELEASED,
        )  # fmt: skip
        with self._guard:
            self.told.append(told)


def lost(storm: Storm) -> list[str]:
    """Name the acknowledged changes that are not there, and the events that nobody was told of."""
    last: dict[int, Told] = {}
    for told in storm.told:
        if told.stay_id not in last or last[told.stay_id].revision < told.revision:
            last[told.stay_id] = told
    with storm.desk.store.reading() as session:
        stays = {stay.id: stay for stay in session.scalars(select(Stay))}
        # What follows from a change for the cases of its rooms is told to nobody here.
        events = set(session.scalars(select(Event.id).where(Event.subject == "stay")))
    found = [f"event {told.event_id} is not there" for told in storm.told if told.event_id not in events]
    if len(events) != len(storm.told):
        found.append(f"{len(events)} events of {len(storm.told)} acknowledged changes")
    if set(stays) != set(last):
        found.append("there are other stays than the acknowledged ones")
    for told in last.values():
        stay = stays[told.stay_id]
        as_it_is = (stay.room_id, stay.arrival, stay.departure, stay.state == StayState.RELEASED)
        # A fact may have taken nights since, with a new revision; room, dates and end are the clerks' alone.
        if as_it_is != (told.room_id, told.arrival, told.departure, told.released) or stay.revision < told.revision:
            found.append(f"stay {told.stay_id} is not as its last change said")
    return found
