"""The words for what a setup tells: what is wrong with a file, what it changed, what it leaves out."""

from collections.abc import Mapping

from core.platforms.registry import PLATFORMS
from core.setup.account import Told, What
from core.setup.errors import Fault, Why

FAULTS: dict[Why, str] = {
    Why.NOT_TOML: "this is no TOML: {said}",
    Why.UNKNOWN_KEY: "unknown key {value!r}{meant}",
    Why.MISSING: "missing",
    Why.WRONG_TYPE: "must be a {wanted}",
    Why.BLANK: "is empty",
    Why.TOO_LONG: "is longer than {most} characters",
    Why.NOT_PLAIN: "holds a line break or another control character",
    Why.NO_CODE: "{value!r} is no code: letters, digits, - and _ only, without spaces",
    Why.NO_ZONE: "{value!r} is no time zone{meant} (such as Africa/Nairobi)",
    Why.NO_CURRENCY: "{value!r} is no currency (such as KES or EUR)",
    Why.NOT_ONE_OF: "{value!r} is unknown{meant}; one of: {known}",
    Why.NO_PHONE: "is no phone number; write it with its country: +254…",
    Why.NO_EMAIL: "is no e-mail address",
    Why.NO_TELEGRAM: "is no Telegram user number; it is digits only, and not a @name",
    Why.NO_RATE: '{value!r} is no price of a night (such as "4500.00")',
    Why.NO_CHANGE_OF_RATE: '{value!r} is no change of a price (such as -10 or "12.5")',
    Why.NO_DAY: "{value!r} is no date (such as 2026-12-24)",
    Why.NO_WEEKDAY: "{value!r} is no weekday (such as fri)",
    Why.UNKNOWN_PLAN: "there is no rate plan {value!r}{meant}",
    Why.WRONG_PLAN: "{said}",
    Why.NO_INTERVAL: "{value!r} is no interval from 5m to 24h (such as 30m or 2h)",
    Why.NO_ADDRESS: "is no address of a calendar (https://…)",
    Why.TOO_OFTEN: "is too often for {platform}, which might stop answering: every {interval} at most",
    Why.MODE_NOT_THERE: "{platform} cannot be kept up to date by {value!r}; one of: {known}",
    Why.TELLS_ITSELF: "{platform}'s calendars tell bookings from closures by themselves; leave it out",
    Why.LINKS_NEED_ICAL: "links to rooms need mode \"ical\", and this channel's mode is {mode!r}",
    Why.TWICE: "{named} stands in the file already, at line {first}",
    Why.ROOM_TWICE: "{value!r} was named before",
    Why.BACKWARDS: "{value!r} runs backwards",
    Why.TOO_MANY_ROOMS: "more than {most} rooms",
    Why.ROOM_OR_TYPE: "names one of both: room, or type for all rooms of a type",
    Why.UNKNOWN_ROOM: "there is no room {value!r}{meant}",
    Why.UNKNOWN_TYPE: "there is no room type {value!r}{meant}",
    Why.TYPE_NOT_LET: "room type {type} has no room that could be sold",
    Why.ONE_UNIT_PER_TYPE: "{platform} connects only types of one room, and {type} has {rooms}: link its rooms",
    Why.NAME_TAKEN: "{value!r} is what room {room} is called already",
    Why.ROOM_IN_USE: "room {room} cannot become {to}: it has {nights} nights to come, the first on {first}",
    Why.WHOLE_IN_USE: "room {room} cannot be made of other parts: it has {nights} nights to come, the first on {first}",
    Why.PART_OF_ITSELF: "room {room} cannot be a part of itself",
    Why.PART_IS_WHOLE: "room {room} is made of parts: name those instead",
    Why.OUR_OWN_ADDRESS: "this is the address of a feed of our own; put the platform's calendar here",
    Why.ADDRESS_LINKED: "this calendar is imported for {linked} on {platform} of {property} already",
    Why.ANOTHER_PLATFORM: "this address leads to {other}, whose calendars are read differently from {platform}'s",
    Why.ANOTHER_PERSON: "an address or e-mail given here belongs to somebody else: {name}",
    Why.SEVERAL_PEOPLE: "several people are called {name}; give an address or e-mail that tells them apart",
    Why.LAST_ADMIN: "the property would be left without an admin",
}  # fmt: skip
WRONG_PLANS: dict[str, str] = {
    "no_parent": "only a plan with a parent costs more or less than another",
    "not_possible": "leaves no price, or one that is too long",
    "standard_plan": "the standard plan sells every type, has no parent and is always sold",
    "derives_from_itself": "the plan would be derived from itself",
    "other_currency": "a plan cannot be derived from one in another currency",
    "plan_in_use": "other plans are derived from it",
}
"""Why a rate plan cannot be made so."""
CHANGES: dict[What, str] = {
    What.PROPERTY_MADE: "made property {code}: {name}",
    What.PROPERTY_CHANGED: "changed property {code}: {fields}",
    What.TYPE_MADE: "made room type {type}: {name}",
    What.TYPE_CHANGED: "changed room type {type}: {fields}",
    What.ROOM_MADE: "made room {room} ({type})",
    What.ROOM_MOVED: "moved room {room} to {type}",
    What.ROOM_CHANGED: "changed room {room}: {fields}",
    What.ROOMS_REORDERED: "changed the order of the rooms",
    What.PERSON_MADE: "made {name} ({role})",
    What.PERSON_CHANGED: "changed {name}: {fields}",
    What.CHANNEL_MADE: "made channel {platform}: {mode}, every {interval}",
    What.CHANNEL_CHANGED: "changed channel {platform}: {settings}",
    What.LINK_MADE: "linked {linked} to {platform}; its feed: dauda feeds url --{linked_option} --channel {channel}",
    What.IMPORT_SET: "set the calendar to read for {linked} on {platform}",
    What.PLAN_MADE: "made rate plan {plan}: {name}",
    What.PLAN_CHANGED: "changed rate plan {plan}: {fields}",
    What.SEASON_MADE: "made season {season}",
    What.SEASON_CHANGED: "changed season {season}: {fields}",
    What.PLAN_KEPT: "rate plan {plan}",
    What.SEASON_KEPT: "season {season}",
    What.TYPE_KEPT: "room type {type}",
    What.ROOM_KEPT: "room {room}",
    What.PARTS_SET: "room {room} is made of {parts}",
    What.PARTS_ENDED: "room {room} is a room by itself",
    What.PARTS_KEPT: "room {room} made of {parts}",
    What.PERSON_KEPT: "{name}",
    What.CHANNEL_KEPT: "channel {platform}",
    What.LINK_KEPT: "{platform} of {linked}",
    What.SETTINGS_KEPT: "{platform}: {settings}",
    What.PREFERENCE_KEPT: "conflicts = {value!r}",
    What.ROOM_IS_REMOVED: "room {room} was removed and stays so; bring it back: dauda rooms restore {room}",
    What.PERSON_IS_REVOKED: "{name} was revoked and stays so; bring them back: dauda staff invite {name}",
    What.ROOMS_WITHOUT_LINK: "{platform} has no link for {rooms}",
    What.TOO_MANY_LINKS: "{platform} connects {most} calendars at most, and {count} are linked",
    What.NO_ADMIN: "{code} has no admin: nobody can decide anything by chat yet",
    What.SHORT_PASSWORD: "{name}'s password has fewer than {least} characters; a longer one is safer",
}


