"""Why the front desk's verbs may be refused."""

from core.errors import Invalid, NotFound, Refused


class InThePast(Invalid):
    """The arrival is before the business day. Facts: `arrival`, `today`."""


class TooLong(Invalid):
    """More nights than one stay may have. Facts: `nights`, `most`."""


class TooFarAhead(Invalid):
    """Beyond the horizon. Facts: `departure`, `last`."""


class NoSuchStay(NotFound):
    """No stay has this id at this property."""


class NoSuchRoom(NotFound):
    """No room has this id at this property, or it was removed."""


class AlreadyEnded(Refused):
    """The stay was released meanwhile. Facts: `stay_id`."""


class ChangedMeanwhile(Refused):
    """Somebody changed the stay after this was decided. Facts: `stay_id`."""


class NothingToChange(Refused):
    """The change would change nothing (same room, same nights). Facts: `stay_id`."""


class NightsLeft(Refused):
    """The stay has no nights left to change: all of them are over. Facts: `stay_id`."""


class OpensTheMiddle(Refused):
    """Only the first or the last nights of a stay can be opened. Facts: `stay_id`."""


class TooLateToUndo(Refused):
    """The undo time is over. Facts: `minutes`."""


class AlreadyUndone(Refused):
    """It was taken back already. Facts: `at`, `person_id`."""


class NothingToUndo(Refused):
    """This person changed nothing that can be taken back."""


class WaitsForChannel(Refused):
    """The stay lost its nights, or was cancelled here, and waits for its channel to drop it. Facts: `stay_id`."""


class StillContested(Refused):
    """The guest cannot be checked in while somebody else claims the nights (R21). Facts: `stay_id`, `conflict_id`."""


class AlreadyIn(Refused):
    """The guest is checked in already. Facts: `stay_id`, `at`."""


class NotYet(Refused):
    """The stay begins on a later day. Facts: `stay_id`, `arrival`."""


class NotIn(Refused):
    """The guest is not in the house: never came, or has left. Facts: `stay_id`."""


class AlreadyAnswered(Refused):
    """Somebody has said already whether the guest has left. Facts: `stay_id`, `answer` (`left`, `stays` or `over`).

    Where it is known: `person_id` and `at`.
    """


class AskedAnotherDay(Refused):
    """The question was about an earlier night. Facts: `stay_id`, `day`."""


class CannotDivide(Refused):
    """A stay is divided between two nights that are left of it. Facts: `stay_id`, `night`."""


class NoRoomFits(Refused):
    """Rooms of the type are free every night, but none over all of them. Facts: `type_id`, `quantity`, `splits`.

    `splits`: the ways to sleep all nights with the fewest changes of room, each a list of `room_id`, `arrival` and
    `departure`.
    """


class NoGuest(Refused):
    """Nobody can be checked in: the room is held for another reason. Facts: `stay_id`."""
