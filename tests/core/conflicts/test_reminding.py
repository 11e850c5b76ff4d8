"""When people are asked again about a case, and who is."""

from datetime import timedelta

import pytest

from core.conflicts import reminding
from core.conflicts.views import Severity
from core.staff.roles import Role
from tests.support.hotel import NOW


def asked_at(severity: Severity, count: int) -> list[timedelta]:
    """Return how long after the opening each of the first `count` reminders comes, each sent when it is due."""
    at = reminding.first_at(severity, NOW)
    found = []
    for reminded in range(1, count + 1):
        found.append(at - NOW)
        at = reminding.next_at(severity, reminded, at)
    return found


def test_a_critical_case_is_asked_about_after_5_10_and_20_minutes_and_then_every_hour() -> None:
    minutes = [each / timedelta(minutes=1) for each in asked_at(Severity.CRITICAL, 5)]
    assert minutes == [5, 10, 20, 80, 140]


@pytest.mark.parametrize("severity", [Severity.LOW, Severity.MEDIUM, Severity.HIGH])
def test_any_other_case_is_asked_about_after_10_and_30_minutes_and_2_hours_and_then_daily(severity: Severity) -> None:
    minutes = [each / timedelta(minutes=1) for each in asked_at(severity, 4)]
    assert minutes == [10, 30, 120, 120 + 24 * 60]


@pytest.mark.parametrize("severity", Severity)
def test_everybody_is_reminded_three_times_and_then_the_admins(severity: Severity) -> None:
    roles = [reminding.audience(severity, reminded) for reminded in range(5)]
    assert roles == [Role.STAFF] * 3 + [Role.PROPERTY_ADMIN] * 2


@pytest.mark.parametrize("severity", Severity)
def test_what_was_put_off_is_asked_about_again_and_later_than_the_first_reminder(severity: Severity) -> None:
    assert reminding.put_off(severity, NOW) > reminding.first_at(severity, NOW)
    assert reminding.put_off(Severity.CRITICAL, NOW) < reminding.put_off(Severity.LOW, NOW)


def test_r20_a_task_is_reminded_of_after_two_hours_and_then_every_day_until_it_is_done() -> None:
    assert not reminding.task_is_due(NOW, None, NOW + timedelta(minutes=119))
    assert reminding.task_is_due(NOW, None, NOW + timedelta(hours=2))
    told = NOW + timedelta(hours=2)
    assert not reminding.task_is_due(NOW, told, told + timedelta(hours=23))
    assert reminding.task_is_due(NOW, told, told + timedelta(hours=24))
