"""Messages that a crash left unhandled: the sweep handles and answers them."""

import pytest
from sqlalchemy import select

from bot import inbox
from bot.messages import Inbound
from bot.models import InboundMessage
from bot.receive import MOST_KILLS, handle_left
from bot.tools import Tools
from core.outbox import service as outbox
from core.outbox.effects import Prune
from tests.support.hotel import SEALER
from tests.workers.place import AMINA, Place, work_off
from workers.desk import Desk

TOOLS = Tools(SEALER, "https://baobab.example")


def message(number: int, text: str = "block room 3 tonight", transport: str = "whatsapp") -> Inbound:
    """A delivery of Amina's."""
    return Inbound(transport, f"SM{number}", AMINA, f"whatsapp:{AMINA}", text)


def test_a_message_left_by_a_crash_is_handled_and_answered_by_one_sweep(place: Place) -> None:
    inbox.store_once(place.store, message(1))
    inbox.store_once(place.store, message(2, "undo"))
    place.wait(5)
    with place.jobs() as jobs:
        assert jobs.relay.once() > 0
        jobs.broker.join("dauda")
        first, second = place.texts(AMINA)
        assert first.startswith("✅ Room 3")
        assert second.startswith("↩️ Undone")
        place.wait(5)
        work_off(jobs)
    assert len(place.texts(AMINA)) == 2


class Killed(BaseException):
    """Stands for a death in the middle of handling."""


def dies_with_it(place: Place, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let as many processes end while they handle what is left."""

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as deadly:
        deadly.setattr("bot.receive._answer", die)
        for _ in range(times):
            with pytest.raises(Killed):
                handle_left(place.store, TOOLS, "whatsapp", f"whatsapp:{AMINA}")


def failure(place: Place) -> str | None:
    """Why the one message there is was given up."""
    with place.store.reading() as session:
        return session.scalars(select(InboundMessage.error)).one()


def test_a_message_that_kills_its_process_is_given_up_with_an_apology(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.store_once(place.store, message(1))
    dies_with_it(place, monkeypatch, MOST_KILLS)
    handled = handle_left(place.store, TOOLS, "whatsapp", f"whatsapp:{AMINA}")
    assert handled is not None
    assert len(handled.leases) == 1
    assert failure(place) == "killed"
    assert handle_left(place.store, TOOLS, "whatsapp", f"whatsapp:{AMINA}") is None


def test_a_message_whose_process_was_stopped_some_times_is_handled_all_the_same(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.store_once(place.store, message(1))
    dies_with_it(place, monkeypatch, MOST_KILLS - 1)
    assert handle_left(place.store, TOOLS, "whatsapp", f"whatsapp:{AMINA}") is not None
    assert failure(place) is None


def test_a_house_of_one_process_lets_go_of_the_leases_of_its_dead_predecessor(place: Place) -> None:
    with place.store.unit_of_work() as work:
        lease = outbox.add_leased(work, Prune())
    assert lease is not None
    with place.jobs() as jobs:
        work_off(jobs)
    # With PostgreSQL another process may hold the lease for good reason, so there it runs out by itself.
    assert (place.due(lease.due_id).closed_at is not None) is place.settings.embedded


def test_a_message_that_has_just_come_is_left_to_the_process_that_took_it(place: Place) -> None:
    inbox.store_once(place.store, message(1))
    place.wait(4)
    with place.jobs() as jobs:
        work_off(jobs)
        assert place.texts(AMINA) == []
        place.wait(5)
        work_off(jobs)
    assert len(place.texts(AMINA)) == 1


def test_a_message_of_a_transport_that_this_process_has_not_waits_for_one_that_has(place: Place) -> None:
    inbox.store_once(place.store, message(1, transport="telegram"))
    place.wait(5)
    with place.jobs() as jobs:
        work_off(jobs)
    with place.store.reading() as session:
        assert inbox.waiting_chats(session, ("telegram",), place.store.clock.now()) == [
            ("telegram", f"whatsapp:{AMINA}")
        ]


def test_a_delivery_that_comes_again_is_answered_once(place: Place) -> None:
    desk = Desk(place.context)
    taken = [desk.accept(message(1)) for _ in range(5)]
    desk.close()
    assert taken == [True, False, False, False, False]
    assert len(place.texts(AMINA)) == 1


def test_the_messages_of_a_chat_are_answered_in_the_order_they_came(place: Place) -> None:
    desk = Desk(place.context)
    for number in range(6):
        desk.accept(message(number, "undo" if number % 2 else "block room 3 tonight"))
    desk.close()
    with place.jobs() as jobs:
        work_off(jobs)
    assert [text[:2] for text in place.texts(AMINA)] == ["✅ ", "↩️"] * 3
