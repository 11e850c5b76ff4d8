"""`dauda inventory`: the days of the room types, made ahead."""

import click
from sqlalchemy import select

from commands.context import open_house
from commands.printing import as_json
from commands.which_property import the_property
from core.inventory import service
from core.properties.models import Property


@click.group()
def inventory() -> None:
    """What is counted of each room type, night by night."""


@inventory.command()
@click.option("--days", type=click.IntRange(min=1), help="How many, from today on. Default: up to the horizon.")
@click.option("--property", "code", metavar="CODE", help="The property's code. Default: every property.")
@click.option("--json", "as_facts", is_flag=True, help="As JSON.")
def preload(days: int | None, code: str | None, *, as_facts: bool) -> None:
    """Make the days that are not there yet, 24 months ahead at most. Done by itself every day."""
    made: dict[str, int] = {}
    with open_house() as house:
        with house.store.reading() as session:
            if code is not None:
                found = [the_property(session, code)]
            else:
                found = list(session.scalars(select(Property).order_by(Property.id)))
            places = {place.id: place.code for place in found}
        for property_id, name in places.items():
            # One property at a time, so that nobody waits long for the days of his.
            with house.store.unit_of_work() as work:
                made[name] = service.preload(work, property_id, days)
    if as_facts:
        as_json({"made": made})
        return
    for name, count in made.items():
        click.echo(f"{name}: {count} days made" if count else f"{name}: all days are there")
