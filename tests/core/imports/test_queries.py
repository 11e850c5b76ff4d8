"""What a screen says of a property's calendars: the worst first, and the log behind each."""

from datetime import date, timedelta

from core.channels.models import ChannelBooking, LinkImport
from core.channels.views import Linked
from core.db.work import UnitOfWork
from core.imports import queries
from core.imports.views import LinkHealth, LinkState
from tests.core.imports.hotel import AIRBNB, BOOKING, LINKS, Calendars

HOUR = timedelta(hours=1)
FOUR, SEVEN = ("airbnb", "4"), ("airbnb", "7")


def health(calendars: Calendars) -> tuple[LinkHealth, ...]:
    with calendars.store.reading() as session:
        return queries.health(session, calendars.hotel.property_id, calendars.now)


def states(calendars: Calendars) -> list[tuple[str, str, str | None]]:
    return [(one.state.value, one.platform, one.room) for one in health(calendars)]


def test_r19_the_worst_stands_first_and_of_one_state_what_was_read_longest_ago(calendars: Calendars) -> None:
    for name in (AIRBNB, BOOKING):
        calendars.read(name)
    calendars.advance(timedelta(minutes=10))
    calendars.read(AIRBNB, trouble="timeout")
    calendars.advance(2 * HOUR)
    calendars.read(FOUR)
    calendars.advance(HOUR)
    calendars.read(BOOKING, trouble="status_5xx")
    calendars.read(SEVEN)
    assert states(calendars) == [
        ("stale", "airbnb", "3"), ("stale", "booking_com", "3"), ("fresh", "airbnb", "4"), ("fresh", "airbnb", "7"),
    ]  # fmt: skip
    worst = health(calendars)[0]
    assert (worst.trouble, worst.failures, worst.imports) == ("timeout", 1, True)
    assert worst.good_at == calendars.now - 3 * HOUR - timedelta(minutes=10)
    assert worst.tried_at == calendars.now - 3 * HOUR


def test_before_the_first_read_it_waits_and_one_that_never_works_becomes_late(calendars: Calendars) -> None:
    assert {state for state, _, _ in states(calendars)} == {"waiting"}
    calendars.read(trouble="dns")
    calendars.advance(HOUR)
    calendars.read(trouble="tls")
    assert states(calendars)[0] == ("waiting", "airbnb", "3")
    calendars.advance(timedelta(minutes=1))
    assert states(calendars)[0] == ("late", "airbnb", "3")


def test_a_paused_channel_and_one_that_is_only_served_say_so(calendars: Calendars) -> None:
    calendars.set_channel("airbnb", active=False)
    calendars.set_link(BOOKING, import_url=None)
    assert states(calendars) == [
        ("paused", "airbnb", "3"), ("paused", "airbnb", "4"), ("paused", "airbnb", "7"), ("fresh", "booking_com", "3"),
    ]  # fmt: skip
    assert [one.imports for one in health(calendars)] == [True, True, True, False]


def test_r07_a_link_whose_platform_dropped_our_feed_says_so(calendars: Calendars) -> None:
    for name in LINKS:
        calendars.read(name)
    calendars.set_link(BOOKING, read_at=calendars.now - 7 * HOUR, read_gap=3600.0)
    calendars.set_link(AIRBNB, read_at=calendars.now - HOUR, read_gap=3600.0)
    assert health(calendars)[0].state is LinkState.NOT_READ_BY_OTA
    assert [one.state for one in health(calendars)[1:]] == [LinkState.FRESH] * 3


def test_bookings_believed_now_are_counted_and_open_questions_shown(calendars: Calendars) -> None:
    with calendars.store.unit_of_work() as work:
        for number, (state, kind, taken_as, forgotten) in enumerate(
            [
                ("there", "reservation", "stay", False), ("missing", "reservation", "stay", False),
                ("gone", "reservation", "stay", False), ("there", "block", "mirror", False),
                ("ended", "reservation", "stay", True), ("there", "reservation", "preview", False),
            ]
        ):  # fmt: skip
            _book(work, calendars, number, state=state, kind=kind, taken_as=taken_as, forgotten=forgotten)
        work.session.add(LinkImport(link_id=calendars.link(FOUR), question_at=work.now, question_known=4))
    said = {(one.platform, one.room): (one.bookings, one.question) for one in health(calendars)}
    assert said == {AIRBNB: (3, True), BOOKING: (0, False), FOUR: (0, True), SEVEN: (0, False)}


def test_other_properties_are_not_shown(calendars: Calendars) -> None:
    with calendars.store.reading() as session:
        assert queries.health(session, calendars.hotel.property_id + 1, calendars.now) == ()


def test_the_log_of_a_link_shows_its_newest_looks_first(calendars: Calendars) -> None:
    calendars.read(appeared=2)
    calendars.read(trouble="timeout")
    calendars.read(trouble="timeout")
    calendars.read(BOOKING)
    with calendars.store.reading() as session:
        log = queries.runs_of(session, calendars.link(), 5)
        assert len(queries.runs_of(session, calendars.link(), 1)) == 1
    assert [(run.outcome, run.trouble, run.times, run.appeared) for run in log] == [
        ("failed", "timeout", 2, 0), ("changed", None, 1, 2),
    ]  # fmt: skip


def test_r19_stale_calendars_of_every_property_are_named(calendars: Calendars) -> None:
    calendars.read(AIRBNB)
    calendars.read(BOOKING)
    calendars.advance(3 * HOUR + timedelta(minutes=1))
    calendars.read(BOOKING)
    with calendars.store.reading() as session:
        assert queries.stale(session, calendars.now) == (("airbnb", Linked(room="3")),)


def _book(
    work: UnitOfWork, calendars: Calendars, number: int, *, state: str, kind: str, taken_as: str, forgotten: bool
) -> None:
    work.session.add(
        ChannelBooking(
            link_id=calendars.link(), number=number, kind=kind, arrival=date(2026, 12, 1), departure=date(2026, 12, 3),
            state=state, first_seen=work.now, taken_as=taken_as, forgotten_at=work.now if forgotten else None,
        )
    )  # fmt: skip
