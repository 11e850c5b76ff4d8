"""What happens to access. No name, address or credential stands in the facts."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.service import Happening


@dataclass(frozen=True, slots=True)
class AccessDenied(Happening):
    """Somebody who is known was refused; the subject is the person or the key."""

    kind: ClassVar[str] = "access.denied"
    subject: ClassVar[str] = "person"
    act: str
    """What they tried (`permissions.Act`), or the code of the refusal where a use case said no."""
    elsewhere: bool
    """Whether they tried it at a property that is not theirs, or that there is not."""


@dataclass(frozen=True, slots=True)
class KeyDenied(AccessDenied):
    """The same of an API key."""

    subject: ClassVar[str] = "api_key"


@dataclass(frozen=True, slots=True)
class SessionHappening(Happening):
    """What every event about a login tells; the subject is the person."""

    subject: ClassVar[str] = "person"
    session_id: int


@dataclass(frozen=True, slots=True)
class LoggedIn(SessionHappening):
    """A session was opened."""

    kind: ClassVar[str] = "access.logged_in"
    how: str
    """`password` or `link`."""


@dataclass(frozen=True, slots=True)
class SessionEnded(SessionHappening):
    """A session was ended before its time."""

    kind: ClassVar[str] = "access.session_ended"
    why: str


@dataclass(frozen=True, slots=True)
class TokenReused(SessionHappening):
    """A refresh token came a second time: it was stolen, or its thief was quicker. The session is ended."""

    kind: ClassVar[str] = "access.token_reused"


@dataclass(frozen=True, slots=True)
class LoginsShut(Happening):
    """An account was tried so often that it is shut for a while; the subject is the person."""

    kind: ClassVar[str] = "access.logins_shut"
    subject: ClassVar[str] = "person"
    seconds: int


@dataclass(frozen=True, slots=True)
class PasswordSet(Happening):
    """A person set their own password; the subject is the person."""

    kind: ClassVar[str] = "access.password_set"
    subject: ClassVar[str] = "person"
    first: bool
    """Whether they had none before."""


@dataclass(frozen=True, slots=True)
class LinkMade(Happening):
    """A one-time login link was made for a person."""

    kind: ClassVar[str] = "access.link_made"
    subject: ClassVar[str] = "person"


@dataclass(frozen=True, slots=True)
class KeyHappening(Happening):
    """What every event about an API key tells."""

    subject: ClassVar[str] = "api_key"
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyMade(KeyHappening):
    """A key was made."""

    kind: ClassVar[str] = "access.key_made"


@dataclass(frozen=True, slots=True)
class KeyEnded(KeyHappening):
    """A key works no longer."""

    kind: ClassVar[str] = "access.key_ended"
