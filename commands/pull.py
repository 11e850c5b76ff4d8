"""`dauda feeds pull`: calendars read now, in this process, and what came of it."""

from dataclasses import asdict, dataclass
from datetime import timedelta

import click
from sqlalchemy.orm import Session

from commands.context import open_house
from commands.printing import as_json, as_table
from commands.refusals import refusals_told
from commands.which_link import is_of, not_there
from commands.which_property import property_option, the_property
from core.channels.queries import LinkView, links
from core.db.work import UnitOfWork
from core.imports import timetable
from core.platforms.registry import PLATFORMS
from workers import house as workers
from workers.context import Context
from workers.jobs.pulls import look


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came of one calendar; `outcome`: read, failed, or not read because its channel is paused."""

    platform: str
    room: str | None
    type: str | None
    """The type's code, where the calendar is of all its rooms."""
    outcome: str
    trouble: str | None
    appeared: int
    changed: int
    gone: int


@click.command()
@click.option("--room", help="Only the calendars of this room.")
@click.option("--type", "kind", help="Only those of this type as a whole, by its code.")
@click.option("--channel", "platform", type=click.Choice(list(PLATFORMS)), help="Only those of this platform.")
@property_option
@click.option("--json", "as_facts", is_flag=True, help="As JSON.")
def pull(room: str | None, kind: str | None, platform: str | None, code: str | None, *, as_facts: bool) -> None:
    """Read the calendars now and print what came; exit 1 when one could not be read."""
    with open_house() as house, refusals_told():
        with house.store.reading() as session:
            chosen = _chosen(session, code, (room, kind), platform)
        context = workers.context(house.settings, house.store, house.sealer, {})
        try:
            pulled = [_pulled(context, link) for link in chosen]
        finally:
            context.reader.close()
    if as_facts:
        as_json([asdict(one) for one in pulled])
    else:
        rows = [
            (
                PLATFORMS[one.platform].name,
                one.room or f"all {one.type}",
                one.outcome,
                one.appeared,
                one.changed,
                one.gone,
                one.trouble or "",
            )
            for one in pulled
        ]
        as_table(("Channel", "Room", "Outcome", "New", "Changed", "Gone", "Trouble"), rows)
    raise SystemExit(1 if any(one.outcome == "failed" for one in pulled) else 0)


def _chosen(
    session: Session, code: str | None, what: tuple[str | None, str | None], platform: str | None
) -> list[LinkView]:
    """The imported links that were asked for. Raises `NoSuchLink` when what was named is not one of them."""
    found = [
        link
        for link in links(session, the_property(session, code).id)
        if link.imports and (platform is None or link.platform == platform) and is_of(link, *what)
    ]
    if not found and any(name is not None for name in (*what, platform)):
        raise not_there(platform, *what)
    return found


def _pulled(context: Context, link: LinkView) -> Pulled:
    def then(work: UnitOfWork, again_in: timedelta) -> None:
        timetable.looked(work, link.link_id, again_in)

    applied = look(context, link.link_id, then)
    if applied is None:
        return Pulled(link.platform, link.room, link.type, "not read", None, 0, 0, 0)
    outcome = "failed" if applied.trouble is not None else "read"
    return Pulled(
        link.platform, link.room, link.type, outcome, applied.trouble, applied.appeared, applied.changed, applied.gone
    )
