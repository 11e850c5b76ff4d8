"""Prepared answers: codings, validators, headers."""

import gzip
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

import pytest

from core.feeds.queries import Feed
from webhooks.calendar.prepared import Answer, answer, prepare, takes_gzip

FEED = Feed(
    link_id=1,
    version=7,
    changed_at=datetime(2026, 11, 20, 18, 40, tzinfo=UTC),
    day=date(2026, 11, 20),
    timezone="Africa/Nairobi",
    body=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" * 50,
)
PREPARED = prepare(FEED)


def header(said: Answer, name: bytes) -> bytes | None:
    """One header of an answer."""
    return dict(said[1]).get(name)


def test_a_plain_answer_is_the_body_with_its_length() -> None:
    said = answer(PREPARED, None, None)

    assert (said[0], said[2]) == (200, FEED.body)
    assert header(said, b"content-length") == str(len(FEED.body)).encode()
    assert header(said, b"content-type") == b"text/calendar; charset=utf-8"
    assert header(said, b"content-encoding") is None
    assert header(said, b"cache-control") == b"private, no-cache"
    assert header(said, b"referrer-policy") == b"no-referrer"
    assert header(said, b"x-robots-tag") == b"noindex"
    assert header(said, b"vary") == b"accept-encoding"


def test_a_zipped_answer_unzips_to_the_body_and_has_a_validator_of_its_own() -> None:
    said = answer(PREPARED, None, b"gzip, deflate")

    assert gzip.decompress(said[2]) == FEED.body
    assert header(said, b"content-encoding") == b"gzip"
    assert header(said, b"content-length") == str(len(said[2])).encode()
    assert header(said, b"etag") != header(answer(PREPARED, None, None), b"etag")


def test_the_same_feed_is_prepared_to_the_same_bytes_and_another_to_another_validator() -> None:
    assert prepare(FEED) == PREPARED
    other = Feed(1, 7, FEED.changed_at, FEED.day, FEED.timezone, FEED.body + b"\r\n")
    assert prepare(other).plain.etag != PREPARED.plain.etag


@pytest.mark.parametrize("held", ["{}", "W/{}", '"else", {}', '"else",W/{} ', "*", " *"])
def test_a_reader_that_holds_the_feed_is_told_so(held: str) -> None:
    tag = held.format(PREPARED.plain.etag.decode()).encode()
    said = answer(PREPARED, tag, None)

    assert (said[0], said[2]) == (304, b"")
    assert header(said, b"etag") == PREPARED.plain.etag
    assert header(said, b"content-length") is None


def test_a_reader_that_holds_the_other_coding_is_told_which_one_is_current() -> None:
    said = answer(PREPARED, PREPARED.plain.etag, b"gzip")

    assert said[0] == 304
    assert header(said, b"etag") == PREPARED.plain.etag


@pytest.mark.parametrize("held", [b'"else"', b"", b"nonsense", PREPARED.plain.etag.strip(b'"'), b'"*"'])
def test_a_reader_that_holds_something_else_gets_the_feed(held: bytes) -> None:
    assert answer(PREPARED, held, None)[0] == 200


@pytest.mark.parametrize(
    "accepted", [b"gzip", b"gzip, deflate, br", b"deflate;q=0.5, gzip;q=1.0", b"br;q=1.0, gzip;q=0.8, *;q=0.1"]
)
def test_a_reader_that_accepts_gzip_gets_it(accepted: bytes) -> None:
    assert takes_gzip(accepted)


@pytest.mark.parametrize("accepted", [b"", b"identity", b"br, zstd", b"gzip;q=0", b"gzip; q=0.000, identity", b"*"])
def test_a_reader_that_does_not_name_gzip_gets_plain_text(accepted: bytes) -> None:
    assert not takes_gzip(accepted)


def test_r05_a_feed_is_modified_when_its_day_begins() -> None:
    def modified(day: date) -> datetime:
        feed = Feed(1, 7, FEED.changed_at, day, FEED.timezone, FEED.body)
        return parsedate_to_datetime((header(prepare(feed).plain.full, b"last-modified") or b"").decode())

    assert modified(date(2026, 11, 20)) == FEED.changed_at
    assert modified(date(2026, 11, 21)) == datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
