"""Replaying recorded calendars: the whole way from bytes to what was believed, judged by what really happened."""

import dataclasses
import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.db.engine import Database, connect
from core.imports.replay import Fetch, NotATimeline, Replay, replay, timeline
from core.imports.scratch import Scratch
from core.platforms.registry import PLATFORMS
from core.values.nights import Nights
from tests.support.rounds import rounds
from tests.support.shared import shared

ZONES = {"booking_com": "Europe/Rome", "airbnb": "UTC"}
TIMELINES = ("booking_a", "airbnb_b", "booking_b", "booking_c", "booking_d", "airbnb_a", "airbnb_c", "airbnb_d")
PLAYED = TIMELINES[: rounds(quick=2, check=8, soak=8)]
"""A year takes ten seconds; its decisions alone are replayed for every timeline in `feeds/told`."""
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


Played = Callable[..., Replay]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give an empty, migrated database to import into."""
    opened = connect(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def played(database: Database) -> Played:
    """Give what replays bodies as Airbnb's, one every three hours."""

    def play(*bodies: bytes | None) -> Replay:
        return replay(history(*bodies), Scratch(database, "airbnb", "UTC"), "UTC")

    return play


def calendar(*stays: tuple[str, date, date]) -> bytes:
    """A calendar with one reservation for each (code, arrival, departure)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN"]
    for code, arrival, departure in stays:
        url = f"https://www.airbnb.com/hosting/reservations/details/{code}"
        lines += [
            "BEGIN:VEVENT", f"DTSTART;VALUE=DATE:{arrival:%Y%m%d}", f"DTEND;VALUE=DATE:{departure:%Y%m%d}",
            "SUMMARY:Reserved", f"UID:{code.lower()}@airbnb.com", f"DESCRIPTION:Reservation URL: {url}", "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


MARY = ("HMAAAAAAAA", date(2026, 12, 1), date(2026, 12, 4))
JOHN = ("HMBBBBBBBB", date(2026, 12, 10), date(2026, 12, 12))


def history(*bodies: bytes | None) -> list[Fetch]:
    """One fetch every three hours."""
    return [Fetch(NOW + timedelta(hours=3 * n), body) for n, body in enumerate(bodies)]


def test_r12_one_look_without_a_booking_frees_nothing(played: Played) -> None:
    both, one = calendar(MARY, JOHN), calendar(MARY)
    assert played(both, one, both).freed == []


def test_r12_a_booking_that_stays_away_is_freed_after_the_grace(played: Played) -> None:
    found = played(calendar(MARY, JOHN), calendar(MARY), None, None)
    assert [run for _, run in found.freed] == [Nights(JOHN[1], JOHN[2])]
    assert found.cancellations == 1


@pytest.mark.parametrize("broken", [b"", b"<html>login</html>", b'{"code":500}', calendar(MARY)[:-30]])
def test_a_fetch_that_brought_no_calendar_is_rejected_and_is_no_look(played: Played, broken: bytes) -> None:
    found = played(calendar(MARY, JOHN), broken, None, None, None)
    assert (found.freed, found.rejected_snapshots, found.cancellations) == ([], 1, 0)


def test_the_twin_that_believes_every_look_frees_at_the_first(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a grace of nothing the outage above would reopen sold nights."""
    airbnb = PLATFORMS["airbnb"]
    assert airbnb.dialect is not None
    hasty = dataclasses.replace(airbnb.dialect, looks=1, grace=timedelta(0))
    hurried = {**PLATFORMS, "airbnb": dataclasses.replace(airbnb, dialect=hasty)}
    monkeypatch.setattr("core.imports.service.PLATFORMS", hurried)
    both, one = calendar(MARY, JOHN), calendar(MARY)
    naive = replay(history(both, one, both), Scratch(database, "airbnb", "UTC"), "UTC")
    assert [run for _, run in naive.freed] == [Nights(JOHN[1], JOHN[2])]


@pytest.mark.parametrize("name", PLAYED)
def test_a_recorded_year_ends_in_the_cancellations_that_really_happened(database: Database, name: str) -> None:
    code = "booking_com" if name.startswith("booking") else "airbnb"
    folder = shared(f"data/ical/{code}/timelines")
    truth: dict[str, Any] = json.loads((folder / f"{name}.truth.json").read_text())
    fetches = timeline(folder / f"{name}.jsonl.gz", folder / f"{name}.fetches.gz")
    found = replay(fetches, Scratch(database, code, ZONES[code]), ZONES[code])
    freed = {night for run in truth["freed"] for night in Nights(*map(date.fromisoformat, (run["from"], run["to"])))}
    wrong = {night for at, run in found.freed for night in run if night not in freed and _within(night, at, code)}
    assert wrong == set()
    assert found.held_for_a_person * 1000 <= max(1000, truth["totals"]["fetches"])


def _within(night: date, at: datetime, code: str) -> bool:
    """Whether the truth speaks of this night: it leaves the rolling far end out."""
    return (night - at.date()).days < (535 if code == "booking_com" else 355)


def test_a_timeline_is_read_plain_and_packed_and_in_order(tmp_path: Path) -> None:
    lines = [{"fetched_at": f"2026-11-{day}T09:00:00Z", "ics": "x"} for day in (21, 20)]
    text = "\n".join(map(json.dumps, lines))
    (tmp_path / "plain.jsonl").write_text(text)
    (tmp_path / "packed.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "times").write_text("2026-11-20T12:00:00Z\n")
    for file in ("plain.jsonl", "packed.jsonl.gz"):
        found = list(timeline(tmp_path / file, tmp_path / "times"))
        assert [(fetch.at.day, fetch.body) for fetch in found] == [(20, b"x"), (20, None), (21, b"x")]


@pytest.mark.parametrize(
    "text", ["{", '{"fetched_at": "now", "ics": ""}', '{"ics": ""}', "[]", '{"fetched_at":1,"ics":2}']
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "wrong.jsonl"
    file.write_text(f"\n{text}")
    with pytest.raises(NotATimeline) as wrong:
        list(timeline(file))
    assert wrong.value.facts["line"] == 2
