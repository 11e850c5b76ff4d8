"""From what was said about dates to nights."""

import pytest

from bot.conversation.drafts import Draft
from bot.conversation.nights import nights_of, start_was_guessed
from bot.understanding import Intent
from core.values.nights import Nights
from tests.bot.conversation.samples import day, nights
from tests.support.hotel import TODAY


def draft(**said: object) -> Draft:
    """Return the draft of a block with some slots filled."""
    return Draft(Intent.BLOCK, **said)  # type: ignore[arg-type] # the fields are checked by the dataclass.


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"start": day(1)}, nights(1, 1)),
        ({"start": day(1), "nights": 3}, nights(1, 3)),
        ({"start": day(1), "end": day(4)}, nights(1, 3)),
        ({"end": day(2)}, nights(0, 2)),
        ({"nights": 2}, nights(0, 2)),
    ],
    ids=str,
)
def test_r30_a_named_end_day_is_the_check_out_day(said: dict[str, object], meant: Nights) -> None:
    assert nights_of(draft(**said), TODAY) == meant


def test_r30_through_a_day_includes_its_night() -> None:
    assert nights_of(draft(start=day(0), end=day(2), end_is_last_night=True), TODAY) == nights(0, 3)
    assert nights_of(draft(start=day(0), end=day(2), end_is_last_night=False), TODAY) == nights(0, 2)


def test_r30_through_the_first_day_is_one_night_and_until_it_is_none() -> None:
    assert nights_of(draft(start=day(0), end=day(0), end_is_last_night=True), TODAY) == nights(0, 1)
    assert nights_of(draft(start=day(0), end=day(0)), TODAY) is None


def test_without_dates_only_what_begins_now_by_its_nature_begins_tonight() -> None:
    assert nights_of(draft(), TODAY) is None
    assert nights_of(draft(), TODAY, from_today=True) == nights(0, 1)


def test_a_number_of_nights_without_a_first_one_is_a_guess() -> None:
    assert start_was_guessed(draft(nights=3))
    assert not start_was_guessed(draft(nights=3, start=TODAY))
    assert not start_was_guessed(draft(end=day(3)))