def fault_line(file: str, fault: Fault) -> str:
    """`hotel.toml:12: channel.link.room: there is no room '33'; did you mean '3'?`."""
    where = f"{file}:{fault.line}: {fault.key}".rstrip(": ")
    return f"{where}: {why_line(fault.why, fault.facts)}"


def why_line(why: Why, facts: Mapping[str, object]) -> str:
    """What is wrong, without its place."""
    meant = f"; did you mean {facts['nearest']!r}?" if facts.get("nearest") else ""
    named = repr(facts["value"]) if facts.get("value") else "this"
    return FAULTS[why].format(**_said(facts), meant=meant, named=named)


def told_line(told: Told) -> str:
    """One line about something made, changed, kept or to be known."""
    facts = dict(told.facts)
    return CHANGES[told.what].format(**{"channel": facts.get("platform"), **_said(facts)})


def every(seconds: int) -> str:
    """`30 min`, `2 h`."""
    return f"{seconds // 3600} h" if seconds % 3600 == 0 else f"{seconds // 60} min"


def _said(facts: Mapping[str, object]) -> dict[str, object]:
    said = dict(facts)
    room, kind = facts.get("room"), facts.get("type")
    said["linked"] = f"room {room}" if room is not None else f"all rooms of type {kind}"
    said["linked_option"] = f"room {room}" if room is not None else f"type {kind}"
    for key, value in facts.items():
        if key in {"platform", "other"} and value in PLATFORMS:
            said[key] = PLATFORMS[str(value)].name
        elif key == "said" and value in WRONG_PLANS:
            said[key] = WRONG_PLANS[str(value)]
        elif key == "interval" and isinstance(value, int):
            said[key] = every(value)
        elif key == "settings" and isinstance(value, Mapping):
            said[key] = " and ".join(f"{name} = {_setting(name, one)}" for name, one in value.items())
        elif key == "rooms" and isinstance(value, list | tuple):
            said[key] = f"room {value[0]}" if len(value) == 1 else f"rooms {', '.join(value)}"
        elif isinstance(value, list | tuple):
            said[key] = ", ".join(str(one).replace("_", " ") if key == "fields" else str(one) for one in value)
    return said


def _setting(name: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return every(int(value)) if name in {"interval", "alert_after"} and isinstance(value, int) else str(value)
