"""Taking values out of a TOML table: each with its type, every fault noted instead of raised."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from core.setup.document import Source, nearest
from core.setup.errors import Fault, Unusable, Why
from core.setup.lines import Path

_T = TypeVar("_T")
_KINDS: dict[type, str] = {str: "text", int: "number", list: "list", dict: "table", bool: "true or false", date: "date"}


class Table:
    """One table of a file. What it is asked for becomes known; `close` complains about the rest."""

    def __init__(self, source: Source, faults: list[Fault], values: Mapping[str, Any], path: Path = ()) -> None:
        self.path = path
        self._source, self._faults, self._values = source, faults, values
        self._known: list[str] = []

    def fault(self, key: str | int | None, why: Why, **facts: object) -> None:
        """Note what is wrong with `key`, or with the whole table."""
        path = self.path if key is None else (*self.path, key)
        self._faults.append(self._source.fault(path, why, **facts))

    def text(self, key: str, *, most: int = 200, required: bool = True) -> str | None:
        """A line of text without spaces around it; None when it is absent or unusable."""
        value = self._take(key, (str,), required=required)
        return None if value is None else self._plain((*self.path, key), value, most)

    def read(self, key: str, parse: Callable[[str], _T], *, most: int = 200, required: bool = True) -> _T | None:
        """A text, read by `parse`."""
        text = self.text(key, most=most, required=required)
        return None if text is None else self._parsed(key, parse, text)

    def number_or_text(self, key: str, parse: Callable[[str | int], _T]) -> _T | None:
        """An optional number or text, read by `parse`."""
        value = self._take(key, (int, str), required=False)
        return None if value is None else self._parsed(key, parse, value)

    def flag(self, key: str) -> bool | None:
        """An optional true or false."""
        value: bool | None = self._take(key, (bool,), required=False)
        return value

    def day(self, key: str, parse: Callable[[str], date]) -> date | None:
        """A date, written as TOML's or as a text that is read by `parse`."""
        value = self._take(key, (date, str), required=True)
        if isinstance(value, datetime):
            self.fault(key, Why.WRONG_TYPE, wanted=_KINDS[date])
            return None
        return value if value is None or isinstance(value, date) else self._parsed(key, parse, value)

    def secret(self, key: str, *, most: int) -> str | None:
        """An optional text taken as it stands."""
        value: str | None = self._take(key, (str,), required=False)
        if value is not None and not 0 < len(value) <= most:
            self.fault(key, Why.TOO_LONG if value else Why.BLANK, most=most)
            return None
        return value

    def texts(self, key: str, *, most: int) -> tuple[str, ...]:
        """An optional list of texts; those that are unusable are left out."""
        values = self._take(key, (list,), required=False) or []
        found = []
        for number, value in enumerate(values):
            path = (*self.path, key, number)
            if not isinstance(value, str):
                self._faults.append(self._source.fault(path, Why.WRONG_TYPE, wanted="text"))
            elif (text := self._plain(path, value, most)) is not None:
                found.append(text)
        return tuple(found)

    def table(self, key: str, *, required: bool = True) -> "Table":
        """A table in this one; an absent one is empty."""
        values = self._take(key, (dict,), required=required)
        return Table(self._source, self._faults, values or {}, (*self.path, key))

    def tables(self, key: str) -> "Iterator[Table]":
        """The tables of an optional array of tables."""
        for number, values in enumerate(self._take(key, (list,), required=False) or []):
            path = (*self.path, key, number)
            if isinstance(values, dict):
                yield Table(self._source, self._faults, values, path)
            else:
                self._faults.append(self._source.fault(path, Why.WRONG_TYPE, wanted="table"))

    def has(self, key: str) -> bool:
        """Whether something stands there, usable or not."""
        return key in self._values

    def keys(self) -> tuple[str, ...]:
        """The keys of a table whose keys are names, all known thereby."""
        self._known += self._values
        return tuple(self._values)

    def close(self) -> None:
        """Complain about keys that nobody asked for."""
        for key in self._values:
            if key not in self._known:
                self.fault(key, Why.UNKNOWN_KEY, value=key, nearest=nearest(key, self._known))

    def _take(self, key: str, kinds: tuple[type, ...], *, required: bool) -> Any:  # noqa: ANN401 - checked below.
        self._known.append(key)
        value = self._values.get(key)
        if value is None:
            if required:
                self.fault(key, Why.MISSING)
            return None
        # TOML's true and false are Python's, which count as numbers.
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            self.fault(key, Why.WRONG_TYPE, wanted=" or ".join(_KINDS[kind] for kind in kinds))
            return None
        return value

    def _parsed(self, key: str, parse: Callable[[Any], _T], value: str | int) -> _T | None:
        try:
            return parse(value)
        except Unusable as error:
            self.fault(key, error.why, **error.facts)
            return None

    def _plain(self, path: Path, value: str, most: int) -> str | None:
        text = unicodedata.normalize("NFC", value.strip())
        why = None
        if not text:
            why = Why.BLANK
        elif len(text) > most:
            why = Why.TOO_LONG
        elif any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
            why = Why.NOT_PLAIN
        if why is None:
            return text
        self._faults.append(self._source.fault(path, why, most=most))
        return None
