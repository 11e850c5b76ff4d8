"""States and choices are kept as JSON and come back as they were, or not at all."""

import json
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.actions import (
    ANSWERS,
    OF_CALENDARS,
    OF_CASES,
    OF_DEPARTURES,
    OF_RATES,
    Action,
    Command,
    Continue,
    DepartureCommand,
    Do,
    Leave,
    OpenDashboard,
    PartyIsIn,
    RateCommand,
    SellTypes,
    SetLanguage,
    TypeNights,
    action_in,
    action_out,
)
from bot.conversation.drafts import Draft
from bot.conversation.states import VERSION, Asking, Confirming, Idle, State, out, read
from bot.understanding import Intent
from core.conflicts.commands import (
    ConflictCommand,
    DecideLater,
    KeepStay,
    MoveParties,
    OnlyOurBlock,
    Relocation,
    SameBooking,
    TickFollowUp,
    UndoDecision,
)
from core.imports.commands import (
    AnswerMass,
    CloseElsewhere,
    ConnectCalendar,
    ImportCommand,
    JoinPreviews,
    PauseChannel,
    PullNow,
    ResumeChannel,
    SetInterval,
    SettleClosure,
    SettleGuest,
    SettleLingering,
)
from core.rates.commands import SetRates, UndoRates
from core.rates.views import DayRate, Range
from core.stays.commands import (
    BlockRoom,
    CheckIn,
    CheckOut,
    ExtendStay,
    GuestLeft,
    GuestStaysOn,
    MoveStay,
    NoShow,
    ShortenStay,
    UnblockRoom,
    UndoChanges,
)
from core.stays.reasons import Reason
from tests.bot.conversation.samples import day, nights

DRAFTS = st.builds(
    Draft,
    intent=st.sampled_from(Intent),
    rooms=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    to_room=st.none() | st.text(max_size=5),
    start=st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    end=st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    end_is_last_night=st.booleans(),
    nights=st.none() | st.integers(0, 1000),
    guest=st.none() | st.text(max_size=20),
    price=st.none() | st.decimals(0, 10_000_000, places=2),
    stay_id=st.none() | st.integers(1),
    sure=st.booleans(),
)
COMMANDS: tuple[Command, ...] = (
    BlockRoom(1, nights(0, 2), Reason.WALK_IN, "John", "+254712345678", Decimal("4500.00"), "KES", "late"),
    BlockRoom(2, nights(1, 1)),
    UnblockRoom(1, 2, nights(0, 1)),
    UnblockRoom(1, 2),
    ExtendStay(1, 2, day(3)),
    ShortenStay(1, 2, day(1)),
    MoveStay(1, 2, 3),
    UndoChanges((5, 6)),
    SetLanguage("en"),
    OpenDashboard(),
    CheckIn(1, 2),
    CheckOut(1, 2),
    GuestLeft(1, day(0)),
    GuestStaysOn(1, day(0)),
    NoShow(1, 2),
    KeepStay(1, 2, 3),
    MoveParties(1, 2, (Relocation(3, 4), Relocation(5, 6, nights(0, 1)))),
    SameBooking(1, 2),
    OnlyOurBlock(1, 2),
    DecideLater(1, 2),
    UndoDecision(1, 2),
    TickFollowUp(1),
    PartyIsIn(1, 2, 3),
    ConnectCalendar(1, "airbnb", "sealed"),
    SetInterval("airbnb", 900),
    PauseChannel("airbnb"),
    ResumeChannel("airbnb"),
    PullNow("airbnb", (1, 2)),
    PullNow(),
    AnswerMass(1, gone=True),
    JoinPreviews(1, join=False),
    SettleClosure(1, everywhere=True),
    SettleLingering(1, new=False),
    SettleGuest(1, same=True),
    CloseElsewhere("airbnb"),
    SetRates(
        1,
        Range(day(0), day(3), frozenset({4, 5})),
        DayRate(price=Decimal("4500.00"), stop_sell=True),
        2,
        (3,),
        confirmed=True,
    ),
    UndoRates(7),
    SellTypes((TypeNights(1, nights(0, 2)), TypeNights(2, nights(0, 2), 9)), stop=True),
)


def test_every_command_about_cases_is_among_those_that_are_kept() -> None:
    assert set(OF_CASES) == {*get_args(ConflictCommand), PartyIsIn}
    assert set(OF_CASES) <= {type(command) for command in COMMANDS}


def test_every_command_about_rates_is_among_those_that_are_kept() -> None:
    assert set(OF_RATES) == set(get_args(RateCommand)) <= {type(command) for command in COMMANDS}


def again(state: State) -> State:
    """Return a state after a stay in the database."""
    return read(json.loads(json.dumps(out(state))))


@given(draft=DRAFTS, slot=st.sampled_from(["room", "to_room", "nights", "until", "which"]))
def test_a_question_comes_back_as_it_was(draft: Draft, slot: str) -> None:
    assert again(Asking(draft, slot)) == Asking(draft, slot)


@given(draft=DRAFTS, commands=st.lists(st.sampled_from(COMMANDS), max_size=4).map(tuple))
def test_what_waits_for_a_yes_comes_back_as_it_was(draft: Draft, commands: tuple[Command, ...]) -> None:
    assert again(Confirming(draft, commands)) == Confirming(draft, commands)


def test_nothing_open_comes_back_as_nothing() -> None:
    assert again(Idle()) == Idle()


@pytest.mark.parametrize("action", [Do(COMMANDS), Leave(), Continue(Draft(Intent.BLOCK, ("3",), start=day(0)))])
def test_a_choice_comes_back_as_it_was(action: Action) -> None:
    assert action_in(json.loads(json.dumps(action_out(action)))) == action


@pytest.mark.parametrize(
    "change",
    [
        {"v": VERSION + 1},
        {"v": None},
        {"draft": {"intent": "dance"}},
        {"draft": {"intent": "block", "start": "soon"}},
        {"commands": [["FlyRoom", {}]]},
        {"commands": [["BlockRoom", {"room_id": 1}]]},
        {"state": "thinking"},
    ],
    ids=str,
)
def test_a_state_of_another_version_is_over(change: dict[str, object]) -> None:
    kept = out(Confirming(Draft(Intent.BLOCK, ("3",)), COMMANDS[:1]))
    assert read(kept) != Idle()
    assert read({**kept, **change}) == Idle()


def test_a_state_that_lost_a_part_is_over() -> None:
    kept = out(Asking(Draft(Intent.BLOCK), "room"))
    assert read({name: value for name, value in kept.items() if name != "slot"}) == Idle()


def test_every_command_about_calendars_is_among_those_that_are_kept() -> None:
    assert {type(command) for command in COMMANDS} >= set(OF_CALENDARS)
    assert set(OF_CALENDARS) == set(get_args(ImportCommand))
    assert set(ANSWERS) <= {*OF_CALENDARS, *OF_DEPARTURES}


def test_every_command_about_departures_is_among_those_that_are_kept() -> None:
    assert set(OF_DEPARTURES) == set(get_args(DepartureCommand)) <= {type(command) for command in COMMANDS}


def test_an_address_is_not_shown_where_a_draft_or_a_command_is() -> None:
    assert "S3CR3T" not in repr(Draft(Intent.CONNECT, url="S3CR3T"))
    assert "S3CR3T" not in repr(ConnectCalendar(1, "airbnb", "S3CR3T"))
