"""The OTA side alone: its calendars have the shapes of the real ones, and it believes what it reads."""

import ast
import http.client
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import icalendar
import pytest

from core.feeds.reading import Options as ReadOptions
from core.feeds.reading import read
from core.feeds.told.seeing import seen
from core.platforms.dialect import Dialect, Kind
from core.platforms.registry import PLATFORMS
from core.values.nights import Nights
from tests.fakes.serving import Served
from tests.simulators.ota.dialects import calendar
from tests.simulators.ota.listing import Listing, Options, Span
from tests.simulators.otas import OtaProcess

NOW = datetime(2026, 11, 20, 18, 40, tzinfo=UTC)
TODAY = date(2026, 11, 20)
ROME = "Europe/Rome"
HOUSE = ("core", "bot", "workers", "webhooks", "commands", "tests", "httpx")


def day(offset: int) -> date:
    """The day `offset` days from today."""
    return TODAY + timedelta(days=offset)


def listing(platform: str, **options: object) -> Listing:
    """A listing with one booking of the nights 2 to 5."""
    made = Listing("room", Options(platform, ROME, **options), Random("seed"), NOW)  # type: ignore[arg-type]
    assert made.book(Span(day(2), day(5))) is not None
    return made


def dialect(platform: str) -> Dialect:
    """What the house knows of a platform's calendar."""
    found = PLATFORMS[platform].dialect
    assert found is not None
    return found


def events(made: Listing) -> list[tuple[Kind, Nights, str | None]]:
    """What the house reads in a listing's calendar: kind, nights and code of each event."""
    spoken = dialect(made.options.platform)
    snapshot = read(calendar(made), ROME, ReadOptions(made.today, inclusive_end=False))
    assert not snapshot.partial
    return [(one.kind(spoken, made.today), one.nights, one.code) for one in seen(snapshot.events, spoken)]


@pytest.mark.parametrize("platform", ["airbnb", "booking_com", "vrbo"])
def test_the_house_reads_a_booking_as_what_it_is(platform: str) -> None:
    made = listing(platform, shows_edge=False)
    ((kind, nights, code),) = events(made)
    (booking,) = made.live()
    assert (kind, nights) == (Kind.RESERVATION, Nights(day(2), day(5)))
    assert code == (booking.code if platform == "airbnb" else None)


@pytest.mark.parametrize("platform", ["airbnb", "vrbo"])
def test_closures_and_echoes_are_read_as_blocks(platform: str) -> None:
    made = listing(platform, shows_edge=False, echoes=True)
    made.close(Span(day(7), day(9)))
    made.heard({day(10)})
    made.now += timedelta(minutes=20)
    blocks = [nights for kind, nights, _ in events(made) if kind is Kind.BLOCK]
    assert blocks == [Nights(day(7), day(9)), Nights(day(10), day(11))]


def test_booking_com_shows_closed_dates_only_when_it_was_asked_to_and_as_if_they_were_bookings() -> None:
    for echoes, shown in ((False, [Nights(day(2), day(5))]), (True, [Nights(day(2), day(5)), Nights(day(7), day(9))])):
        made = listing("booking_com", shows_edge=False, echoes=echoes)
        made.close(Span(day(7), day(9)))
        assert [nights for _, nights, _ in events(made)] == shown
        assert {kind for kind, _, _ in events(made)} == {Kind.RESERVATION}


def test_the_far_edge_rolls_and_is_read_as_a_block() -> None:
    for platform, far in (("airbnb", 367), ("booking_com", 549)):
        made = listing(platform, echoes=True, sells_ahead=30)
        assert (Kind.BLOCK, Nights(day(30), day(far)), None) in events(made)
        made.now += timedelta(days=1)
        assert (Kind.BLOCK, Nights(day(31), day(far + 1)), None) in events(made)


def test_a_running_stay_is_clipped_at_local_midnight_on_booking_com_and_has_a_new_uid_then() -> None:
    made = listing("booking_com")
    uids = set()
    # Midnight in Rome is 23:00 UTC in winter.
    for hour, arrival in ((22, day(2)), (23, day(3))):
        made.now = datetime(2026, 11, 22, hour, 10, tzinfo=UTC)
        ((_, nights, _),) = events(made)
        assert nights == Nights(arrival, day(5))
        uids |= {str(event["UID"]) for event in icalendar.Calendar.from_ical(calendar(made)).events}
    assert len(uids) == 2
    made.now = datetime(2026, 11, 24, 23, 10, tzinfo=UTC)
    assert events(made) == []


def test_airbnb_keeps_a_stay_whole_while_it_runs_and_a_day_longer() -> None:
    made = listing("airbnb", shows_edge=False)
    for hours, shown in ((24 * 4, 1), (24 * 5 + 5, 1), (24 * 6 + 6, 0)):
        made.now = NOW + timedelta(hours=hours)
        assert [nights for _, nights, _ in events(made)] == [Nights(day(2), day(5))] * shown


def test_it_sells_what_it_believes_open_and_nothing_else() -> None:
    made = listing("airbnb", sells_ahead=30)
    made.heard({day(8)})
    made.close(Span(day(12), day(13)))
    for first, last in ((4, 6), (8, 9), (12, 13), (-1, 1), (29, 31)):
        assert made.book(Span(day(first), day(last))) is None
    assert made.book(Span(day(5), day(8))) is not None
    made.heard(set())
    assert made.book(Span(day(8), day(9))) is not None


