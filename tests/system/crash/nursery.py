"""Forks real `dauda` processes from one that has imported everything, so that a kill loop need not wait for imports.

Run as a script: it reads one JSON order a line and answers each with one number. `{"start": …}` gives the process id of
a child that has become `dauda`, `{"wait": PID}` its exit code once it has ended. Nothing but code is shared: no thread,
connection or file exists before the fork.
"""

import ctypes
import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from datetime import date
from typing import Any

PR_SET_PDEATHSIG = 1  # prctl(2)


def load() -> None:
    """Import what every child needs, the things that are imported late too."""
    for name in ("dauda", "uvicorn.protocols.http.httptools_impl", "uvicorn.loops.uvloop", "uvicorn.lifespan.on"):
        importlib.import_module(name)
    from bot.understanding import Hotel, understand  # noqa: PLC0415 - part of what is loaded here on purpose.

    today = date(2026, 11, 20)
    understand("block room 1 tonight", Hotel(rooms=("1",), aliases={}, today=today, calendar_day=today))


def become(order: Mapping[str, Any], parent: int) -> None:
    """Be `dauda` with the arguments, environment, folder and output of `order`."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # The nursery ended before we asked to end with it.
    output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environ"])
    if order.get("twist"):
        module, _, name = str(order["twist"]).partition(":")
        getattr(importlib.import_module(module), name)()
    sys.argv = ["dauda", *order["arguments"]]
    importlib.import_module("dauda").main()


def tell(answer: object) -> None:
    """Answer an order."""
    sys.stdout.write(f"{answer}\n")
    sys.stdout.flush()


def main() -> None:
    """Carry out orders until there are no more; the children end with us."""
    load()
    assert threading.active_count() == 1, "a fork with threads may hang"
    tell("ready")
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            tell(os.waitstatus_to_exitcode(status))
            continue
        me = os.getpid()
        child = os.fork()
        if child == 0:
            become(order["start"], me)
            return
        tell(child)


if __name__ == "__main__":
    main()
