"""Keeps one server for a whole test run and ends it with the run, even when the run is killed.

Run as a script: `python keeper.py WATCHED_PID FOLDER SIGNAL COMMAND…`. The folder is removed last, which
tells whoever waits that nothing is left.
"""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

LAUNCH = Path(__file__).with_name("launch.py")
PATIENCE = 10  # seconds


def keep(watched: int, folder: Path, stop: signal.Signals, command: list[str]) -> None:
    """Run `command` until the process `watched`, the command itself or SIGTERM ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the run, which ends us in its own time.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = subprocess.Popen([sys.executable, "-I", "-S", str(LAUNCH), stop.name, *command], cwd=folder)
    try:
        wait_for_end_of(watched, server.pid)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end(server, stop)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_end_of(*pids: int) -> None:
    """Return as soon as one of `pids` has ended."""
    with contextlib.suppress(ProcessLookupError):
        waiting = select.poll()
        for pid in pids:
            waiting.register(os.pidfd_open(pid), select.POLLIN)
        waiting.poll()


def end(server: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    """Stop `server` with `stop`, and with SIGKILL when it does not listen."""
    server.send_signal(stop)
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def main(arguments: list[str]) -> None:
    """Read the command line and keep the server."""
    watched, folder, stop, *command = arguments
    keep(int(watched), Path(folder), signal.Signals[stop], command)


if __name__ == "__main__":
    main(sys.argv[1:])
