"""What can go wrong, as one tree of errors with a code and facts.

    DaudaError            code + facts, never a sentence for people
    ├─ Invalid            the input makes no sense
    ├─ NotFound
    ├─ NotAllowed
    ├─ Refused            a rule says no
    ├─ Busy               a lock was not to be had in time; try again
    └─ Outside            Down · RefusedThere · Unsure · Moved · AuthFailed

The words for people live in `bot/replies`, the HTTP statuses in `webhooks/problems.py`.
"""

import re
from typing import Any, ClassVar


class DaudaError(Exception):
    """An expected failure: `code` names it (snake case of the class), `facts` say what it is about."""

    code: ClassVar[str] = "dauda_error"

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, **facts: Any) -> None:  # noqa: ANN401 - any value may be a fact.
        super().__init__(self.code, facts)
        self.facts = facts

    def __str__(self) -> str:
        said = ", ".join(f"{key}={value}" for key, value in self.facts.items())
        return f"{self.code}({said})"


class Invalid(DaudaError):
    """The input makes no sense: the chat asks again, HTTP answers 422."""


class NotFound(DaudaError):
    """There is no such thing: HTTP 404."""


class NotAllowed(DaudaError):
    """This person may not: said, recorded, HTTP 403."""


class Refused(DaudaError):
    """A rule says no: the chat offers a way, HTTP 409."""


class Busy(DaudaError):
    """Somebody else holds the lock for longer than we wait: HTTP 503 with Retry-After."""


class Outside(DaudaError):
    """A service outside failed us."""


class Down(Outside):
    """Not reached, or it asked us to come back: nothing was done there. Fact `retry_after`: seconds or None."""


class RefusedThere(Outside):
    """It understood and said no for good: repeating the same call is useless. Fact `reason`."""


class Unsure(Outside):
    """The call was sent and no answer came: it may or may not have been done."""


class Moved(Outside):
    """The thing has another address now. Fact `to`."""


class AuthFailed(Outside):
    """Our credentials are not accepted there."""
