"""The setup file's reference names every key that is read, and the files shown are whole."""

from typing import Any

import pytest

from core.setup.reading import read
from core.setup.tables import Table
from tests.docs.pages import blocks, differences, first_cells, page, sections

NAMES = {
    (): "",
    ("property",): "[property]",
    ("room_type",): "[[room_type]]",
    ("staff",): "[[staff]]",
    ("channel",): "[[channel]]",
    ("channel", "link"): "[[channel.link]]",
    ("rate_plan",): "[[rate_plan]]",
    ("season",): "[[season]]",
}


def example() -> str:
    """Return the setup file with every key."""
    return blocks(page("docs/commands.md"), "toml")[0]


def described() -> set[str]:
    """Return every key of the reference behind its table's name."""
    found = sections(page("docs/commands.md"), 3)
    tables = {title.strip("`"): body for title, body in found.items() if title.startswith("`[")}
    return {f"{table} {key}" for table, body in tables.items() for key in first_cells(body)}


def keys_read(monkeypatch: pytest.MonkeyPatch, text: str) -> set[str]:
    """Read `text` and return every key that was looked for, behind its table's name."""
    seen: set[str] = set()
    take = Table._take

    def noted(self: Table, key: str, kinds: tuple[type, ...], *, required: bool) -> Any:  # noqa: ANN401 - as it is.
        table = tuple(part for part in self.path if isinstance(part, str))
        if table in NAMES:
            seen.add(f"{NAMES[table]} {key}".strip())
        return take(self, key, kinds, required=required)

    monkeypatch.setattr(Table, "_take", noted)
    read(text, "example.toml")
    return seen


def test_every_key_is_described_and_the_reverse(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {"property", "room_type", "staff", "channel", "rate_plan", "season"}
    assert differences(described(), keys_read(monkeypatch, example()) - tables) == []


def test_the_example_uses_every_key(monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[str] = set()
    close = Table.close

    def noted(self: Table) -> None:
        table = tuple(part for part in self.path if isinstance(part, str))
        used.update(f"{NAMES[table]} {key}" for key in self._values if table)
        close(self)

    monkeypatch.setattr(Table, "close", noted)
    read(example(), "example.toml")
    assert described() - used == set()


@pytest.mark.parametrize("name", ["README.md", "docs/commands.md"])
def test_the_files_shown_are_read_without_a_fault(name: str) -> None:
    for text in blocks(page(name), "toml"):
        assert read(text, name).property.code == "baobab"
