"""`dauda rooms`: the rooms of a property; taking one out of the house and bringing it back."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

import click
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from commands.context import House, open_house
from commands.printing import as_json, as_table
from commands.refusals import refusals_told
from commands.which_property import property_option, the_property
from core.events.service import By
from core.properties.models import Property, Room
from core.setup import rooms as house_rooms
from core.values.money import Money


@dataclass(frozen=True, slots=True)
class RoomLine:
    """One room of the list; `rate` for a night, in the property's currency."""

    room: str
    type: str
    type_name: str
    rate: Decimal | None
    aliases: tuple[str, ...]
    removed_at: datetime | None


@click.group()
def rooms() -> None:
    """The rooms of a property."""


@rooms.command("list")
@property_option
@click.option("--json", "as_facts", is_flag=True, help="As JSON.")
def list_rooms(code: str | None, *, as_facts: bool) -> None:
    """List the rooms in the order of the setup, removed ones too."""
    with open_house() as house, house.store.reading() as session:
        found = _rooms(session, the_property(session, code))
    if as_facts:
        as_json([asdict(one) for one in found])
        return
    rows = [
        (
            one.room, one.type, one.rate or "–", ", ".join(one.aliases) or "–",
            "removed" if one.removed_at else "",
        )
        for one in found
    ]  # fmt: skip
    as_table(("Room", "Type", "Rate", "Also called", ""), rows)


@rooms.command()
@click.argument("room")
@property_option
def remove(room: str, code: str | None) -> None:
    """Take ROOM out of the house: it is not sold any more, and its feeds say all busy.

    Refused while it has nights to come.
    """
    with open_house() as house:
        name = _change(house, code, room, removing=True)
    click.echo(f"Room {name} removed. Its feeds say all busy; close the listings at the platforms.")


@rooms.command()
@click.argument("room")
@property_option
def restore(room: str, code: str | None) -> None:
    """Let a removed ROOM again: its feeds show it free where nobody holds it."""
    with open_house() as house:
        name = _change(house, code, room, removing=False)
    click.echo(f"Room {name} is let again. Its feeds show its free nights.")


def _change(house: House, code: str | None, room: str, *, removing: bool) -> str:
    change = house_rooms.remove if removing else house_rooms.restore
    with refusals_told(), house.store.unit_of_work() as work:
        place = the_property(work.session, code)
        return change(work, place, room, By(transport="console")).name


def _rooms(session: Session, place: Property) -> list[RoomLine]:
    query = (
        select(Room).where(Room.property_id == place.id).options(joinedload(Room.type)).order_by(Room.position, Room.id)
    )
    return [
        RoomLine(
            one.name,
            one.type.code,
            one.type.name,
            Money.of(one.type.base_rate, place.currency).amount if one.type.base_rate is not None else None,
            tuple(one.aliases),
            one.removed_at,
        )
        for one in session.scalars(query)
    ]
