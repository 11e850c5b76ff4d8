"""A load generator in a process of its own: keep-alive connections that ask for one path and do nothing else.

Run as `python -m tests.bench.load PORT PATH CONNECTIONS SECONDS PAUSE HEADER`; prints what it saw as JSON. Sockets are
read raw, since any HTTP client in Python would be busier than the server it asks. `PAUSE` (seconds) between an answer
and the next question; 0 asks again at once. `HEADER` is one more line of the question's head, or empty.
"""

import asyncio
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[2]
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of the generator saw: answers a second, seconds an answer took, CPU share of the generator."""

    rate: float
    p50: float
    p99: float
    busy: float


def run(
    port: int, path: str, *, connections: int = 32, seconds: float = 1.5, pause: float = 0.0, header: str = ""
) -> Load:
    """Ask 127.0.0.1:`port` for `path` from another process. Raises when an answer was not 200."""
    arguments = [str(each) for each in (port, path, connections, seconds, pause, header)]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.bench.load", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds + 60,
    )  # fmt: skip
    if ended.returncode:
        raise RuntimeError(ended.stderr)
    return Load(**json.loads(ended.stdout))


class _Asker(asyncio.Protocol):
    def __init__(self, question: bytes, until: float, pause: float, took: list[float]) -> None:
        self._question, self._until, self._pause, self._took = question, until, pause, took
        self._buffer = b""
        self._asked = 0.0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._buffer = buffer = self._buffer + data if self._buffer else data
        head = buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        length = _LENGTH.search(buffer, 0, head)
        if length is None or len(buffer) < head + 4 + int(length[1]):
            return
        if not buffer.startswith(b"HTTP/1.1 200"):
            self._end(RuntimeError(buffer[:200].decode("latin-1")))
            return
        self._buffer = b""
        now = time.perf_counter()
        self._took.append(now - self._asked)
        if now >= self._until:
            self._end(None)
        elif self._pause:
            asyncio.get_running_loop().call_later(self._pause, self._ask)
        else:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or RuntimeError("the server closed the connection"))

    def _ask(self) -> None:
        self._asked = time.perf_counter()
        self._transport.write(self._question)  # type: ignore[attr-defined] # a TCP transport writes.

    def _end(self, error: Exception | None) -> None:
        if self.over.done():
            return
        if error is None:
            self.over.set_result(None)
        else:
            self.over.set_exception(error)
        self._transport.close()


async def _asked(port: int, path: str, connections: int, seconds: float, pause: float, header: str) -> list[float]:
    head = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "User-Agent: bench", *([header] if header else [])]
    question = "\r\n".join([*head, "", ""]).encode()
    took: list[float] = []
    until = time.perf_counter() + seconds
    loop = asyncio.get_running_loop()
    askers = []
    for _ in range(connections):
        _, asker = await loop.create_connection(lambda: _Asker(question, until, pause, took), "127.0.0.1", port)
        askers.append(asker)
    await asyncio.gather(*(asker.over for asker in askers))
    return took


def main(arguments: list[str]) -> None:
    """Ask, and tell what was seen."""
    port, path, connections, seconds, pause, header = arguments
    began, used = time.perf_counter(), time.process_time()
    took = uvloop.run(_asked(int(port), path, int(connections), float(seconds), float(pause), header))
    lasted, used = time.perf_counter() - began, time.process_time() - used
    took.sort()
    at = {share: took[int(share * (len(took) - 1))] for share in (0.5, 0.99)}
    told = {"rate": len(took) / lasted, "p50": at[0.5], "p99": at[0.99], "busy": used / lasted}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
