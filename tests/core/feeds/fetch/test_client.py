"""One look at a calendar on servers that mean well, and what is told when they say no."""

import gzip
import ssl
from datetime import timedelta
from hashlib import sha256

import pytest

from core.feeds.fetch.answers import Ask, Failed, Fetched, NotModified, Trouble
from core.feeds.fetch.client import Bounds, Means, fetch, usual_trust
from tests.core.feeds.fetch.servers import CALENDAR, FAR, SHORT, Dial, Server, always, answer, means, serving

HERE = Means(bounds=SHORT)
QUICK = Bounds(connect=0.4, total=2.0)


def local(server: Server, etag: str | None = None, last_modified: str | None = None) -> Ask:
    """Ask a server on this machine by its real address."""
    return Ask(server.url, etag, last_modified, allow_private=True)


def kind(said: object) -> Trouble | None:
    """Why it failed, or None."""
    return said.kind if isinstance(said, Failed) else None


def test_a_calendar_comes_whole_with_what_is_needed_to_ask_again() -> None:
    modified = "Sat, 21 Nov 2026 09:10:00 GMT"
    with serving(always(answer(ETag='"v1"', Last_Modified=modified))) as server:
        said = fetch(local(server), HERE)
    assert said == Fetched(CALENDAR, '"v1"', modified, sha256(CALENDAR).hexdigest())


def test_an_unchanged_calendar_is_not_sent_again() -> None:
    with serving(lambda head: [answer(b"", "304 Not Modified") if b'"v1"' in head else answer()]) as server:
        assert isinstance(fetch(local(server, etag='"v2"'), HERE), Fetched)
        assert fetch(local(server, etag='"v1"'), HERE) == NotModified()
    assert b'If-None-Match: "v1"\r\n' in server.asked[1]


def test_a_304_that_nobody_asked_for_is_a_failure() -> None:
    with serving(always(answer(b"", "304 Not Modified"))) as server:
        assert kind(fetch(local(server), HERE)) == Trouble.STATUS_ODD
        assert fetch(local(server, last_modified="Sat, 21 Nov 2026 09:10:00 GMT"), HERE) == NotModified()


@pytest.mark.parametrize("chunked", [False, True])
def test_a_packed_calendar_is_unpacked(chunked: bool) -> None:  # noqa: FBT001 - a parameter of the test.
    packed = gzip.compress(CALENDAR)
    said = answer(packed, Content_Encoding="gzip")
    if chunked:
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
        said = head + b"".join(b"1\r\n%c\r\n" % byte for byte in packed) + b"0\r\n\r\n"
    with serving(always(said)) as server:
        said_back = fetch(local(server), HERE)
    assert isinstance(said_back, Fetched)
    assert said_back.body == CALENDAR


def test_the_request_names_us_and_carries_nothing_else() -> None:
    with serving(always(answer(Set_Cookie="a=1"))) as server:
        fetch(local(server), Means(bounds=SHORT, agent="Dauda (test)"))
        fetch(local(server), HERE)
    assert server.asked[0].split(b"\r\n") == [
        b"GET /a.ics HTTP/1.1", b"Host: 127.0.0.1:%d" % server.port, b"User-Agent: Dauda (test)",
        b"Accept: text/calendar, */*;q=0.1", b"Accept-Encoding: gzip", b"Connection: close", b"", b"",
    ]  # fmt: skip
    assert b"Cookie" not in server.asked[1]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("400 Bad Request", Trouble.STATUS_4XX), ("401 Unauthorized", Trouble.STATUS_4XX),
        ("403 Forbidden", Trouble.STATUS_4XX), ("404 Not Found", Trouble.STATUS_4XX),
        ("410 Gone", Trouble.STATUS_4XX), ("429 Too Many Requests", Trouble.STATUS_429),
        ("500 Oops", Trouble.STATUS_5XX), ("503 Unavailable", Trouble.STATUS_5XX), ("599 x", Trouble.STATUS_5XX),
        ("201 Created", Trouble.STATUS_ODD), ("204 No Content", Trouble.STATUS_ODD),
        ("206 Partial Content", Trouble.STATUS_ODD), ("300 Choices", Trouble.STATUS_ODD), ("600 x", Trouble.STATUS_ODD),
    ],
)  # fmt: skip
def test_r12_what_is_not_200_is_no_calendar_even_with_one_in_the_body(status: str, why: Trouble) -> None:
    with serving(always(answer(b"" if status.startswith("204") else CALENDAR, status))) as server:
        said = fetch(local(server), HERE)
    assert kind(said) == why
    assert isinstance(said, Failed)
    assert said.status == int(status[:3])


