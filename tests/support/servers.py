"""A server of a test's own, which may be killed and started again; the base of PostgreSQL and Redis."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from tests.support import run


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def give_to_server(folder: Path) -> None:
    """Let the user that servers run as own `folder`."""
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)


def launching(command: list[str], stop: signal.Signals) -> list[str]:
    """Return the command line that runs `command` unprivileged and ends it with its parent."""
    return [*run.PYTHON, str(run.LAUNCH), stop.name, *command]


class Server:
    """A private server: `start`, `kill` (as by a power cut), `stop` and `url`.

    Start it from the main thread: the kernel ends it with the thread that started it.
    """

    stop_signal = signal.SIGTERM

    def __init__(self, name: str) -> None:
        """Make the scratch folder; nothing runs yet."""
        self.folder = run.scratch(name)
        give_to_server(self.folder)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the address clients connect to; it stays the same over kill and start."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """Return the server's command line."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Say whether the server accepts clients."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the server and return once it answers."""
        with (self.folder / "server.log").open("ab") as log:
            launch = launching(self.command(), self.stop_signal)
            self.process = subprocess.Popen(launch, cwd=self.folder, stdout=log, stderr=log)
        try:
            run.wait_until(self.settled, f"{type(self).__name__} on port {self.port}", patience=30)
        except BaseException:
            self.kill()
            raise

    def settled(self) -> bool:
        """Say whether the server answers; raise `RuntimeError` with its log when it ended instead."""
        if self.process is not None and self.process.poll() is not None:
            raise RuntimeError((self.folder / "server.log").read_text())
        return self.answers()

    def kill(self) -> None:
        """End the server and its children with SIGKILL, as a power cut would; return once they are gone."""
        if self.process is None:
            return
        family = [self.process.pid, *children_of(self.process.pid)]
        for pid in family:
            send(pid, signal.SIGKILL)
        self.process.wait()
        run.wait_until(lambda: not any(alive(pid) for pid in family), "the killed server's children")
        self.process = None

    def stop(self) -> None:
        """End the server in its own way and remove its folder."""
        if self.process is not None:
            send(self.process.pid, self.stop_signal)
            try:
                self.process.wait(run.PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)


def children_of(pid: int) -> list[int]:
    """Return the process ids of the children of `pid` (proc(5), `children`)."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def alive(pid: int) -> bool:
    """Say whether `pid` runs; a zombie that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may have ended already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
