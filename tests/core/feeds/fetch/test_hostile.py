"""Servers that mean harm or are broken: an answer comes all the same, in time and within its bytes."""

import gzip
import zlib
from collections.abc import Iterator
from itertools import repeat
from time import monotonic, sleep

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.feeds.fetch.answers import Answer, Ask, Failed, Fetched, NotModified, Trouble
from core.feeds.fetch.client import Bounds, Means, fetch
from tests.core.feeds.fetch.servers import CALENDAR, SHORT, Says, Server, always, answer, serving
from tests.support.rounds import rounds

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
QUICK = Bounds(connect=0.4, total=0.4)


def asked(server: Server, bounds: Bounds = SHORT) -> Answer:
    """Ask `server` with an etag and a secret in the address."""
    return fetch(Ask(f"{server.url}?t=canary", '"v"', allow_private=True), Means(bounds=bounds))


def kind(says: Says, bounds: Bounds = SHORT) -> Trouble | None:
    """Why it failed; the secret in the address must not be told."""
    with serving(says) as server:
        said = asked(server, bounds)
    assert "canary" not in repr(said)
    return said.kind if isinstance(said, Failed) else None


def drip(before: bytes, piece: bytes) -> Says:
    """Say `before`, and then a piece now and then, for ever."""

    def says(_head: bytes) -> Iterator[bytes]:
        yield before
        for same in repeat(piece):
            sleep(0.02)
            yield same

    return says


def silent(before: bytes = b"") -> Says:
    """Say `before`, and then nothing for a while."""

    def says(_head: bytes) -> Iterator[bytes]:
        yield before
        sleep(1.2)

    return says


@pytest.mark.parametrize(
    "says",
    [
        silent(), silent(HEAD), silent(HEAD + b"Content-Length: 9\r\n\r\nBEGIN"),
        drip(HEAD, b"X: 1\r\n"), drip(HEAD + b"Content-Length: 100000\r\n\r\n", b"x"),
        drip(CHUNKED + b"", b"1\r\nx\r\n"), drip(HEAD + b"\r\n", b"x"), drip(b"", b"H"),
        drip(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(CALENDAR)[:10], b"\0"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        drip(CHUNKED + b"1;", b"x"),
    ],
)  # fmt: skip
def test_whoever_is_slow_is_left_at_the_deadline(says: Says) -> None:
    began = monotonic()
    with serving(says) as server:
        said = asked(server, QUICK)
        assert monotonic() - began < 1
    assert isinstance(said, Failed)
    # A broken gzip may be seen before the deadline comes.
    assert said.kind in (Trouble.TIMEOUT, Trouble.BAD_ENCODING)


def test_the_deadline_is_for_all_redirects_together() -> None:
    def says(_head: bytes) -> Iterator[bytes]:
        sleep(0.25)
        yield answer(b"", "302 Found", Location="/b")

    assert kind(says, QUICK) == Trouble.TIMEOUT


def test_who_is_slow_and_ends_in_time_is_read() -> None:
    def says(_head: bytes) -> Iterator[bytes]:
        for byte in answer():
            sleep(0.002)
            yield bytes([byte])

    assert kind(says) is None


@pytest.mark.parametrize("head", [b"Transfer-Encoding: chunked\r\n\r\n", b"\r\n", b"Content-Length: 99999999\r\n\r\n"])
def test_an_endless_body_is_left_at_the_cap(head: bytes) -> None:
    piece = b"x" * 65536
    if b"chunked" in head:
        piece = b"10000\r\n" + piece + b"\r\n"

    def says(_head: bytes) -> Iterator[bytes]:
        yield HEAD + head
        yield from repeat(piece)

    with serving(says) as server:
        said = asked(server)
    assert isinstance(said, Failed)
    assert said.kind == Trouble.TOO_LARGE


def test_the_cap_on_the_wire_lets_a_large_calendar_through() -> None:
    assert kind(always(answer(b"x" * (2**20 - 1000)))) is None
    assert kind(always(answer(b"x" * (2**20 + 1)))) == Trouble.TOO_LARGE
    assert kind(always(HEAD + b"\r\n" + b"x" * (2**20 + 1))) == Trouble.TOO_LARGE


def test_a_body_announced_as_too_large_is_not_waited_for() -> None:
    assert kind(silent(HEAD + b"Content-Length: 1048577\r\n\r\n"), QUICK) == Trouble.TOO_LARGE
    assert kind(silent(HEAD + b"Content-Length: 1048576\r\n\r\n"), QUICK) == Trouble.TIMEOUT


def test_a_gzip_bomb_is_left_at_the_cap() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(64)) + packer.flush()
    assert kind(always(answer(bomb, Content_Encoding="gzip"))) == Trouble.TOO_LARGE
    assert kind(always(answer(gzip.compress(bytes(3 * 2**20)), Content_Encoding="gzip"))) is None


