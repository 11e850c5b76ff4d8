"""Platforms that other packages bring: found, checked, and switched off without harm when they cannot be used."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.platforms.registry import OWN, PLATFORMS, installed
from tests.architecture.source import ROOT
from tests.core.platforms.installed import example, example_entry, install

LOOK = "from core.platforms.registry import PLATFORMS, SWITCHED_OFF; print(*PLATFORMS); print(*SWITCHED_OFF, sep='\\n')"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder from which packages are imported; what was imported from it is forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def looked(site: Path) -> tuple[list[str], list[str]]:
    """Return the codes of a fresh process with `site` on its path, and what it switched off."""
    environment = {"PYTHONPATH": f"{site}:{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env=environment, cwd=site, check=True, capture_output=True, text=True, timeout=60
    )
    codes, *off = done.stdout.strip().split("\n")
    assert done.stderr == ""
    return codes.split(), [line for line in off if line]


def test_the_platform_that_the_documents_show_is_there_once_it_is_installed(site: Path) -> None:
    install(site, example(), example_entry())
    assert looked(site) == ([*PLATFORMS, "kibanda"], [])


def test_without_it_nothing_is_different(site: Path) -> None:
    assert looked(site) == (list(PLATFORMS), [])


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import dauda_is_nowhere", "ModuleNotFoundError"),
        ("1 / 0", "ZeroDivisionError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("def broken(", "SyntaxError"),
        ("OTHER = 1", "AttributeError"),
        ("PLATFORM = 'kibanda'", "is a str"),
        (example().replace('code="kibanda"', 'code="airbnb"'), "code 'airbnb' is another platform's"),
        (example().replace('name="Kibanda Stays"', 'name="AIRBNB"'), "name 'AIRBNB' is another platform's"),
        (example().replace("looks=3", "looks=1"), "looks at least 2"),
        (example().replace(r'code=r"\b(KB\d{6})\b"', 'code="("'), "cannot be used"),
        (example() + "\nimport core.platforms.registry as r\nr.PLATFORMS.clear()", "AttributeError"),
    ],
)
def test_a_broken_one_is_switched_off_and_harms_no_other(site: Path, source: str, why: str) -> None:
    install(site, source, example_entry())
    install(site, example().replace("ibanda", "ilima"), "kilima = dauda_kilima:PLATFORM", "dauda_kilima")
    codes, (off,) = looked(site)
    assert codes == [*PLATFORMS, "kilima"]
    assert why in off
    assert "dauda_kibanda:PLATFORM" in off


def test_a_record_that_cannot_be_read_costs_no_other_package(site: Path) -> None:
    install(site, "", "no line of the kind that is meant", "dauda_broken")
    install(site, example(), example_entry())
    found, off = installed(OWN)
    assert list(found) == ["kibanda"]
    assert [one.value for one in off] == ["entry_points.txt"]


def test_of_two_with_one_code_the_first_by_name_is_taken_wherever_they_lie(site: Path) -> None:
    install(site, example().replace("Kibanda Stays", "Kibanda B"), "b = dauda_a:PLATFORM", "dauda_a")
    install(site, example().replace("Kibanda Stays", "Kibanda A"), "a = dauda_b:PLATFORM", "dauda_b")
    found, (off,) = installed(OWN)
    assert found["kibanda"].name == "Kibanda A"
    assert (off.name, off.why) == ("b", "code 'kibanda' is another platform's")


def test_a_package_that_is_found_twice_is_one(site: Path) -> None:
    install(site, example(), example_entry())
    copy = site / "again"
    copy.mkdir()
    install(copy, example(), example_entry())
    sys.path.insert(0, str(copy))
    try:
        found, off = installed(OWN)
    finally:
        sys.path.remove(str(copy))
    assert (list(found), off) == (["kibanda"], ())


def test_entry_points_of_other_groups_are_nobody_s_platforms(site: Path) -> None:
    install(site, example(), example_entry(), group="console_scripts")
    assert installed(OWN) == ({}, ())
