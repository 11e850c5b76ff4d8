"""`dauda staff`: invite people by a one-time code, list them, end their rights."""

from dataclasses import asdict
from datetime import timedelta
from urllib.parse import quote

import click
import httpx

from commands.context import open_house
from commands.printing import as_json, as_table
from commands.refusals import refusals_told
from commands.which_property import property_option, the_property
from core.config import Settings
from core.events.service import By
from core.staff import members, service
from core.staff.roles import Role

MOST_HOURS = 24 * 7
BOT_NAME_PATIENCE = 5.0
"""Seconds to wait for Telegram to say what our bot is called."""


@click.group()
def staff() -> None:
    """The people of a property."""


@staff.command()
@click.argument("name")
@click.option("--role", type=click.Choice([str(role) for role in Role]), help="Default: staff, or as it is.")
@click.option("--hours", type=click.IntRange(1, MOST_HOURS), default=24, show_default=True, help="How long it works.")
@property_option
@click.option("--json", "as_facts", is_flag=True, help="As JSON.")
def invite(name: str, role: str | None, hours: int, code: str | None, *, as_facts: bool) -> None:
    """Make a one-time code by which NAME links a chat to this property."""
    with open_house() as house:
        with refusals_told(), house.store.unit_of_work() as work:
            place = the_property(work.session, code)
            given = service.invite(
                work, place.id, name, By(transport="console"), Role(role) if role else None,
                lasts=timedelta(hours=hours),
            )  # fmt: skip
        links = chat_links(house.settings, given.code)
    if as_facts:
        as_json({**asdict(given), "links": links})
        return
    click.echo(f"{given.name} ({given.role}) sends this to the bot within {hours} h, once:")
    click.echo(f"  join {given.code}")
    for link in links.values():
        click.echo(f"  {link}")


@staff.command("list")
@property_option
@click.option("--all", "with_revoked", is_flag=True, help="Those who left, too.")
@click.option("--json", "as_facts", is_flag=True, help="As JSON.")
def list_staff(code: str | None, *, with_revoked: bool, as_facts: bool) -> None:
    """List the people of a property and where they write from."""
    with open_house() as house, house.store.reading() as session:
        found = members.members(session, the_property(session, code).id, revoked=with_revoked)
    if as_facts:
        as_json([asdict(one) for one in found])
        return
    rows = [
        (
            one.name, one.role, ", ".join(one.addresses) or "no chat linked",
            f"revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else "",
        )
        for one in found
    ]  # fmt: skip
    as_table(("Name", "Role", "Writes from", ""), rows)


@staff.command()
@click.argument("who")
@property_option
def revoke(who: str, code: str | None) -> None:
    """End the rights of WHO (a name, an e-mail or an address such as whatsapp:+254700000001) at once."""
    with open_house() as house, refusals_told(), house.store.unit_of_work() as work:
        place = the_property(work.session, code)
        found = members.member(work.session, place.id, who)
        service.revoke(work, found.membership_id, By(transport="console"))
    click.echo(f"{found.name} no longer works at {place.name}: their messages are not answered any more.")


def chat_links(settings: Settings, code: str) -> dict[str, str]:
    """Links that open a chat with our bot and the words already in it, for the messengers that are set up."""
    links = {}
    if settings.twilio is not None:
        number = settings.twilio.whatsapp_from.removeprefix("whatsapp:").removeprefix("+")
        links["whatsapp"] = f"https://wa.me/{number}?text={quote(f'join {code}')}"
    if settings.telegram is not None:
        name = _bot_name(f"{settings.telegram.api_base_url}/bot{settings.telegram.bot_token}/getMe")
        if name is not None:
            links["telegram"] = f"https://t.me/{name}?start={code}"
    return links


def _bot_name(url: str) -> str | None:
    try:
        answer = httpx.get(url, timeout=BOT_NAME_PATIENCE).raise_for_status().json()
        return str(answer["result"]["username"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        # The code works without the link, and the error's text would show the bot's token.
        return None
