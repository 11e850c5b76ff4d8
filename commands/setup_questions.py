"""Asking for a setup, one question at a time; the answers become the text of a setup file."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

import click
from babel.core import get_global
from babel.numbers import get_territory_currencies

from commands.setup_words import why_line
from core.channels.settings import Exports, asks_exports
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS
from core.setup import values
from core.setup.document import folded, nearest
from core.setup.errors import Unusable, Why
from core.setup.ranges import rooms_in
from core.setup.writing import Value, written

_T = TypeVar("_T")
_Pairs = dict[str, Value]


def ask(zone_files: tuple[Path, Path] = (Path("/etc/timezone"), Path("/etc/localtime"))) -> str:
    """Ask on the terminal for everything a first setup needs; the text of the file that says so."""
    click.echo("A few questions; Ctrl-C stops without changing anything.")
    place = _property(zone_files)
    types, rooms = _room_types(str(place["currency"]))
    tables: list[tuple[str, Mapping[str, Value]]] = [("[property]", place)]
    tables += [("[[room_type]]", one) for one in types]
    tables.append(("[[staff]]", _admin()))
    tables += _channels(rooms)
    return written(tables)


def _property(zone_files: tuple[Path, Path]) -> _Pairs:
    name = _ask("Name of the property", _line)
    code = _ask("Short code for it", values.code, default=_code_of(name))
    zone = _ask("Time zone", values.zone, default=machine_zone(*zone_files))
    currency = _ask("Currency", values.currency, default=_currency_of(zone))
    language = _ask("Language of its messages (en sw hi ar fr)", values.language, default="en")
    return {"code": code, "name": name, "timezone": zone, "currency": currency, "language": language}


def _room_types(currency: str) -> tuple[list[_Pairs], list[str]]:
    types: list[_Pairs] = []
    rooms: list[str] = []
    while not types or click.confirm("Another room type?", default=False):
        name = _ask("Room type (such as Double)", _line)
        code = _ask("Its code", partial(_new, values.code, [str(one["code"]) for one in types]), default=_short(name))
        own = _ask("Its rooms (such as 1-12, 101-110, 12A)", partial(_new_rooms, rooms))
        one: _Pairs = {"code": code, "name": name, "rooms": own}
        rate = _ask(f"Usual price of a night in {currency}", _optional(partial(_rate, currency)), default="")
        if rate:
            one["base_rate"] = rate
        types.append(one)
        rooms += own
    return types, rooms


def _admin() -> _Pairs:
    name = _ask("Who decides? Name of the first admin", _line)
    person: _Pairs = {"name": name, "role": "property_admin"}
    whatsapp = _ask("Their WhatsApp number (with +country)", _optional(values.phone), default="")
    telegram = _ask("Their Telegram user number", _optional(values.telegram), default="")
    if whatsapp:
        person["whatsapp"] = whatsapp
    if telegram:
        person["telegram"] = int(telegram)
    return person


def _channels(rooms: list[str]) -> list[tuple[str, Mapping[str, Value]]]:
    known = " ".join(PLATFORMS)
    tables: list[tuple[str, Mapping[str, Value]]] = []
    for platform in _ask(f"Platforms it is sold on ({known})", _platforms, default=""):
        about = PLATFORMS[platform]
        modes = [mode for mode in Mode if mode in about.modes]
        question = f"How is {about.name} kept up to date? ({' '.join(modes)})"
        mode = _ask(question, partial(values.one_of, known=modes), default=modes[0])
        channel: _Pairs = {"platform": platform, "mode": mode}
        tables.append(("[[channel]]", channel))
        if mode == Mode.ICAL:
            if asks_exports(about):
                channel["exports"] = _exports(about.name)
            tables += _links(about.name, rooms)
    return tables


def _exports(platform: str) -> str:
    click.echo(f"{platform}'s calendar does not tell bookings from closed dates. Where it asks what to export, choose")
    click.echo("reservations only: then no closure of ours can come back as a booking.")
    known = [str(one) for one in Exports]
    return _ask(f"What does it export? ({' '.join(known)})", partial(values.one_of, known=known), default=known[0])


def _links(platform: str, rooms: list[str]) -> list[tuple[str, Mapping[str, Value]]]:
    listed = _ask(f"Rooms listed on {platform}", partial(_known_rooms, rooms), default="all")
    addresses = click.confirm(f"Do you have {platform}'s calendar addresses at hand?", default=False)
    links: list[tuple[str, Mapping[str, Value]]] = []
    for room in listed:
        link: _Pairs = {"room": room}
        if addresses:
            url = _ask(f"Calendar of room {room}", _optional(values.calendar_address), default="")
            if url:
                link["import_url"] = url
        links.append(("[[channel.link]]", link))
    return links


def machine_zone(name_file: Path, zone_link: Path) -> str:
    """The zone this machine lives in, as far as its files say; else UTC."""
    guesses = []
    if name_file.is_file():
        guesses.append(name_file.read_text(encoding="utf-8", errors="replace").strip())
    guesses.append("/".join(zone_link.resolve().parts[-2:]))
    for guess in guesses:
        try:
            return values.zone(guess)
        except Unusable:
            continue
    return "UTC"


def _ask(question: str, parse: Callable[[str], _T], default: str | None = None) -> _T:
    """Ask until the answer can be used. An empty default is not shown: Enter leaves the question out."""

    def parsed(text: str) -> _T:
        try:
            return parse(text.strip())
        except Unusable as error:
            raise click.BadParameter(why_line(error.why, error.facts)) from None

    shown = question if default != "" else f"{question}, Enter for none"
    answer: _T = click.prompt(shown, default=default, show_default=bool(default), value_proc=parsed)
    return answer


def _optional(parse: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: parse(text) if text else ""


def _line(text: str) -> str:
    if not text:
        raise Unusable(Why.BLANK)
    return text


def _rate(currency: str, text: str) -> str:
    return str(values.rate(text, currency))


def _new(parse: Callable[[str], str], taken: list[str], text: str) -> str:
    if folded(text) in {folded(one) for one in taken}:
        raise Unusable(Why.ROOM_TWICE, value=text)
    return parse(text)


def _new_rooms(taken: list[str], text: str) -> list[str]:
    names = rooms_in(text)
    for name in names:
        _new(_line, taken, name)
    return names


def _known_rooms(rooms: list[str], text: str) -> list[str]:
    if folded(text) == "all":
        return rooms
    by_folded = {folded(room): room for room in rooms}
    names = rooms_in(text)
    for name in names:
        if folded(name) not in by_folded:
            raise Unusable(Why.UNKNOWN_ROOM, value=name, nearest=nearest(name, rooms))
    return [by_folded[folded(name)] for name in names]


def _platforms(text: str) -> list[str]:
    return [values.one_of(one, PLATFORMS) for one in dict.fromkeys(re.split(r"[,\s]+", text.lower())) if one]


def _code_of(name: str) -> str | None:
    words = re.findall(r"[a-z0-9]+", name.lower())
    return words[0] if words else None


def _short(name: str) -> str | None:
    return "".join(re.findall(r"[A-Z0-9]", name.upper()))[:3] or None


def _currency_of(zone: str) -> str | None:
    territory = get_global("zone_territories").get(zone)
    currencies = get_territory_currencies(territory) if territory else []
    return currencies[0] if currencies else None
