"""A setup file is read whole, and everything wrong with it is told at once, with its line and key."""

import re
from decimal import Decimal

import pytest

from core.channels.settings import Wanted
from core.setup.document import Document
from core.setup.errors import Fault, Why, WrongSetup
from core.setup.reading import read
from core.staff.roles import Role
from tests.core.setup.house import WITH_PASSWORD as BAOBAB
from tests.core.setup.house import whys
from tests.support.shared import shared


def faults(text: str) -> list[Fault]:
    """What is wrong with a text that must be wrong."""
    with pytest.raises(WrongSetup) as refused:
        read(text, "hotel.toml")
    return refused.value.faults


def changed(before: str, after: str) -> str:
    """The example file with one thing changed."""
    assert BAOBAB.count(before) == 1
    return BAOBAB.replace(before, after)


def test_the_example_is_read() -> None:
    document = read(BAOBAB, "hotel.toml")
    assert document.property.timezone == "Africa/Nairobi"
    (double,) = document.room_types
    assert (double.base_rate, double.rooms) == (Decimal("4500.00"), ("1", "2", "3", "12A"))
    assert double.aliases == {"12A": ("the garden double",)}
    (amina,) = document.staff
    assert amina.role is Role.PROPERTY_ADMIN
    assert amina.addresses == (("whatsapp", "+254700000001"), ("telegram", "1001"))
    (airbnb,) = document.channels
    assert airbnb.wanted == Wanted(mode="ical", interval=1800)
    assert airbnb.links[0].room == "3"
    assert document.property.conflicts is None


def test_every_setting_of_a_channel_is_read() -> None:
    settings = 'interval = "2h"\nactive = false\nalert_after = "1h"\ninclusive_end = true\nwhen_unanswered = "keep"'
    text = changed('interval = "30m"', settings).replace('"KES"', '"KES"\nconflicts = "direct"')
    document = read(text, "hotel.toml")
    assert document.channels[0].wanted == Wanted("ical", 7200, False, 3600, True, False)  # noqa: FBT003 - as columns.
    assert document.property.conflicts == "direct"


def test_the_example_of_the_contract_is_read() -> None:
    contract = shared("contract.md").read_text()
    example = re.search(r"```toml\n(.*?)```", contract, re.DOTALL)
    assert example is not None
    document: Document = read(example[1], "contract.md")
    assert document.property.code == "baobab"


