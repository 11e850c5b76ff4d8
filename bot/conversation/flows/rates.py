"""Rates and selling by room type: shown, set, stopped and started again.

A price or a stop that is fully understood is set at once; a guess, more than 14 nights, several types, a price ten
times as high or low, and selling again are read back first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from bot.conversation.actions import Command, Continue, Do, Leave, SellTypes, TypeNights
from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.conversation.flows.block import MANY_NIGHTS, MOST_OFFERED
from bot.conversation.nights import nights_of, start_was_guessed
from bot.conversation.says import Line, Say, line, offer
from bot.conversation.states import Asking, Confirming, Idle
from bot.conversation.steps import Step
from bot.understanding import Intent
from core.errors import Invalid
from core.rates import rules
from core.rates.commands import SetRates
from core.rates.views import DayRate, Range
from core.stays.rules import may_hold
from core.values.money import Money
from core.values.nights import ONE_NIGHT, Nights

MOST_LINES = 20
MOST_BEFORE = 4
"""Of the prices that are replaced so many are read back."""
STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Kind:
    """A room type as the dialogue names it."""

    type_id: int
    code: str
    name: str


def kinds(facts: Facts) -> tuple[Kind, ...]:
    """The types of the property's rooms, in the order of the rooms."""
    found = {room.type_id: Kind(room.type_id, room.type_code, room.type_name) for room in facts.rooms}
    return tuple(found.values())


def look(_draft: Draft, facts: Facts) -> Step:
    """What types cost over some nights, a week from today where none are named."""
    if not facts.rates:
        return Step(Idle(), Say((line("rates.none"),)))
    several = len({run.nights for run in facts.rates}) > 1
    key = "rates.run" if several else "rates.whole"
    first = min(run.nights.arrival for run in facts.rates)
    last = max(run.nights.departure for run in facts.rates)
    lines = [line("rates.header", nights=Nights(first, last))]
    lines += [line(key, run=run) for run in facts.rates[:MOST_LINES]]
    if len(facts.rates) > MOST_LINES:
        lines.append(line("look.more", count=len(facts.rates) - MOST_LINES))
    return Step(Idle(), Say(tuple(lines)))


def set_rate(draft: Draft, facts: Facts) -> Step:
    """Set the price of one type or several on some nights."""
    if draft.price is None:
        return look(draft, facts)
    if draft.currency not in (None, facts.place.currency):
        return Step(Idle(), Say((line("rates.other_currency", currency=facts.place.currency),)))
    meant = _meant(draft, facts)
    if isinstance(meant, Step):
        return meant
    types, nights = meant
    order = SetRates(
        facts.place.property_id, Range(nights.arrival, nights.departure - ONE_NIGHT), DayRate(price=draft.price),
        type_ids=tuple(kind.type_id for kind in types),
    )  # fmt: skip
    much = _much(draft.price, facts)
    if facts.place.role == STAFF or not (much or _careful(draft, types, nights)):
        # Whoever may not is told so at once, and not after a yes.
        return Step(Idle(), do=(order,))
    asked = replace(order, confirmed=much)
    price = Money(draft.price, facts.place.currency)
    lines = [line("rates.ask", types=_names(types), nights=nights, price=price)]
    lines += [line("rates.now", run=run) for run in facts.rates[:MOST_BEFORE]]
    if much:
        lines.append(line("rates.much"))
    return _confirm(draft, asked, lines, "offer.yes_set")


def stop(draft: Draft, facts: Facts) -> Step:
    """Sell a type to no channel on some nights: closing is fast."""
    if draft.rooms:
        return _rooms_are_blocked(draft, facts)
    meant = _meant(draft, facts)
    if isinstance(meant, Step):
        return meant
    types, nights = meant
    order = _selling(types, nights, stop=True)
    if facts.place.role == STAFF or not _careful(draft, types, nights):
        return Step(Idle(), do=(order,))
    return _confirm(draft, order, [line("rates.ask_stop", types=_names(types), nights=nights)], "offer.yes_stop")


