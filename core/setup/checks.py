"""What the parts of a file must be to each other."""

from collections.abc import Iterator

from core.channels.addresses import same_calendar
from core.channels.settings import asks_exports
from core.platforms.base import Mode, Platform
from core.platforms.registry import PLATFORMS
from core.setup.document import ChannelEntry, Document, LinkEntry, folded, nearest
from core.setup.errors import Fault, Why
from core.setup.lines import Path


def check(document: Document) -> list[Fault]:
    """Everything that can be said to be wrong without looking at the database."""
    return [
        *_rooms(document),
        *_aliases(document),
        *_parts(document),
        *_staff(document),
        *_channels(document),
        *_links(document),
        *_rates(document),
    ]


class _Firsts:
    """Where each name stood first; the second one is a fault."""

    def __init__(self, document: Document) -> None:
        self._source = document.source
        self._seen: dict[object, Path] = {}

    def again(self, kind: str, name: str | None, path: Path) -> Iterator[Fault]:
        if not name:
            return
        first = self._seen.setdefault((kind, folded(name)), path)
        if first != path:
            yield self._source.fault(path, Why.TWICE, value=name, first=self._source.line(first))


def _rooms(document: Document) -> Iterator[Fault]:
    firsts = _Firsts(document)
    for entry in document.room_types:
        yield from firsts.again("type", entry.code, (*entry.path, "code"))
        for number, room in enumerate(entry.rooms):
            yield from firsts.again("room", room, (*entry.path, "rooms", number))


def _aliases(document: Document) -> Iterator[Fault]:
    fault = document.source.fault
    taken = {folded(room): room for entry in document.room_types for room in entry.rooms}
    for entry in document.room_types:
        own = {folded(room): room for room in entry.rooms}
        for written, aliases in entry.aliases.items():
            room = own.get(folded(written))
            if room is None:
                yield fault(
                    (*entry.path, "aliases", written), Why.UNKNOWN_ROOM,
                    value=written, nearest=nearest(written, list(entry.rooms)),
                )  # fmt: skip
            for number, alias in enumerate(aliases):
                holder = taken.setdefault(folded(alias), written)
                if folded(holder) != folded(written):
                    path = (*entry.path, "aliases", written, number)
                    yield fault(path, Why.NAME_TAKEN, value=alias, room=holder)


def _parts(document: Document) -> Iterator[Fault]:
    fault = document.source.fault
    for entry in document.room_types:
        own = {folded(room) for room in entry.rooms}
        for whole, parts in entry.parts.items():
            path, seen = (*entry.path, "parts", whole), set[str]()
            if folded(whole) not in own:
                yield fault(path, Why.UNKNOWN_ROOM, value=whole, nearest=nearest(whole, list(entry.rooms)))
            for number, part in enumerate(parts):
                if folded(part) == folded(whole):
                    yield fault((*path, number), Why.PART_OF_ITSELF, room=whole)
                elif folded(part) in seen:
                    yield fault((*path, number), Why.TWICE, value=part, first=document.source.line(path))
                seen.add(folded(part))


def _staff(document: Document) -> Iterator[Fault]:
    firsts = _Firsts(document)
    for entry in document.staff:
        yield from firsts.again("name", entry.name, (*entry.path, "name"))
        yield from firsts.again("email", entry.email, (*entry.path, "email"))
        for transport, address in entry.addresses:
            yield from firsts.again(transport, address, (*entry.path, transport))


def _channels(document: Document) -> Iterator[Fault]:
    firsts, fault = _Firsts(document), document.source.fault
    for entry in document.channels:
        yield from firsts.again("platform", entry.platform, (*entry.path, "platform"))
        platform, mode = PLATFORMS.get(entry.platform), entry.wanted.mode
        if platform is not None:
            yield from _fits(document, entry, platform)
        if entry.links and mode and mode != Mode.ICAL:
            yield fault(entry.links[0].path, Why.LINKS_NEED_ICAL, mode=mode)
        links = _Firsts(document)
        for link in entry.links:
            yield from links.again("room", link.room, (*link.path, "room"))
            yield from links.again("type", link.type, (*link.path, "type"))


def _fits(document: Document, entry: ChannelEntry, platform: Platform) -> Iterator[Fault]:
    mode, interval = entry.wanted.mode, entry.wanted.interval
    if mode and mode not in platform.modes:
        yield document.source.fault(
            (*entry.path, "mode"), Why.MODE_NOT_THERE,
            value=mode, platform=platform.name, known=[m for m in Mode if m in platform.modes],
        )  # fmt: skip
    if interval is not None and interval < platform.least_interval:
        path = (*entry.path, "interval")
        yield document.source.fault(path, Why.TOO_OFTEN, platform=platform.name, interval=platform.least_interval)
    if entry.wanted.exports is not None and not asks_exports(platform):
        yield document.source.fault((*entry.path, "exports"), Why.TELLS_ITSELF, platform=platform.name)


def _links(document: Document) -> Iterator[Fault]:
    seen: list[LinkEntry] = []
    for link in (link for entry in document.channels for link in entry.links):
        url = link.import_url
        if url is None:
            continue
        for other in seen:
            if other.import_url is not None and same_calendar(other.import_url, url):
                path = (*link.path, "import_url")
                first = document.source.line((*other.path, "import_url"))
                yield document.source.fault(path, Why.TWICE, value=None, first=first)
                break
        seen.append(link)


def _rates(document: Document) -> Iterator[Fault]:
    firsts, fault = _Firsts(document), document.source.fault
    for entry in document.rate_plans:
        yield from firsts.again("plan", entry.code, (*entry.path, "code"))
        if entry.parent is None and (entry.percent or entry.amount):
            yield fault((*entry.path, "percent" if entry.percent else "amount"), Why.WRONG_PLAN, said="no_parent")
    for season in document.seasons:
        yield from firsts.again("season", season.name, (*season.path, "name"))
        if season.last_night < season.first_night and not season.yearly:
            yield fault((*season.path, "last_night"), Why.BACKWARDS, value=season.last_night.isoformat())
