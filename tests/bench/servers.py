"""Servers as processes of their own, so that no interpreter serves and measures at once."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.bench.load import ROOT
from tests.support import run
from tests.support.servers import free_port

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Serving:
    """A running server: its port, and what the kernel says of its process (proc(5))."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def cpu(self) -> float:
        """Seconds of CPU its process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def memory(self) -> int:
        """Bytes of memory it holds."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE


@contextmanager
def dauda(var_dir: Path, settings: Mapping[str, str]) -> Iterator[Serving]:
    """`dauda serve` with `settings`."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("dauda")), "serve", "--port", str(port)]
    with _serving(command, port, environment(var_dir, settings), var_dir) as serving:
        yield serving


@contextmanager
def peer(kind: str, given: str, folder: Path) -> Iterator[Serving]:
    """One of `peers`."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.peers", kind, str(port), given]
    with _serving(command, port, dict(os.environ), folder) as serving:
        yield serving


@contextmanager
def child(module: str, *arguments: str) -> Iterator[None]:
    """A module that works in a process of its own until it is not wanted any more."""
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=ROOT)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def environment(var_dir: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a command of ours: what the machine has of settings stays out."""
    foreign = ("DAUDA_", "TWILIO_", "TELEGRAM_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return own | {"DAUDA_VAR_DIR": str(var_dir), "DAUDA_SECRET_KEY": "house-key", **settings}


@contextmanager
def _serving(command: list[str], port: int, environ: dict[str, str], folder: Path) -> Iterator[Serving]:
    log = folder / f"served-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=output, stderr=output)

    def answers() -> bool:
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=5)
            return True
        return False

    try:
        run.wait_until(answers, f"the server at {port}", patience=30)
        yield Serving(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
