"""Fetching Telegram's updates where no public address can receive them."""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future

from telegram import Update
from telegram.error import TelegramError

from bot.messages import Inbound
from bot.transports.telegram.errors import classify
from bot.transports.telegram.inbound import read
from bot.transports.telegram.transport import Telegram
from core.errors import AuthFailed, Down, Outside
from core.logs import logger

LONGEST_PAUSE = 60.0
CONFLICT_FACTOR = 10

log = logger(__name__)


class Poller:
    """A thread that hands every update to `accept`, in order, until `stop`.

    An update counts as received only when `accept` returned, which must have stored it durably; what raises
    is fetched again. After a restart some may come twice: their number is the same. `wait` and `pause` in
    seconds: how long Telegram may hold an empty answer back, and the rest after a first failure.
    """

    def __init__(
        self, telegram: Telegram, accept: Callable[[Inbound], object], *, wait: int = 50, pause: float = 1.0
    ) -> None:
        self._telegram = telegram
        self._accept = accept
        self._wait = wait
        self._first_pause = pause
        self._pause = pause
        self._polling = False
        self._offset: int | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._asked: Future[tuple[Update, ...]] | None = None
        self._thread = threading.Thread(target=self._run, name="telegram-poll", daemon=True)

    def start(self) -> None:
        """Begin to poll."""
        self._thread.start()

    def stop(self) -> None:
        """End the wait at once, let an update that is being accepted finish, and end the thread."""
        with self._lock:
            self._stopping.set()
            if self._asked is not None:
                self._asked.cancel()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
                self._pause = self._first_pause
            except CancelledError:
                return
            except AuthFailed:
                log.error("telegram.poll_ended", reason="the bot token is not accepted")  # noqa: TRY400
                return
            except Outside as error:
                self._rest(error)
            except Exception:
                # Whatever storing an update ran into, the update waits at Telegram until it can be stored.
                log.exception("telegram.poll_failed")
                self._rest(Down(retry_after=None))

    def _turn(self) -> None:
        """Fetch once and hand on what came."""
        if not self._polling:
            # Telegram answers nobody who polls while a webhook is set.
            self._telegram.delete_webhook()
            self._polling = True
        for update in self._fetch():
            if self._stopping.is_set():
                return
            inbound = read(update)
            if inbound is not None:
                self._accept(inbound)
            self._offset = update.update_id + 1

    def _fetch(self) -> tuple[Update, ...]:
        with self._lock:
            if self._stopping.is_set():
                raise CancelledError
            self._asked = self._telegram.begin_updates(self._offset, self._wait)
        try:
            return self._asked.result()
        except TelegramError as error:
            raise classify(error) from error

    def _rest(self, error: Outside) -> None:
        """Pause after a failure: what Telegram asked for, else longer each time."""
        pause = error.facts.get("retry_after") or self._pause
        if error.facts.get("reason") == "conflict":
            # Somebody set a webhook or polls as well: taking turns slowly is better than a fight.
            self._polling = False
            pause = self._pause * CONFLICT_FACTOR
        log.warning("telegram.poll_failed", error=str(error), pause=pause)
        self._stopping.wait(min(pause, LONGEST_PAUSE))
        self._pause = min(LONGEST_PAUSE, self._pause * 2)
