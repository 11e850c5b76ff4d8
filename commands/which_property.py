"""Which property a command is about: the named one, or the only one there is."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.properties.models import Property

property_option = click.option(
    "--property", "code", metavar="CODE", help="The property; needed only when there are several."
)


def the_property(session: Session, code: str | None) -> Property:
    """The property with this code, or the only one. Exits with 2 when that is nobody or anybody."""
    places = list(session.scalars(select(Property).order_by(Property.id)))
    if code is not None:
        for place in places:
            if place.code.casefold() == code.casefold():
                return place
        raise click.UsageError(f"There is no property {code!r}. {_known(places)}")
    if len(places) != 1:
        raise click.UsageError(_known(places) if not places else f"Say which one: --property. {_known(places)}")
    return places[0]


def _known(places: list[Property]) -> str:
    if not places:
        return "Nothing is set up yet: dauda setup"
    return f"Known: {', '.join(place.code for place in places)}"
