"""One test run: its scratch folder, the locks between its workers, and the servers they share."""

import fcntl
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

FOLDER_VARIABLE = "DAUDA_TEST_RUN_FOLDER"
OWNER_VARIABLE = "DAUDA_TEST_RUN_PID"
# Isolated, so that the names of the files beside these scripts hide no module of the standard library.
PYTHON = (sys.executable, "-I", "-S")
KEEPER = Path(__file__).with_name("keeper.py")
LAUNCH = Path(__file__).with_name("launch.py")
MEMORY = Path("/dev/shm")  # Where Linux keeps files in memory.
ROOM = 4 << 30  # bytes
PATIENCE = 15  # seconds


def begin(*, in_memory: bool = False) -> None:
    """Make the run's folder; called by the process that owns the run, before any worker exists.

    With `in_memory` all temporary files of the run lie in memory where there is room, unless TMPDIR says otherwise:
    a commit need not wait for a disk then, and what a killed process wrote is there all the same.
    """
    if in_memory and "TMPDIR" not in os.environ and roomy(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
    folder = scratch("run")
    os.environ[FOLDER_VARIABLE] = str(folder)
    os.environ[OWNER_VARIABLE] = str(os.getpid())


def roomy(place: Path) -> bool:
    """Say whether the files of a run may lie in `place`: there is room, and programs there may be run."""
    try:
        system = os.statvfs(place)
    except FileNotFoundError:
        return False
    runs = not system.f_flag & os.ST_NOEXEC
    return runs and os.access(place, os.W_OK) and system.f_bavail * system.f_frsize >= ROOM


def owned() -> bool:
    """Say whether this process is the run's owner (and no xdist worker)."""
    return os.environ.get(OWNER_VARIABLE) == str(os.getpid())


def folder() -> Path:
    """Return the run's scratch folder."""
    return Path(os.environ[FOLDER_VARIABLE])


def scratch(name: str) -> Path:
    """Make a folder with a short path that an unprivileged server can pass through."""
    made = Path(tempfile.mkdtemp(prefix=f"dauda-{name}-"))
    made.chmod(0o755)
    return made


def end() -> None:
    """Stop the shared servers and remove the run's folder."""
    for kept in folder().glob("*.kept"):
        notes = notes_of(kept)
        with suppress(ProcessLookupError):
            os.kill(notes.keeper, signal.SIGTERM)
        wait_until(gone(notes.folder), f"the end of {kept.stem}")
    shutil.rmtree(folder(), ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Kept:
    """A shared server: the process id of its keeper, and the folder that goes last."""

    keeper: int
    folder: Path


def notes_of(kept: Path) -> Kept:
    """Read what `keep` wrote down about a shared server."""
    notes = json.loads(kept.read_text())
    return Kept(notes["keeper"], Path(notes["folder"]))


def gone(path: Path) -> Callable[[], bool]:
    """Return the question whether `path` has been removed."""
    return lambda: not path.exists()


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the lock `name` among the workers of this run."""
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def once(name: str, make: Callable[[], str]) -> str:
    """Return what `make` answered in the first worker that asked for `name` in this run."""
    made = folder() / f"{name}.made"
    with locked(name):
        if not made.exists():
            made.write_text(make())
    return made.read_text()


def keep(name: str, command: list[str], stop: signal.Signals, place: Path, answers: Callable[[], bool]) -> None:
    """Start `command` in the folder `place`, to last as long as this run; return once it `answers`.

    Raises `RuntimeError` with its log when it ended instead. Spawned rather than held as a Popen, since the
    worker that starts it may end long before it.
    """
    log = folder() / f"{name}.log"
    arguments = [*PYTHON, str(KEEPER), os.environ[OWNER_VARIABLE], str(place), stop.name, *command]
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    keeper = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=streams, setsid=True)
    (folder() / f"{name}.kept").write_text(json.dumps({"keeper": keeper, "folder": str(place)}))
    wait_until(lambda: not place.exists() or answers(), f"{name} to answer", patience=30)
    if not place.exists():
        raise RuntimeError(log.read_text())


def wait_until(happened: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Return once `happened()`; raise `TimeoutError` naming `what` after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not happened():
        if time.monotonic() > deadline:
            message = f"waited {patience} s for {what}"
            raise TimeoutError(message)
        time.sleep(0.02)
