"""What is said after a command was carried out or refused. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation import calendar_receipts, conflict_receipts, conflict_tasks, departures, rate_receipts
from bot.conversation.actions import Action, Command, Continue, Do
from bot.conversation.drafts import Draft
from bot.conversation.facts import Done, Facts, LoginLink, Outcome, Refusal, Told
from bot.conversation.rates import RatesTold
from bot.conversation.says import Line, Offer, Say, line, offer
from bot.understanding import Intent
from core.channels.views import Knows
from core.clock import CHECK_IN_TIME
from core.platforms.base import Mode
from core.stays.commands import BlockRoom, ExtendStay, MoveStay, UndoChanges
from core.values.nights import ONE_NIGHT, Nights

URGENT_WITHIN = timedelta(hours=24)
CLOSES = frozenset({"stays.blocked", "stays.extended", "stays.moved", "stays.overstayed"})
QUIET = frozenset({"stays.checked_in", "stays.cancelled_here", "stays.left", "stays.stays_on", "stays.absent"})
"""Changes that no calendar shows."""
FINAL = frozenset({"stays.checked_in", "stays.overstayed", "stays.stays_on", "stays.absent"})
"""Changes that nobody takes back."""
MOST_OFFERED = 3


def receipt(commands: Sequence[Command], outcome: Outcome, facts: Facts) -> Say:
    """The one message that tells how the commands went."""
    match outcome:
        case Refusal():
            return _refused(commands, outcome, facts)
        case Done(language=str() as language):
            return Say((line("language.set", language=language),))
        case Done(login=LoginLink() as login):
            return Say((line("dashboard.link", login=login), line("dashboard.secret", lasts=login.lasts)))
        case Done(decided=(decided, *_)):
            soon = any(_soon((stay.arrival, stay.departure), facts) for stay in decided.moves)
            known = [_knows(each, closes=True, soon=soon) for each in outcome.knows]
            return conflict_receipts.receipt(decided, facts, known)
        case Done(rates=rates) if rates:
            return rate_receipts.receipt(rates, [_knows_selling(each, rates, facts) for each in outcome.knows])
        case Done(calendars=calendars) if calendars:
            said = calendar_receipts.receipt(commands, calendars)
            if not outcome.told:
                return said
            made = _done(commands, outcome, facts)
            # Which rooms it closed is said already, and they may be many.
            known = [each for each in made.lines if each.key.startswith("knows.")]
            return Say((*said.lines, *known), made.offers[:1], over=said.over)
        case Done():
            return _done(commands, outcome, facts)


def _done(commands: Sequence[Command], done: Done, facts: Facts) -> Say:
    undone = any(isinstance(command, UndoChanges) for command in commands)
    lines: list[Line] = []
    for told in done.told:
        key = f"undone.{told.kind}" if undone else f"done.{told.kind}"
        if told.kind == "stays.blocked" and told.stay.state == "contested" and not undone:
            key = "done.insisted"
        lines.append(line(key, told=told, nights=Nights(*told.nights)))
        lines += _details(told, undone=undone)
    over = departures.over(done.told)
    if done.told and all(told.kind in QUIET for told in done.told):
        return Say(tuple(lines), () if undone else _after(done.told), over=over)
    closed = any(told.kind in CLOSES for told in done.told)
    soon = any(_soon(told.nights, facts) for told in done.told)
    for knows in done.knows:
        lines.append(_undone(knows, closed=closed) if undone else _knows(knows, closes=closed, soon=soon))
    return Say(tuple(lines), () if undone else _after(done.told), over=over)


def _details(told: Told, *, undone: bool) -> list[Line]:
    lines = [line("done.displaced", stay=stay) for stay in told.displaced]
    if undone:
        return [*lines, *(line("undone.read_by", platform=name, at=at) for name, at in told.read_by)]
    lines += [line("done.passed_on", stay=stay) for stay in told.passed_on]
    if told.report_by is not None:
        lines.append(line("done.report_by", stay=told.stay, at=told.report_by))
    if told.task is not None:
        lines.append(conflict_tasks.told(told.task))
    stay = told.stay
    if told.kind == "stays.blocked" and (stay.guest or stay.phone or stay.price or stay.note):
        lines.append(line("done.details", stay=stay))
    return lines


def _knows(knows: Knows, *, closes: bool, soon: bool) -> Line:
    """What one channel knows of the change; a closing that begins within a day names the quickest way (R26)."""
    if knows.mode == Mode.MANUAL:
        return line("knows.by_hand" if closes else "knows.by_hand_open", knows=knows)
    if not knows.linked:
        return line("knows.no_link", knows=knows)
    if knows.left:
        return line("knows.type_open", knows=knows)
    if not closes:
        return line("knows.opens_late", knows=knows)
    if knows.has_read:
        return line("knows.read", knows=knows)
    return line(f"knows.urgent.{knows.platform.urgent}" if soon else "knows.not_read", knows=knows)


def _undone(knows: Knows, *, closed: bool) -> Line:
    """What one channel knows after an undo; `closed`: it was a closing that was taken back."""
    if knows.mode == Mode.MANUAL:
        return line("knows.by_hand_reopen" if closed else "knows.by_hand_reclose", knows=knows)
    if not knows.linked:
        return line("knows.no_link", knows=knows)
    if knows.left and knows.has_read:
        # Nothing of the change had shown there: there was more to sell.
        return line("knows.type_open", knows=knows)
    return line("knows.opens" if closed else "knows.never_opened", knows=knows)


def _knows_selling(knows: Knows, rates: Sequence[RatesTold], facts: Facts) -> Line:
    """What one channel knows of a type that is sold no more, or again."""
    stopped = any(told.what == "stopped" for told in rates)
    if knows.mode != Mode.MANUAL and not knows.linked:
        return line("rates.no_link", knows=knows)
    if any(told.is_undo for told in rates):
        return _undone(knows, closed=not stopped)
    soon = any(_soon((told.nights.arrival, told.nights.departure), facts) for told in rates)
    return _knows(knows, closes=stopped, soon=soon)


def _soon(nights: tuple[date, date], facts: Facts) -> bool:
    """Whether one of the nights from arrival to departure begins within a day, by the property's clock (R26)."""
    zone = ZoneInfo(facts.place.timezone)
    begins = datetime.combine(max(nights[0], facts.today), CHECK_IN_TIME, zone)
    return begins <= facts.now + URGENT_WITHIN and nights[1] > facts.today


