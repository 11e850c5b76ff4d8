"""What is kept of a server's headers and what we send."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.feeds.fetch.addresses import read
from core.feeds.fetch.answers import Ask
from core.feeds.fetch.headers import agent, asking, etag, is_conditional, last_modified, retry_after
from core.feeds.fetch.pace import LONGEST_PAUSE

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0), ("120", 120), (" 120 ", 120), ("21600", 21600), ("21601", 21600), ("9" * 18, 21600),
        ("Sat, 21 Nov 2026 09:10:00 GMT", 600), ("Sat, 21 Nov 2026 08:00:00 GMT", 0),
        ("Sat, 21 Nov 2099 09:10:00 GMT", 21600), ("Saturday, 21-Nov-26 09:10:00 GMT", 600),
        ("Sat, 21 Nov 2026 12:10:00 +0300", 600), ("Sat, 21 Nov 2026 09:10:00 -0000", 600),
    ],
)  # fmt: skip
def test_a_wish_to_be_left_alone_is_read(value: str, seconds: int) -> None:
    assert retry_after(value, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value", [None, "", "-1", "1.5", "soon", "9" * 5000, "٣", "Sat, 99 Nov 2026 09:10:00 GMT", "1 2"]
)
def test_what_is_no_such_wish_is_none(value: str | None) -> None:
    assert retry_after(value, NOW) is None


@given(st.text(max_size=60) | st.datetimes(timezones=st.just(UTC)).map(lambda one: format_datetime(one, usegmt=True)))
def test_no_wish_is_negative_longer_than_the_cap_or_an_error(value: str) -> None:
    wish = retry_after(value, NOW)
    assert wish is None or timedelta(0) <= wish <= LONGEST_PAUSE


@pytest.mark.parametrize("value", ['"a"', 'W/"a"', '""', '"!#~"'])
def test_an_etag_goes_back_as_it_came(value: str) -> None:
    assert etag(value) == value


@pytest.mark.parametrize("value", [None, "", "a", 'w/"a"', '"a', '"a\r\nX: 1"', '"a"\n', '"ü"', '"' + "a" * 300 + '"'])
def test_what_cannot_go_back_is_not_kept(value: str | None) -> None:
    assert etag(value) is None


def test_a_last_modified_goes_back_as_it_came_or_not_at_all() -> None:
    assert last_modified("Sat, 21 Nov 2026 09:10:00 GMT") == "Sat, 21 Nov 2026 09:10:00 GMT"
    assert [last_modified(one) for one in (None, "", "a\r\nX: 1", "ü", "x" * 65)] == [None] * 5


def test_only_what_goes_back_asks_a_condition() -> None:
    assert is_conditional(Ask("", etag='"a"'))
    assert is_conditional(Ask("", last_modified="Sat, 21 Nov 2026 09:10:00 GMT"))
    assert not is_conditional(Ask("", etag="a", last_modified="\n"))


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_header_can_be_smuggled_in(tag: str, modified: str, contact: str) -> None:
    for name, value in asking(Ask("", tag, modified), read("https://h.example/"), agent(contact)):
        assert value.decode("ascii").isprintable(), name


def test_we_say_who_we_are_and_where_we_are_found() -> None:
    sent = dict(asking(Ask(""), read("https://bücher.example/"), agent("https://dauda.example")))
    assert sent[b"User-Agent"] == b"Dauda (calendar import; +https://dauda.example)"
    assert sent[b"Host"] == b"xn--bcher-kva.example"
    assert agent(None) == "Dauda (calendar import)"
    assert not {b"Cookie", b"Authorization", b"Referer", b"If-None-Match", b"If-Modified-Since"} & set(sent)
