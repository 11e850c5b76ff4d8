"""How much a case hurries."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from core.conflicts import rules
from core.conflicts.rules import Party
from core.conflicts.views import Severity
from core.stays.reasons import Reason
from tests.core.conflicts.parties import TODAY, case, parties_by_chance, party

STEPS = list(Severity)
BLOCK = Reason.OWNER
GUEST = Reason.GUEST


@pytest.mark.parametrize(
    ("first", "reasons", "severity"),
    [
        (0, (BLOCK, BLOCK), "medium"), (0, (BLOCK, GUEST), "critical"), (1, (GUEST, GUEST), "critical"),
        (2, (BLOCK, BLOCK), "low"), (2, (BLOCK, GUEST), "high"), (3, (GUEST, GUEST), "high"),
        (4, (BLOCK, BLOCK), "low"), (4, (BLOCK, GUEST), "medium"), (14, (GUEST, GUEST), "high"),
        (15, (BLOCK, BLOCK), "low"), (15, (BLOCK, GUEST), "low"), (15, (GUEST, GUEST), "medium"),
    ],
)  # fmt: skip
def test_the_table_of_severities(first: int, reasons: tuple[Reason, Reason], severity: str) -> None:
    one, other = reasons
    group = case(party(1, first, 2, reason=one), party(2, first, 2, reason=other, contested=True))
    assert rules.severity(group, TODAY) == severity


@pytest.mark.parametrize(
    ("first", "count", "facts", "severity"),
    [
        (4, 6, {}, "high"), (2, 6, {}, "high"), (2, 7, {}, "critical"), (2, 1, {"paid": True}, "critical"),
        (2, 1, {"checked_in": True}, "critical"), (4, 7, {"paid": True}, "high"), (15, 7, {}, "high"),
    ],
)  # fmt: skip
def test_long_or_paid_or_checked_in_is_one_step_more(
    first: int, count: int, facts: dict[str, object], severity: str
) -> None:
    group = case(party(1, first, count, **facts), party(2, first, count, contested=True))
    assert rules.severity(group, TODAY) == severity


@given(parties_by_chance(), some.integers(0, 8), some.data())
def test_nearer_longer_more_guests_checked_in_or_paid_is_never_less_severe(
    parties: list[Party], later: int, data: some.DataObject
) -> None:
    found = rules.groups(parties, TODAY)
    assume(found)
    group = data.draw(some.sampled_from(found))
    severity = STEPS.index(rules.severity(group, TODAY))
    assert STEPS.index(rules.severity(group, TODAY - timedelta(later))) <= severity
    longer = replace(group, disputed=(*group.disputed, *(group.disputed[-1] + timedelta(n + 1) for n in range(later))))
    assert STEPS.index(rules.severity(longer, TODAY)) >= severity
    for change in ({"reason": GUEST}, {"checked_in": True}, {"paid": True}):
        worse = replace(group, parties=(replace(group.parties[0], **change), *group.parties[1:]))
        assert STEPS.index(rules.severity(worse, TODAY)) >= severity
    more = replace(group, parties=(*group.parties, party(99, 0, 1)))
    assert STEPS.index(rules.severity(more, TODAY)) >= severity
