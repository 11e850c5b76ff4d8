"""`dauda feeds replay`: what we would have believed of a calendar's recorded history."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

import click

from commands.printing import as_json
from commands.refusals import fail
from core.db.engine import connect
from core.db.migrate import upgrade
from core.imports.replay import NotATimeline, Replay, timeline
from core.imports.replay import replay as played
from core.imports.scratch import Scratch
from core.platforms.registry import PLATFORMS
from core.setup.errors import Unusable
from core.setup.values import zone

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_READ = sorted(code for code, platform in PLATFORMS.items() if platform.dialect is not None)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--platform", required=True, type=click.Choice(_READ), help="Whose calendar it is.")
@click.option("--timezone", default="UTC", show_default=True, help="The property's zone (IANA name).")
@click.option("--fetches", type=_FILE, help="Times of all fetches, one a line; the snapshots are those with news.")
@click.option("--json", "as_facts", is_flag=True, help="As JSON.")
def replay(file: Path, platform: str, timezone: str, fetches: Path | None, *, as_facts: bool) -> None:
    """Replay FILE, JSON lines of {"fetched_at", "ics"} (plain or gzip), as the importer would have read it."""
    try:
        local = zone(timezone)
    except Unusable:
        raise click.UsageError(f"{timezone!r} is no time zone (such as Africa/Nairobi).") from None
    try:
        with _scratch(platform, local) as importer:
            found = _facts(played(timeline(file, fetches), importer, local))
    except NotATimeline as error:
        fail(f"{error.facts['file']}, line {error.facts['line']}: {error.facts['why']}")
    if as_facts:
        as_json(found)
        return
    for booking in found["bookings"]:
        gone = f", cancelled {booking['cancelled_at']}" if booking["cancelled_at"] else ""
        click.echo(f"{booking['kind']:12} {booking['ref'] or '-':12} {booking['start']} → {booking['end']}{gone}")
    click.echo(
        f"{len(found['bookings'])} bookings and closures, {found['cancellations']} cancelled, "
        f"{len(found['freed'])} runs of nights freed, {found['held_for_a_person']} questions, "
        f"{found['rejected_snapshots']} snapshots rejected"
    )


@contextmanager
def _scratch(platform: str, zone: str) -> Iterator[Scratch]:
    """The real importer on a database that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="dauda-replay-") as folder:
        url = f"sqlite:///{Path(folder) / 'replay.db'}"
        upgrade(url)
        database = connect(url)
        try:
            yield Scratch(database, platform, zone)
        finally:
            database.dispose()


class Account(TypedDict):
    """What scripts rely on (docs/commands.md)."""

    bookings: list[dict[str, object]]
    freed: list[dict[str, object]]
    cancellations: int
    held_for_a_person: int
    rejected_snapshots: int


def _facts(found: Replay) -> Account:
    """The account in the form that scripts rely on."""
    bookings: list[dict[str, object]] = [
        {
            "kind": one.told.kind, "ref": one.told.code, "start": one.told.nights.arrival,
            "end": one.told.nights.departure, "first_seen": one.told.first_seen, "cancelled_at": one.cancelled_at,
            "changes": one.changes,
        }
        for one in found.bookings.values()
    ]  # fmt: skip
    freed: list[dict[str, object]] = [{"at": at, "from": run.arrival, "to": run.departure} for at, run in found.freed]
    return {
        "bookings": bookings, "freed": freed, "cancellations": found.cancellations,
        "held_for_a_person": found.held_for_a_person, "rejected_snapshots": found.rejected_snapshots,
    }  # fmt: skip
