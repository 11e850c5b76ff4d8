"""The documents as text: their sections, tables, fenced blocks and links."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.architecture.source import ROOT

HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$")
FENCE = re.compile(r"^```(\w*)\s*$")
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")


def pages() -> list[Path]:
    """Return every document of the repository."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def page(name: str) -> str:
    """Return the text of one document, by its path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def without_blocks(text: str) -> str:
    """Return `text` with its fenced blocks blanked out, line for line."""
    kept, inside = [], False
    for line in text.splitlines():
        fence = FENCE.match(line)
        kept.append("" if inside or fence else line)
        inside = inside != bool(fence)
    return "\n".join(kept)


def blocks(text: str, kind: str) -> list[str]:
    """Return the bodies of the fenced blocks of this kind."""
    found: list[str] = []
    body: list[str] | None = None
    wanted = False
    for line in text.splitlines():
        fence = FENCE.match(line)
        if fence and body is None:
            body, wanted = [], fence[1] == kind
        elif fence and body is not None:
            found += ["\n".join(body)] if wanted else []
            body = None
        elif body is not None:
            body.append(line)
    return found


def sections(text: str, level: int) -> dict[str, str]:
    """Return the text below each heading of this level, up to the next one of it or above."""
    found: dict[str, list[str]] = {}
    title: str | None = None
    for line, plain in zip(text.splitlines(), without_blocks(text).splitlines(), strict=True):
        heading = HEADING.match(plain)
        if heading and len(heading[1]) <= level:
            title = heading[2] if len(heading[1]) == level else None
        elif title is not None:
            found.setdefault(title, []).append(line)
        if heading and title is not None:
            found.setdefault(title, [])
    return {title: "\n".join(lines) for title, lines in found.items()}


def rows(text: str) -> Iterator[list[str]]:
    """Give the cells of every table row, without heads and rulers."""
    lines = without_blocks(text).splitlines()
    for number, line in enumerate(lines):
        is_ruler = bool(re.fullmatch(r"\|[-| :]+\|", line))
        is_head = number + 1 < len(lines) and bool(re.fullmatch(r"\|[-| :]+\|", lines[number + 1]))
        if line.startswith("|") and not is_ruler and not is_head:
            yield [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def first_cells(text: str) -> list[str]:
    """Return what stands as code in the first column of the tables, in order."""
    return [found[1] for cells in rows(text) if (found := CODE.fullmatch(cells[0]))]


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings, as the usual renderers make them."""
    found = (HEADING.match(line) for line in without_blocks(text).splitlines())
    return {re.sub(r"[^\w\- ]", "", heading[2].lower()).replace(" ", "-") for heading in found if heading}


def links(text: str) -> list[str]:
    """Return where the links of a page go."""
    return LINK.findall(without_blocks(text))


def differences(described: Iterable[str], there: Iterable[str]) -> list[str]:
    """Say what is described and not there, what is there and not described, and what stands twice."""
    told, known = list(described), set(there)
    return [
        *(f"{name} is described and is not there" for name in sorted(set(told) - known)),
        *(f"{name} is there and is not described" for name in sorted(known - set(told))),
        *(f"{name} is described twice" for name in sorted({name for name in told if told.count(name) > 1})),
    ]
