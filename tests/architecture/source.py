"""Reads the tree as text and as syntax for the tests that hold its shape."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pathspec import GitIgnoreSpec

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("core", "bot", "workers", "webhooks", "commands", "migrations")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file: its path within the repository, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Count its lines."""
        return len(self.text.splitlines())

    def functions(self) -> Iterator[tuple[str, Function]]:
        """Give each function and method with the place where it stands."""
        for node in statements(self.tree):
            if isinstance(node, Function):
                yield f"{self.path}:{node.lineno} {node.name}", node


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Give every statement under `node`, and what holds statements; no expression holds any."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(node, field, ()):
            yield child
            yield from statements(child)


def parsed(path: str, text: str) -> Module:
    """Parse `text` as the file `path`."""
    return Module(path, text, ast.parse(text))


@cache
def files() -> tuple[str, ...]:
    """Return the paths that belong to the repository as .gitignore tells them, asking no git."""
    ignored = GitIgnoreSpec.from_lines([".git", *(ROOT / ".gitignore").read_text().splitlines()])
    return tuple(sorted(walk(ROOT, ignored)))


def walk(folder: Path, ignored: GitIgnoreSpec) -> Iterator[str]:
    """Give the files under `folder` that are not `ignored`, entering no ignored folder."""
    for path in folder.iterdir():
        name = path.relative_to(ROOT).as_posix()
        if path.is_dir() and not ignored.match_file(f"{name}/"):
            yield from walk(path, ignored)
        elif path.is_file() and not ignored.match_file(name):
            yield name


@cache
def modules() -> tuple[Module, ...]:
    """Parse every Python file of the repository."""
    return tuple(parsed(name, (ROOT / name).read_text()) for name in files() if name.endswith(".py"))


def shipped() -> tuple[Module, ...]:
    """Return the modules that go into the wheel."""
    return tuple(m for m in modules() if m.path.split("/")[0] in SHIPPED or m.path == "dauda.py")


def length(function: Function) -> int:
    """Count the lines of `function` from its `def` on, docstring included."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def p90(numbers: list[int]) -> int:
    """Return the number that nine of ten do not exceed."""
    return sorted(numbers)[max(0, -(-len(numbers) * 9 // 10) - 1)]
