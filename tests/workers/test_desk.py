"""The desk: one chat's messages are handled one after the other, however quickly they come."""

import threading
from contextlib import closing
from dataclasses import replace

from bot.messages import Inbound, Outgoing, Sent
from bot.transports.base import Transport
from tests.support.run import wait_until
from tests.workers.place import AMINA, JUMA, Place
from workers.desk import Desk


class Holding:
    """WhatsApp, whose first message hangs until it is let go."""

    def __init__(self, whatsapp: Transport) -> None:
        self._whatsapp = whatsapp
        self.name, self.limits = whatsapp.name, whatsapp.limits
        self.begun, self.let_go = threading.Event(), threading.Event()

    def send(self, message: Outgoing) -> Sent:
        if not self.begun.is_set():
            self.begun.set()
            assert self.let_go.wait(10)
        return self._whatsapp.send(message)

    def find_sent(self, message: Outgoing) -> Sent | None:
        return self._whatsapp.find_sent(message)

    def close(self) -> None:
        """Leave it to who made it."""


def said(who: str, number: int, text: str) -> Inbound:
    return Inbound(
        transport="whatsapp", external_id=f"SM{who}{number}", chat=f"whatsapp:{who}", sender=who, kind="text", text=text
    )


def test_a_message_that_comes_while_a_reply_is_sent_is_answered_without_the_relay(place: Place) -> None:
    holding = Holding(place.context.transports["whatsapp"])
    with closing(Desk(replace(place.context, transports={"whatsapp": holding}))) as desk:
        desk.accept(said(AMINA, 1, "who arrives today"))
        assert holding.begun.wait(10)
        desk.accept(said(AMINA, 2, "who leaves today"))
        desk.accept(said(JUMA, 1, "who leaves today"))
        wait_until(lambda: len(place.texts(JUMA)) == 1, "the other chat, which nobody holds up")
        assert place.texts(AMINA) == []
        holding.let_go.set()
        wait_until(lambda: len(place.texts(AMINA)) == 2, "both replies")
    assert [due.closed_at is not None for due in place.dues("chat.say")] == [True, True, True]


def test_a_chat_that_was_answered_is_attended_again(place: Place) -> None:
    with closing(Desk(place.context)) as desk:
        desk.accept(said(AMINA, 1, "who arrives today"))
        wait_until(lambda: len(place.texts(AMINA)) == 1, "the first reply")
        desk.accept(said(AMINA, 2, "who leaves today"))
        wait_until(lambda: len(place.texts(AMINA)) == 2, "the second reply")
