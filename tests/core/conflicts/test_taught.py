"""What people said before of bookings that may be our own closure come back, and what it may do (R10)."""

from sqlalchemy import select

from core.channels.models import Channel
from core.channels.settings import Exports
from core.conflicts.commands import OnlyOurBlock, UndoDecision
from core.events.models import Event
from core.stays.reasons import StayState
from tests.core.conflicts.counter import Counter
from tests.support.desk import nights


def ask(counter: Counter, first: int, platform: str = "booking_com", code: str | None = None) -> int:
    """Let a channel show what may be our block of these nights; the stay that it made."""
    counter.desk.block("3", nights(first, 2))
    return counter.sell("3", nights(first, 2), platform, code)


def only_our_block(counter: Counter) -> int:
    """Say that the one open case is only our block; its number."""
    case = counter.case()
    counter.decide(OnlyOurBlock(case.conflict_id, case.revision))
    return case.conflict_id


def before(counter: Counter) -> list[bool]:
    """Return for each party of the one open case whether its channel showed only our block the last time."""
    return [party.echo_before for party in counter.case().parties]


def test_r10_one_answer_is_told_with_the_next_question_of_the_link_and_decides_nothing(counter: Counter) -> None:
    ask(counter, 1)
    assert before(counter) == [False, False]
    only_our_block(counter)
    again = ask(counter, 10)
    assert before(counter) == [False, True]
    assert counter.desk.stay(again).state == StayState.CONTESTED, "it is a booking until a person says otherwise"


def test_r10_it_is_noted_that_the_channel_exports_closures_too(counter: Counter) -> None:
    ask(counter, 1)
    with counter.desk.store.unit_of_work() as work:
        channel = work.session.scalars(select(Channel).where(Channel.platform == "booking_com")).one()
        channel.exports = Exports.RESERVATIONS
    only_our_block(counter)
    with counter.desk.store.reading() as session:
        found = {channel.platform: channel.exports for channel in session.scalars(select(Channel))}
        told = session.scalars(select(Event.facts).where(Event.kind == "channels.set").order_by(Event.id)).all()
    assert (found["booking_com"], found["airbnb"]) == (Exports.EVERYTHING, None)
    assert told[-1]["exports"] == Exports.EVERYTHING


def test_r10_a_booking_kept_since_then_is_the_last_word(counter: Counter) -> None:
    ask(counter, 1)
    only_our_block(counter)
    sold = ask(counter, 10)
    counter.keep(sold)
    ask(counter, 20)
    assert before(counter) == [False, False]


def test_r10_an_answer_that_was_taken_back_teaches_nothing(counter: Counter) -> None:
    ask(counter, 1)
    number = only_our_block(counter)
    counter.decide(UndoDecision(number, counter.view(number).revision))
    ask(counter, 10)
    assert {party.echo_before for case in counter.cases() for party in case.parties} == {False}


def test_r10_what_one_link_taught_says_nothing_of_another(counter: Counter) -> None:
    ask(counter, 1)
    only_our_block(counter)
    ask(counter, 10, "airbnb")
    assert before(counter) == [False, False]


def test_r10_what_has_a_code_was_never_our_block(counter: Counter) -> None:
    ask(counter, 1)
    only_our_block(counter)
    ask(counter, 10, code="4012345678")
    assert before(counter) == [False, False]