@pytest.mark.parametrize("piece", [b"X: " + b"y" * 1000 + b"\r\n", b"y" * 1000, b"HTTP/1.1 100 Continue\r\n\r\n" * 50])
def test_endless_headers_are_left(piece: bytes) -> None:
    def says(_head: bytes) -> Iterator[bytes]:
        yield b"" if piece.startswith(b"HTTP") else HEAD
        yield from repeat(piece)

    assert kind(says) in (Trouble.BROKEN, Trouble.TOO_LARGE)


@pytest.mark.parametrize(
    "said",
    [
        answer(length=len(CALENDAR) + 1), answer()[:-1], answer()[:30], HEAD, b"",
        CHUNKED + b"5\r\nBEGIN\r\n", CHUNKED + b"zz\r\nx\r\n",
        CHUNKED + b"-1\r\nx\r\n", CHUNKED + b"" + b"f" * 30,
        answer(gzip.compress(CALENDAR)[:-4], Content_Encoding="gzip"),
    ],
)  # fmt: skip
def test_r12_an_answer_that_ends_early_is_none(said: bytes) -> None:
    assert kind(always(said)) == Trouble.BROKEN


def test_a_length_shorter_than_the_body_gives_no_more_than_it_says() -> None:
    with serving(always(answer(length=10))) as server:
        said = asked(server)
    # The reader of calendars misses its end; HTTP has none to miss.
    assert isinstance(said, Fetched)
    assert said.body == CALENDAR[:10]


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 101 Switching\r\nUpgrade: canary\r\n\r\n",
        b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"SSH-2.0-OpenSSH canary\r\n\r\n", b"HTTP/1.1 canary OK\r\n\r\n",
        HEAD + b"no colon canary\r\n\r\n", HEAD + b"X\x00: 1\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n", HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", HEAD + b"Transfer-Encoding: canary\r\n\r\n",
        HEAD + b"Content-Length: \xb2\r\n\r\n", bytes(range(256)) * 10,
    ],
)  # fmt: skip
def test_what_is_no_http_is_told_without_the_server_s_words(said: bytes) -> None:
    assert kind(always(said)) in (Trouble.BROKEN, Trouble.STATUS_ODD)


def test_an_encoding_that_was_not_offered_is_told() -> None:
    assert kind(always(answer(Content_Encoding="br"))) == Trouble.BAD_ENCODING
    assert kind(always(answer(Content_Encoding="gzip"))) == Trouble.BAD_ENCODING


headers = st.dictionaries(
    st.sampled_from(["Location", "ETag", "Last-Modified", "Content-Encoding", "Transfer-Encoding", "Retry-After", "X"]),
    st.text(st.characters(codec="latin-1"), max_size=12)
    | st.sampled_from(
        ["gzip", "chunked", "http://[::1", "/b", "//\xff", "1", "http://169.254.169.254/", "http://xn--a/"]
    ),
    max_size=4,
)


@settings(
    max_examples=rounds(60, 600, 6000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    head=st.binary(max_size=40) | st.sampled_from([b"HTTP/1.1 200 OK", b"HTTP/1.1 302 x", b"HTTP/1.0 503 x"]),
    fields=headers,
    body=st.binary(max_size=60) | st.just(gzip.compress(CALENDAR)),
)
def test_no_answer_makes_a_fetch_raise(hostile: Server, head: bytes, fields: dict[str, str], body: bytes) -> None:
    lines = [head, *(f"{name}: {value}".encode("latin-1") for name, value in fields.items())]
    SAID[:] = [b"\r\n".join(lines) + b"\r\n\r\n" + body]
    assert isinstance(asked(hostile, QUICK), Fetched | NotModified | Failed)


SAID: list[bytes] = []


@pytest.fixture(scope="module")
def hostile() -> Iterator[Server]:
    """Give a server that says what stands in `SAID`."""
    with serving(lambda _head: SAID) as server:
        yield server