def start(draft: Draft, facts: Facts) -> Step:
    """Sell a type again: opening is careful."""
    meant = _meant(draft, facts)
    if isinstance(meant, Step):
        return meant
    types, nights = meant
    order = _selling(types, nights, stop=False)
    if facts.place.role == STAFF:
        return Step(Idle(), do=(order,))
    return _confirm(draft, order, [line("rates.ask_start", types=_names(types), nights=nights)], "offer.yes_start")


def _meant(draft: Draft, facts: Facts) -> tuple[tuple[Kind, ...], Nights] | Step:
    """The types and nights that are meant, or the question for what is missing."""
    if draft.rooms:
        return _which_type(replace(draft, rooms=()), facts, "rates.by_type")
    known = kinds(facts)
    if draft.every_type or (len(known) == 1 and not draft.types):
        types = known
    else:
        types = tuple(kind for kind in known if kind.code in draft.types)
    if not types or len(types) < len(draft.types):
        return _which_type(replace(draft, types=()), facts, "rates.which_type")
    nights = nights_of(draft, facts.today)
    if nights is None:
        return _which_nights(draft, types, facts)
    try:
        may_hold(nights, facts.today)
    except Invalid as error:
        return Step(Idle(), Say((line(f"refused.{error.code}", **error.facts),)))
    return types, nights


def _which_type(draft: Draft, facts: Facts, key: str) -> Step:
    known = kinds(facts)
    if not known:
        return Step(Idle(), Say((line("rates.none"),)))
    offers = [
        offer("offer.type", Continue(replace(draft, types=(kind.code,), every_type=False)), type=kind.name)
        for kind in known[: MOST_OFFERED - 1]
    ]
    if len(known) > 1:
        offers.append(offer("offer.every_type", Continue(replace(draft, types=(), every_type=True))))
    return Step(Asking(draft, "type"), Say((line(key),), tuple(offers)))


def _which_nights(draft: Draft, types: Sequence[Kind], facts: Facts) -> Step:
    bare = replace(draft, start=None, end=None, end_is_last_night=False, nights=None)
    if draft.start is not None or draft.end is not None:
        return Step(Asking(bare, "nights"), Say((line("doubt.no_nights"),)))
    offers = (
        offer("offer.tonight", Continue(replace(bare, start=facts.today))),
        offer("offer.tomorrow", Continue(replace(bare, start=facts.today + timedelta(days=1)))),
    )
    return Step(Asking(bare, "nights"), Say((line("rates.which_nights", types=_names(types)),), offers))


def _rooms_are_blocked(draft: Draft, facts: Facts) -> Step:
    """One room is closed by blocking it; selling is about types."""
    blocked = replace(draft, intent=Intent.BLOCK)
    rooms = tuple(room for room in facts.rooms if room.name in draft.rooms)
    offers = (offer("offer.block_these", Continue(blocked), rooms=rooms),) if rooms else ()
    asked = _which_type(replace(draft, rooms=()), facts, "rates.stop_by_type")
    return replace(asked, say=Say(asked.say.lines, offers + asked.say.offers)) if asked.say else asked


def _careful(draft: Draft, types: Sequence[Kind], nights: Nights) -> bool:
    return not draft.sure or start_was_guessed(draft) or len(nights) > MANY_NIGHTS or len(types) > 1


def _much(price: Decimal, facts: Facts) -> bool:
    """Whether some night would cost ten times as much or as little as it does now."""
    before = [run.price.amount for run in facts.rates if run.price is not None]
    return any(rules.needs_confirming(amount, price) for amount in before)


def _selling(types: Sequence[Kind], nights: Nights, *, stop: bool) -> SellTypes:
    return SellTypes(tuple(TypeNights(kind.type_id, nights) for kind in types), stop)


def _confirm(draft: Draft, command: Command, lines: list[Line], yes: str) -> Step:
    offers = (offer(yes, Do((command,))), offer("offer.no", Leave()))
    return Step(Confirming(draft, (command,)), Say(tuple(lines), offers))


def _names(types: Sequence[Kind]) -> tuple[str, ...]:
    return tuple(kind.name for kind in types)
