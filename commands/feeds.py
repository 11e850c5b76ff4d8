"""`dauda feeds`: who reads our calendars, their addresses, and what stands in somebody else's."""

from dataclasses import asdict

import click
from sqlalchemy.orm import Session

from commands.calendars import CannotGet, get, is_address, look
from commands.context import House, open_house, read_settings
from commands.printing import ago, as_json, as_table
from commands.pull import pull
from commands.refusals import fail, refusals_told
from commands.replay import replay
from commands.which_link import is_of, named, not_there, one_of_both, room_option, type_option
from commands.which_property import property_option, the_property
from core.channels import service as channels
from core.channels.queries import LinkView, links
from core.clock import SystemClock, local_date
from core.events.service import By
from core.feeds import service as feeds_service
from core.feeds.fetch.addresses import name_of
from core.feeds.reading.text import MOST_BYTES
from core.platforms.registry import PLATFORMS
from core.setup.errors import Unusable
from core.setup.values import zone

USUAL_URL = "http://127.0.0.1:8000"
channel_option = click.option(
    "--channel", "platform", required=True, type=click.Choice(list(PLATFORMS)), help="The platform."
)


@click.group()
def feeds() -> None:
    """The calendars we serve and those we read."""


@feeds.command("list")
@room_option
@type_option
@property_option
@click.option("--json", "as_facts", is_flag=True, help="As JSON.")
def list_feeds(room: str | None, kind: str | None, code: str | None, *, as_facts: bool) -> None:
    """List the links: who has read what, and when."""
    with open_house() as house:
        with house.store.reading() as session:
            there = links(session, the_property(session, code).id)
            found = [link for link in there if is_of(link, room, kind)]
        now = house.store.clock.now()
    if as_facts:
        as_json([{**asdict(link), "has_read": link.has_read} for link in found])
        return
    rows = [
        (
            PLATFORMS[link.platform].name, named(link), ago(link.read_at, now),
            "up to date" if link.has_read else f"{link.read_version} of {link.version}",
            "yes" if link.imports else "no", _address_state(link),
        )
        for link in found
    ]  # fmt: skip
    as_table(("Channel", "Room", "Last read", "Version read", "Imports", "Address"), rows)


@feeds.command()
@room_option
@type_option
@channel_option
@property_option
def url(room: str | None, kind: str | None, platform: str, code: str | None) -> None:
    """Print the secret address of the feed of one room, or of a whole type, for one channel."""
    one_of_both(room, kind)
    with open_house() as house, refusals_told(), house.store.reading() as session:
        click.echo(_address(session, house, _link(session, code, platform, room, kind)))


@feeds.command()
@room_option
@type_option
@channel_option
@property_option
@click.option("--now", "at_once", is_flag=True, help="End the old address at once: it has leaked.")
def rotate(room: str | None, kind: str | None, platform: str, code: str | None, *, at_once: bool) -> None:
    """Give a feed a new address; the old one serves until the new one has been read."""
    one_of_both(room, kind)
    with open_house() as house:
        with refusals_told(), house.store.unit_of_work() as work:
            link = _link(work.session, code, platform, room, kind)
            channels.rotate(work, house.sealer, link.link_id, By(transport="console"), now=at_once)
            line = _address(work.session, house, link)
        name = PLATFORMS[platform].name
        click.echo(line)
    if at_once:
        said = f"The old address has ended. {name} sees nothing until the new one is put in there: do it now."
    else:
        said = f"Put the new address in at {name}. The old one serves until the new one has been read."
    click.echo(said, err=True)


@feeds.command()
@click.argument("source", metavar="FILE|URL")
@click.option("--timezone", default="UTC", show_default=True, help="The property's zone, for times of day.")
@click.option("--json", "as_facts", is_flag=True, help="As JSON.")
def check(source: str, timezone: str, *, as_facts: bool) -> None:
    """Say what we would read in a calendar; exit 1 when it, or an event in it, cannot be read."""
    try:
        local = zone(timezone)
    except Unusable:
        raise click.UsageError(f"{timezone!r} is no time zone (such as Africa/Nairobi).") from None
    try:
        found = look(_got(source), local, local_date(SystemClock().now(), local))
    except CannotGet as error:
        # The rest of an address is a secret, and what is printed gets pasted into tickets.
        named = name_of(source) or "this address" if is_address(source) else source
        fail(f"{named}: {error} (at most {MOST_BYTES // 2**20} MB are read)")
    if as_facts:
        as_json(asdict(found))
    else:
        click.echo(f"{len(found.events)} events, made by {', '.join(found.made_by) or 'nobody named'}")
        as_table(
            ("From", "To", "Nights", "What", "Code", "Note", "Wrong"),
            [
                (
                    one.arrival or "?",
                    one.departure or "?",
                    "?" if one.nights is None else one.nights,
                    one.summary,
                    one.code or "",
                    one.note or "",
                    one.wrong or "",
                )
                for one in found.events
            ],
        )
        if found.wrong:
            click.echo(f"Not a whole calendar: {found.wrong}", err=True)
    raise SystemExit(1 if found.wrong or any(one.wrong for one in found.events) else 0)


def _got(source: str) -> bytes:
    """A file needs no settings; an address is fetched as this house would."""
    if not is_address(source):
        return get(source)
    settings = read_settings()
    return get(source, allow_private=settings.allow_private_feeds, public_url=settings.public_url)


def _link(session: Session, code: str | None, platform: str, room: str | None, kind: str | None) -> LinkView:
    for link in links(session, the_property(session, code).id):
        if link.platform == platform and is_of(link, room, kind):
            return link
    raise not_there(platform, room, kind)


def _address(session: Session, house: House, link: LinkView) -> str:
    """The newest address of a link that serves."""
    address = feeds_service.live_address(session, link.link_id)
    if address is None:
        fail("This feed has no address any more; make one: dauda feeds rotate")
    public_url = house.settings.public_url
    if public_url is None:
        click.echo(f"note: DAUDA_PUBLIC_URL is not set; {USUAL_URL} is reached from this machine only", err=True)
    return feeds_service.feed_url(public_url or USUAL_URL, feeds_service.token_of(address, house.sealer))


def _address_state(link: LinkView) -> str:
    match link.addresses:
        case 0:
            return "ended"
        case 1:
            return "serves"
        case _:
            return "new one not read yet"


feeds.add_command(pull)
feeds.add_command(replay)
