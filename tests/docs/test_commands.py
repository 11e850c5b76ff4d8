"""docs/commands.md describes every command, argument and option there is."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import dauda
from tests.architecture.source import ROOT
from tests.docs.pages import CODE, blocks, differences, first_cells, page, pages, sections, without_blocks

HELP = {"--help", "-h"}
TYPED = re.compile(r"\bdauda ((?:[a-z]+ ?)+)(?<! )")


def leaves(command: click.Command, above: click.Context | None = None, name: str = "dauda") -> Iterator[click.Context]:
    """Give a context for every command that is no group, below `command`."""
    context = click.Context(command, parent=above, info_name=name)
    if not isinstance(command, click.Group):
        yield context
        return
    for below, sub in command.commands.items():
        yield from leaves(sub, context, below)


def usage(context: click.Context) -> str:
    """Return the command as it is typed, with its arguments: `dauda setup [FILE]`."""
    arguments = [piece for piece in context.command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
    return " ".join([context.command_path, *arguments])


def options(context: click.Context) -> set[str]:
    """Return the options of a command, less the help that all have."""
    given = (param.opts + param.secondary_opts for param in context.command.params if isinstance(param, click.Option))
    return {name for names in given for name in names} - HELP


def described() -> dict[str, str]:
    """Return what stands below each command's heading."""
    text = page("docs/commands.md")
    found = sections(text, 3)
    return {title.strip("`"): body for title, body in found.items() if title.startswith("`dauda ")}


def wrong_with(root: click.Command, told: dict[str, str]) -> list[str]:
    """Return how `told` differs from the commands below `root`."""
    there = {usage(context): options(context) for context in leaves(root)}
    found = differences(told, there)
    for name in sorted(there.keys() & told.keys()):
        found += [f"{name}: {line}" for line in differences(first_cells(told[name]), there[name])]
    return found


def test_every_command_argument_and_option_is_described_and_the_reverse() -> None:
    assert wrong_with(dauda.main, described()) == []


def test_what_is_missing_or_too_much_is_seen() -> None:
    @click.group()
    def main() -> None: ...

    @main.command()
    @click.argument("file")
    @click.option("--now", is_flag=True)
    def look(file: str, *, now: bool) -> None: ...

    @main.command()
    def new() -> None: ...

    told = {"dauda look FILE": "| option | |\n|---|---|\n| `--later` | |", "dauda old": ""}
    assert wrong_with(main, told) == [
        "dauda old is described and is not there",
        "dauda new is there and is not described",
        "dauda look FILE: --later is described and is not there",
        "dauda look FILE: --now is there and is not described",
    ]


def unknown(text: str, root: click.Group) -> list[str]:
    """Return the commands that `text` tells people to type and that are not there."""
    typed = [*CODE.findall(without_blocks(text)), *"\n".join(blocks(text, "sh")).splitlines()]
    found = (match[1].split() for line in typed for match in TYPED.finditer(line))
    return [" ".join(words) for words in found if not known(words, root)]


def known(words: list[str], root: click.Group) -> bool:
    """Say whether the first of `words` name a command; what follows a command are its arguments."""
    command = root.commands.get(words[0])
    if isinstance(command, click.Group) and len(words) > 1:
        return known(words[1:], command)
    return command is not None


@pytest.mark.parametrize("where", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_a_page_names_is_there(where: Path) -> None:
    assert unknown(where.read_text(encoding="utf-8"), dauda.main) == []


def test_a_command_that_is_not_there_is_seen() -> None:
    text = "`dauda feeds list`, `dauda feeds lost`, `dauda setup hotel.toml`\n```sh\n.venv/bin/dauda dance --now\n```"
    assert unknown(text, dauda.main) == ["feeds lost", "dance"]