def test_a_server_that_wants_to_be_left_alone_is_heard() -> None:
    with serving(always(answer(b"", "429 Too Many", Retry_After="120"))) as server:
        said = fetch(local(server), HERE)
    assert said == Failed(Trouble.STATUS_429, "status 429", 429, timedelta(minutes=2))


def test_a_port_where_nobody_listens_is_told() -> None:
    with serving(always(answer())) as server:
        pass
    assert kind(fetch(local(server), HERE)) == Trouble.UNREACHABLE


def test_this_machine_is_not_asked_unless_the_house_says_so() -> None:
    with serving(always(answer())) as server:
        assert kind(fetch(Ask(server.url), HERE)) == Trouble.WRONG_ADDRESS
        # With a port of the web it is the guard that refuses.
        assert kind(fetch(Ask("http://localhost/a.ics"), HERE)) == Trouble.REFUSED_ADDRESS
        assert server.asked == []
        assert isinstance(fetch(local(server), HERE), Fetched)


def test_the_environment_is_not_asked_for_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(always(answer())) as server, serving(always(answer(b"proxy"))) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        said = fetch(local(server), HERE)
    assert isinstance(said, Fetched)
    assert said.body == CALENDAR
    assert proxy.asked == []


def test_a_name_keeps_its_name_while_the_checked_address_is_called() -> None:
    with serving(always(answer()), certificate_for="hotel.example") as server:
        dial = Dial(((FAR, 443), server))
        said = fetch(Ask("https://HOTEL.example/a.ics?t=1"), means(dial, hotel=FAR))
    assert isinstance(said, Fetched)
    assert dial.called == [(FAR, 443)]
    assert server.names == ["hotel.example"]
    assert server.asked[0].startswith(b"GET /a.ics?t=1 HTTP/1.1\r\nHost: hotel.example\r\n")


def test_a_certificate_for_another_name_is_not_accepted() -> None:
    with serving(always(answer()), certificate_for="other.example") as server:
        said = fetch(Ask("https://hotel.example/a.ics"), means(Dial(((FAR, 443), server)), hotel=FAR))
    assert kind(said) == Trouble.TLS
    assert server.asked == []


def test_a_certificate_of_an_unknown_authority_is_not_accepted() -> None:
    with serving(always(answer()), certificate_for="hotel.example") as server:
        usual = Means(bounds=SHORT, resolve=lambda _host, _seconds: [FAR], dial=Dial(((FAR, 443), server)))
        said = fetch(Ask("https://hotel.example/a.ics"), usual)
    assert kind(said) == Trouble.TLS
    assert server.asked == []


def test_a_server_without_tls_on_its_port_is_told() -> None:
    with serving(always(answer())) as server:
        said = fetch(Ask("https://hotel.example/a.ics"), means(Dial(((FAR, 443), server)), hotel=FAR))
    assert kind(said) in (Trouble.TLS, Trouble.TIMEOUT)


def test_the_usual_authorities_check_names() -> None:
    assert usual_trust().check_hostname
    assert usual_trust().verify_mode == ssl.CERT_REQUIRED
    assert usual_trust() is usual_trust()


def test_the_next_address_is_tried_when_the_first_does_not_answer() -> None:
    with serving(always(answer())) as server:
        dial = Dial((("93.184.216.35", 80), server))
        said = fetch(Ask("http://hotel.example/"), means(dial, QUICK, hotel=[FAR, "93.184.216.35"]))
    assert isinstance(said, Fetched)
    assert dial.called == [(FAR, 80), ("93.184.216.35", 80)]


def test_when_no_address_answers_it_is_told() -> None:
    assert kind(fetch(Ask("http://hotel.example/"), means(Dial(), QUICK, hotel=[FAR, "1.1.1.1"]))) == Trouble.TIMEOUT


def test_the_bounds_of_the_house_are_those_that_were_measured() -> None:
    assert Bounds() == Bounds(connect=5.0, total=20.0, wire=1_048_576, unpacked=4_194_304, redirects=3)
