"""Room names counted off."""

import pytest

from core.setup.errors import Unusable, Why
from core.setup.ranges import rooms_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1-3", ["1", "2", "3"]),
        ("1-2, 101 – 103", ["1", "2", "101", "102", "103"]),
        ("08-11", ["08", "09", "10", "11"]),
        ("12A; Garden, 7", ["12A", "Garden", "7"]),
        ("5-5", ["5"]),
        ("A-3", ["A-3"]),
        ("1, ,2,", ["1", "2"]),
    ],
)
def test_names_and_ranges_become_names(text: str, names: list[str]) -> None:
    assert rooms_in(text) == names


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Why.BLANK),
        (" , ", Why.BLANK),
        ("3-1", Why.BACKWARDS),
        ("1-3, 2", Why.ROOM_TWICE),
        ("12a, 12A", Why.ROOM_TWICE),
        ("1-501", Why.TOO_MANY_ROOMS),
        ("1-300, 1001-1300", Why.TOO_MANY_ROOMS),
    ],
)
def test_what_cannot_be_meant_is_asked_again(text: str, why: Why) -> None:
    with pytest.raises(Unusable) as refused:
        rooms_in(text)
    assert refused.value.why is why
