"""`dauda feeds`."""

import json
from datetime import date
from pathlib import Path

import pytest

from commands.calendars import (
    CANCELLED,
    FLAGS,
    NO_CALENDARS,
    OURS,
    REASONS,
    TRANSPARENT,
    TROUBLES,
    CannotGet,
    get,
    look,
)
from core.feeds.fetch.answers import Trouble
from core.feeds.models import FeedAddress
from core.feeds.reading import Flag, Reason
from core.feeds.reading.text import MOST_BYTES
from core.sealing import fingerprint
from tests.commands.conftest import Run
from tests.core.setup.house import House
from tests.support.shared import shared

TODAY = date(2026, 11, 20)
ROOM_3 = ("--room", "3", "--channel", "airbnb")


def calendar(*events: str) -> bytes:
    """A calendar with these events."""
    inside = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{inside}END:VCALENDAR\r\n".encode()


def token(url: str) -> str:
    """The token in a feed's address."""
    return url.strip().rpartition("/")[2].removesuffix(".ics")


def serves(house: House, url: str) -> bool:
    """Whether the address is a live one of ours."""
    with house.store.reading() as session:
        row = session.get(FeedAddress, fingerprint(token(url)))
    return row is not None and row.ended_at is None


def test_the_address_of_a_feed_is_printed(run: Run, baobab: Path, house: House) -> None:
    assert baobab.exists()
    told = run("feeds", "url", *ROOM_3, DAUDA_PUBLIC_URL="https://dauda.example/")
    assert told.exit_code == 0
    assert told.stdout.startswith("https://dauda.example/ics/")
    assert told.stderr == ""
    assert serves(house, told.stdout)


