"""Guests past their departure, at a desk whose clock is set by the house's own."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.events.service import By
from core.outbox.effects import TellDeparture
from core.outbox.models import Due
from core.stays import asked, commands, leaving, overdue, service
from core.stays.questions import Standing
from core.stays.reasons import Reason
from core.stays.telling import Change
from core.values.nights import Nights
from tests.support.desk import Desk, day
from tests.support.hotel import clock_of


@dataclass(frozen=True, slots=True)
class Leaver:
    """A desk, and what is done about guests who are to leave."""

    desk: Desk
    zone: str = "Africa/Nairobi"

    def at(self, offset: int, hour: int, minute: int = 0) -> None:
        """Set the clock: `offset` days after the first one."""
        wall = datetime.combine(day(offset), time(hour, minute), ZoneInfo(self.zone))
        clock_of(self.desk.store).instant = wall

    def guest(self, room: str, wanted: Nights, name: str = "John") -> int:
        """Let a walk-in have a room; the stay."""
        return self.desk.block(room, wanted, Reason.WALK_IN, name).stay.id

    def inside(self, room: str, wanted: Nights, name: str = "John") -> int:
        """Let a walk-in have a room and be in it; the stay."""
        stay = self.guest(room, wanted, name)
        self.check_in(stay)
        return stay

    def check_in(self, stay_id: int) -> None:
        """Check a guest in."""
        order = commands.CheckIn(stay_id, self.desk.stay(stay_id).revision)
        with self.desk.store.unit_of_work() as work:
            service.check_in(work, order, self.desk.by)

    def check_out(self, stay_id: int) -> Change:
        """Check a guest out."""
        order = commands.CheckOut(stay_id, self.desk.stay(stay_id).revision)
        with self.desk.store.unit_of_work() as work:
            return leaving.check_out(work, order, self.desk.by)

    def watch(self) -> list[int]:
        """Do what is done each minute; the stays that got another night."""
        with self.desk.store.reading() as session:
            waiting = overdue.overdue(session, self.desk.store.clock.now())
        kept: list[int] = []
        for stay_id in waiting:
            with self.desk.store.unit_of_work() as work:
                change = overdue.watch(work, stay_id)
                kept += [stay_id] if change is not None else []
        return kept

    def left(self, stay_id: int, offset: int, by: By | None = None) -> Change:
        """Answer that a guest has left, who was asked about on a day."""
        with self.desk.store.unit_of_work() as work:
            return overdue.left(work, commands.GuestLeft(stay_id, day(offset)), by or self.desk.by)

    def stays_on(self, stay_id: int, offset: int, by: By | None = None) -> Change:
        """Answer that a guest stays for the night of a day."""
        with self.desk.store.unit_of_work() as work:
            return overdue.stays_on(work, commands.GuestStaysOn(stay_id, day(offset)), by or self.desk.by)

    def asked(self) -> list[str]:
        """Return on which days staff were to be asked, by the keys that see to it that they are once."""
        query = select(Due.key).where(Due.kind == TellDeparture.kind, Due.key.is_not(None)).order_by(Due.id)
        with self.desk.store.reading() as session:
            return [key for key in session.scalars(query) if key is not None]

    def told(self) -> int:
        """Return how often the cards were to be brought up to date."""
        query = select(Due.id).where(Due.kind == TellDeparture.kind)
        with self.desk.store.reading() as session:
            return len(session.scalars(query).all())

    def how(self, stay_id: int) -> Standing:
        """Return how the question about a guest stands."""
        with self.desk.store.reading() as session:
            found = asked.standing(session, stay_id, self.desk.store.clock.now())
        assert found is not None
        return found
