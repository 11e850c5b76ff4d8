"""Unpacking under a cap."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.feeds.fetch.answers import Stop, Trouble
from core.feeds.fetch.body import whole

MOST = 4 * 2**20


def cut(data: bytes, size: int) -> list[bytes]:
    """Cut `data` into pieces of `size`."""
    return [data[n : n + size] for n in range(0, len(data), size)]


@given(st.binary(max_size=3000), st.integers(1, 500), st.sampled_from(["gzip", "X-GZIP", "identity, gzip"]))
def test_what_was_packed_comes_out_however_it_is_cut(body: bytes, size: int, encoding: str) -> None:
    assert whole(cut(gzip.compress(body), size), encoding, 3000) == body


@given(st.binary(max_size=300), st.integers(1, 50), st.sampled_from([None, "", "identity"]))
def test_what_was_not_packed_stays_as_it_is(body: bytes, size: int, encoding: str | None) -> None:
    assert whole(cut(body, size), encoding, 300) == body


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_the_cap_is_exact(encoding: str | None) -> None:
    for size, fits in ((1000, True), (1001, False)):
        body = b"x" * size
        packed = gzip.compress(body) if encoding else body
        if fits:
            assert whole([packed], encoding, 1000) == body
        else:
            with pytest.raises(Stop) as stop:
                whole([packed], encoding, 1000)
            assert stop.value.kind == Trouble.TOO_LARGE


def test_a_gzip_bomb_is_never_unpacked() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(300)) + packer.flush()
    assert len(bomb) < 2**20
    tracemalloc.start()
    with pytest.raises(Stop) as stop:
        whole(cut(bomb, 65536), "gzip", MOST)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert stop.value.kind == Trouble.TOO_LARGE
    assert peak < 4 * MOST


@given(st.binary(min_size=1, max_size=500), st.data())
def test_a_gzip_that_ends_early_is_no_answer(body: bytes, data: st.DataObject) -> None:
    packed = gzip.compress(body)
    end = data.draw(st.integers(0, len(packed) - 1))
    with pytest.raises(Stop) as stop:
        whole(cut(packed[:end], 7), "gzip", 500)
    assert stop.value.kind == Trouble.BROKEN


@given(st.integers(10, 60), st.integers(1, 40))
def test_a_gzip_with_a_wrong_byte_is_never_believed(place: int, size: int) -> None:
    packed = bytearray(gzip.compress(b"BEGIN:VCALENDAR and so on and so forth", mtime=0))
    place %= len(packed)
    packed[place] ^= 0xFF
    try:
        said: bytes | Trouble = whole(cut(bytes(packed), size), "gzip", 5000)
    except Stop as stop:
        said = stop.kind
    # Some bytes of the header mean nothing, so a change there may go unseen.
    assert said in (b"BEGIN:VCALENDAR and so on and so forth", Trouble.BAD_ENCODING, Trouble.BROKEN, Trouble.TOO_LARGE)


@pytest.mark.parametrize("size", [1, 10, 65536])
@pytest.mark.parametrize("after", [b"x", gzip.compress(b"more", mtime=0)])
def test_bytes_behind_a_gzip_are_not_silently_lost(after: bytes, size: int) -> None:
    with pytest.raises(Stop) as stop:
        whole(cut(gzip.compress(b"a") + after, size), "gzip", 100)
    assert stop.value.kind == Trouble.BAD_ENCODING


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "gzip, br", "compress", "x" * 1000, "ü"])
def test_an_encoding_that_was_not_offered_is_refused_before_anything_is_read(encoding: str) -> None:
    def never() -> Iterator[bytes]:
        pytest.fail("read")
        yield b""

    with pytest.raises(Stop) as stop:
        whole(never(), encoding, 100)
    assert stop.value.kind == Trouble.BAD_ENCODING
    assert len(stop.value.raw) < 200
