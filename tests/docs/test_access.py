"""docs/access.md tells every act with the role it needs and whether keys are made for it, and the numbers that hold."""

from core.access import rules, sessions, tokens
from core.access.permissions import FOR_KEYS, NEEDS, Act
from tests.docs.pages import CODE, differences, first_cells, page, rows
from webhooks.api import guard, limits

TEXT = page("docs/access.md")


def test_every_act_is_described_and_the_reverse() -> None:
    assert differences(first_cells(TEXT), {str(act) for act in Act}) == []


def test_each_act_is_described_with_the_role_it_needs_and_whether_keys_may() -> None:
    told = {found[1]: tuple(cells[1:3]) for cells in rows(TEXT) if (found := CODE.fullmatch(cells[0]))}
    assert told == {str(act): (str(NEEDS[act]), "yes" if act in FOR_KEYS else "no") for act in Act}


def test_the_numbers_are_those_that_hold() -> None:
    assert f"good for {tokens.LASTS.seconds // 60} minutes" in TEXT
    assert f"over after {sessions.LASTS.days} days" in TEXT
    assert (rules.FREE_FOR_ACCOUNT, rules.FREE_FOR_ADDRESS) == (5, 20)
    assert (rules.SHUT_FIRST.seconds, rules.SHUT_MOST.seconds // 60, rules.QUIET.seconds // 60) == (30, 15, 15)
    assert f"strangers {limits.STRANGERS_PER_MINUTE} times" in TEXT
    assert guard.MOST_BYTES == 1024 * 1024
