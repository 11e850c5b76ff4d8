"""The card of a case: the same facts in the same order every time, and every way out as a choice. Pure."""

from collections.abc import Iterator, Mapping
from string import ascii_uppercase

from bot.conversation.actions import Do, PartyIsIn
from bot.conversation.cases import Case
from bot.conversation.conflict_advice import advised, ways_out
from bot.conversation.facts import Facts
from bot.conversation.says import Line, Offer, Say, Subject, line, offer
from core.conflicts.commands import DecideLater, KeepStay, OnlyOurBlock, SameBooking
from core.conflicts.views import CaseState, ConflictView, PartyView
from core.stays.reasons import Reason
from core.values.nights import ONE_NIGHT

MOST_CHOICES = 10
"""Rows of a WhatsApp list."""
MOST_PARTIES = 8
TWO = 2
_GUESTS = (Reason.GUEST, Reason.WALK_IN)


def card(case: Case, facts: Facts, *before: Line) -> Say:
    """An open case with its choices, after lines that say why it is shown."""
    lines = (*head(case, facts), *advised(case, lettered(case.view), facts))
    return Say((*before, *lines), choices(case, facts), card=subject_of(case.view))


def subject_of(view: ConflictView) -> Subject:
    """What its cards are cards of."""
    return Subject("conflict", view.conflict_id, view.revision)


def head(case: Case, facts: Facts) -> Iterator[Line]:
    """What the case is: how much it hurries, the room, the nights, and who wants them."""
    view = case.view
    if len(view.parties) > 1 and not any(party.stay.reason == Reason.MAINTENANCE for party in view.parties):
        yield line(f"conflict.double.{view.severity}", room=view.room, nights=view.nights)
    else:
        yield line(f"conflict.alone.{view.severity}", room=view.room, nights=view.nights)
    if view.nights.arrival <= facts.today:
        yield line("conflict.tonight")
    elif view.nights.arrival == facts.today + ONE_NIGHT:
        yield line("conflict.tomorrow")
    for letter, party in lettered(view).items():
        yield line(f"conflict.party.{_standing(party)}", letter=letter, stay=party.stay)
        if len(party.with_rooms) == 1:
            yield line("conflict.with_room", room=party.with_rooms[0])
        elif party.with_rooms:
            yield line("conflict.with_rooms", rooms=list(party.with_rooms))
        if party.echo_before:
            yield line("conflict.echo_before", stay=party.stay)
    if len(view.parties) > MOST_PARTIES:
        yield line("look.more", count=len(view.parties) - MOST_PARTIES)


def lettered(view: ConflictView) -> Mapping[str, PartyView]:
    """The parties by the letters they are called by, the holder first."""
    return dict(zip(ascii_uppercase, view.parties[:MOST_PARTIES], strict=False))


def choices(case: Case, facts: Facts) -> tuple[Offer, ...]:
    """Every way out, the advised ones first; never more than fit one list, and "later" always among them."""
    view = case.view
    if view.state is not CaseState.OPEN:
        return ()
    echo = list(_only_our_block(view))
    # What it was the last time is offered first; what it is now, nobody but a person can know.
    first = echo if any(party.echo_before for party in view.parties) else []
    offers = [*first, *ways_out(case, lettered(view)), *_keeps(view)]
    later = offer("offer.later", Do((DecideLater(view.conflict_id, view.revision),)))
    last = [*_one_booking(view), *(() if first else echo), later]
    room_left = MOST_CHOICES - len(offers) - len(last)
    offers += list(_comers(view, facts))[: max(0, room_left)]
    return (*offers[: MOST_CHOICES - len(last)], *last)


def _keeps(view: ConflictView) -> Iterator[Offer]:
    """One for each party; a guest who is in the room already is the only one who can keep it."""
    parties = lettered(view)
    if len(parties) < TWO:
        return
    inside = any(party.stay.checked_in for party in parties.values())
    for letter, party in parties.items():
        if party.stay.checked_in or not inside:
            keep = KeepStay(view.conflict_id, view.revision, party.stay.stay_id)
            yield offer("offer.keep", Do((keep,)), letter=letter)


def _comers(view: ConflictView, facts: Facts) -> Iterator[Offer]:
    """For each guest who may have come by now: that they are in the room, which settles the case (R21, R23)."""
    if any(party.stay.checked_in for party in view.parties):
        return
    waiting_first = sorted(lettered(view).items(), key=lambda each: each[1].holds)
    for letter, party in waiting_first:
        if party.stay.reason in _GUESTS and party.stay.arrival <= facts.today < party.stay.departure:
            inside = PartyIsIn(party.stay.stay_id, view.conflict_id, view.revision)
            yield offer("offer.is_in_room", Do((inside,)), letter=letter)


def _one_booking(view: ConflictView) -> Iterator[Offer]:
    """That there are not two of them: one booking that came twice (R16)."""
    if len(view.parties) == TWO and not any(party.stay.reason == Reason.MAINTENANCE for party in view.parties):
        yield offer("offer.same_booking", Do((SameBooking(view.conflict_id, view.revision),)))


def _only_our_block(view: ConflictView) -> Iterator[Offer]:
    """That one of them is no booking but our own closure come back (R10)."""
    if any(party.echo_possible for party in view.parties):
        yield offer("offer.only_our_block", Do((OnlyOurBlock(view.conflict_id, view.revision),)))


def _standing(party: PartyView) -> str:
    if party.stay.checked_in:
        return "in_room"
    return "holds" if party.holds else "waits"
