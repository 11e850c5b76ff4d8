"""A real `dauda` over one database: its processes started, killed at any instant, and started again."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import httpx

from tests.support.servers import alive, free_port

ROOT = Path(__file__).resolve().parents[3]
NURSERY = "tests.system.crash.nursery"


class Nursery:
    """The process that every `dauda` of a loop is forked from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", NURSERY], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if self._read() != "ready":
            self.close()
            raise RuntimeError("the nursery could not import the house; its error stands above")

    def start(self, order: Mapping[str, object]) -> int:
        """Start a child; its process id."""
        return int(self._ask({"start": order}))

    def wait(self, pid: int) -> int:
        """Wait for the end of a child; its exit code."""
        return int(self._ask({"wait": pid}))

    def close(self) -> None:
        """End the nursery and with it every child."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def _ask(self, order: Mapping[str, object]) -> str:
        assert self._process.stdin is not None
        with self._lock:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return self._read()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class House:
    """The processes of one hotel's Dauda; `twist` names a function that changes them first (negative twins)."""

    def __init__(self, nursery: Nursery, folder: Path, settings: Mapping[str, str], twist: str | None = None) -> None:
        self._nursery = nursery
        self._twist = twist
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {"DAUDA_VAR_DIR": str(folder), "DAUDA_SECRET_KEY": "a key for crash loops", **settings}
        self.running: list[int] = []
        self._cold: subprocess.Popen[bytes] | None = None
        self._client = httpx.Client(trust_env=False, timeout=5)

    @property
    def log(self) -> str:
        """What all processes have said so far."""
        path = self.folder / "dauda.log"
        return path.read_text() if path.exists() else ""

    def run(self, *arguments: str) -> int:
        """Run a command to its end; its exit code."""
        return self._nursery.wait(self._start(arguments, twist=None))

    def serve(self, *more: str) -> int:
        """Start `dauda serve`, without waiting for it to answer."""
        return self.start("serve", "--port", str(self.port), *more)

    def start_cold(self, *arguments: str) -> None:
        """Start a command as a supervisor would, imports and all; killed by `close`."""
        with (self.folder / "dauda.log").open("ab") as log:
            command = [sys.executable, "-m", "dauda", *arguments]
            self._cold = subprocess.Popen(command, cwd=self.folder, env=self._environ(), stdout=log, stderr=log)

    def told_where(self) -> str:
        """End the cold process in a way that makes it tell where each of its threads is."""
        if self._cold is None:
            return self.log[-4000:]
        self._cold.send_signal(signal.SIGABRT)
        self._cold.wait()
        return self.log[-9000:]

    def start(self, *arguments: str) -> int:
        """Start a command that lasts; its process id."""
        pid = self._start(arguments, self._twist)
        self.running.append(pid)
        return pid

    def kill(self, pid: int) -> None:
        """End a process as a power cut would, and return when it is gone."""
        self.running.remove(pid)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self._nursery.wait(pid)

    def answers(self, path: str = "/health/live") -> bool:
        """Say whether `path` is answered with 200."""
        try:
            return self._client.get(f"{self.url}{path}").status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def get(self, path: str) -> httpx.Response:
        """Get a page."""
        return self._client.get(f"{self.url}{path}")

    def wait(self, path: str = "/health/live", patience: float = 60) -> float:
        """Return once `path` is answered with 200, after how many seconds; fail when the process ended instead."""
        begun = time.monotonic()
        while not self.answers(path):
            ended = [pid for pid in self.running if not alive(pid)]
            assert not ended, f"ended by itself:\n{self.log[-4000:]}"
            assert time.monotonic() - begun < patience, f"no answer:\n{self.log[-4000:]}"
            time.sleep(0.01)
        return time.monotonic() - begun

    def close(self) -> None:
        """Kill what still runs."""
        for pid in list(self.running):
            self.kill(pid)
        if self._cold is not None:
            self._cold.kill()
            self._cold.wait()
        self._client.close()

    def _start(self, arguments: tuple[str, ...], twist: str | None) -> int:
        return self._nursery.start(
            {
                "arguments": arguments, "environ": self._environ(), "folder": str(self.folder),
                "output": str(self.folder / "dauda.log"), "twist": twist,
            }
        )  # fmt: skip

    def _environ(self) -> dict[str, str]:
        shared = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1"}
        return {**shared, **self.settings}