def test_without_a_public_url_the_address_is_this_machine_s(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    told = run("feeds", "url", *ROOM_3)
    assert told.stdout.startswith("http://127.0.0.1:8000/ics/")
    assert "DAUDA_PUBLIC_URL" in told.stderr


def test_a_room_without_a_link_has_no_address(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    told = run("feeds", "url", "--room", "2", "--channel", "airbnb")
    assert (told.exit_code, told.stderr.strip()) == (1, "There is no link of Airbnb for room 2.")


def test_r08_a_rotated_address_serves_beside_the_old_one(run: Run, baobab: Path, house: House) -> None:
    assert baobab.exists()
    old = run("feeds", "url", *ROOM_3).stdout
    told = run("feeds", "rotate", *ROOM_3)
    assert told.stdout != old
    assert serves(house, told.stdout)
    assert serves(house, old)
    assert "The old one serves" in told.stderr


def test_r08_a_leaked_address_ends_at_once_and_somebody_is_told_to_act(run: Run, baobab: Path, house: House) -> None:
    assert baobab.exists()
    old = run("feeds", "url", *ROOM_3).stdout
    told = run("feeds", "rotate", *ROOM_3, "--now")
    assert serves(house, told.stdout)
    assert not serves(house, old)
    assert "do it now" in told.stderr
    assert run("feeds", "url", *ROOM_3).stdout == told.stdout


def test_links_are_listed(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    assert run("feeds", "list").stdout.splitlines()[1].split() == [
        "Airbnb", "3", "never", "0", "of", "1", "yes", "serves",
    ]  # fmt: skip
    (link,) = json.loads(run("feeds", "list", "--json").stdout)
    assert (link["platform"], link["room"], link["has_read"], link["addresses"]) == ("airbnb", "3", False, 1)


def test_an_address_that_does_not_open_is_told(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    told = run("feeds", "url", *ROOM_3, DAUDA_SECRET_KEY="another key")
    assert told.exit_code == 1
    assert "DAUDA_SECRET_KEY" in told.stderr


@pytest.mark.parametrize("platform", ["airbnb", "booking_com", "vrbo"])
def test_genuine_calendars_are_read_whole(platform: str) -> None:
    files = sorted(shared(f"data/ical/{platform}").glob("*.ics"))
    assert files
    for file in files:
        seen = look(get(str(file)), "Europe/Rome", TODAY)
        assert seen.wrong is None
        assert [event for event in seen.events if event.wrong] == []


def test_what_is_no_calendar_is_told(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html>please log in</html>")
    told = run("feeds", "check", str(page))
    assert told.exit_code == 1
    assert "Not a whole calendar" in told.stderr


def test_a_truncated_calendar_is_not_half_believed() -> None:
    seen = look(calendar("UID:1\r\nDTSTART:20261120\r\nDTEND:20261121")[:-20], "UTC", TODAY)
    assert seen.wrong is not None
    assert seen.events == ()


def test_a_good_calendar_is_told_by_its_dates(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.ics"
    file.write_bytes(calendar("UID:1\r\nDTSTART;VALUE=DATE:20261120\r\nDTEND;VALUE=DATE:20261122\r\nSUMMARY:Reserved"))
    told = run("feeds", "check", str(file))
    assert told.exit_code == 0
    assert told.stdout.splitlines()[2].split() == ["2026-11-20", "2026-11-22", "2", "Reserved"]
    (event,) = json.loads(run("feeds", "check", "--json", str(file)).stdout)["events"]
    assert (event["arrival"], event["nights"], event["wrong"]) == ("2026-11-20", 2, None)


def test_times_of_day_become_dates_in_the_property_s_zone() -> None:
    body = calendar("UID:1\r\nDTSTART:20261120T220000Z\r\nDTEND:20261122T080000Z")
    (there,) = look(body, "Africa/Nairobi", TODAY).events
    (here,) = look(body, "UTC", TODAY).events
    assert (there.arrival, here.arrival) == (date(2026, 11, 21), date(2026, 11, 20))


@pytest.mark.parametrize(
    "event",
    [
        "UID:1\r\nDTSTART:20261341\r\nDTEND:20261122",
        "UID:1\r\nDTSTART;VALUE=DATE:20261122\r\nDTEND;VALUE=DATE:20261120",
        "UID:1\r\nDTSTART;VALUE=DATE:20261120\r\nDURATION:PT36H",
        "UID:1\r\nDTSTART;VALUE=DATE:20261120\r\nDTSTART;VALUE=DATE:20261121\r\nDTEND;VALUE=DATE:20261122",
    ],
)
def test_one_broken_event_is_told_and_the_others_are_read(event: str) -> None:
    good = "UID:2\r\nDTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261202"
    wrong = {one.uid: one.wrong for one in look(calendar(event, good), "UTC", TODAY).events}
    assert wrong["1"]
    assert wrong["2"] is None


@pytest.mark.parametrize(
    ("event", "nights", "note"),
    [
        ("UID:1\r\nDTSTART:20261120", 1, FLAGS[Flag.END_ASSUMED]),
        ("UID:1\r\nDTSTART:20261120\r\nSTATUS:CANCELLED", 0, CANCELLED),
        ("UID:1\r\nDTSTART:20261120\r\nDTEND:20261122\r\nTRANSP:TRANSPARENT", 0, TRANSPARENT),
        ("UID:1@dauda\r\nDTSTART:20261120\r\nDTEND:20261122", 2, OURS),
        ("UID:1\r\nDTSTART:20261120\r\nDTEND:20261122", 2, None),
    ],
)
def test_what_is_remarkable_about_an_event_is_told(event: str, nights: int, note: str | None) -> None:
    (seen,) = look(calendar(event), "UTC", TODAY).events
    assert (seen.nights, seen.wrong) == (nights, None)
    assert note in (seen.note or "") if note else seen.note is None


def test_whatever_is_no_calendar_or_no_event_has_its_words() -> None:
    assert set(REASONS) == set(Reason)
    assert set(FLAGS) == set(Flag)
    bodies = (b"", b"<p>", b"{}", b"x", b"BEGIN:VCALENDAR", calendar("BEGIN:X"), b"x" * (MOST_BYTES + 1))
    said = {look(body, "UTC", TODAY).wrong for body in bodies}
    assert said == {words for reason, words in NO_CALENDARS.items() if reason != "too_many"}


def test_several_calendars_in_one_body_are_read() -> None:
    one = calendar("UID:1\r\nDTSTART;VALUE=DATE:20261120\r\nDTEND;VALUE=DATE:20261121")
    assert len(look(one + one.replace(b"UID:1", b"UID:2"), "UTC", TODAY).events) == 2


def test_a_file_that_is_too_big_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "big.ics"
    file.write_bytes(b"x" * (MOST_BYTES + 1))
    with pytest.raises(CannotGet, match="too big"):
        get(str(file))
    file.write_bytes(b"x" * MOST_BYTES)
    assert len(get(str(file))) == MOST_BYTES


def test_a_calendar_is_fetched_over_http(served: str) -> None:
    assert look(get(f"{served}/a.ics", allow_private=True), "UTC", TODAY).events[0].uid == "1"
    with pytest.raises(CannotGet, match="404"):
        get(f"{served}/b.ics", allow_private=True)
    with pytest.raises(CannotGet, match="too big"):
        get(f"{served}/endless.ics", allow_private=True)


def test_a_calendar_on_this_machine_is_read_only_when_a_setting_says_so(run: Run, served: str) -> None:
    told = run("feeds", "check", f"{served}/a.ics?t=secret")
    assert told.exit_code == 1
    assert "127.0.0.1: not an address" in told.stderr
    assert "secret" not in told.stderr
    assert run("feeds", "check", "http://127.0.0.1/a.ics").stderr.startswith("127.0.0.1: refused")
    assert run("feeds", "check", f"{served}/a.ics", DAUDA_ALLOW_PRIVATE_FEEDS="on").exit_code == 0


def test_every_trouble_on_the_way_to_a_calendar_has_its_words() -> None:
    assert {trouble for trouble in Trouble if not trouble.startswith("status_")} == set(TROUBLES)


def test_an_unreachable_calendar_fails(run: Run) -> None:
    told = run("feeds", "check", "http://127.0.0.1:9/a.ics", DAUDA_ALLOW_PRIVATE_FEEDS="on")
    assert told.exit_code == 1
    assert "not reached" in told.stderr
    assert run("feeds", "check", "nowhere.ics").exit_code == 1
    assert run("feeds", "check", "nowhere.ics", "--timezone", "Mars").exit_code == 2
