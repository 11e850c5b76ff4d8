"""What is said after a command about calendars was carried out. Pure."""

from collections.abc import Sequence

from bot.conversation.actions import Command, Continue, Do
from bot.conversation.calendars import CalendarTold
from bot.conversation.calendars_said import BOOKING, MASS, PREVIEW, settled
from bot.conversation.drafts import Draft
from bot.conversation.says import Line, Offer, Say, line, offer
from bot.understanding import Intent
from core.imports.commands import (
    AnswerMass,
    JoinPreviews,
    ResumeChannel,
    SettleClosure,
    SettleGuest,
    SettleLingering,
)

ALREADY = frozenset({"interval", "paused", "resumed", "pulled", "closed_elsewhere"})
"""What may have been so before, and is then said differently."""


def receipt(commands: Sequence[Command], told: Sequence[CalendarTold]) -> Say:
    """The one message that tells how the commands went; it ends the questions that they answer."""
    lines = tuple(_line(each) for each in told)
    over = tuple(name for command in commands for name in _settles(command))
    return Say(lines, _after(told), over=over)


def _line(told: CalendarTold) -> Line:
    key = f"calendars.{told.what}_already" if not told.changed and told.what in ALREADY else f"calendars.{told.what}"
    if told.what == "pulled" and told.changed:
        key = "calendars.pulled_rooms" if told.linked else "calendars.pulled"
    return line(key, told=told, count=told.count, seconds=told.seconds)


def _after(told: Sequence[CalendarTold]) -> tuple[Offer, ...]:
    paused = [each.platform for each in told if each.what == "paused" and each.platform]
    if paused:
        return tuple(offer("offer.resume", Do((ResumeChannel(code),)), platform=code) for code in paused)
    if any(each.what in ("pulled", "resumed") for each in told):
        return (offer("offer.sync_status", Continue(Draft(Intent.SYNC_STATUS))),)
    return ()


def _settles(command: Command) -> tuple[str, ...]:
    match command:
        case AnswerMass():
            return settled(MASS, command.link_id)
        case JoinPreviews():
            return settled(PREVIEW, command.link_id)
        case SettleClosure() | SettleLingering() | SettleGuest():
            return settled(BOOKING, command.booking_id)
        case _:
            return ()
