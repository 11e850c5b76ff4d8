"""What is said after a command about prices or selling was carried out or refused. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.conversation.actions import Do
from bot.conversation.rates import RatesTold
from bot.conversation.says import Line, Say, line, offer
from core.values.money import Money

OPEN = "…"
"""Stands for a guard rail that was not set."""


def receipt(done: Sequence[RatesTold], known: Sequence[Line]) -> Say:
    """The one message that tells how they went; `known`: what each channel knows of a change of what is sold."""
    lines: list[Line] = []
    for told in done:
        if not told.changed:
            lines.append(line("rates.same", told=told))
            continue
        lines.append(line(f"rates.told.{told.what}", told=told))
        if told.what in {"set", "taken_back"} and not known:
            lines.append(line("rates.by_hand"))
    undo = tuple(told.undo for told in done if told.undo is not None)
    offers = (offer("offer.undo", Do(undo)),) if undo else ()
    return Say((*lines, *known), offers)


def facts_of(refused: Mapping[str, object]) -> dict[str, object]:
    """A refusal's facts with its amounts as money, where it names a currency."""
    currency = refused.get("currency")
    if not isinstance(currency, str):
        return dict(refused)
    return {
        key: Money(value, currency) if isinstance(value, Decimal) else value if value is not None else OPEN
        for key, value in refused.items()
    }
