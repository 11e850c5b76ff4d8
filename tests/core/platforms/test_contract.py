"""What every platform must satisfy, ours and the one that the documents show (R32); each check has its twin."""

import pkgutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core import platforms
from core.platforms.base import Closures, Export, Mode, Platform, Urgent
from core.platforms.checks import faults
from core.platforms.dialect import Dialect, Identity, Statement
from core.platforms.registry import OWN, PLATFORMS, at
from tests.core.platforms.installed import example


def shown() -> Platform:
    """Return the platform that docs/platforms.md shows to whoever adds one."""
    place: dict[str, Any] = {}
    exec(example(), place)  # noqa: S102 - our own document.
    found: Platform = place["PLATFORM"]
    return found


ALL = {**PLATFORMS, "kibanda": shown()}
READ = [code for code, platform in ALL.items() if platform.dialect is not None]
ADDRESSES = [
    ("https://www.airbnb.com/calendar/ical/123.ics?t=0f", "airbnb"),
    ("https://www.airbnb.co.ke/calendar/ical/123.ics?s=0f&locale=en", "airbnb"),
    ("webcal://www.airbnb.com.au/calendar/ical/123.ics", "airbnb"),
    ("https://AIRBNB.fr/calendar/ical/123.ics", "airbnb"),
    ("https://ical.booking.com/v1/export?t=1-2-3", "booking_com"),
    ("https://admin.booking.com/hotel/hoteladmin/ical.html?t=0f", "booking_com"),
    ("http://www.vrbo.com/icalendar/0f.ics?nonTentative", "vrbo"),
    ("https://www.abritel.fr/icalendar/0f.ics", "vrbo"),
    ("https://www.homeaway.co.uk/icalendar/0f.ics", "vrbo"),
    ("www.fewo-direkt.de/icalendar/0f.ics", "vrbo"),
    ("https://ycs.agoda.com/ical/0f.ics", "agoda"),
]
STRANGERS = [
    "https://airbnb.com.evil.example/calendar/ical/1.ics",
    "https://notairbnb.com/calendar/ical/1.ics",
    "https://evil.example/www.airbnb.com/calendar/ical/1.ics",
    "https://www.airbnb.com@evil.example/calendar/ical/1.ics",
    "https://evil.example/?u=https://ical.booking.com/v1/export",
    "https://calendar.google.com/calendar/ical/0f/basic.ics",
    "room 3",
    "https://[",
    "",
]


@pytest.mark.parametrize("code", ALL)
def test_r32_a_platform_can_be_used(code: str) -> None:
    assert faults(ALL[code]) == []
    assert ALL[code].code == code


@pytest.mark.parametrize("code", ALL)
def test_r32_a_statement_is_made_once_by_platform_and_once_by_dialect_at_most(code: str) -> None:
    dialect = ALL[code].dialect
    for told in (ALL[code].statements, dialect.statements if dialect else ()):
        rules = [statement.rule for statement in told]
        assert sorted(rules) == sorted(set(rules))


@pytest.mark.parametrize("code", READ)
def test_r10_what_its_blocks_mean_follows_from_what_its_calendar_tells(code: str) -> None:
    told = {"airbnb": Closures.TOLD, "vrbo": Closures.TOLD, "booking_com": Closures.GUESSED, "kibanda": Closures.TOLD}
    assert ALL[code].closures is told.get(code, Closures.UNTOLD)


@pytest.mark.parametrize("code", ["expedia", "gommt"])
def test_a_platform_without_a_calendar_says_nothing_of_its_blocks(code: str) -> None:
    assert ALL[code].closures is None


def test_every_folder_of_a_platform_is_in_the_registry() -> None:
    found = {module.name for module in pkgutil.iter_modules(platforms.__path__) if module.ispkg}
    assert found == set(OWN)


def test_names_are_told_apart() -> None:
    assert len({platform.name.casefold() for platform in ALL.values()}) == len(ALL)


@pytest.mark.parametrize(("url", "code"), ADDRESSES)
def test_r17_an_address_says_whose_calendar_it_is(url: str, code: str) -> None:
    assert [one.code for one in PLATFORMS.values() if one.owns(url)] == [code]
    found = at(url)
    assert found is not None
    assert (found.code, found.may_be_calendar(url)) == (code, True)


@pytest.mark.parametrize("url", STRANGERS)
def test_r17_a_stranger_s_address_is_nobody_s(url: str) -> None:
    assert at(url) is None
    assert ALL["airbnb"].may_be_calendar(url)


@pytest.mark.parametrize(
    "url", ["https://www.airbnb.com/rooms/123", "https://www.airbnb.com/hosting/x/calendar/ical/", "https://airbnb.com"]
)
def test_a_page_of_the_site_is_no_calendar(url: str) -> None:
    assert at(url) is PLATFORMS["airbnb"]
    assert not PLATFORMS["airbnb"].may_be_calendar(url)


def test_r03_booking_com_takes_one_unit_a_type_and_twenty_types() -> None:
    booking = PLATFORMS["booking_com"]
    assert (booking.one_unit_per_type, booking.most_links) == (True, 20)


