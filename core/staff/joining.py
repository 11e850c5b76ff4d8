"""People taken on and changed one by one by an admin; the setup file does the same for a whole house."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.properties.errors import WrongValue
from core.setup import values
from core.setup.errors import Unusable
from core.staff import errors, service
from core.staff import events as happenings
from core.staff.models import Membership, Person
from core.staff.roles import Role
from core.staff.service import Invitation


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What of a person shall be otherwise; None: as it is."""

    name: str | None = None
    role: Role | None = None
    email: str | None = None
    language: str | None = None


def join(work: UnitOfWork, property_id: int, wanted: MemberChange, by: By) -> tuple[Membership, Invitation]:
    """Take somebody on, with a one-time code by which they link their chat; again for a new code.

    Raises what `service.invite` and `change` raise.
    """
    assert wanted.name is not None  # noqa: S101 - nobody is taken on without a name.
    invitation = service.invite(work, property_id, wanted.name, by, wanted.role)
    work.session.flush()
    member = _member(work, property_id, invitation.person_id)
    _set(work, member, {"email": wanted.email, "language": wanted.language}, by, [])
    return member, invitation


def change(work: UnitOfWork, membership_id: int, wanted: MemberChange, by: By) -> Membership:
    """Change a person's role here, or what is known of them.

    Raises `NoSuchMember`, `MayNotGrant`, `LastAdmin`, `WrongValue`, `EmailTaken`, and `WorksElsewhere` where something
    that holds everywhere would be changed by an admin of one place.
    """
    member = work.session.scalar(
        select(Membership)
        .where(Membership.id == membership_id, Membership.revoked_at.is_(None))
        .options(joinedload(Membership.person))
    )
    if member is None:
        raise errors.NoSuchMember(asked=membership_id)
    service.may_grant(work, member.property_id, by, Role(member.role))
    changed: list[str] = []
    if wanted.role is not None and wanted.role != member.role:
        service.may_grant(work, member.property_id, by, wanted.role)
        if wanted.role not in service.ADMINS:
            service.keep_an_admin(work, member)
        member.role = wanted.role
        changed.append("role")
    person = {"name": wanted.name, "email": wanted.email, "language": wanted.language}
    _set(work, member, person, by, changed)
    return member


def _set(work: UnitOfWork, member: Membership, wanted: dict[str, str | None], by: By, changed: list[str]) -> None:
    """Set what of a person differs, and tell of it together with what was `changed` before."""
    person = member.person
    read = {"email": values.email, "language": values.language}
    try:
        given = {key: read[key](text) if key in read else text for key, text in wanted.items() if text is not None}
    except Unusable as error:
        field = "email" if error.why == "no_email" else "language"
        raise WrongValue(field=field, why=error.why) from None
    fields = [key for key, value in given.items() if getattr(person, key) != value]
    if fields and by.person_id != person.id:
        _must_work_here_only(work, member)
    if "email" in fields:
        _refuse_taken(work, person, given["email"])
    for key in fields:
        setattr(person, key, given[key])
    try:
        work.session.flush()
    except IntegrityError:
        # Somebody else took it between the look and the word.
        raise errors.EmailTaken from None
    if changed + fields:
        happening = happenings.PersonChanged(member.role, tuple(changed + fields))
        events.record(work, happening, person.id, property_id=member.property_id, by=by)


def _must_work_here_only(work: UnitOfWork, member: Membership) -> None:
    # Who sets a person's e-mail can become that person: an admin of one place must not at another one.
    elsewhere = (
        select(func.count())
        .select_from(Membership)
        .where(Membership.person_id == member.person_id, Membership.property_id != member.property_id)
        .where(Membership.revoked_at.is_(None))
    )
    if work.session.scalar(elsewhere):
        raise errors.WorksElsewhere(membership_id=member.id)


def _refuse_taken(work: UnitOfWork, person: Person, email: str) -> None:
    other = work.session.scalar(select(Person.id).where(Person.email == email, Person.id != person.id))
    if other is not None:
        raise errors.EmailTaken


def _member(work: UnitOfWork, property_id: int, person_id: int) -> Membership:
    query = select(Membership).where(Membership.property_id == property_id, Membership.person_id == person_id)
    return work.session.scalars(query.options(joinedload(Membership.person))).one()
