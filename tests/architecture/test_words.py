"""Names say what a thing is, and the text speaks of hotels and software only."""

import re
from pathlib import PurePosixPath

import pytest

from tests.architecture.source import ROOT, files, modules

NAMELESS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
# Written so that they do not match themselves. Each with what it would give away.
UNWANTED = {
    "an issue's number": r"(?i)\b(?:issue|ticket|pull request|PR|GH)s?[ -]?#?\d+\b|\(#\d+\)",
    "a package index": r"(?i)\bpy[p]i\.org|pythonh[o]sted|/simpl[e]/|devp[i]\b",
    "a path of somebody's machine": r"(?<![\w.])/(?:ro[o]t|ho[m]e/\w+|wor[k]/\w+|opt/(?:pyp[i]|wheel[s]))\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KE[Y]",
}


def nameless(paths: tuple[str, ...]) -> list[str]:
    """Return the paths with a part that says nothing about what it holds."""
    return [p for p in paths if NAMELESS & {w for part in PurePosixPath(p).parts for w in words_of(part)}]


def words_of(part: str) -> set[str]:
    return set(re.split(r"[_\-.]", part.lower()))


def unwanted(name: str, text: str) -> list[str]:
    """Return what stands in `text` that must not, with its line."""
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1} {what}: {match.group()!r}"
        for what, pattern in UNWANTED.items()
        for match in re.finditer(pattern, text)
    ]


def test_no_file_is_named_after_nothing() -> None:
    assert nameless(files()) == []


@pytest.mark.parametrize("path", ["core/utils.py", "core/block_manager.py", "bot/common/a.py", "Helpers.py"])
def test_a_nameless_file_is_seen(path: str) -> None:
    assert nameless((path, "core/stays/rules.py")) == [path]


def test_every_module_opens_with_its_purpose() -> None:
    silent = [m.path for m in modules() if not silence_is_broken(m.text)]
    assert silent == []


def silence_is_broken(text: str) -> bool:
    return re.match(r'(?:#![^\n]*\n)?r?"""\S', text) is not None


def test_a_module_without_purpose_is_seen() -> None:
    assert not silence_is_broken("import os\n")
    assert not silence_is_broken("")
    assert silence_is_broken('"""Nights."""\n')


def test_nothing_unwanted_stands_in_the_repository() -> None:
    found = []
    for name in files():
        try:
            found += unwanted(name, (ROOT / name).read_text())
        except UnicodeDecodeError:
            continue  # A picture or another binary says nothing.
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "see issue " + "#12",
        "fixed (" + "#7)",
        "https://py" + "pi.org/x",
        "cd /ro" + "ot/dauda",
        "/wor" + "k/main",
    ],
)
def test_an_unwanted_word_is_seen(text: str) -> None:
    assert len(unwanted("a.md", f"first\n{text}")) == 1
    assert unwanted("a.md", f"first\n{text}")[0].startswith("a.md:2 ")


@pytest.mark.parametrize("text", ["color: #123456", "checklist 14", "rule R12", "/var/lib/dauda", "the root of it"])
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert unwanted("a.md", text) == []
