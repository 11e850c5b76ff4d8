"""Cases as the dialogue knows them: with the stays that their advice moves, and what became of a decision. Frozen."""

from dataclasses import dataclass
from datetime import datetime

from core.conflicts.views import ConflictView, FollowUpView
from core.stays.views import StayView


@dataclass(frozen=True, slots=True)
class Case:
    """One case with what its card needs besides."""

    view: ConflictView
    moved: tuple[StayView, ...] = ()
    """The stays that the advice moves though they are no party to it."""

    def stay(self, stay_id: int) -> StayView | None:
        """A stay that the case or its advice names."""
        known = (*(party.stay for party in self.view.parties), *self.moved)
        return next((stay for stay in known if stay.stay_id == stay_id), None)


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody's word made of a case, as its receipt tells it; for a task that was ticked, there may be none."""

    what: str
    """The command's name."""
    case: Case | None
    follow_ups: tuple[FollowUpView, ...] = ()
    """The tasks that it left, or the one that was ticked."""
    moves: tuple[StayView, ...] = ()
    """The stays that were moved, as they are now."""
    checked_in: StayView | None = None
    """The guest who was given the room and is in it."""
    remind_at: datetime | None = None
    """When it is asked about again."""
    read_by: tuple[tuple[str, datetime], ...] = ()
    """For an undo: platforms that had read the state taken back, and when (R25)."""