@pytest.mark.parametrize(
    ("before", "after", "key", "why"),
    [
        ('code = "baobab"', 'code = "bao bab"', "property.code", Why.NO_CODE),
        ('code = "baobab"', "", "property.code", Why.MISSING),
        ('name = "Baobab Guest House"', 'name = "  "', "property.name", Why.BLANK),
        ('name = "Baobab Guest House"', 'name = "a\\u0000b"', "property.name", Why.NOT_PLAIN),
        ('name = "Baobab Guest House"', f'name = "{"x" * 201}"', "property.name", Why.TOO_LONG),
        ('name = "Baobab Guest House"', "name = 7", "property.name", Why.WRONG_TYPE),
        ('"Africa/Nairobi"', '"Africa/Nairobbi"', "property.timezone", Why.NO_ZONE),
        ('"KES"', '"KSH"', "property.currency", Why.NO_CURRENCY),
        ('language = "en"', 'language = "de"', "property.language", Why.NOT_ONE_OF),
        ('base_rate = "4500.00"', 'base_rate = "-1"', "room_type.base_rate", Why.NO_RATE),
        ('base_rate = "4500.00"', 'base_rate = "1e30"', "room_type.base_rate", Why.NO_RATE),
        ('base_rate = "4500.00"', "base_rate = 4500.00", "room_type.base_rate", Why.WRONG_TYPE),
        ('"3", "12A"]', '3, "12A"]', "room_type.rooms", Why.WRONG_TYPE),
        ('"3", "12A"]', '"3", "12A", "12a"]', "room_type.rooms", Why.TWICE),
        ('"12A" = [', '"12B" = [', "room_type.aliases.12B", Why.UNKNOWN_ROOM),
        ('["the garden double"]', '["the garden double", "2"]', "room_type.aliases.12A", Why.NAME_TAKEN),
        ('role = "property_admin"', 'role = "admin"', "staff.role", Why.NOT_ONE_OF),
        ('"+254700000001"', '"0700000001"', "staff.whatsapp", Why.NO_PHONE),
        ("telegram = 1001", 'telegram = "@amina"', "staff.telegram", Why.NO_TELEGRAM),
        ("telegram = 1001", "telegram = true", "staff.telegram", Why.WRONG_TYPE),
        ('"amina@baobab.example"', '"amina"', "staff.email", Why.NO_EMAIL),
        ('"a long enough password"', '""', "staff.password", Why.BLANK),
        ('language = "sw"', 'language = "xx"', "staff.language", Why.NOT_ONE_OF),
        ('platform = "airbnb"', 'platform = "airbnbb"', "channel.platform", Why.NOT_ONE_OF),
        ('platform = "airbnb"', 'platform = "expedia"', "channel.mode", Why.MODE_NOT_THERE),
        ('mode = "ical"', 'mode = "manual"', "channel.link", Why.LINKS_NEED_ICAL),
        ('interval = "30m"', 'interval = "30"', "channel.interval", Why.NO_INTERVAL),
        ('interval = "30m"', 'interval = "1m"', "channel.interval", Why.NO_INTERVAL),
        ('interval = "30m"', 'interval = "25h"', "channel.interval", Why.NO_INTERVAL),
        ('interval = "30m"', 'alert_after = "1m"', "channel.alert_after", Why.NO_INTERVAL),
        ('interval = "30m"', "alert_after = 30", "channel.alert_after", Why.WRONG_TYPE),
        ('interval = "30m"', 'active = "no"', "channel.active", Why.WRONG_TYPE),
        ('interval = "30m"', "active = 0", "channel.active", Why.WRONG_TYPE),
        ('interval = "30m"', "inclusive_end = 1", "channel.inclusive_end", Why.WRONG_TYPE),
        ('interval = "30m"', 'when_unanswered = "ask"', "channel.when_unanswered", Why.NOT_ONE_OF),
        ('"KES"', '"KES"\nconflicts = "last"', "property.conflicts", Why.NOT_ONE_OF),
        ('room = "3"\n', 'rooom = "3"\nroom = "3"\n', "channel.link.rooom", Why.UNKNOWN_KEY),
        ("https://www.airbnb.com/", "ftp://www.airbnb.com/", "channel.link.import_url", Why.NO_ADDRESS),
        ("https://www.airbnb.com/", "https://[", "channel.link.import_url", Why.NO_ADDRESS),
        ("[[channel.link]]", "[channel.link]", "channel.link", Why.WRONG_TYPE),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_its_key_and_line(before: str, after: str, key: str, why: Why) -> None:
    text = changed(before, after)
    found = faults(text)
    assert whys(found) == [(key, why)]
    line = text.split("\n")[found[0].line - 1]
    assert key.rpartition(".")[2] in line or line in {"[property]", "[[channel.link]]", "[channel.link]"}


@pytest.mark.parametrize(
    ("platform", "interval", "refused"),
    [("airbnb", "5m", False), ("vrbo", "14m", True), ("vrbo", "15m", False), ("generic", "10m", True)],
)
def test_r19_no_platform_is_asked_more_often_than_it_takes(platform: str, interval: str, *, refused: bool) -> None:
    text = changed('"airbnb"', f'"{platform}"').replace('"30m"', f'"{interval}"')
    if not refused:
        assert read(text, "hotel.toml").channels[0].wanted.interval == int(interval[:-1]) * 60
        return
    (fault,) = faults(text)
    assert (fault.key, fault.why) == ("channel.interval", Why.TOO_OFTEN)
    assert fault.facts["interval"] == 900


@pytest.mark.parametrize(
    ("before", "after", "nearest"),
    [
        ("timezone = ", "time_zone = ", "timezone"),
        ('"Africa/Nairobi"', '"africa/nairobi"', "Africa/Nairobi"),
        ('role = "property_admin"', 'role = "properti_admin"', "property_admin"),
        ('platform = "airbnb"', 'platform = "airbnbb"', "airbnb"),
        ("[[room_type]]", "[[room_types]]\n[[room_type]]", "room_type"),
    ],
)
def test_what_was_probably_meant_is_named(before: str, after: str, nearest: str) -> None:
    assert nearest in {fault.facts.get("nearest") for fault in faults(changed(before, after))}


def test_what_is_like_nothing_known_is_not_guessed_at() -> None:
    (fault,) = faults(changed('language = "sw"', 'favourite_colour = "red"'))
    assert (fault.why, fault.facts["nearest"]) == (Why.UNKNOWN_KEY, None)


def test_everything_wrong_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = changed('"KES"', '"KSH"').replace('"property_admin"', '"boss"').replace('"30m"', '"soon"')
    assert whys(faults(text)) == [
        ("property.currency", Why.NO_CURRENCY),
        ("staff.role", Why.NOT_ONE_OF),
        ("channel.interval", Why.NO_INTERVAL),
    ]


@pytest.mark.parametrize(("text", "line"), [('a = "x', 1), ("\n\n[property\n", 3), ("a = 1\na = 2\n", 2)])
def test_what_is_no_toml_is_told_with_its_line(text: str, line: int) -> None:
    (fault,) = faults(text)
    assert (fault.why, fault.line) == (Why.NOT_TOML, line)


def test_an_empty_file_lacks_its_property() -> None:
    assert ("property", Why.MISSING) in whys(faults(""))


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ('[[staff]]\nname = "amina"\nrole = "staff"\n', "staff.name"),
        ('[[staff]]\nname = "Brian"\nrole = "staff"\nwhatsapp = "+254 700 000 001"\n', "staff.whatsapp"),
        ('[[staff]]\nname = "Brian"\nrole = "staff"\ntelegram = "1001"\n', "staff.telegram"),
        ('[[staff]]\nname = "Brian"\nrole = "staff"\nemail = "Amina@Baobab.example"\n', "staff.email"),
        ('[[room_type]]\ncode = "dbl"\nname = "Double"\n', "room_type.code"),
        ('[[room_type]]\ncode = "TWN"\nname = "Twin"\nrooms = ["3"]\n', "room_type.rooms"),
        ('[[channel]]\nplatform = "airbnb"\nmode = "manual"\n', "channel.platform"),
        ('[[channel.link]]\nroom = "3"\n', "channel.link.room"),
        ('[[channel.link]]\nroom = "2"\nimport_url = "http://WWW.airbnb.com/calendar/ical/1.ics?t=abc"\n',
         "channel.link.import_url"),
    ],
)  # fmt: skip
def test_nothing_stands_in_a_file_twice(more: str, key: str) -> None:
    (fault,) = faults(BAOBAB + more)
    assert (fault.key, fault.why) == (key, Why.TWICE)
    assert 0 < int(str(fault.facts["first"])) < fault.line


def test_the_same_room_may_be_linked_to_two_platforms() -> None:
    more = '[[channel]]\nplatform = "vrbo"\nmode = "ical"\n[[channel.link]]\nroom = "3"\n'
    assert len(read(BAOBAB + more, "hotel.toml").channels) == 2


def test_webcal_addresses_are_read_over_https() -> None:
    document = read(changed("https://www.airbnb.com/calendar", "webcal://www.airbnb.com/calendar"), "hotel.toml")
    assert str(document.channels[0].links[0].import_url).startswith("https://www.airbnb.com/")


def test_no_fault_repeats_what_is_personal_or_secret() -> None:
    text = changed('"+254700000001"', '"+254 too short"').replace("amina@baobab.example", "amina at home")
    text = text.replace("https://www.airbnb.com/calendar/ical/1.ics?t=abc", "gopher://t=secret")
    said = str([fault.facts for fault in faults(text)])
    assert "+254" not in said
    assert "home" not in said
    assert "secret" not in said
