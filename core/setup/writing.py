"""Writing a setup file: plain tables of texts, numbers and lists of texts, as `reading` takes them."""

import json
import re
from collections.abc import Mapping, Sequence

Value = str | int | Sequence[str]
Tables = Sequence[tuple[str, Mapping[str, Value]]]
"""Headers as they stand in the file (`[property]`, `[[channel.link]]`) with their keys, in order."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def written(tables: Tables) -> str:
    """The text of a TOML file. TOML's basic strings are JSON's, but for DEL, which no name may hold."""
    return "\n".join(
        "\n".join([header, *(f"{_key(key)} = {_value(value)}" for key, value in pairs.items()), ""])
        for header, pairs in tables
    )


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Value) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return str(value)
    return f"[{', '.join(map(_text, value))}]"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
