"""`dauda setup`: a property, its rooms, staff and channels from a file, or from answers to questions."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from commands.context import House, open_house
from commands.printing import as_json
from commands.refusals import fail, refusals_told
from commands.setup_questions import ask
from commands.setup_words import fault_line, told_line
from core.events.service import By
from core.setup.account import Outcome
from core.setup.apply import apply
from core.setup.errors import WrongSetup
from core.setup.reading import read


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_facts", is_flag=True, help="Tell what was done as JSON.")
def setup(file: Path | None, *, as_facts: bool) -> None:
    """Create or change a property from FILE (TOML); without FILE, ask for what is needed.

    The same file twice changes nothing. What a file leaves out is kept, and named. A file with anything wrong in it
    changes nothing at all.
    """
    if file is None:
        if not sys.stdin.isatty():
            raise click.UsageError("Name a setup file: there is no terminal to ask on.")
        text, name = ask(), "your answers"
    else:
        try:
            text, name = file.read_text(encoding="utf-8-sig"), str(file)
        except UnicodeDecodeError:
            fail(f"{file}: this is no text in UTF-8")
    with open_house() as house:
        outcome = apply_text(house, text, name)
    if as_facts:
        as_json(asdict(outcome))
    else:
        tell(outcome)
    if file is None:
        offer_to_save(text, outcome.code)


def apply_text(house: House, text: str, name: str) -> Outcome:
    """Apply a setup in one unit of work; whatever is wrong is told line by line, with exit code 1."""
    with refusals_told():
        try:
            document = read(text, name)
            with house.store.unit_of_work() as work:
                by = By(transport="console")
                return apply(work, house.sealer, document, by, house.settings.public_url, house.settings.weekend_days)
        except WrongSetup as error:
            wrong(error)
            raise SystemExit(1) from None


def wrong(error: WrongSetup) -> None:
    """Tell every fault with its file, line and key."""
    for fault in error.faults:
        click.echo(fault_line(error.file, fault), err=True)
    click.echo("Nothing was changed.", err=True)


def tell(outcome: Outcome) -> None:
    """Print what was done, what is kept besides, and what somebody should know."""
    for change in outcome.changes:
        click.echo(told_line(change))
    if not outcome.changes:
        click.echo("nothing changed")
    if outcome.kept:
        click.echo(f"kept, not in the file: {', '.join(told_line(one) for one in outcome.kept)}")
    for note in outcome.notes:
        click.echo(f"note: {told_line(note)}")


def offer_to_save(text: str, code: str) -> None:
    """Offer to keep the answers as a file, so that the next change is an edit; only its owner may read it."""
    if not click.confirm("Save these answers as a setup file?", default=True):
        return
    path = Path(click.prompt("File", default=f"{code}.toml"))
    if path.exists() and not click.confirm(f"{path} exists. Overwrite it?", default=False):
        return
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    click.echo(f"saved {path}")
