"""What every decision about a case begins and ends with: the locks, the second look, the word, and what follows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from core.clock import business_day
from core.conflicts import cases, errors, keeping
from core.conflicts import events as happenings
from core.conflicts.commands import Relocation
from core.conflicts.models import Conflict
from core.conflicts.views import CaseState
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.models import Event
from core.events.service import By, Happening
from core.feeds import service as feeds
from core.feeds.models import FeedVersion
from core.inventory import service as inventory
from core.outbox import service as outbox
from core.outbox.effects import TellConflict
from core.properties.models import Room
from core.reservations import following
from core.stays.models import Stay
from core.stays.reasons import Reason
from core.stays.undo import WrongRead


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody's word did."""

    decision: str
    """The command's name."""
    property_id: int
    conflict_id: int | None
    """None for a task that no case left."""
    event_id: int
    winner_id: int | None = None
    loser_ids: tuple[int, ...] = ()
    follow_up_ids: tuple[int, ...] = ()
    """The tasks that it left, or the one that was ticked."""
    stay_id: int | None = None
    """For a task that was ticked: whose."""
    versions: Mapping[int, int] = field(default_factory=dict)
    """The feeds' versions that show it, by room."""
    remind_at: datetime | None = None
    """When it is asked about again."""
    moved_ids: tuple[int, ...] = ()
    """The stays that were put into other rooms; of one that was split the part that was."""
    read_by: tuple[WrongRead, ...] = ()
    """For an undo: the channels that had read the state taken back (R25)."""


@dataclass(frozen=True, slots=True)
class Word:
    """What was decided about a case."""

    decision: str
    """The command's name."""
    winner: Stay | None = None
    losers: Sequence[Stay] = ()
    follow_ups: Sequence[int] = ()
    versions: Mapping[int, int] = field(default_factory=dict)
    """The feeds' versions that parts of the decision gave already, by room."""
    facts: Mapping[str, object] = field(default_factory=dict)
    """What an undo needs to know besides."""


@dataclass(slots=True)
class TakenUp:
    """A case that somebody decides, with everything locked that the decision may touch."""

    case: Conflict
    stays: list[Stay]
    """Its parties, the oldest first."""
    room: Room
    """With its property and type."""
    today: date
    """The business day."""

    def left(self, stay: Stay) -> list[date]:
        """The nights of a stay that are not over."""
        return [night for night in stay.nights if night >= self.today]


def take_up(
    work: UnitOfWork,
    conflict_id: int,
    revision: int,
    moves: Iterable[Relocation] = (),
    state: CaseState = CaseState.OPEN,
) -> TakenUp:
    """The case as it was shown, and locked. Raises `NoSuchConflict`, `AlreadyDecided` or `CaseChanged`.

    The first look only says what is to be locked; the second one, under the locks, is the one that counts.
    """
    seen = work.session.get(Conflict, conflict_id, populate_existing=True)
    if seen is None:
        raise errors.NoSuchConflict(conflict_id=conflict_id)
    _judge(seen, revision, state)
    moves = list(moves)
    stays = cases.parties_of(work, conflict_id)
    moved = work.session.scalars(select(Stay).where(Stay.id.in_([move.stay_id for move in moves]))).all()
    room_ids = {seen.room_id, *(stay.room_id for stay in (*stays, *moved)), *(move.room_id for move in moves)}
    rooms = {room.id: room for room in work.session.scalars(_rooms(room_ids))}
    room = rooms[seen.room_id]
    today = business_day(work.now, room.property.timezone)
    nights = {night for stay in (*stays, *moved) for night in stay.nights if night >= today}
    inventory.lock(work, [(type_id, night) for type_id in {one.type_id for one in rooms.values()} for night in nights])
    versions = select(FeedVersion.room_id).where(FeedVersion.room_id.in_(room_ids)).order_by(FeedVersion.room_id)
    work.session.execute(versions.with_for_update()).all()
    again = select(Conflict).where(Conflict.id == conflict_id).with_for_update()
    case = work.session.scalars(again.execution_options(populate_existing=True)).one()
    _judge(case, revision, state)
    return TakenUp(case, cases.parties_of(work, conflict_id), room, today)


def settle(work: UnitOfWork, taken: TakenUp, word: Word, by: By) -> Decided:
    """Write down what was decided; what is left between other parties is a case of its own from now on."""
    case = taken.case
    work.session.flush()
    versions = {**word.versions, **feeds.changed(work, inventory.touched_rooms(work))}
    keeping.let_go(work, case)
    stays = [stay.id for stay in taken.stays]
    winner_id = word.winner.id if word.winner is not None else None
    loser_ids = tuple(stay.id for stay in word.losers)
    told = {str(room_id): version for room_id, version in versions.items()}
    case.state, case.ended_at, case.changed_at = CaseState.DECIDED, work.now, work.now
    case.decided_by, case.transport, case.remind_at = by.person_id, by.transport, None
    case.decision = {
        "command": word.decision, "winner": winner_id, "losers": list(loser_ids), "versions": told,
        "follow_ups": list(word.follow_ups), "revisions": {str(stay.id): stay.revision for stay in taken.stays},
        **word.facts,
    }  # fmt: skip
    happening = happenings.ConflictDecided(
        *cases.happening_facts(work, case, stays), word.decision, winner_id, loser_ids, told
    )
    event_id = events.record(work, happening, case.id, property_id=case.property_id, by=plain(by))
    following.follow_all(work, taken.stays, by)
    outbox.add(work, TellConflict(case.id))
    cases.review(work, {case.room_id, *versions}, by)
    return Decided(
        word.decision, case.property_id, case.id, event_id, winner_id, loser_ids, tuple(word.follow_ups),
        versions=versions,
    )  # fmt: skip


def refuse(taken: TakenUp, losers: Iterable[Stay], by: By) -> None:
    """Raise `GuestIsIn` for a loser who is in the house, `NeedsPerson` for a guest when no person decides (R22)."""
    for loser in losers:
        if loser.checked_in_at is not None:
            raise errors.GuestIsIn(stay_id=loser.id, conflict_id=taken.case.id)
        if by.person_id is None and not is_block(loser):
            raise errors.NeedsPerson(stay_id=loser.id, conflict_id=taken.case.id)


def is_block(stay: Stay) -> bool:
    """Whether the house itself keeps the room, for nobody who would have to be told."""
    return stay.source is None and stay.guest is None and not Reason(stay.reason).sells


def plain(by: By) -> By:
    """Who acts, without the event that the act takes back: only one event can do that."""
    return by.also()


def latest_event(work: UnitOfWork, kind: type[Happening], subject_id: int) -> int:
    """The latest event of a kind about a subject."""
    query = select(Event.id).where(
        Event.subject == kind.subject, Event.subject_id == subject_id, Event.kind == kind.kind
    )
    return work.session.scalars(query.order_by(Event.id.desc()).limit(1)).one()


def _judge(case: Conflict, revision: int, state: CaseState) -> None:
    if state is CaseState.OPEN and case.state != CaseState.OPEN:
        raise errors.AlreadyDecided(conflict_id=case.id, person_id=case.decided_by, at=case.ended_at)
    if case.state != state:
        raise errors.NothingDecided(conflict_id=case.id)
    if case.revision != revision:
        raise errors.CaseChanged(conflict_id=case.id)


def _rooms(room_ids: Iterable[int]) -> Select[Room]:
    return select(Room).where(Room.id.in_(room_ids)).options(joinedload(Room.property), joinedload(Room.type))