def test_r10_hosts_are_advised_to_export_reservations_only() -> None:
    assert PLATFORMS["booking_com"].export_choice is Export.RESERVATIONS_ONLY
    assert PLATFORMS["vrbo"].export_choice is Export.NO_TENTATIVE


def test_r26_airbnb_has_a_button_that_reads_our_calendar_at_once() -> None:
    assert PLATFORMS["airbnb"].urgent is Urgent.REFRESH_IMPORT


def test_r06_a_platform_that_is_not_there_any_more_is_kept_by_hand() -> None:
    gone = PLATFORMS["gone"]
    assert (gone.name, gone.modes, gone.dialect) == ("gone", frozenset({Mode.MANUAL}), None)
    assert "gone" not in PLATFORMS
    assert PLATFORMS.get("gone") is None
    assert "gone" not in list(PLATFORMS)


def changed(**changes: Any) -> Platform:  # noqa: ANN401 - also what has the wrong type.
    """Return the example with other facts."""
    return replace(shown(), **changes)


def spoken(**changes: Any) -> Platform:  # noqa: ANN401 - also what has the wrong type.
    """Return the example with another dialect."""
    dialect = shown().dialect
    assert dialect is not None
    return replace(shown(), dialect=replace(dialect, **changes))


def without(rule: str) -> Platform:
    """Return the example without what it states of `rule`."""
    return replace(shown(), statements=tuple(one for one in shown().statements if one.rule != rule))


def assumed(rule: str) -> Platform:
    """Return the example with `rule` assumed in its dialect."""
    dialect = shown().dialect
    assert dialect is not None
    told = tuple(replace(one, verified=one.verified and one.rule != rule) for one in dialect.statements)
    return spoken(statements=told)


def no_kind(*_: object, **__: object) -> str:
    """Answer as no dialect may."""
    return "perhaps"


class Vague(Dialect):
    """A dialect that overrides what it should leave alone."""

    kind = no_kind  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (object, "is a object"),
        (lambda: changed(code="Kibanda"), "code 'Kibanda'"),
        (lambda: changed(code="k" * 21), "code 'kkk"),
        (lambda: changed(code="direct"), "means something else"),
        (lambda: changed(name=" "), "name ' '"),
        (lambda: changed(name="a\nb"), "name 'a\\nb'"),
        (lambda: changed(modes=[Mode.MANUAL]), "modes is no frozenset"),
        (lambda: changed(modes=frozenset({Mode.ICAL})), "modes lack MANUAL"),
        (lambda: changed(modes=frozenset({Mode.MANUAL})), "exactly when ICAL"),
        (lambda: changed(urgent="soon"), "urgent is no Urgent"),
        (lambda: changed(export_choice="all"), "export_choice is no Export"),
        (lambda: changed(most_links=0), "most_links"),
        (lambda: changed(least_interval=60), "<= least_interval <="),
        (lambda: changed(usual_interval=10 * 60), "<= least_interval <="),
        (lambda: changed(usual_interval="30m"), "a value cannot be used: TypeError"),
        (lambda: changed(usual_read_hours=0), "usual_read_hours"),
        (lambda: replace(PLATFORMS["gommt"], usual_read_hours=2), "usual_read_hours"),
        (lambda: changed(hosts=("(",)), "is no regular expression"),
        (lambda: changed(hosts=(r".*",)), "hosts take any address"),
        (lambda: changed(export_menu=("Calendar", "")), "a step of a menu"),
        (lambda: without("R3"), "states nothing of R3 "),
        (lambda: without("R17"), "states nothing of R17 "),
        (lambda: replace(PLATFORMS["gommt"], statements=()), "states nothing of R26, R27 "),
        (lambda: changed(statements=(*shown().statements, Statement("7", verified=True, source="x"))), "'7'"),
        (lambda: changed(statements=(*shown().statements, Statement("R1", verified=True, source=""))), "'R1'"),
        (lambda: spoken(identity="code"), "identity is no Identity"),
        (lambda: spoken(identity=Identity.UID), "identity CODE needs a code"),
        (lambda: spoken(code=None), "identity CODE needs a code"),
        (lambda: spoken(code=r"KB\d{6}"), "exactly one group"),
        (lambda: spoken(code="("), "a value cannot be used"),
        (lambda: spoken(block_words=("Closed",)), "small letters"),
        (lambda: spoken(block_words=()), "tells_kinds needs block_words"),
        (lambda: spoken(tells_kinds=False), "tells_kinds needs block_words"),
        (lambda: assumed("R10"), "R10 is not verified"),
        (lambda: spoken(longest_stay=0), "count from one"),
        (lambda: spoken(far_days=0), "count from one"),
        (lambda: spoken(looks=1), "looks at least 2"),
        (lambda: spoken(grace=timedelta(minutes=30)), "grace is at least"),
        (lambda: spoken(grace=timedelta(hours=4)), "R12 is not verified"),
        (lambda: spoken(looks=2), "R12 is not verified"),
        (lambda: spoken(statements=()), "states nothing of R10, R11, R12, R14 "),
        (lambda: changed(dialect=Vague(Identity.UID, ())), "kind answers with no Kind"),
    ],
)
def test_r32_what_a_platform_lacks_is_said(spoil: Callable[[], Platform], said: str) -> None:
    assert any(said in fault for fault in faults(spoil())), faults(spoil())
