"""Reading a setup file: its text to a `Document`, or everything that is wrong with it at once."""

import re
import tomllib
from datetime import date
from decimal import Decimal
from functools import partial

from core.channels.settings import Exports, Wanted
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS
from core.setup import values
from core.setup.checks import check
from core.setup.document import (
    ChannelEntry,
    Document,
    LinkEntry,
    PropertyEntry,
    RatePlanEntry,
    RoomTypeEntry,
    SeasonEntry,
    Source,
    StaffEntry,
)
from core.setup.errors import Fault, Unusable, Why, WrongSetup
from core.setup.lines import lines_of
from core.setup.tables import Table
from core.staff.roles import Role

MOST_NAME, MOST_CODE, MOST_ROOM, MOST_ALIAS, MOST_EMAIL, MOST_URL = 200, 40, 40, 80, 254, 2000
MOST_PASSWORD = 1000
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read(text: str, file: str) -> Document:
    """The document in `text`; `file` is its name for messages. Raises `WrongSetup` with all faults."""
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongSetup(file, [_not_toml(text, str(error))]) from None
    source = Source(file, lines_of(text))
    faults: list[Fault] = []
    root = Table(source, faults, parsed)
    place = _property(root.table("property"))
    document = Document(
        source,
        place,
        tuple(_room_type(table, place.currency) for table in root.tables("room_type")),
        tuple(_staff(table) for table in root.tables("staff")),
        tuple(_channel(table) for table in root.tables("channel")),
        tuple(_rate_plan(table) for table in root.tables("rate_plan")),
        tuple(_season(table) for table in root.tables("season")),
    )
    root.close()
    faults += check(document)
    if faults:
        raise WrongSetup(file, faults)
    return document


def _not_toml(text: str, said: str) -> Fault:
    place = _PLACE.search(said)
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    return Fault(line, "", Why.NOT_TOML, {"said": _PLACE.sub("", said)})


def _property(table: Table) -> PropertyEntry:
    entry = PropertyEntry(
        code=table.read("code", values.code, most=MOST_CODE) or "",
        name=table.text("name", most=MOST_NAME) or "",
        timezone=table.read("timezone", values.zone) or "UTC",
        currency=table.read("currency", values.currency) or "",
        language=table.read("language", values.language, required=False),
        conflicts=table.read("conflicts", values.preference, required=False),
        weekend=_weekend(table),
    )
    table.close()
    return entry


def _room_type(table: Table, currency: str) -> RoomTypeEntry:
    code = table.read("code", values.code, most=MOST_CODE) or ""
    aliases = table.table("aliases", required=False)
    parts = table.table("parts", required=False)
    # Without a usable currency a rate cannot be judged; the currency's own fault is noted already.
    rate = partial(values.rate, in_currency=currency or "USD")
    entry = RoomTypeEntry(
        path=table.path,
        code=code,
        name=table.text("name", most=MOST_NAME) or code,
        base_rate=table.read("base_rate", rate, required=False),
        rooms=table.texts("rooms", most=MOST_ROOM),
        aliases={room: aliases.texts(room, most=MOST_ALIAS) for room in aliases.keys()},  # noqa: SIM118 - a `Table`.
        parts={room: parts.texts(room, most=MOST_ROOM) for room in parts.keys()},  # noqa: SIM118 - a `Table`.
    )
    table.close()
    return entry


def _weekend(table: Table) -> tuple[int, ...] | None:
    names = table.texts("weekend", most=MOST_CODE)
    try:
        return values.weekend(names) if names else None
    except Unusable as error:
        table.fault("weekend", error.why, **error.facts)
        return None


def _rate_plan(table: Table) -> RatePlanEntry:
    code = table.read("code", values.code, most=MOST_CODE) or ""
    types = table.texts("types", most=MOST_CODE)
    active = table.flag("active")
    entry = RatePlanEntry(
        path=table.path,
        code=code,
        name=table.text("name", most=MOST_NAME, required=False) or code,
        parent=table.read("parent", values.code, most=MOST_CODE, required=False),
        percent=table.number_or_text("percent", values.change_of_rate) or Decimal(0),
        amount=table.number_or_text("amount", values.change_of_rate) or Decimal(0),
        currency=table.read("currency", values.currency, required=False),
        types=types or None,
        active=active is not False,
    )
    table.close()
    return entry


def _season(table: Table) -> SeasonEntry:
    entry = SeasonEntry(
        path=table.path,
        name=table.text("name", most=MOST_ALIAS) or "",
        first_night=table.day("first_night", values.day) or date.min,
        last_night=table.day("last_night", values.day) or date.max,
        yearly=bool(table.flag("yearly")),
        percent=table.number_or_text("percent", values.change_of_rate) or Decimal(0),
        amount=table.number_or_text("amount", values.change_of_rate) or Decimal(0),
    )
    table.close()
    return entry


def _staff(table: Table) -> StaffEntry:
    entry = StaffEntry(
        path=table.path,
        name=table.text("name", most=MOST_NAME) or "",
        role=table.read("role", partial(values.choice, kind=Role)) or Role.STAFF,
        whatsapp=table.read("whatsapp", values.phone, required=False),
        telegram=table.number_or_text("telegram", values.telegram),
        email=table.read("email", values.email, most=MOST_EMAIL, required=False),
        password=table.secret("password", most=MOST_PASSWORD),
        language=table.read("language", values.language, required=False),
    )
    table.close()
    return entry


def _channel(table: Table) -> ChannelEntry:
    platform = table.read("platform", partial(values.one_of, known=PLATFORMS)) or ""
    entry = ChannelEntry(
        path=table.path,
        platform=platform,
        wanted=Wanted(
            mode=table.read("mode", partial(values.choice, kind=Mode)),
            interval=table.read("interval", values.interval, required=False),
            active=table.flag("active"),
            alert_after=table.read("alert_after", values.interval, required=False),
            inclusive_end=table.flag("inclusive_end"),
            frees_unanswered=table.read("when_unanswered", values.frees_unanswered, required=False),
            exports=table.read("exports", partial(values.choice, kind=Exports), required=False),
        ),
        links=tuple(_link(link) for link in table.tables("link")),
    )
    table.close()
    return entry


def _link(table: Table) -> LinkEntry:
    entry = LinkEntry(
        path=table.path,
        room=table.text("room", most=MOST_ROOM, required=False),
        type=table.text("type", most=MOST_CODE, required=False),
        import_url=table.read("import_url", values.calendar_address, most=MOST_URL, required=False),
    )
    if not table.has("room") and not table.has("type"):
        table.fault(None, Why.ROOM_OR_TYPE)
    elif table.has("room") and table.has("type"):
        table.fault("type", Why.ROOM_OR_TYPE)
    table.close()
    return entry
