"""Undo, feed link, language, dashboard, help, and what has no use case yet."""

from bot.conversation.actions import Continue, Do, OpenDashboard, SetLanguage
from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.conversation.says import Say, line, offer
from bot.conversation.states import Idle
from bot.conversation.steps import Step
from bot.understanding import Intent
from core.conflicts.commands import UndoDecision
from core.stays.commands import UndoChanges

SPOKEN = ("en",)
"""Languages the replies are written in."""


def undo(_draft: Draft, facts: Facts) -> Step:
    """Take back this person's last change or decision, while it can be taken back."""
    if facts.undoable_rates is not None:
        return Step(Idle(), do=(facts.undoable_rates,))
    if facts.undoable_case is not None:
        return Step(Idle(), do=(UndoDecision(*facts.undoable_case),))
    if not facts.undoable:
        return Step(Idle(), Say((line("undo.nothing"),)))
    return Step(Idle(), do=(UndoChanges(facts.undoable),))


def feed_link(draft: Draft, facts: Facts) -> Step:
    """Show the address of a room's feed; admins only, since the address alone opens the calendar."""
    if facts.place.role == "staff":
        return Step(Idle(), Say((line("feed.not_allowed"),)))
    if not facts.feeds:
        return Step(Idle(), Say((line("feed.none", rooms=draft.rooms),)))
    lines = [line("feed.link", feed=feed) for feed in facts.feeds]
    return Step(Idle(), Say((*lines, line("feed.secret"))))


def language(draft: Draft, _facts: Facts) -> Step:
    """Speak another language."""
    if draft.language in SPOKEN:
        return Step(Idle(), do=(SetLanguage(draft.language),))
    if draft.language is not None:
        return Step(Idle(), Say((line("language.not_yet", language=draft.language),)))
    offers = tuple(offer("offer.language", Do((SetLanguage(code),)), language=code) for code in SPOKEN)
    return Step(Idle(), Say((line("language.which"),), offers))


def dashboard(_draft: Draft, _facts: Facts) -> Step:
    """Open the dashboard for this person."""
    return Step(Idle(), do=(OpenDashboard(),))


def help_(_draft: Draft, facts: Facts) -> Step:
    """What can be said, by example, with the property's own rooms."""
    room = facts.rooms[0].name if facts.rooms else "3"
    offers = (
        offer("offer.free_tonight", Continue(Draft(Intent.AVAILABILITY, start=facts.today))),
        offer("offer.arrivals", Continue(Draft(Intent.ARRIVALS, start=facts.today))),
        offer("offer.departures", Continue(Draft(Intent.DEPARTURES, start=facts.today))),
    )
    return Step(Idle(), Say((line("help.text", room=room, property=facts.place.name),), offers))


def not_yet(draft: Draft, _facts: Facts) -> Step:
    """A known command whose use case has not landed."""
    return Step(Idle(), Say((line("not_yet", intent=draft.intent),)))