def _after(told: Sequence[Told]) -> tuple[Offer, ...]:
    events = tuple(each.event_id for each in told if each.kind not in FINAL)
    if not events:
        return ()
    offers = [conflict_tasks.ticked(each.task) for each in told if each.task is not None]
    offers.append(offer("offer.undo", Do((UndoChanges(events),))))
    if len(told) == 1 and told[0].kind in ("stays.blocked", "stays.extended") and told[0].stay.state == "holding":
        stay = told[0].stay
        more = ExtendStay(stay.stay_id, stay.revision, stay.departure + ONE_NIGHT)
        offers.append(offer("offer.one_more_night", Do((more,))))
    return tuple(offers)


def _refused(commands: Sequence[Command], refusal: Refusal, facts: Facts) -> Say:
    if refusal.case is not None:
        return conflict_receipts.refused(refusal, refusal.case, facts)
    if refusal.code in departures.REFUSALS and refusal.holder is not None:
        return departures.refused(refusal, refusal.holder)
    if refusal.code == "night_taken" and refusal.holder is not None:
        night = refusal.facts.get("night")
        lines = [line("refused.night_taken", stay=refusal.holder, night=night)]
        if any(isinstance(command, UndoChanges) for command in commands):
            lines.insert(0, line("refused.not_undone"))
        elif len(commands) > 1:
            lines.append(line("refused.nothing_done"))
        elif isinstance(commands[0], BlockRoom | MoveStay) and not refusal.free:
            lines.append(line("refused.none_free"))
        return Say(tuple(lines), _alternatives(commands, refusal))
    if refusal.code == "night_taken":
        # Whoever was quicker by a moment is not known yet.
        return Say((line("refused.taken_meanwhile", night=refusal.facts.get("night")),))
    if refusal.code == "address_linked" and refusal.facts.get("property") != facts.place.code:
        # Whose it is elsewhere is nobody's business here.
        return Say((line("refused.address_linked_elsewhere"),))
    if refusal.code == "address_linked" and refusal.facts.get("room") is None:
        return Say((line("refused.address_linked_type", **refusal.facts),))
    return Say((line(f"refused.{refusal.code}", **rate_receipts.facts_of(dict(refusal.facts))),))


def _alternatives(commands: Sequence[Command], refusal: Refusal) -> tuple[Offer, ...]:
    """The rooms that are free, as buttons that do it, and the taken room to look at."""
    holder = refusal.holder
    offers: list[Offer] = []
    match list(commands):
        case [BlockRoom() as wanted]:
            offers = [
                offer("offer.block_room", Do((replace(wanted, room_id=room.room_id),)), room=room)
                for room in refusal.free[: MOST_OFFERED - 1]
            ]
            if not wanted.insist:
                offers.append(offer("offer.block_anyway", Do((replace(wanted, insist=True),))))
        case [MoveStay() as wanted]:
            offers = [
                offer("offer.move_to", Do((replace(wanted, to_room_id=room.room_id),)), room=room)
                for room in refusal.free[: MOST_OFFERED - 1]
            ]
        case _:
            pass
    if holder is not None:
        show: Action = Continue(Draft(Intent.STATUS, rooms=(holder.room,)))
        offers.append(offer("offer.show_room", show, room_name=holder.room))
    return tuple(offers)
