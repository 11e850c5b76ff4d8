"""Reading calendars off the network without holding the interpreter: what is heavy is read in a child process.

A calendar comes from strangers. Ours are capped in bytes and in work, but even so one that was made to be slow takes
seconds; in a process of its own it delays no chat and no other calendar, and it can be ended.
"""

import os
import subprocess
import sys
import threading
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from core.errors import DaudaError
from core.feeds.fetch.answers import Answer, Fetched, Trouble
from core.feeds.reading.text import decoded, unfolded
from core.imports.reading import Brought, Order, Useless, read
from core.logs import logger

LIGHT = 64 * 1024
"""Bytes; what has more is read in the child. Rooms have calendars of 20 kB at most."""
DEADLINE = 8.0
"""Seconds that the child has for one calendar."""
MOST_WAITING = 3
"""Heavy calendars in hand at once, the one that is read included: with their waiting all end within a lease."""
_log = logger(__name__)


class Crowded(DaudaError):
    """Too many heavy calendars are waiting to be read; nothing was done with this one."""


class Reader:
    """Reads answers for one process. The child is started with the first heavy one and ends with `close`."""

    def __init__(self, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._room = threading.Semaphore(MOST_WAITING)
        self._turn = threading.Lock()
        self._child: _Child | None = None

    def read(self, order: Order, answer: Answer) -> Brought:
        """What `answer` says. Raises `Crowded`."""
        if not is_heavy(answer):
            return read(order, answer)
        if not self._room.acquire(blocking=False):
            raise Crowded
        try:
            with self._turn:
                return self._read_there(order, answer)
        finally:
            self._room.release()

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._end()

    def _read_there(self, order: Order, answer: Answer) -> Brought:
        try:
            if self._child is None:
                self._child = _Child()
            self._child.connection.send((order, answer))
            if self._child.connection.poll(self._deadline):
                brought: Brought = self._child.connection.recv()
                return brought
            why = f"not read within {self._deadline} s"
        except (OSError, EOFError) as error:
            # It ended by itself: out of memory, most likely.
            why = f"its reader ended: {type(error).__name__}"
        _log.warning("calendar_not_read", link=order.link_id, why=why)
        self._end()
        return Useless(Trouble.TOO_LARGE, why)

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


class _Child:
    """The process that reads, and our end of the pipe to it."""

    def __init__(self) -> None:
        self.connection, theirs = Pipe()
        # Not by `multiprocessing`: its child would import the whole command line first.
        command = [sys.executable, "-m", __name__, str(theirs.fileno())]
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], start_new_session=True)  # noqa: S603
        theirs.close()

    def end(self) -> None:
        self.connection.close()
        self._process.kill()
        self._process.wait()


def is_heavy(answer: Answer) -> bool:
    """Whether an answer may take long to read: it is long, or something in it recurs."""
    if not isinstance(answer, Fetched):
        return False
    return len(answer.body) > LIGHT or "RRULE" in unfolded(decoded(answer.body)).upper()


def serve(connection: Connection) -> None:
    """Read what comes over the pipe until its other end is closed, be it by a kill."""
    while True:
        try:
            order, answer = connection.recv()
        except EOFError:
            return
        connection.send(read(order, answer))


if __name__ == "__main__":
    # A process that nobody waits for any more shall not outlive its work by much, nor be preferred to ours.
    os.nice(5)
    serve(Connection(int(sys.argv[1])))
