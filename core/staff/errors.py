"""Why something about staff may be refused."""

from core.errors import Invalid, NotAllowed, NotFound, Refused


class CodeUnknown(NotFound):
    """No invitation has this code, or its person no longer works here."""


class CodeExpired(Refused):
    """The invitation was good once; its time is over."""


class CodeUsed(Refused):
    """Somebody has used this invitation already."""


class AddressTaken(Refused):
    """The address belongs to somebody else who works here. Facts: `person_id`."""


class LastAdmin(Refused):
    """The property would be left without an admin. Facts: `name`."""


class NoSuchMember(NotFound):
    """Nobody of this name or address works at this property. Facts: `asked`."""


class SeveralMembers(Invalid):
    """More than one person has this name here. Facts: `asked`, `addresses` to choose from."""


class MayNotGrant(NotAllowed):
    """Nobody gives or takes a role above their own. Facts: `role`."""


class EmailTaken(Refused):
    """Somebody else is known by this e-mail address."""


class WorksElsewhere(Refused):
    """The person works elsewhere too, so that only they change what holds everywhere. Facts: `membership_id`."""
