"""The log of looks: like ones are one row, news are rows of their own, a month is kept."""

from datetime import timedelta

from core.imports import runs
from tests.core.imports.hotel import BOOKING, Calendars

HOUR = timedelta(hours=1)


def lines(calendars: Calendars) -> list[tuple[str, str | None, int]]:
    return [(run.outcome, run.trouble, run.times) for run in calendars.runs()]


def test_equal_looks_in_a_row_are_one_row_that_says_since_when_and_how_often(calendars: Calendars) -> None:
    began = calendars.now
    for _ in range(3):
        calendars.read(trouble="timeout")
        calendars.advance(HOUR)
    (run,) = calendars.runs()
    assert (run.outcome, run.trouble, run.times) == ("failed", "timeout", 3)
    assert (run.first_at, run.last_at) == (began, began + 2 * HOUR)
    assert calendars.memory().run_id == run.id


def test_a_look_that_ends_otherwise_begins_a_new_row_and_so_does_every_change(calendars: Calendars) -> None:
    calendars.read(trouble="timeout")
    calendars.read(trouble="tls")
    calendars.read()
    calendars.read()
    for _ in range(2):
        calendars.read(appeared=1)
    calendars.read()
    assert lines(calendars) == [
        ("failed", "timeout", 1), ("failed", "tls", 1), ("unchanged", None, 2),
        ("changed", None, 1), ("changed", None, 1), ("unchanged", None, 1),
    ]  # fmt: skip


def test_links_do_not_extend_each_others_rows(calendars: Calendars) -> None:
    for name in (("airbnb", "3"), BOOKING, ("airbnb", "3")):
        calendars.read(name)
    assert [(run.link_id, run.times) for run in calendars.runs()] == [
        (calendars.link(), 2),
        (calendars.link(BOOKING), 1),
    ]


def test_how_many_events_there_are_outlives_a_look_that_did_not_count_them(calendars: Calendars) -> None:
    calendars.read(events=7)
    calendars.read(events=7)
    calendars.read()
    calendars.read()
    assert [(run.outcome, run.events, run.times) for run in calendars.runs()] == [
        ("changed", 7, 1), ("changed", 7, 1), ("unchanged", None, 2),
    ]  # fmt: skip


def test_runs_are_deleted_after_a_month_but_for_each_links_newest(calendars: Calendars) -> None:
    calendars.read(appeared=1)
    calendars.read()
    calendars.read(BOOKING, trouble="dns")
    calendars.advance(runs.KEPT_FOR)
    with calendars.store.unit_of_work() as work:
        assert runs.prune(work) == 0
    calendars.advance(timedelta(seconds=1))
    with calendars.store.unit_of_work() as work:
        assert runs.prune(work) == 1
    assert lines(calendars) == [("unchanged", None, 1), ("failed", "dns", 1)]
    calendars.read()
    assert lines(calendars)[0] == ("unchanged", None, 2)
