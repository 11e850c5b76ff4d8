"""Numbered choices and the memory of parts that were accepted."""

import pytest

from bot.messages import Choice
from bot.parts import MOST_ATTEMPTS_KEPT, Progress, numbered, under_way
from core.errors import Down, RefusedThere, Unsure

CHOICES = (Choice("Undo", "a"), Choice("Checklist 14", "b"))


def test_choices_become_numbered_lines_below_the_text() -> None:
    assert numbered("Room 3 blocked", CHOICES) == "Room 3 blocked\n1 Undo\n2 Checklist 14"
    assert numbered(" ", CHOICES) == "1 Undo\n2 Checklist 14"
    assert numbered("Room 3 blocked", ()) == "Room 3 blocked"


def test_an_attempt_is_remembered_until_it_is_finished() -> None:
    progress = Progress()
    progress.begin("m1").ids.append("1")
    assert progress.begin("m1").ids == ["1"]
    assert not progress.finished("1")
    assert progress.finish("m1") == ("1",)
    assert progress.finished("1")
    assert progress.known("m1") is None
    assert progress.finish("m1") == ()


def test_the_memory_is_bounded_and_forgets_the_oldest() -> None:
    progress = Progress()
    for number in range(MOST_ATTEMPTS_KEPT + 1):
        progress.begin(f"m{number}")
    assert progress.known("m0") is None
    assert progress.known("m1") is not None


def test_down_behind_an_accepted_part_is_unsure_and_keeps_its_pause() -> None:
    progress = Progress()
    with pytest.raises(Down), under_way(progress.begin("m1")):
        raise Down(retry_after=3)
    progress.begin("m1").ids.append("1")
    with pytest.raises(Unsure) as caught, under_way(progress.begin("m1")):
        raise Down(retry_after=3)
    assert caught.value.facts == {"retry_after": 3}
    with pytest.raises(RefusedThere), under_way(progress.begin("m1")):
        raise RefusedThere(reason="blocked")
