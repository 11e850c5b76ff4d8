"""Guests who were to leave and are still in: the question about each, and what is said of the answer. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.conversation.actions import Do
from bot.conversation.facts import Refusal, Told
from bot.conversation.says import Line, Say, Subject, line, offer
from core.stays.commands import CheckOut, GuestLeft, GuestStaysOn
from core.stays.questions import Answer, Standing
from core.stays.views import StayView

KIND = "departure"
REFUSALS = ("already_answered", "asked_another_day")
_ANSWERED = frozenset({"stays.checked_out", "stays.left", "stays.overstayed", "stays.stays_on"})


@dataclass(frozen=True, slots=True)
class Departure:
    """A guest who was to leave, as staff are asked about it."""

    stay: StayView
    how: Standing
    person: str | None = None
    """Who has answered."""
    others: tuple[StayView, ...] = ()
    """Who else is to have the room tonight."""


def subject(stay_id: int, day: date | None = None) -> Subject:
    """What a question is the card of; it is another one every business day."""
    return Subject(KIND, stay_id, day.toordinal() if day is not None else 0)


def card(departure: Departure) -> Say:
    """The question."""
    stay, how = departure.stay, departure.how
    key = "departure.ask_today" if how.departure == how.day else "departure.ask_since"
    lines: list[Line] = [line(key, stay=stay, day=how.departure)]
    for one in departure.others:
        waits = line("departure.other", stay=one, at=how.case_from)
        lines.append(line("departure.other_in", stay=one) if one.checked_in else waits)
    lines += [] if departure.others else [line("departure.kept")]
    offers = (
        offer("offer.left", Do((GuestLeft(stay.stay_id, how.day),))),
        offer("offer.stays_on", Do((GuestStaysOn(stay.stay_id, how.day),))),
    )
    return Say(tuple(lines), offers, card=subject(stay.stay_id, how.day))


def over(told: Iterable[Told]) -> tuple[str, ...]:
    """The cards that are over in the chat of whoever said so."""
    return tuple(subject(each.stay.stay_id).name for each in told if each.kind in _ANSWERED)


def settled(departure: Departure) -> Say:
    """To everybody else who was asked: who said what, or that there is nothing to say any more."""
    stay, how = departure.stay, departure.how
    over = (subject(stay.stay_id).name,)
    if how.answer is Answer.OVER or how.at is None:
        return Say((line("departure.over", stay=stay),), over=over)
    if departure.person is None:
        return Say((line(f"departure.{how.answer}", stay=stay),), over=over)
    return Say((line(f"departure.{how.answer}_by", stay=stay, person=departure.person, at=how.at),), over=over)


def refused(refusal: Refusal, stay: StayView) -> Say:
    """Why an answer did nothing: somebody was faster, or it is about another night."""
    over = (subject(stay.stay_id).name,)
    if refusal.code == "asked_another_day":
        said = line("refused.asked_another_day", day=refusal.facts["day"])
        return Say((said, line("departure.longer", stay=stay)))
    answer, at, person = Answer(str(refusal.facts["answer"])), refusal.facts.get("at"), refusal.facts.get("person")
    key = f"departure.{answer}" if person is None or answer is Answer.OVER else f"departure.{answer}_by"
    said = line(key, stay=stay, person=person, at=at)
    gone = offer("offer.left_after_all", Do((CheckOut(stay.stay_id, stay.revision),)))
    offers = (gone,) if answer is Answer.STAYS else ()
    return Say((line("refused.already_answered"), said), offers, over=over)
