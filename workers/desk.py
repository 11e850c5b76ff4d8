"""The front desk's ear: stores what comes in, has it handled at once in order, and sends the replies itself."""

import threading
from concurrent.futures import ThreadPoolExecutor

from bot import inbox, reports
from bot.messages import Inbound
from bot.receive import handle_next
from core.logs import logger
from workers.context import Context
from workers.running import run

HANDLERS = 8
_log = logger(__name__)


class Desk:
    """Takes messages from the webhooks, the poller or the console of this process."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._handlers = ThreadPoolExecutor(HANDLERS, thread_name_prefix="desk")
        self._guard = threading.Lock()
        self._attended: dict[tuple[str, str], bool] = {}
        """The chats that a thread is busy with, and whether more has come for it meanwhile."""

    def accept(self, inbound: Inbound) -> bool:
        """Store a delivery, alone in its commit, and schedule it; False when it was known already.

        A repeated delivery schedules its chat too: the first one may have been stored by a process that was killed.
        """
        new = inbox.store_once(self._context.store, inbound)
        self._handlers.submit(self.attend, inbound.transport, inbound.chat)
        return new

    def take(self, inbound: Inbound) -> None:
        """Store a delivery and handle it before returning: for a terminal, which waits for its answer."""
        inbox.store_once(self._context.store, inbound)
        self.attend(inbound.transport, inbound.chat)

    def attend(self, transport: str, chat: str) -> None:
        """Handle the waiting messages of a chat in order and send what they are answered with.

        One thread of this process at a time, which takes along what comes meanwhile: a second one would find the
        first reply still on its way, and leave its own to the relay.
        """
        chat_ = transport, chat
        again = True
        while again:
            with self._guard:
                if chat_ in self._attended:
                    self._attended[chat_] = True
                    return
                self._attended[chat_] = False
            try:
                self._answer_all(transport, chat)
            finally:
                with self._guard:
                    again = self._attended.pop(chat_)

    def _answer_all(self, transport: str, chat: str) -> None:
        try:
            while (handled := handle_next(self._context.store, self._context.tools, transport, chat)) is not None:
                for lease in handled.leases:
                    run(self._context, lease)
                if not handled.more:
                    # What came meanwhile is attended to by whoever stored it.
                    return
        except Exception:  # noqa: BLE001 - whatever it is, the next message of the chat must be heard.
            # The message stays unhandled and the sweep comes back to it.
            _log.exception("desk_failed", transport=transport)

    def delivered(self, transport: str, message_id: str, status: str, error: str | None) -> None:
        """Note how far a message of ours has come, as the transport reports it."""
        with self._context.store.unit_of_work() as work:
            reports.delivered(work, transport, message_id, status, error)

    def close(self) -> None:
        """Finish what is being handled."""
        self._handlers.shutdown(wait=True)
