"""The people of a property."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field

from core.staff.members import Member
from core.staff.roles import Role
from core.staff.service import Invitation
from webhooks.schemas.base import Answer, Key, Line, Name, Order

_Email = Annotated[Line, Field(min_length=3, max_length=254, examples=["amina@baobab.example"])]
_Language = Annotated[str, Field(pattern="^(en|sw|hi|ar|fr)$")]


class MemberAnswer(Answer):
    """Somebody who works for a property."""

    id: int
    property_id: int
    person_id: int
    """The same person has the same number at every property."""
    name: str = Field(examples=["Amina"])
    role: Role
    language: str | None = Field(examples=["sw"])
    """Null: the property's."""
    email: str | None
    addresses: tuple[str, ...] = Field(examples=[["whatsapp:+254700000001"]])
    """Where they write from."""
    revoked_at: datetime | None
    """When they left."""

    @classmethod
    def of(cls, one: Member, property_id: int) -> Self:
        """The view as JSON."""
        return cls(
            id=one.membership_id, property_id=property_id, person_id=one.person_id, name=one.name, role=one.role,
            language=one.language, email=one.email, addresses=one.addresses, revoked_at=one.revoked_at,
        )  # fmt: skip


class InvitationAnswer(Answer):
    """A one-time code, shown once: the person sends `join <code>` to the bot."""

    code: str = Field(examples=["KQWZRTPA"])
    expires_at: datetime

    @classmethod
    def of(cls, one: Invitation) -> Self:
        """The invitation as JSON."""
        return cls(code=one.code, expires_at=one.expires_at)


class MemberJoined(Answer):
    """Somebody taken on, with the code by which they link their chat."""

    member: MemberAnswer
    invitation: InvitationAnswer


class MemberOrder(Order):
    """Somebody to be taken on; who works here by that name already gets a new code."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"property_id": 1, "name": "Juma", "role": "staff", "language": "sw"}]}
    )

    property_id: Key
    name: Name
    role: Role = Role.STAFF
    email: _Email | None = None
    language: _Language | None = None


class MemberPatch(Order):
    """What of a person shall be otherwise; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "property_admin"}]})

    name: Name | None = None
    """Name, e-mail and language hold at every property: of somebody who works elsewhere too, only they change them."""
    role: Role | None = None
    email: _Email | None = None
    language: _Language | None = None
