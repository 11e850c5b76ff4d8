"""What is written is read back the same."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from core.setup.writing import written

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.dictionaries(TEXTS, st.one_of(TEXTS, st.integers(-9, 9), st.lists(TEXTS, max_size=3)), max_size=5))
def test_any_table_comes_back_the_same(pairs: dict[str, str | int | list[str]]) -> None:
    assert tomllib.loads(written([("[a]", pairs), ("[[b.c]]", pairs)])) == {"a": pairs, "b": {"c": [pairs]}}


def test_the_tables_stand_apart_and_in_order() -> None:
    text = written([("[property]", {"code": "baobab"}), ("[[room_type]]", {"rooms": ["1", "2"]})])
    assert text == '[property]\ncode = "baobab"\n\n[[room_type]]\nrooms = ["1", "2"]\n'
