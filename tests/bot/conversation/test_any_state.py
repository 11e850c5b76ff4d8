"""From any state and any text, or any old button, a step comes out that can be said."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import receipts
from bot.conversation.actions import Continue, Do
from bot.conversation.drafts import Draft
from bot.conversation.facts import Deed, Facts, Feed, Refusal
from bot.conversation.rates import RateRun
from bot.conversation.states import Asking, Confirming, Idle, State, out, read
from bot.conversation.step import step
from bot.conversation.turn import Doubtful, Offered, Pick, turn
from bot.replies.render import render
from bot.replies.voices import Voice
from bot.understanding import WRITES, Intent, understand
from bot.understanding.lexicon import vocabulary
from core.conflicts.views import CaseState, Severity
from core.imports.commands import PauseChannel
from core.imports.views import LinkState
from core.staff.roles import Role
from core.stays.commands import BlockRoom, UnblockRoom, UndoChanges
from core.values.money import Money
from tests.bot.conversation.calendars import AIRBNB, BOOKING, link, look
from tests.bot.conversation.cases import TASK, case
from tests.bot.conversation.samples import FACTS, HOTEL, NAMES, PLACE, ROOMS, day, nights, stay
from tests.support.hotel import NOW

VOICE = Voice("en", "Africa/Nairobi", NOW)
WORDS = st.sampled_from(
    [
        *sorted(vocabulary().by_first),
        "3",
        "4",
        "12A",
        "33",
        "25",
        "2",
        "999999999",
        "0712345678",
        "?",
        "25/11",
        "tomorrow",
    ]
)
VERBS = st.sampled_from(
    [
        "block",
        "unblock",
        "extend",
        "shorten",
        "move",
        "walk-in",
        "undo",
        "who is in",
        "conflicts",
        "check in",
        "check out",
        "no show",
        "free",
        "",
        "sync",
        "pause",
        "resume",
        "connect",
        "sync now",
        "sync every",
        "sync log",
        "rate double 5000",
        "stop sell doubles",
        "start selling twins",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.builds(
        lambda verb, room, words: " ".join([verb, room, *words]),
        VERBS,
        st.sampled_from(["", "room 3", "rooms 3 and 4", "room 33", "John"]),
        st.lists(WORDS, max_size=6),
    ),
)
DAYS = st.none() | st.integers(-3, 800).map(day)
NAMED = st.sampled_from([*NAMES, "99"])
DRAFTS = st.builds(
    Draft,
    intent=st.sampled_from(Intent),
    rooms=st.lists(NAMED, max_size=3, unique=True).map(tuple),
    to_room=st.none() | NAMED,
    start=DAYS,
    end=DAYS,
    end_is_last_night=st.booleans(),
    nights=st.none() | st.integers(0, 1000),
    guest=st.none() | st.just("John"),
    reason=st.sampled_from([None, "owner", "walk_in", "maintenance"]),
    language=st.sampled_from([None, "en", "sw"]),
    platform=st.sampled_from([None, "airbnb", "booking_com", "gommt"]),
    every=st.sampled_from([None, 60, 900, 7200]),
    url=st.sampled_from([None, "sealed"]),
    types=st.sampled_from([(), ("DBL",), ("TWN", "DBL"), ("GONE",)]),
    every_type=st.booleans(),
    price=st.sampled_from([None, Decimal(45), Decimal(5000)]),
    currency=st.sampled_from([None, "KES", "USD"]),
    stay_id=st.sampled_from([None, 11, 99]),
    sure=st.booleans(),
)
COMMANDS = (BlockRoom(1, nights(0, 2)), UnblockRoom(11, 5), UndoChanges((1,)), PauseChannel("airbnb"))
STATES: st.SearchStrategy[State] = st.one_of(
    st.just(Idle()),
    st.builds(
        Asking,
        DRAFTS,
        st.sampled_from(["room", "to_room", "nights", "until", "which", "platform", "url", "every", "type"]),
    ),
    st.builds(Confirming, DRAFTS, st.lists(st.sampled_from(COMMANDS), min_size=1, max_size=2).map(tuple)),
)
STAYS = st.lists(
    st.builds(
        stay,
        st.sampled_from(NAMES),
        st.integers(-3, 5),
        st.integers(1, 20),
        stay_id=st.sampled_from([11, 12, 13]),
        reason=st.sampled_from(["owner", "walk_in", "maintenance", "guest"]),
        state=st.sampled_from(["holding", "contested"]),
        guest=st.sampled_from([None, "John", "Mary"]),
    ),
    max_size=4,
).map(tuple)
DEEDS = tuple(
    Deed(kind, "3", day(0), day(1), "Juma", "telegram", NOW, "Amina", NOW) for kind in ("stays.blocked", "stays.moved")
)
HEALTH = st.lists(
    st.builds(
        link, st.sampled_from(LinkState), room=NAMED, trouble=st.sampled_from([None, "timeout", "html", "odd"]),
        good_at=st.sampled_from([None, NOW]), imports=st.booleans(), question=st.booleans(),
    ),
    max_size=30,
).map(tuple)  # fmt: skip
CASES = (case(), case(severity=Severity.LOW, state=CaseState.OPEN, conflict_id=13))
RATES = (
    RateRun(1, "Double", nights(0, 2), Money(Decimal(4500), "KES")),
    RateRun(1, "Double", nights(2, 5), None, 2, closed=True),
    RateRun(2, "Twin", nights(0, 7), Money(Decimal(3900), "KES")),
)
CHANNELS = st.sampled_from([(), (AIRBNB,), (AIRBNB, BOOKING), (replace(AIRBNB, active=False), BOOKING)])
FACTS_OF: st.SearchStrategy[Facts] = st.builds(
    lambda stays, listed, free, rooms, role, health, channels: replace(
        FACTS, stays=stays, listed=listed, free=rooms[:free], rooms=rooms, deeds=DEEDS, undoable=(4,),
        cases=CASES, follow_ups=(TASK,),
        place=replace(PLACE, role=role), feeds=(Feed(1, "Airbnb", "3"),),
        health=health, channels=channels, rates=RATES[:free],
        looks=(look("failed", trouble="dns"), look("changed", room="4")),
    ),
    STAYS, STAYS, st.integers(0, 5), st.sampled_from([ROOMS, ROOMS[:1], ()]), st.sampled_from(Role), HEALTH,
    CHANNELS,
)  # fmt: skip
OFFERED = st.lists(
    st.builds(Offered, st.integers(1, 5), st.sampled_from(["No", "Undo", "3: John"]), st.just("t"), st.booleans()),
    max_size=3,
).map(tuple)


def is_sayable(say: object, facts: Facts) -> bool:
    """Render what is said; a wording that lacks a fact raises."""
    rendered = render(say, replace(VOICE, zone=facts.place.timezone))  # type: ignore[arg-type] # a Say.
    return all(rendered.labels) and "{" not in rendered.text.replace("{feed", "")


@given(text=TEXTS, state=STATES, facts=FACTS_OF, offered=OFFERED)
def test_from_any_state_any_text_leads_to_a_step_that_can_be_said_and_kept(
    text: str, state: State, facts: Facts, offered: tuple[Offered, ...]
) -> None:
    names = [room.name for room in facts.rooms]
    reading = understand(text, replace(HOTEL, rooms=tuple(names), aliases={}))
    meant = turn(state, reading, offered, names)
    if isinstance(meant, Pick):
        assert meant.token in {choice.token for choice in offered}
        return
    taken = step(state, meant, facts)
    assert taken.say or taken.do
    assert taken.say is None or (taken.say.lines and is_sayable(taken.say, facts))
    assert read(out(taken.state)) == taken.state
    if isinstance(meant, Doubtful):
        assert not taken.do


@given(draft=DRAFTS, state=STATES, facts=FACTS_OF)
def test_from_any_state_any_button_leads_to_a_step_that_can_be_said(draft: Draft, state: State, facts: Facts) -> None:
    taken = step(state, Continue(draft), facts)
    assert taken.say or taken.do
    assert taken.say is None or is_sayable(taken.say, facts)
    for offer in taken.say.offers if taken.say else ():
        if isinstance(offer.action, Continue):
            again = step(taken.state, offer.action, facts)
            assert again.say or again.do


@given(state=STATES, facts=FACTS_OF, word=st.sampled_from(["back", "Back", "cancel", "exit"]))
def test_back_always_leaves_and_does_nothing(state: State, facts: Facts, word: str) -> None:
    meant = turn(state, understand(word, HOTEL), (), NAMES)
    assert not isinstance(meant, Pick)
    taken = step(state, meant, facts)
    assert (taken.state, taken.do) == (Idle(), ())


@given(text=TEXTS, facts=FACTS_OF)
def test_a_text_with_a_doubt_about_a_write_does_nothing_by_itself(text: str, facts: Facts) -> None:
    reading = understand(text, HOTEL)
    meant = turn(Idle(), reading, (), NAMES)
    assert not isinstance(meant, Pick)
    taken = step(Idle(), meant, facts)
    if reading.doubts and reading.intent in WRITES:
        assert not taken.do


def test_a_write_without_a_doubt_is_done_by_itself() -> None:
    reading = understand("block room 3 tonight", HOTEL)
    meant = turn(Idle(), reading, (), NAMES)
    assert not reading.doubts
    assert isinstance(meant, Continue)
    assert step(Idle(), meant, FACTS).do


@given(
    night=st.integers(0, 5).map(day),
    free=st.integers(0, 5),
    holder=st.none() | st.builds(stay, st.sampled_from(NAMES), guest=st.sampled_from([None, "John"])),
    commands=st.lists(st.sampled_from(COMMANDS), min_size=1, max_size=3).map(tuple),
)
def test_any_refusal_for_a_taken_night_can_be_said(
    night: object, free: int, holder: object, commands: tuple[BlockRoom, ...]
) -> None:
    refusal = Refusal("night_taken", {"night": night, "stay_id": 11}, holder, ROOMS[:free])  # type: ignore[arg-type]
    say = receipts.receipt(commands, refusal, FACTS)
    assert is_sayable(say, FACTS)


@pytest.mark.parametrize("state", [Idle(), Confirming(Draft(Intent.BLOCK, ("3",)), COMMANDS[:1])])
def test_a_button_that_does_something_ends_what_was_open(state: State) -> None:
    taken = step(state, Do(COMMANDS), FACTS)
    assert (taken.state, taken.do, taken.say) == (Idle(), COMMANDS, None)
