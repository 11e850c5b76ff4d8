"""The desk with channels that sell and people who decide, and a judge of the cases in plain SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select, text

from core.channels.models import ChannelBooking
from core.conflicts import queries
from core.conflicts import service as conflicts
from core.conflicts.commands import ConflictCommand, KeepStay, MoveParties, Relocation
from core.conflicts.deciding import Decided
from core.conflicts.models import Conflict, FollowUp
from core.conflicts.views import ConflictView, FollowUpView
from core.db.work import Store
from core.events.service import By
from core.feeds import queries as feeds
from core.outbox.models import Due
from core.stays import booked, commands, holding, service
from core.stays.reasons import Reason
from core.stays.telling import Change
from core.values.nights import Nights
from tests.support.desk import Desk
from tests.support.truth import faults


@dataclass(frozen=True, slots=True)
class Counter:
    """A desk, and what else happens at it once channels sell the same rooms."""

    desk: Desk

    def sell(self, room: str, wanted: Nights, platform: str = "airbnb", code: str | None = None) -> int:
        """Let a channel sell nights of a room it is linked to, as its calendar would tell; the stay it made."""
        with self.desk.store.unit_of_work() as work:
            link = self.desk.hotel.links[platform, room]
            number = work.session.scalar(select(func.max(ChannelBooking.number)).where(ChannelBooking.link_id == link))
            place = holding.room_of(work, self.desk.hotel.rooms[room])
            change = booked.arrive(work, place, booked.Booked(wanted, platform, code), By())
            work.session.add(
                ChannelBooking(
                    link_id=link, number=(number or 0) + 1, kind="reservation", state="there", taken_as="stay",
                    arrival=wanted.arrival, departure=wanted.departure, code=code, uid=None, summary="Reserved",
                    first_seen=work.now, last_seen=work.now, stay_id=change.stay.id,
                )
            )  # fmt: skip
            return change.stay.id

    def redate(self, stay_id: int, before: Nights, now: Nights) -> None:
        """Let a channel change the nights of what it sold."""
        with self.desk.store.unit_of_work() as work:
            stay = work.session.get_one(type(self.desk.stay(stay_id)), stay_id)
            booked.redate(work, stay, before, now, By())

    def drop(self, stay_id: int) -> None:
        """Let a channel drop what it sold."""
        with self.desk.store.unit_of_work() as work:
            booked.end(work, work.session.get_one(type(self.desk.stay(stay_id)), stay_id), By())

    def insist(self, room: str, wanted: Nights, reason: Reason = Reason.OWNER, guest: str | None = None) -> Change:
        """Block nights although some are taken."""
        order = commands.BlockRoom(self.desk.hotel.rooms[room], wanted, reason, guest=guest, insist=True)
        with self.desk.store.unit_of_work() as work:
            return service.block(work, order, self.desk.by)

    def check_in(self, stay_id: int) -> Change:
        """Check a guest in."""
        order = commands.CheckIn(stay_id, self.desk.stay(stay_id).revision)
        with self.desk.store.unit_of_work() as work:
            return service.check_in(work, order, self.desk.by)

    def decide(self, command: ConflictCommand, by: By | None = None) -> Decided:
        """Decide a case."""
        with self.desk.store.unit_of_work() as work:
            return conflicts.decide(work, command, by or self.desk.by)

    def keep(self, stay_id: int, by: By | None = None) -> Decided:
        """Let a stay win the one open case."""
        case = self.case()
        return self.decide(KeepStay(case.conflict_id, case.revision, stay_id), by)

    def move(self, *moves: tuple[int, str]) -> Decided:
        """Settle the one open case by moves."""
        case = self.case()
        steps = tuple(Relocation(stay_id, self.desk.hotel.rooms[room]) for stay_id, room in moves)
        return self.decide(MoveParties(case.conflict_id, case.revision, steps))

    def cases(self) -> tuple[ConflictView, ...]:
        """Return the open cases."""
        with self.desk.store.reading() as session:
            return queries.open_cases(session, self.desk.hotel.property_id, self.desk.store.clock.now())

    def case(self) -> ConflictView:
        """Return the one open case."""
        (case,) = self.cases()
        return case

    def view(self, conflict_id: int) -> ConflictView:
        """Return a case, whatever its state."""
        with self.desk.store.reading() as session:
            view = queries.case(session, conflict_id, self.desk.store.clock.now())
        assert view is not None
        return view

    def row(self, conflict_id: int) -> Conflict:
        """Return a case's row."""
        with self.desk.store.reading() as session:
            return session.get_one(Conflict, conflict_id)

    def parties(self) -> list[set[int]]:
        """Return the stays of each open case."""
        return [{party.stay.stay_id for party in case.parties} for case in self.cases()]

    def tasks(self) -> tuple[FollowUpView, ...]:
        """Return what is left to be done."""
        with self.desk.store.reading() as session:
            return queries.follow_ups(session, self.desk.hotel.property_id)

    def how(self, stay_id: int) -> list[str | None]:
        """Return how the tasks about a stay were closed; None for an open one."""
        with self.desk.store.reading() as session:
            query = select(FollowUp.how).where(FollowUp.stay_id == stay_id).order_by(FollowUp.id)
            return list(session.scalars(query))

    def shown(self, room: str, platform: str = "airbnb") -> set[date]:
        """Return the nights that a channel's feed of a room shows busy."""
        link = self.desk.hotel.links[platform, room]
        with self.desk.store.reading() as session:
            events = feeds.shown(session, link, self.desk.store.clock.now())
        return {night for event in events for night in event.nights}

    def dues(self, kind: str) -> list[Due]:
        """Return the effects of a kind that are open."""
        with self.desk.store.reading() as session:
            return list(session.scalars(select(Due).where(Due.kind == kind, Due.closed_at.is_(None))))

    def must_be_true(self) -> None:
        """Fail unless nights, counters and cases agree."""
        engine, now = self.desk.store.database.read, self.desk.store.clock.now()
        found = [*faults(engine, now), *wrong_cases(self.desk.store)]
        assert not found, "\n".join(found)


