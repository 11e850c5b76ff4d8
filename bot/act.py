"""The one door from conversation into the core: permission, use case, outcome.

A refusal is an outcome, not an exception: it runs in a savepoint, so that the reply commits and the change does not.
What each area's commands do stands in `bot/acts`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot import gather
from bot.acts import calendars, conflicts, dashboard, departures, rates, stays
from bot.conversation.actions import (
    OF_CALENDARS,
    OF_CASES,
    OF_DEPARTURES,
    OF_RATES,
    Command,
    OpenDashboard,
    SetLanguage,
)
from bot.conversation.calendars import CalendarTold
from bot.conversation.cases import Decided
from bot.conversation.facts import Done, Facts, LoginLink, Outcome, Refusal, Told
from bot.conversation.rates import RatesTold
from bot.permits import NEEDS
from bot.tools import Tools
from core.access import denied, permissions
from core.access.permissions import Act, Rights
from core.channels import knows
from core.db.work import UnitOfWork
from core.errors import DaudaError, Invalid, NotAllowed, NotFound, Refused
from core.events.service import By
from core.staff import queries as staff
from core.staff.models import Person
from core.stays import queries, rules
from core.stays.commands import BlockRoom, MoveStay
from core.stays.models import Stay
from core.values.nights import Nights


@dataclass(slots=True)
class _Did:
    """What the commands did so far."""

    told: list[Told] = field(default_factory=list)
    calendars: list[CalendarTold] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    rates: list[RatesTold] = field(default_factory=list)
    versions: dict[int, int] = field(default_factory=dict)
    """The feeds' versions that show it, by room."""
    nights: set[date] = field(default_factory=set)
    """Those in dispute in the cases that were decided."""
    language: str | None = None
    login: LoginLink | None = None
    needs: Act | None = None
    """The permission for what was tried last."""


def act(work: UnitOfWork, tools: Tools, facts: Facts, commands: Sequence[Command], by: By) -> Outcome:
    """Carry out `commands` for the person of `facts`, all or none."""
    did = _Did()
    rights = Rights({facts.place.property_id: facts.place.role})
    try:
        with work.session.begin_nested():
            for command in commands:
                did.needs = NEEDS[type(command)]
                permissions.must(rights, facts.place.property_id, did.needs)
                _one(work, tools, facts, command, by, did)
    except (Refused, Invalid, NotFound, NotAllowed) as error:
        work.session.expire_all()
        if isinstance(error, NotAllowed) and did.needs is not None:
            denied.record(work, by, did.needs, facts.place.property_id)
        work.touched_rooms.clear()
        work.touched_types.clear()
        return _refusal(work, facts, commands, error)
    versions = did.versions | _versions(did.told)
    nights = did.nights | {night for each in did.told for night in Nights(*each.nights)}
    known = knows.channels_of(work.session, facts.place.property_id, versions, nights) if versions or did.told else ()
    return Done(
        tuple(did.told), known, did.language, tuple(did.decided), tuple(did.calendars), tuple(did.rates), did.login
    )


def _one(work: UnitOfWork, tools: Tools, facts: Facts, command: Command, by: By, did: _Did) -> None:
    if isinstance(command, SetLanguage):
        work.session.get_one(Person, facts.who.person_id).language = did.language = command.language
    elif isinstance(command, OpenDashboard):
        did.login = dashboard.open_for(work, tools, facts, by)
    elif isinstance(command, OF_CALENDARS):
        done = calendars.carry_out(work, tools, facts, command, by)
        did.calendars.append(done.told)
        did.told += [stays.told_of(work, "stays.blocked", change) for change in done.changes]
    elif isinstance(command, OF_RATES):
        sold = rates.carry_out(work, facts, command, by)
        did.rates.append(sold.told)
        did.versions.update(sold.versions)
        did.nights.update(sold.told.nights if sold.versions else ())
    elif isinstance(command, OF_CASES):
        word = conflicts.carry_out(work, facts, command, by)
        did.decided.append(word.told)
        did.versions.update(word.versions)
        if word.told.case is not None:
            did.nights.update(word.told.case.view.nights)
    elif isinstance(command, OF_DEPARTURES):
        did.told.append(departures.carry_out(work, facts, command, by))
    else:
        did.told += stays.carry_out(work, facts, command, by)


def _refusal(work: UnitOfWork, facts: Facts, commands: Sequence[Command], error: DaudaError) -> Refusal:
    holder_id = error.facts.get("stay_id")
    holder = queries.stay(work.session, int(holder_id)) if holder_id else None
    wanted = _wanted(work, commands)
    free = gather.free_rooms(work.session, facts, wanted) if wanted else ()
    asked = next((room for room in facts.rooms if room.room_id == error.facts.get("room_id")), None)
    if asked is not None:
        free = tuple(rules.rooms_instead(asked, free))
    shown = [getattr(command, "conflict_id", None) for command in commands]
    about = error.facts.get("conflict_id") or next(iter(shown), None)
    return Refusal(error.code, _named(work, error.facts), holder, free, conflicts.case_of(work, facts, about))


def _named(work: UnitOfWork, facts: Mapping[str, object]) -> dict[str, object]:
    """The facts of a refusal with the name of who was faster, where it is somebody."""
    person_id = facts.get("person_id")
    names = staff.names(work.session, [person_id]) if isinstance(person_id, int) else {}
    return {**facts, "person": names[person_id]} if isinstance(person_id, int) and person_id in names else {**facts}


def _wanted(work: UnitOfWork, commands: Sequence[Command]) -> Nights | None:
    match list(commands):
        case [BlockRoom(nights=nights)]:
            return nights
        case [MoveStay(stay_id=stay_id)]:
            stay = work.session.get(Stay, stay_id)
            return stay.nights if stay is not None else None
        case _:
            return None


def _versions(told: Sequence[Told]) -> dict[int, int]:
    return {room_id: version for each in told for room_id, version in each.versions.items()}