def test_a_cancelled_night_is_sold_again_only_where_the_listing_replenishes() -> None:
    for replenishes in (True, False):
        made = listing("airbnb", replenishes=replenishes)
        kept = made.cancel(made.live()[0].code)
        assert kept == (None if replenishes else Span(day(2), day(5)))
        assert (made.book(Span(day(2), day(5))) is not None) == replenishes


def test_an_echo_is_shown_some_time_after_the_read_and_goes_with_its_original() -> None:
    made = listing("vrbo", echoes=True, echoes_after=20)
    made.heard({day(8)})
    assert len(events(made)) == 1
    made.now += timedelta(minutes=20)
    made.heard({day(8)})
    assert len(events(made)) == 2
    made.heard(set())
    assert len(events(made)) == 1


def test_lines_are_folded_as_rfc_5545_says_and_the_code_is_found_all_the_same() -> None:
    body = calendar(listing("airbnb"))
    assert max(len(line) for line in body.split(b"\r\n")) == 75
    assert b"\n " in body


def test_an_ota_shares_nothing_with_the_house_but_http_and_icalendar() -> None:
    for path in sorted((Path(__file__).parent / "ota").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
                ours = [name for name in names if name.split(".")[0] in HOUSE]
                assert all(name.startswith("tests.simulators.ota.") for name in ours), f"{path.name}: {ours}"


@pytest.fixture
def ota() -> Iterator[OtaProcess]:
    """Give an Airbnb with one listing of the room at Rome, which reads nothing."""
    with OtaProcess("airbnb", "seed", NOW) as process:
        process.list("room", zone=ROME, shows_edge=False)
        yield process


def get(ota: OtaProcess, timeout: float = 5) -> tuple[int, bytes]:
    """Read the room's calendar."""
    connection = http.client.HTTPConnection("127.0.0.1", ota.port, timeout=timeout)
    try:
        connection.request("GET", "/ical/room.ics?t=1")
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_the_process_books_cancels_and_changes_by_http(ota: OtaProcess) -> None:
    first = ota.book("room", day(2), day(5))
    assert first is not None
    assert ota.book("room", day(4), day(6)) is None
    assert ota.change("room", first.code, day(2), day(6))
    status, body = get(ota)
    assert status == 200
    assert first.code.encode() in body.replace(b"\r\n ", b"")
    assert b"DTEND;VALUE=DATE:20261126" in body
    assert ota.cancel("room", first.code) is None
    assert b"VEVENT" not in get(ota)[1]
    assert ota.shut("room", day(2), day(3))
    assert ota.book("room", day(2), day(3)) is None
    ota.reopen("room", day(2), day(3))
    assert ota.book("room", day(2), day(3)) is not None


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [("json", 200, b"{"), ("json_500", 500, b"{"), ("login", 200, b"<!DOCTYPE"), ("unavailable", 503, b"try")],
)
def test_it_fails_as_the_real_ones_do_until_it_heals(ota: OtaProcess, kind: str, status: int, said: bytes) -> None:
    ota.fail("room", kind)
    got, body = get(ota)
    assert (got, body.startswith(said)) == (status, True)
    ota.fail("room", None)
    assert get(ota)[1].startswith(b"BEGIN:VCALENDAR")


def test_a_cut_answer_ends_early_and_a_hanging_one_never_comes(ota: OtaProcess) -> None:
    ota.fail("room", "cut")
    with pytest.raises(http.client.IncompleteRead):
        get(ota)
    ota.fail("room", "hang")
    with pytest.raises(TimeoutError):
        get(ota, timeout=0.2)


def test_an_outage_leaves_out_all_or_some_and_says_which(ota: OtaProcess) -> None:
    codes = {sold.code for n in range(4) if (sold := ota.book("room", day(2 * n), day(2 * n + 1))) is not None}
    ota.fail("room", "empty")
    assert b"VEVENT" not in get(ota)[1]
    lost = ota.fail("room", "partial")
    shown = get(ota)[1].replace(b"\r\n ", b"")
    assert lost
    assert {code for code in codes if code.encode() not in shown} == lost


def test_it_reads_our_calendar_on_its_own_schedule_and_closes_what_is_busy_there() -> None:
    served = Served(_feed)
    try:
        with OtaProcess("airbnb", "seed", NOW) as ota:
            ota.list("room", zone=ROME, feed=f"{served.url}/x.ics", reads_every=(120, 180))
            assert ota.clock(NOW).done == ()
            first = ota.clock(NOW).next
            assert NOW <= first <= NOW + timedelta(minutes=180)
            assert ota.book("room", day(3), day(4)) is not None
            told = ota.clock(first)
            assert told.done == (("room", 200),)
            assert first + timedelta(minutes=120) <= told.next <= first + timedelta(minutes=180)
            assert ota.book("room", day(10), day(11)) is None
    finally:
        served.close()


async def _feed(scope: object, receive: object, send: object) -> None:  # noqa: ARG001 - ASGI's face.
    """A calendar in which the tenth night from today is busy."""
    body = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261120T000000Z\r\n"
        b"DTSTART;VALUE=DATE:20261130\r\nDTEND;VALUE=DATE:20261201\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/calendar")]})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": body})  # type: ignore[operator]
