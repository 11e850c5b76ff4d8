"""Whole messages in words: what a clerk reads, and that it fits where it is shown."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.conversation.actions import Leave
from bot.conversation.facts import Done, Facts, Told
from bot.conversation.receipts import QUIET, receipt
from bot.conversation.says import Say, line, offer
from bot.conversation.steps import Step
from bot.replies.render import Rendered, render
from bot.replies.voices import Voice
from core.channels.views import Knows
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS
from core.stays.commands import BlockRoom
from core.stays.undo import UNDOABLE
from core.values.money import Money
from tests.bot.conversation.samples import FACTS, day, knowing, nights, room_id, said, stay
from tests.support.hotel import NOW

VOICE = Voice("en", "Africa/Nairobi", NOW)
JOHN = stay("3", 0, 3, guest="John", reason="walk_in")
MOST = 1024
"""Characters of a WhatsApp message with buttons (63021)."""


def words(step: Step) -> Rendered:
    """Return what a step says, in words."""
    assert step.say is not None
    return render(step.say, VOICE)


@pytest.mark.parametrize(
    ("text", "facts", "read", "buttons"),
    [
        ("block room 3", FACTS, "Room 3: which nights?", ("Tonight", "Tomorrow", "2 nights from today")),
        ("extend room 3", knowing(JOHN), "Room 3, John (Fri 20 → Mon 23 Nov · 3 nights): until which day?",
         ("Tue 24 Nov", "Wed 25 Nov", "Thu 26 Nov")),
        ("extend room 3 until saturday", knowing(JOHN),
         "Nothing to extend: Room 3 (John) is held until Mon 23 Nov already.", ()),
        ("shorten room 3 to sunday", knowing(JOHN),
         "🔓 Room 3 (John) only until Sun 22 Nov?\nOPENS Sun 22 → Mon 23 Nov · 1 night", ("Yes, shorten", "No")),
        ("shorten room 3 to today", knowing(JOHN),
         ("Room 3 (John) is held Fri 20 → Mon 23 Nov · 3 nights, so it cannot end on Fri 20 Nov. "
          "To open all of it, write “unblock room 3”."), ()),
        ("shorten room 3", knowing(stay("3", 0, 3)),
         "Room 3, the block (Fri 20 → Mon 23 Nov · 3 nights): until which day instead?", ("Sun 22 Nov", "Sat 21 Nov")),
        ("move room 3 to 4", knowing(stay("3", 0, 1)),
         "Move the block from Room 3 to Room 4 (Double)?\nFri 20 → Sat 21 Nov · 1 night", ("Yes, move", "No")),
        ("unblock room 3", knowing(stay("3", 0, 1, stay_id=1), stay("3", 4, 1, stay_id=2)),
         ("Which one do you mean?\nRoom 3 · held by the house · Fri 20 → Sat 21 Nov · 1 night\n"
          "Room 3 · held by the house · Tue 24 → Wed 25 Nov · 1 night"), ("3: Fri 20 Nov", "3: Tue 24 Nov")),
        ("unblock rooms 3 and 4", FACTS, "I find nothing held in Room 3 from today on.", ()),
        ("block room 33 tonight", FACTS, "There is no room 33. You have: 1, 3, 4, 7, 12A", ()),
        ("yes", FACTS, "No question is open, so nothing was changed.", ()),
        ("backup now", FACTS, "I understand what you want (backup), but I cannot do that yet.", ()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_an_answer_reads_as_a_clerk_would_say_it(text: str, facts: Facts, read: str, buttons: tuple[str, ...]) -> None:
    assert words(said(text, facts=facts)) == Rendered(read, buttons)


def test_empty_lines_are_left_out() -> None:
    say = Say((line("done.details", stay=stay()), line("left.nothing")), (offer("offer.no", Leave()),))
    assert render(say, VOICE) == Rendered("OK. Nothing is open.", ("No",))


@pytest.mark.parametrize("kind", UNDOABLE)
def test_a_receipt_of_ordinary_facts_fits_a_message_with_buttons(kind: str) -> None:
    guest = stay(
        "12A", 0, 14, guest="Wanjiru Kamau-Oyelaran", phone="+254712345678", reason="walk_in",
        price=Money(Decimal("14500.00"), "KES"), note="arrives late, pays cash, needs an early breakfast",
    )  # fmt: skip
    told = Told(
        kind, 9, guest, "Garden double", (day(0), day(14)), {5: 4},
        displaced=(stay("12A", 0, 2, guest="Mary Achieng"),), before_room="7",
    )  # fmt: skip
    knows = tuple(
        Knows(platform, Mode.ICAL, linked=True, read_at=NOW, has_read=False)
        for platform in PLATFORMS.values()
    )  # fmt: skip
    order = BlockRoom(room_id("12A"), nights(0, 14))
    say = receipt((order,), Done((told,), knows), FACTS)
    rendered = render(say, VOICE)
    assert len(rendered.text) <= MOST
    assert all(platform.name in rendered.text for platform in PLATFORMS.values()) or kind in QUIET


def test_the_help_fits_a_message_with_buttons() -> None:
    rendered = words(said("help", facts=replace(FACTS)))
    assert len(rendered.text) + sum(map(len, rendered.labels)) <= MOST
