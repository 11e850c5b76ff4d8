"""From a signed WhatsApp post to its reply at Twilio, and what ten thousand of them leave in memory."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from statistics import median

import pytest

from tests.bench import servers
from tests.bench.conftest import Hold
from tests.bench.front_desk import FrontDesk, Phone, blocks, front_desk
from tests.bench.measure import ROUNDS, Row, p99
from tests.bench.servers import Serving

pytestmark = pytest.mark.bench
SEQUENTIAL, EACH = 20, 5
MESSAGES = 10_000
BURST = 25
LONGEST = 420.0
"""Seconds after which the messages are enough: the row says how many there were."""
QUESTIONS = ("who arrives today", "what is free tonight", "who leaves today", "help", "block room 3 30 feb")
MIB = 2**20


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FrontDesk]:
    """Give a running embedded house."""
    with front_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def echo(tmp_path: Path) -> Iterator[Serving]:
    """Give the echo with its two bare commits, on a file of its own beside the house's."""
    with servers.peer("echo", str(tmp_path / "echo.db"), tmp_path) as opened:
        yield opened


def test_a_block_by_whatsapp_is_answered_at_once(desk: FrontDesk, echo: Serving, hold: Hold) -> None:
    texts = blocks()
    hold(lambda: [*_one_by_one(desk, echo, texts), *_eight_at_once(desk, echo, texts)])


def test_memory_after_ten_thousand_messages(desk: FrontDesk, hold: Hold) -> None:
    hold(lambda: _memory(desk))


def _one_by_one(desk: FrontDesk, echo: Serving, texts: Iterator[str]) -> list[Row]:
    phone = desk.phones[0]

    def ours() -> list[float]:
        return [phone.ask(next(texts)) for _ in range(SEQUENTIAL)]

    def bare() -> list[float]:
        return [phone.echo(echo.url) for _ in range(SEQUENTIAL)]

    return _rows("post to reply", "echo with two commits", ours, bare, limit=6)


def _eight_at_once(desk: FrontDesk, echo: Serving, texts: Iterator[str]) -> list[Row]:
    def ours() -> list[float]:
        return desk.all_ask([list(islice(texts, EACH)) for _ in desk.phones])

    def bare() -> list[float]:
        def one(phone: Phone) -> list[float]:
            return [phone.echo(echo.url) for _ in range(EACH)]

        with ThreadPoolExecutor(len(desk.phones)) as threads:
            return [took for each in threads.map(one, desk.phones) for took in each]

    return _rows("post to reply, eight at once", "eight echoes at once", ours, bare)


def _rows(
    what: str,
    peer: str,
    ours: Callable[[], list[float]],
    bare: Callable[[], list[float]],
    *,
    limit: float | None = None,
) -> list[Row]:
    took: dict[str, list[list[float]]] = {"ours": [], "bare": []}
    for each in range(ROUNDS + 1):
        for name, measure in (("ours", ours), ("bare", bare)) if each % 2 else (("bare", bare), ("ours", ours)):
            seconds = measure()
            # The reply is on its way before it is recorded as sent; what is left of the work meets nobody's round.
            time.sleep(0.05)
            if each:
                took[name].append(seconds)
    half = {name: median(median(seconds) for seconds in rounds) * 1000 for name, rounds in took.items()}
    worst = {name: p99([second for seconds in rounds for second in seconds]) * 1000 for name, rounds in took.items()}
    return [
        Row(f"{what}, p50; {peer}, sqlite", half["ours"], half["bare"], limit, unit="ms"),
        Row("  p99 of both", worst["ours"], worst["bare"], unit="ms"),
    ]


def _memory(desk: FrontDesk) -> list[Row]:
    """Every fourth message blocks a room, the others ask; each phone has one on its way."""
    texts = blocks()
    idle = desk.serving.memory / MIB
    early = 0.0
    asked = 0
    until = time.monotonic() + LONGEST
    while asked < MESSAGES and time.monotonic() < until:
        desk.all_ask([_mixed(texts, asked) for _ in desk.phones])
        asked += BURST * len(desk.phones)
        desk.forget()
        if not early and asked >= MESSAGES // 10:
            early = desk.serving.memory / MIB
    grown = desk.serving.memory / MIB
    return [
        Row(f"memory after {asked:,} messages, idle after the start", grown, idle, unit="MiB"),
        Row(f"  after {asked:,}, after {MESSAGES // 10:,}", grown, early, unit="MiB"),
    ]


def _mixed(texts: Iterator[str], asked: int) -> list[str]:
    return [next(texts) if each % 4 == 0 else QUESTIONS[(asked + each) % len(QUESTIONS)] for each in range(BURST)]
