"""`dauda migrate`: the database brought to the newest schema."""

import click

from commands.context import read_settings
from core.db import migrate as schema


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema; safe to repeat and to run in several places at once."""
    settings = read_settings()
    schema.upgrade(settings.database_url)
    found, _ = schema.versions(settings.database_url)
    click.echo(f"The database is at {found}.")
