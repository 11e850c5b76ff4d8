"""One leased row done: what each failure leaves on record, and that nothing is said twice or never."""

from datetime import timedelta

import pytest

from bot.messages import Outgoing
from bot.transports.whatsapp import WhatsApp
from core.errors import AuthFailed, Busy, Down, RefusedThere, Unsure
from core.outbox import rules
from core.outbox import service as outbox
from core.outbox.effects import Prune
from core.outbox.service import Lease
from tests.fakes.contents import ContentsInMemory
from tests.workers.place import AMINA, Place
from workers import timetable
from workers.context import JOBS, Context
from workers.running import run

FIRST_WAIT = rules.FIRST_WAIT.total_seconds()


def test_a_message_that_was_taken_is_done(place: Place) -> None:
    due_id = place.alert(AMINA, "Room 3 is free")
    assert run(place.context, place.lease(due_id))
    assert place.texts(AMINA) == ["Room 3 is free"]
    due, message = place.due(due_id), place.message(due_id)
    assert (due.closed_at is not None, due.buried, due.error) == (True, False, None)
    assert message.message_ids == [place.twilio.inbox(AMINA)[0].id]


@pytest.mark.parametrize(
    ("error", "pause", "buried"),
    [
        (Down(retry_after=7, reason="429"), 7, False),
        (Down(retry_after=None, reason="ConnectError"), FIRST_WAIT, False),
        (Unsure(reason="ReadTimeout"), FIRST_WAIT, False),
        (Busy(), 1, False),
        (ValueError("a mistake of ours"), FIRST_WAIT, False),
        (RefusedThere(reason="21610"), None, True),
        (AuthFailed(reason="20003"), FIRST_WAIT, False),
        (Unsure(reason="429 between two parts", retry_after=9), 9, False),
    ],
)
def test_each_failure_is_tried_again_in_its_time_or_buried(
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    pause: float | None,
    buried: bool,  # noqa: FBT001 - a column of the table above.
) -> None:
    def fail(_context: Context, _lease: Lease) -> None:
        raise error

    monkeypatch.setitem(JOBS, "upkeep.prune", fail)
    with place.store.unit_of_work() as work:
        due_id, now = outbox.add(work, Prune()).id, work.now
    assert not run(place.context, place.lease(due_id))
    due = place.due(due_id)
    assert (due.buried, due.closed_at is not None, due.leased_until) == (buried, buried, None)
    assert due.error == str(error)
    if pause is not None:
        assert due.due_at == now + timedelta(seconds=pause)


def test_what_fails_again_and_again_is_given_up_and_kept(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_context: Context, _lease: Lease) -> None:
        raise Down(retry_after=None, reason="ConnectError")

    monkeypatch.setitem(JOBS, "upkeep.prune", fail)
    with place.store.unit_of_work() as work:
        due_id = outbox.add(work, Prune()).id
    for attempt in range(1, rules.MOST_ATTEMPTS + 1):
        assert not place.due(due_id).buried
        run(place.context, place.lease(due_id))
        assert place.due(due_id).attempts == attempt
        place.wait(rules.LONGEST_WAIT.total_seconds() + 1)
    assert place.due(due_id).buried


def test_a_line_of_the_timetable_is_never_given_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_context: Context, _lease: Lease) -> None:
        raise RefusedThere(reason="never")

    monkeypatch.setitem(JOBS, "upkeep.prune", fail)
    timetable.post(place.store)
    (line,) = place.dues("upkeep.prune")
    for _ in range(rules.MOST_ATTEMPTS + 1):
        run(place.context, place.lease(line.id))
        place.wait(6 * 3600 + 1)
    (line,) = place.dues("upkeep.prune")
    assert (line.buried, line.closed_at) == (False, None)


def test_a_message_that_was_certainly_not_sent_is_sent_without_a_look(place: Place) -> None:
    place.twilio.refuse("messages", 429, 20429, retry_after=7)
    place.twilio.refuse("list", 500, 20500)
    due_id = place.alert(AMINA, "Room 3 is free")
    assert not run(place.context, place.lease(due_id))
    assert place.message(due_id).sending_at is None
    place.wait(8)
    assert run(place.context, place.lease(due_id))
    assert place.texts(AMINA) == ["Room 3 is free"]


@pytest.mark.parametrize("outcome", ["lost answer", "killed sender"])
def test_a_message_whose_outcome_is_unknown_is_looked_up_and_not_said_again(place: Place, outcome: str) -> None:
    due_id = place.alert(AMINA, "Room 3 is free")
    if outcome == "lost answer":
        place.twilio.lose_answer("messages")
        assert not run(place.context, place.lease(due_id))
        assert place.message(due_id).sending_at is not None
    else:
        killed_after_sending(place, place.lease(due_id))
    place.wait(61)
    assert run(place.context, place.lease(due_id))
    assert place.texts(AMINA) == ["Room 3 is free"]
    assert place.message(due_id).message_ids == [place.twilio.inbox(AMINA)[0].id]


def test_an_equal_message_of_before_is_not_taken_for_one_that_was_never_sent(place: Place) -> None:
    first = place.alert(AMINA, "OK. Nothing is open.")
    assert run(place.context, place.lease(first))
    second = place.alert(AMINA, "OK. Nothing is open.")
    place.lease(second)  # And the process is killed before it sends.
    place.wait(61)
    assert run(place.context, place.lease(second))
    assert len(place.texts(AMINA)) == 2
    assert place.message(first).message_ids != place.message(second).message_ids


def test_a_refused_message_lets_the_next_one_of_its_chat_through(place: Place) -> None:
    place.twilio.refuse("messages", 400, 21610)
    first, second = place.alert(AMINA, "first"), place.alert(AMINA, "second")
    assert not run(place.context, place.lease(first))
    assert place.due(first).buried
    assert run(place.context, place.lease(second))
    assert place.texts(AMINA) == ["second"]


def killed_after_sending(place: Place, lease: Lease) -> None:
    """Send the message of `lease` and forget it, as a process does that is killed before it records anything."""
    another = WhatsApp(place.twilio.settings, ContentsInMemory())
    another.send(Outgoing(f"d{lease.due_id}", f"whatsapp:{AMINA}", place.message(lease.due_id).text))
    another.close()
