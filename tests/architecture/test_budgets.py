"""Files and functions stay small, and every function says what it returns."""

from tests.architecture.source import Module, length, modules, p90, parsed

FILE_P90, FILE_MAX = 300, 500
FUNCTION_P90, FUNCTION_MAX = 30, 60


def measured() -> tuple[Module, ...]:
    """Return what the budgets bind: all but migrations, which Alembic writes as one list of what changed."""
    return tuple(module for module in modules() if not module.path.startswith("migrations/versions/"))


def too_long_functions(found: tuple[Module, ...]) -> list[str]:
    return [place for module in found for place, node in module.functions() if length(node) > FUNCTION_MAX]


def without_return_type(found: tuple[Module, ...]) -> list[str]:
    return [place for module in found for place, node in module.functions() if node.returns is None]


def test_no_file_is_longer_than_500_lines_and_nine_of_ten_have_at_most_300() -> None:
    lengths = {module.path: module.lines for module in measured()}
    assert {path: n for path, n in lengths.items() if n > FILE_MAX} == {}
    assert p90(list(lengths.values())) <= FILE_P90


def test_no_function_is_longer_than_60_lines_and_nine_of_ten_have_at_most_30() -> None:
    assert too_long_functions(measured()) == []
    assert p90([length(node) for module in measured() for _, node in module.functions()]) <= FUNCTION_P90


def test_every_function_says_what_it_returns() -> None:
    assert without_return_type(modules()) == []


def test_a_function_of_61_lines_is_seen() -> None:
    def of_lines(count: int) -> tuple[Module, ...]:
        return (parsed("m.py", "def f() -> None:\n" + "    a = 1\n" * (count - 1)),)

    assert too_long_functions(of_lines(FUNCTION_MAX + 1)) == ["m.py:1 f"]
    assert too_long_functions(of_lines(FUNCTION_MAX)) == []


def test_a_missing_return_type_is_seen_in_methods_too() -> None:
    text = "class C:\n    async def f(self):\n        pass\n"
    assert without_return_type((parsed("m.py", text),)) == ["m.py:2 f"]


def test_the_ninetieth_percentile_leaves_one_of_ten_above() -> None:
    assert p90([*range(1, 11)]) == 9
    assert p90([7]) == 7
