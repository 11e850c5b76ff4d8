"""Why a decision about a case may be refused."""

from core.errors import NotFound, Refused


class NoSuchConflict(NotFound):
    """No case has this id. Facts: `conflict_id`."""


class NoSuchFollowUp(NotFound):
    """No task has this id. Facts: `follow_up_id`."""


class AlreadyDecided(Refused):
    """Somebody was faster. Facts: `conflict_id`, `person_id` (None: the overlap vanished by itself), `at`."""


class CaseChanged(Refused):
    """The case is not what was shown: somebody joined or left it, or it was reopened. Facts: `conflict_id`."""


class GuestIsIn(Refused):
    """A checked-in guest is not sent away by a decision. Facts: `stay_id`, `conflict_id`."""


class NeedsPerson(Refused):
    """Nobody but a person decides about a guest (R22). Facts: `stay_id`, `conflict_id`."""


class OnlyForTwo(Refused):
    """Two stays can be the same booking, not more of them. Facts: `conflict_id`."""


class NoEcho(Refused):
    """None of the parties can be our own block come back: their channels tell the two apart. Facts: `conflict_id`."""


class CannotSplit(Refused):
    """Only the first or the last nights that are left of a stay go into another room. Facts: `stay_id`."""


class NothingDecided(Refused):
    """There is no decision to take back. Facts: `conflict_id`."""


class DecisionStands(Refused):
    """The decision cannot be taken back. Facts: `conflict_id`, `why`.

    `why`: `checked_in`, `ticked` (a person said that it is done at the channel), `dropped` (the channel dropped the
    loser), `over` (the nights are), or `changed` (the loser was changed since).
    """


class AlreadyTicked(Refused):
    """The task was done already. Facts: `follow_up_id`, `person_id` (None: the channel's calendar showed it), `at`."""
