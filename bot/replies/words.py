"""The wording of one language, read from its TOML file."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

FALLBACK = "en"


@cache
def languages() -> tuple[str, ...]:
    """The languages there is wording for."""
    folder = files("bot.replies") / "wording"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def wording(language: str) -> dict[str, str]:
    """Every key of a language with its text; `section.""` is the section's own name."""
    code = language if language in languages() else FALLBACK
    read = tomllib.loads((files("bot.replies") / "wording" / f"{code}.toml").read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    _flatten("", read, found)
    return found


def _flatten(prefix: str, table: dict[str, Any], found: dict[str, str]) -> None:
    for key, value in table.items():
        name = f"{prefix}.{key}".strip(".")
        if isinstance(value, dict):
            _flatten(name, value, found)
        else:
            found[name] = value