def wrong_cases(store: Store) -> Iterator[str]:
    """Name what is wrong with the cases: every contested stay is in exactly one open case, with nobody who lost."""
    members = text(
        "SELECT p.conflict_id, s.id, s.state FROM conflict_parties p JOIN conflicts c ON c.id = p.conflict_id"
        " JOIN stays s ON s.id = p.stay_id WHERE c.state = 'open' AND p.left_at IS NULL"
    )
    # In the example hotel the day begins at 02:00 in Greenwich.
    today = (store.clock.now() - timedelta(hours=2)).date().isoformat()
    everybody = text(f"SELECT id, state FROM stays WHERE departure > '{today}'")
    waiting = text("SELECT stay_id FROM follow_ups WHERE done_at IS NULL")
    with store.database.read.connect() as connection:
        rows = connection.execute(members).all()
        states = {row[0]: row[1] for row in connection.execute(everybody)}
        tasks = {row[0] for row in connection.execute(waiting)}
        open_cases = {row[0] for row in connection.execute(text("SELECT id FROM conflicts WHERE state = 'open'"))}
    cases_of: dict[int, list[int]] = {}
    for conflict_id, stay_id, _ in rows:
        cases_of.setdefault(stay_id, []).append(conflict_id)
    for stay_id, state in states.items():
        if state == "contested" and len(cases_of.get(stay_id, [])) != 1:
            yield f"contested stay {stay_id} is in the open cases {cases_of.get(stay_id, [])}"
        if state == "shadowed" and stay_id not in tasks:
            yield f"stay {stay_id} lost, and nobody has a task about it"
    for conflict_id in open_cases:
        inside = [state for case_id, _, state in rows if case_id == conflict_id]
        if "contested" not in inside or not set(inside) <= {"contested", "holding"}:
            yield f"case {conflict_id} is open with parties that are {inside}"
