"""Every link of the documents leads somewhere, every decision is listed, and the README says how to begin."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.docs.pages import anchors, blocks, differences, first_cells, links, page, pages, sections

DECISIONS = ROOT / "docs" / "decisions"
MOST_LINES = 250


def dead(text: str, where: Path) -> list[str]:
    """Return the links in `text`, which stands at `where`, that lead nowhere in the repository."""
    found = []
    for link in links(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        to = (where.parent / path).resolve() if path else where
        if not to.exists():
            found.append(f"{link}: no such file")
        elif anchor and anchor not in anchors(to.read_text(encoding="utf-8")):
            found.append(f"{link}: no such heading")
    return found


@pytest.mark.parametrize("where", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_inside_the_repository_leads_somewhere(where: Path) -> None:
    assert dead(where.read_text(encoding="utf-8"), where) == []


def test_a_dead_link_is_seen() -> None:
    text = "[a](docs/nowhere.md) [b](README.md#no-such-heading) [c](README.md#try-it) [d](https://x.example)"
    assert dead(text, ROOT / "README.md") == [
        "docs/nowhere.md: no such file",
        "README.md#no-such-heading: no such heading",
    ]


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        here = waiting.pop()
        reached.add(here)
        for link in links(here.read_text(encoding="utf-8")):
            to = (here.parent / link.partition("#")[0]).resolve()
            if to.suffix == ".md" and to.exists() and to not in reached:
                waiting.append(to)
    assert set(pages()) - reached == set()


def test_every_decision_is_listed_under_its_own_title() -> None:
    files = {path.name: path.read_text(encoding="utf-8") for path in DECISIONS.glob("[0-9]*.md")}
    listed = dict(re.findall(r"\[\d{4}\]\((\S+)\) \| (.+?) \|", (DECISIONS / "README.md").read_text(encoding="utf-8")))
    titles = {name: re.sub(r"^# \d{4}:? ", "", text.splitlines()[0]) for name, text in files.items()}
    assert listed == titles


def test_no_two_decisions_share_a_number() -> None:
    numbers = [path.name[:4] for path in DECISIONS.glob("[0-9]*.md")]
    assert sorted(numbers) == sorted(set(numbers))


def test_every_decision_that_the_code_refers_to_is_there() -> None:
    written = {path.name[:4] for path in DECISIONS.glob("[0-9]*.md")}
    sources = [
        ROOT / "pyproject.toml",
        *(p for room in ("core", "bot", "workers", "webhooks", "commands") for p in (ROOT / room).rglob("*.py")),
    ]
    named = {
        number for path in sources for number in re.findall(r"docs/decisions/(\d{4})", path.read_text(encoding="utf-8"))
    }
    assert named, "the search finds nothing any more"
    assert named - written == set()


def test_the_readme_names_the_two_commands_and_stays_short() -> None:
    told = "\n".join(blocks(page("README.md"), "sh"))
    assert re.search(r"^make demo\b", told, re.MULTILINE)
    assert re.search(r"^make test\b", told, re.MULTILINE)
    assert len(page("README.md").splitlines()) <= MOST_LINES


def test_the_files_that_the_readme_names_are_there() -> None:
    named = set(
        re.findall(r"`((?:core|bot|workers|webhooks|commands|migrations|tests|docs)/[\w./-]*)`", page("README.md"))
    )
    assert len(named) > 10
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_sections_tables_and_blocks_are_read_as_they_stand() -> None:
    text = "# A\n## B\nb\n| x | y |\n|---|---|\n| `one` | 1 |\n```sh\n## no heading\n| `no` | row |\n```\n## C\nc"
    assert sections(text, 2)["C"] == "c"
    assert list(sections(text, 2)) == ["B", "C"]
    assert first_cells(text) == ["one"]
    assert blocks(text, "sh") == ["## no heading\n| `no` | row |"]


def test_what_is_not_described_and_what_is_not_there_are_told() -> None:
    assert differences(["a", "b", "b"], ["b", "c"]) == [
        "a is described and is not there",
        "c is there and is not described",
        "b is described twice",
    ]
