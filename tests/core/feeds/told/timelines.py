"""Replays a recorded calendar through the importer's heart and compares with what really happened."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core.clock import local_date
from core.feeds.told.happenings import Appeared, DatesChanged, Gone, Happening, MassDisappeared, Replaced
from core.feeds.told.looking import again, look, skipped
from core.feeds.told.values import Known, Seen, Told
from core.platforms.dialect import Dialect
from core.platforms.registry import PLATFORMS
from core.values.nights import Nights
from tests.support.shared import shared

ALL = ("booking_a", "booking_b", "booking_c", "booking_d", "airbnb_a", "airbnb_b", "airbnb_c", "airbnb_d")
CODES = {"booking": "booking_com", "airbnb": "airbnb"}


@dataclass(slots=True)
class Fetch:
    """One fetch: `snapshot` is None where the calendar was the one before, `whole` False where none came."""

    at: datetime
    today: date
    whole: bool
    snapshot: list[Seen] | None


@dataclass(slots=True)
class Played:
    """What the importer made of a timeline. `freed` and `taken`: moments by night, in order."""

    dialect: Dialect
    fetches: list[datetime] = field(default_factory=list)
    happenings: list[tuple[datetime, Happening]] = field(default_factory=list)
    freed: dict[date, list[datetime]] = field(default_factory=dict)
    taken: dict[date, list[datetime]] = field(default_factory=dict)
    unseen: list[tuple[datetime, date]] = field(default_factory=list)
    """Nights a snapshot showed that were not believed after it: there must be none."""
    known: Known = field(default_factory=Known)

    def of(self, kind: type[Any]) -> list[tuple[datetime, Any]]:
        """The happenings of one kind with their moments."""
        return [(at, happening) for at, happening in self.happenings if isinstance(happening, kind)]

    def first_seen(self) -> list[Told]:
        """Every booking that was ever told."""
        return [happening.told for _, happening in self.happenings if isinstance(happening, Appeared | Replaced)]

    def cancelled(self) -> list[tuple[datetime, Told]]:
        """Every booking that was believed cancelled, without those whose nights stayed covered."""
        gone = [(at, h.told) for at, h in self.of(Gone) if not h.covered]
        return gone + [(at, old) for at, h in self.of(Replaced) for old in h.olds]

    def changes(self) -> list[tuple[datetime, DatesChanged]]:
        """Every change of dates."""
        return [(at, change) for at, change in self.of(DatesChanged) if not change.more_leave]

    def questions(self) -> list[tuple[datetime, MassDisappeared]]:
        """Every question to a person."""
        return self.of(MassDisappeared)


def folder(name: str) -> Path:
    """Where a timeline lies."""
    return shared(f"data/ical/{CODES[name.partition('_')[0]]}/timelines")


def truth(name: str) -> dict[str, Any]:
    """What really happened, worked out with the whole timeline known."""
    found: dict[str, Any] = json.loads((folder(name) / f"{name}.truth.json").read_text())
    return found


def dialect_of(name: str) -> Dialect:
    """The dialect of a timeline's platform."""
    found = PLATFORMS[CODES[name.partition("_")[0]]].dialect
    assert found is not None
    return found


def parse(ics: str, dialect: Dialect) -> list[Seen]:
    """The events of a calendar that has DATE values only."""
    plain = re.sub(r"\r?\n[ \t]", "", ics)
    found = []
    for block in plain.split("BEGIN:VEVENT")[1:]:
        lines = dict(line.split(":", 1) for line in block.split("END:VEVENT")[0].split() if ":" in line)
        said = re.search(r"^SUMMARY:(.*?)\r?$", block, re.MULTILINE)
        summary = said.group(1) if said else ""
        nights = Nights(_day(lines["DTSTART;VALUE=DATE"]), _day(lines["DTEND;VALUE=DATE"]))
        found.append(Seen(nights, lines.get("UID"), dialect.code_in(block), summary))
    return found


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def fetches(name: str) -> Iterator[Fetch]:
    """Every fetch of a timeline in order."""
    zone, dialect = ZoneInfo(truth(name)["time_zone"]), dialect_of(name)
    with gzip.open(folder(name) / f"{name}.jsonl.gz", "rt") as file:
        told = {line["fetched_at"]: line["ics"] for line in map(json.loads, file)}
    with gzip.open(folder(name) / f"{name}.fetches.gz", "rt") as file:
        moments = sorted({line.strip() for line in file if line.strip()} | set(told))
    whole = False
    for moment in moments:
        ics = told.get(moment)
        whole = whole if ics is None else bool(ics)
        at = datetime.fromisoformat(moment)
        yield Fetch(at, at.astimezone(zone).date(), whole, parse(ics, dialect) if ics else None)


