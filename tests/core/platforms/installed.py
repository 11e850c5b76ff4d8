"""A package that brings a platform, installed as pip leaves it: a module and the record beside it."""

import re
from pathlib import Path

from core.platforms.registry import GROUP
from tests.docs.pages import blocks, page

RECORD = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"


def example() -> str:
    """Return the module that docs/platforms.md shows to whoever adds a platform."""
    return blocks(page("docs/platforms.md"), "python")[0]


def example_entry() -> str:
    """Return the entry point that stands beside it there: `kibanda = dauda_kibanda:PLATFORM`."""
    found = re.search(r'^(\w+) = "([\w:]+)"$', blocks(page("docs/platforms.md"), "toml")[0], re.MULTILINE)
    assert found is not None
    return f"{found[1]} = {found[2]}"


def install(folder: Path, source: str, entry: str, name: str = "dauda_kibanda", group: str = GROUP) -> None:
    """Install the module `name` with this source and the line `entry` into `folder`."""
    (folder / f"{name}.py").write_text(source)
    record = folder / f"{name}-1.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text(RECORD.format(name=name))
    (record / "entry_points.txt").write_text(f"[{group}]\n{entry}\n")
