"""Why somebody is not let in, or may not do what they ask."""

from core.errors import DaudaError, Invalid, NotAllowed, NotFound, Refused


class NotLetIn(DaudaError):
    """Nobody we know sent this: no credentials, or none that hold. It never says which of the two. HTTP 401."""


class TooManyTries(DaudaError):
    """Asked too often; nothing was looked at. Facts: `retry_after` seconds. HTTP 429."""


class WrongPassword(Invalid):
    """The current password is not what was given, or was not given."""


class NoEmail(Refused):
    """Who has no e-mail could not log in with a password; an admin gives them one."""


class ScopeMissing(NotAllowed):
    """The API key was not made for this. Facts: `needs`."""


class ForgeryFeared(NotAllowed):
    """The dashboard's cookie came without the header that only our own pages can send."""


class NoSuchSession(NotFound):
    """No open session of this person has this id. Facts: `session_id`."""


class NoSuchKey(NotFound):
    """No API key that still works has this id. Facts: `key_id`."""


class NoSuchScope(Invalid):
    """Not something a key can be made for. Facts: `given`, `known`."""


class LinkGone(NotFound):
    """No login link has this code, or it was used, or its time is over, or its person left."""


class KeyReused(Invalid):
    """This `Idempotency-Key` came with another request before. HTTP 422."""
