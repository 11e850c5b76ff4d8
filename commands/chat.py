"""`dauda chat`: talk to the bot in a terminal as a staff member."""

import sys
import uuid
from collections.abc import Iterator

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.messages import Inbound
from bot.transports.console import Console, spoken
from commands.context import House, open_house
from core.properties import queries as properties
from core.properties.models import Property
from core.staff import queries as staff
from core.staff.models import ChatAddress
from core.staff.roles import Role
from core.staff.views import Who
from workers import house as workers


@click.command()
@click.option("--as", "address", help="Who writes: whatsapp:+254700000001 or telegram:1001. Default: the first admin.")
@click.option("--property", "code", help="Code of the property. Default: the only one.")
def chat(address: str | None, code: str | None) -> None:
    """Talk to the bot; `/tap 1` taps the first button of the last message."""
    with open_house() as house:
        sender = _console_address(house, address, code)
        console = Console(lambda text: click.echo(spoken(text)))
        context = workers.context(house.settings, house.store, house.sealer, {"console": console})
        desk = workers.desk(context)
        try:
            for line in _lines():
                tap = console.token(int(line[5:])) if line.startswith("/tap ") and line[5:].isdigit() else None
                if line.startswith("/tap ") and tap is None:
                    click.echo("bot> (no such button)")
                    continue
                inbound = Inbound("console", uuid.uuid4().hex, sender, sender, line, tap, kind="tap" if tap else "text")
                desk.take(inbound)
        finally:
            desk.close()


def _lines() -> Iterator[str]:
    """The lines somebody types (with a prompt) or pipes in, without the empty ones."""
    typed = sys.stdin.isatty()
    while True:
        try:
            line = input("> ") if typed else sys.stdin.readline()
        except (EOFError, KeyboardInterrupt):
            return
        if not typed and not line:
            return
        if line.strip():
            yield line.strip()


def _console_address(house: House, address: str | None, code: str | None) -> str:
    """The console's address of the person meant, made at the first use; exit code 1 when there is no such person."""
    with house.store.unit_of_work() as work:
        place = _place(work.session, code)
        who = _who(work.session, address, place)
        if code is not None and place is not None and place.id not in {one.property_id for one in who.places}:
            raise click.ClickException(f"{who.name} does not work for {code!r}")
        known = f"person:{who.person_id}"
        console = ChatAddress.transport == "console", ChatAddress.external_id == known
        made = work.session.scalar(select(ChatAddress).where(*console))
        if made is None:
            made = ChatAddress(person_id=who.person_id, transport="console", external_id=known)
            work.session.add(made)
        if place is not None and (made.property_id is None or code is not None):
            made.property_id = place.id
        return known


def _who(session: Session, address: str | None, place: Property | None) -> Who:
    if address is not None:
        transport, _, external_id = address.partition(":")
        who = staff.identify(session, transport, (external_id,))
        if who is None:
            raise click.ClickException(f"nobody on the staff has the address {address}")
        return who
    first = next(iter(staff.reachable(session, place.id, Role.PROPERTY_ADMIN)), None) if place else None
    if first is None:
        raise click.ClickException("there is no admin yet: run `dauda setup` first")
    return first[0]


def _place(session: Session, code: str | None) -> Property | None:
    if code is None:
        return session.scalars(select(Property).order_by(Property.id)).first()
    place = properties.by_code(session, code)
    if place is None:
        raise click.ClickException(f"there is no property {code!r}")
    return place
