"""Logging in, sessions and API keys."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, SecretStr

from core.access.entering import Kind
from core.access.keys import KeyView
from core.access.permissions import FOR_KEYS, Act
from core.access.sessions import SessionView, Tokens
from core.staff import passwords
from core.staff.roles import Role
from webhooks.schemas.base import Answer, Instant, Key, Name, Order

_Email = Annotated[str, Field(min_length=3, max_length=254)]
_Scope = Annotated[str, Field(max_length=40, json_schema_extra={"enum": [str(act) for act in FOR_KEYS]})]


class TokenOrder(Order):
    """Who wants to come in."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "amina@baobab.example", "password": "a long password"}]}
    )

    email: _Email
    password: Annotated[SecretStr, Field(min_length=1, max_length=passwords.LONGEST)]


class PasswordOrder(Order):
    """A new password for the caller."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"current": "a long password", "new": "a longer one"}]})

    current: Annotated[SecretStr, Field(max_length=passwords.LONGEST)] | None = None
    """Needed by whoever has one already."""
    new: Annotated[SecretStr, Field(min_length=passwords.SHORTEST, max_length=passwords.LONGEST)]


class RefreshOrder(Order):
    """The refresh token, which works once."""

    refresh: Annotated[SecretStr, Field(min_length=1, max_length=200)]


class TokenAnswer(Answer):
    """What to call with, and what to come again with."""

    access: str
    """For `Authorization: Bearer`."""
    refresh: str
    """Works once: each refresh brings the next. One that comes a second time ends the session."""
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme.
    expires_in: int = Field(examples=[900])
    """Seconds until `access` is over."""

    @classmethod
    def of(cls, given: Tokens) -> Self:
        """The tokens as JSON."""
        return cls(access=given.access, refresh=given.refresh, expires_in=given.expires_in)


class SessionAnswer(Answer):
    """One login that is still open."""

    id: int
    kind: Kind
    """`api`: by password; `dashboard`: by a link from the chat."""
    current: bool
    """Whether it is the one that asks."""
    address: str
    agent: str
    made_at: datetime
    seen_at: datetime
    """When it was last used, to within five minutes."""
    expires_at: datetime

    @classmethod
    def of(cls, view: SessionView, current_id: int | None) -> Self:
        """The view as JSON."""
        return cls(
            id=view.session_id, kind=view.kind, current=view.session_id == current_id, address=view.address,
            agent=view.agent, made_at=view.made_at, seen_at=view.seen_at, expires_at=view.expires_at,
        )  # fmt: skip


class SessionsAnswer(Answer):
    """Every open login of the caller."""

    items: list[SessionAnswer]


class PropertyRole(Answer):
    """What the caller is to one property."""

    property_id: int
    role: Role
    """Of a key: its maker's; its scopes narrow it down."""


class CallerAnswer(Answer):
    """Who calls, as we know them."""

    person_id: int | None
    key_id: int | None
    properties: list[PropertyRole]
    scopes: list[Act] | None
    """What a key was made for; null: a person, who may do all that the role allows."""


class ApiKeyOrder(Order):
    """A key to be made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"property_id": 1, "name": "Accounting", "scopes": ["reservations.read", "rates.read"]}]
        }
    )

    property_id: Key
    name: Annotated[Name, Field(max_length=100)]
    scopes: Annotated[tuple[_Scope, ...], Field(min_length=1, max_length=len(FOR_KEYS))]
    expires_at: Instant | None = None
    """Absent: it works until it is ended."""


class ApiKeyAnswer(Answer):
    """A key; the key itself is never shown again."""

    id: int
    property_id: int
    name: str
    prefix: str = Field(examples=["dauda_x7Yq3a"])
    scopes: list[str]
    made_by: int | None
    """The person whose rights it has at most; null: it was made on the machine itself."""
    made_at: datetime
    seen_at: datetime | None
    """When it was last used, to within five minutes."""
    expires_at: datetime | None

    @classmethod
    def of(cls, view: KeyView) -> Self:
        """The view as JSON."""
        return cls.model_validate({**_told(view)})


class NewApiKeyAnswer(ApiKeyAnswer):
    """A key that was just made, shown this once."""

    key: str
    """For `X-API-Key`."""

    @classmethod
    def with_key(cls, view: KeyView, key: str) -> Self:
        """The view and the key as JSON."""
        return cls.model_validate({**_told(view), "key": key})


def _told(view: KeyView) -> dict[str, object]:
    return {
        "id": view.key_id, "property_id": view.property_id, "name": view.name, "prefix": view.prefix,
        "scopes": list(view.scopes), "made_by": view.made_by, "made_at": view.made_at, "seen_at": view.seen_at,
        "expires_at": view.expires_at,
    }  # fmt: skip
