"""Messages in parts: choices as numbered lines, and which parts a transport has accepted already."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.messages import Choice
from core.errors import Down, Unsure

MOST_ATTEMPTS_KEPT = 500
MOST_IDS_KEPT = 2000


def numbered(text: str, choices: Sequence[Choice]) -> str:
    """`text` followed by one line a choice, `1 Undo`, for clients and moments without buttons."""
    lines = [f"{number} {choice.label}" for number, choice in enumerate(choices, start=1)]
    return "\n".join([text, *lines] if text.strip() else lines)


@dataclass(slots=True)
class Attempt:
    """One message on its way: when we first tried (monotonic seconds), and the ids of the accepted parts."""

    begun: float
    ids: list[str] = field(default_factory=list)


@contextmanager
def under_way(attempt: Attempt) -> Iterator[Attempt]:
    """Send parts: `Down` would say that nothing was sent, so that behind an accepted part it becomes `Unsure`."""
    try:
        yield attempt
    except Down as error:
        if attempt.ids:
            raise Unsure(**error.facts) from error
        raise


class Progress:
    """What this process knows of messages on their way: a repeat goes on where the last try stopped.

    It lives in memory and is bounded: after a crash a message of several parts may begin again with its
    first part.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._attempts: OrderedDict[str, Attempt] = OrderedDict()
        self._finished: deque[str] = deque(maxlen=MOST_IDS_KEPT)

    def begin(self, reference: str) -> Attempt:
        """The attempt at the message `reference`, the earlier one when it was tried before."""
        with self._lock:
            attempt = self._attempts.setdefault(reference, Attempt(time.monotonic()))
            while len(self._attempts) > MOST_ATTEMPTS_KEPT:
                self._attempts.popitem(last=False)
            return attempt

    def known(self, reference: str) -> Attempt | None:
        """The unfinished attempt at `reference` by this process, if any."""
        with self._lock:
            return self._attempts.get(reference)

    def finish(self, reference: str) -> tuple[str, ...]:
        """All parts are accepted: forget the attempt and return their ids."""
        with self._lock:
            attempt = self._attempts.pop(reference, None)
            ids = tuple(attempt.ids) if attempt else ()
            self._finished.extend(ids)
            return ids

    def finished(self, message_id: str) -> bool:
        """Whether this process knows `message_id` as a part of a message that went through."""
        with self._lock:
            return message_id in self._finished
