"""Every key of a TOML text is found on its line."""

import json
import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.setup.lines import Path, lines_of
from core.setup.writing import written

TRICKY = (
    """\
# a comment with [brackets] and "quotes"
top = 1
"quoted \\"key\\" \\u00e9" = 'it''s' # = not a key
""".replace("it''s", "its")
    + '''\
dotted.key.here = { inline = [1, 2], "a b" = "}" , deep = { er = true } }

[table] # said = "nothing"
text = """
[not.a.table]
key = "no" \\""" still text
"""
literal = \'\'\'
]] # no comment
\'\'\'\'\'
many = [ # first
    "one, two]", # a comment, with a comma
    ["nested", [
        "deeper"]],
    { in = "a table" },
]
when = 1979-05-27 07:32:00
[[list]]
a = 1
[list.sub]
b = 2
[[list.inner]]
c = 3
[[list.inner]]
c = 4
[[list]]
a = 5
[[list.inner]]
c = 6
'''
)


def places(value: object, path: Path = ()) -> Iterator[Path]:
    """Every place in what `tomllib` read."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))


def test_a_tricky_text_is_walked_whole() -> None:
    assert set(lines_of(TRICKY)) == set(places(tomllib.loads(TRICKY)))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), "top = 1"),
        (("dotted", "key", "here"), "dotted.key.here"),
        (("dotted", "key", "here", "deep", "er"), "dotted.key.here"),
        (("table",), "[table]"),
        (("table", "literal"), "literal = '''"),
        (("table", "many", 0), '"one, two]"'),
        (("table", "many", 1, 1, 0), '"deeper"]],'),
        (("table", "many", 2, "in"), '{ in = "a table" },'),
        (("table", "when"), "when ="),
        (("list", 0, "inner", 1, "c"), "c = 4"),
        (("list", 1, "inner", 0, "c"), "c = 6"),
        (("list", 1), "[[list]]"),
    ],
)
def test_each_place_is_told_by_its_line(path: Path, line: str) -> None:
    assert TRICKY.split("\n")[lines_of(TRICKY)[path] - 1].strip().startswith(line)


def test_line_ends_of_windows_count_once() -> None:
    assert lines_of('a = "x"\r\n\r\n[b]\r\nc = 1\r\n')[("b", "c")] == 4


def test_a_text_without_anything_has_no_places() -> None:
    assert lines_of("") == {}
    assert lines_of("\n  # only a comment") == {}


LETTERS = st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), max_size=12)


@given(st.lists(st.tuples(LETTERS, st.one_of(LETTERS, st.integers(0, 9), st.lists(LETTERS, max_size=3))), max_size=6))
def test_whatever_stands_in_texts_and_keys_misleads_nobody(pairs: list[tuple[str, str | int | list[str]]]) -> None:
    several = [("[[one]]", dict(pairs)), ("[[one]]", dict(pairs[:2])), ("[two]", dict(pairs[2:]))]
    text = written(several)
    lines = lines_of(text)
    assert set(lines) == set(places(tomllib.loads(text)))
    for path, line in lines.items():
        if isinstance(path[-1], str) and len(path) > 2:
            key = text.split("\n")[line - 1]
            assert key.startswith((path[-1], json.dumps(path[-1], ensure_ascii=False)))