@cache
def played(name: str, instead: Dialect | None = None) -> Played:
    """The timeline `name`, replayed as its platform's dialect or `instead`; nobody answers."""
    dialect = instead or dialect_of(name)
    run = Played(dialect)
    busy: set[date] = set()
    day: date | None = None
    for fetch in fetches(name):
        run.fetches.append(fetch.at)
        before = run.known.bookings
        if not fetch.whole:
            looked = skipped(run.known, fetch.at)
        elif fetch.snapshot is None:
            looked = again(run.known, fetch.at, fetch.today, dialect)
        else:
            looked = look(run.known, fetch.snapshot, fetch.at, fetch.today, dialect)
        run.known = looked.known
        run.happenings.extend((fetch.at, happening) for happening in looked.happenings)
        if run.known.bookings is not before or fetch.today != day:
            busy, day = _nights(run, fetch, busy), fetch.today
    return run


def _nights(run: Played, fetch: Fetch, before: set[date]) -> set[date]:
    """Note which nights were freed and taken."""
    within = fetch.today + timedelta(days=run.dialect.far_days or 0)
    now = run.known.busy(fetch.today)
    for night in sorted(before - now):
        if fetch.today <= night < within:
            run.freed.setdefault(night, []).append(fetch.at)
    for night in now - before:
        run.taken.setdefault(night, []).append(fetch.at)
    shown = {night for seen in fetch.snapshot or () for night in seen.nights if fetch.today <= night}
    run.unseen.extend((fetch.at, night) for night in shown - now)
    return now


@dataclass(frozen=True, slots=True)
class Freed:
    """One night that was truly free for longer than an outage."""

    night: date
    at: datetime
    back_at: datetime | None


def freed(name: str) -> list[Freed]:
    """The truth by night."""
    return [
        Freed(
            night, datetime.fromisoformat(run["at"]), datetime.fromisoformat(run["back_at"]) if run["back_at"] else None
        )
        for run in truth(name)["freed"]
        for night in Nights(date.fromisoformat(run["from"]), date.fromisoformat(run["to"]))
    ]


def wrongly_freed(name: str, instead: Dialect | None = None) -> list[tuple[date, datetime]]:
    """Nights the importer opened while in truth they were sold or closed."""
    true: dict[date, list[Freed]] = {}
    for one in freed(name):
        true.setdefault(one.night, []).append(one)
    return [
        (night, at)
        for night, moments in played(name, instead).freed.items()
        for at in moments
        if not any(one.at <= at and (one.back_at is None or at < one.back_at) for one in true.get(night, ()))
    ]


def latest(name: str, at: datetime) -> tuple[datetime, datetime]:
    """By when a night freed at `at` must be free: as an ordinary disappearance, and after a mass disappearance.

    The second look, or the first one after the grace; no look after six hours may be the first to free it unless
    the reads themselves were further apart.
    """
    run = played(name)
    after = [moment for moment in run.fetches if moment > at]
    grace, day = timedelta(hours=4), timedelta(days=1)
    last = run.fetches[-1] + timedelta(seconds=1)
    return (
        next((moment for moment in after if moment >= at + grace), last),
        next((moment for moment in after if moment >= at + day), last),
    )


def late(name: str) -> list[tuple[date, datetime, datetime | None]]:
    """Truly freed nights that the importer did not free in time: night, freed in truth, freed here."""
    run, zone = played(name), truth(name)["time_zone"]
    asked = [(at, told) for at, question in run.questions() for told in question.gone]
    found = []
    for one in freed(name):
        soon, steady = latest(name, one.at)
        in_mass = any(at == one.at and one.night in told.nights for at, told in asked)
        limit = steady if in_mass else soon
        past = local_date(limit, zone) > one.night
        again_sold = one.back_at is not None and one.back_at <= limit
        when = next((at for at in run.freed.get(one.night, ()) if one.at <= at), None)
        if not past and not again_sold and limit <= run.fetches[-1] and (when is None or when > limit):
            found.append((one.night, one.at, when))
    return found
