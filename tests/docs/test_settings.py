"""docs/settings.md describes every setting there is, with examples that work and defaults that are true."""

import ast
import re
from pathlib import Path

import pytest

from core.config import Settings, load
from tests.architecture.source import ROOT
from tests.docs.pages import CODE, differences, first_cells, page, rows

NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")


def asked_for(source: str) -> set[str]:
    """Return the names of settings in the source of `core/config.py`."""
    constants = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str) and NAME.fullmatch(value)}


def examples() -> dict[str, str]:
    """Return the example of each setting."""
    return {cells[0].strip("`"): cells[3].strip("`") for cells in rows(page("docs/settings.md"))}


def defaults() -> dict[str, str]:
    """Return the defaults that are given as a value."""
    found = ((cells[0].strip("`"), CODE.fullmatch(cells[2])) for cells in rows(page("docs/settings.md")))
    return {name: value[1] for name, value in found if value}


def loaded(folder: Path, **given: str) -> Settings:
    """Load settings of a scratch folder with the groups set up, and what is `given`."""
    groups = ("TWILIO_", "TELEGRAM_", "DAUDA_KAFKA_")
    messengers = {name: examples()[name] for name in examples() if name.startswith(groups)}
    for name in defaults():
        messengers.pop(name, None)
    return load({"DAUDA_VAR_DIR": str(folder), **messengers, **given}, dotenv=None)


def test_every_setting_is_described_and_the_reverse() -> None:
    assert differences(first_cells(page("docs/settings.md")), asked_for((ROOT / "core/config.py").read_text())) == []


def test_a_new_setting_is_seen() -> None:
    assert asked_for('redis = source.url("DAUDA_REDIS_URL", ("redis",)); x = "WORKER_INTERVAL"') == {
        "DAUDA_REDIS_URL",
        "WORKER_INTERVAL",
    }


def test_the_examples_are_accepted_together(tmp_path: Path) -> None:
    told = load({**examples(), "DAUDA_VAR_DIR": str(tmp_path)}, dotenv=None)
    assert told.public_url == examples()["DAUDA_PUBLIC_URL"]
    assert told.twilio is not None
    assert told.telegram is not None


@pytest.mark.parametrize("name", sorted(set(defaults()) - {"DAUDA_VAR_DIR"}))
def test_a_default_is_what_holds_without_the_setting(tmp_path: Path, name: str) -> None:
    assert loaded(tmp_path, **{name: defaults()[name]}) == loaded(tmp_path)
    assert loaded(tmp_path, **{name: another(name)}) != loaded(tmp_path)


def another(name: str) -> str:
    """Return a value that is not the default of this setting."""
    return {
        "DAUDA_LOG_FORMAT": "json",
        "DAUDA_ALLOW_PRIVATE_FEEDS": "on",
        "WEEKEND_DAYS": "6",
        "DAUDA_EVENT_BUS": "kafka",
    }.get(name, "http://elsewhere.example" if name.endswith("_URL") else "7")


def test_the_folder_is_var_without_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load({}, dotenv=None).var_dir == Path(defaults()["DAUDA_VAR_DIR"])
