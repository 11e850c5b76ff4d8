"""Channels are made, set, paused and resumed, and their calendars are read accordingly."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.channels import errors, queries, service
from core.channels.models import Channel, LinkImport
from core.channels.settings import Wanted
from core.db.work import UnitOfWork
from core.events.models import Event
from core.events.service import By
from core.outbox.effects import PullFeed
from core.outbox.models import Due
from tests.core.setup.house import BAOBAB, House

HALF_HOUR = 1800


def change(house: House, **settings: object) -> tuple[str, ...]:
    """Set the Airbnb channel; what changed."""
    with house.store.unit_of_work() as work:
        return service.set_channel(work, house.place().id, "airbnb", Wanted(**settings), By()).changed  # type: ignore[arg-type]


def done(house: House, verb: Callable[[UnitOfWork, int, str, By], bool], platform: str = "airbnb") -> bool:
    """Pause or resume."""
    with house.store.unit_of_work() as work:
        return verb(work, house.place().id, platform, By())


def pulls(house: House) -> list[tuple[float | None, timedelta]]:
    """When calendars are read: how often, and in how long from now."""
    with house.store.reading() as session:
        rows = session.scalars(select(Due).where(Due.kind == PullFeed.kind, Due.closed_at.is_(None))).all()
        return [(row.every, max(timedelta(0), row.due_at - house.clock.now())) for row in rows]


def kinds(house: House) -> list[str]:
    """The kinds of the channel's events after the setup."""
    with house.store.reading() as session:
        return list(session.scalars(select(Event.kind).where(Event.subject == "channel").order_by(Event.id)))[1:]


def memory(house: House) -> LinkImport:
    """What the importer remembers of room 3."""
    with house.store.reading() as session:
        return session.scalars(select(LinkImport)).one()


def view(house: House) -> queries.ChannelView:
    """The only channel as lists show it."""
    with house.store.reading() as session:
        (one,) = queries.channels(session, house.place().id)
    return one


def read_once(house: House) -> None:
    """Let the importer have read room 3's calendar, with trouble since."""
    with house.store.unit_of_work() as work:
        row = work.session.scalars(select(LinkImport)).one()
        row.looks, row.etag, row.last_modified, row.fingerprint, row.good_at = 4, "e", "l", "f", work.now
        row.failures, row.trouble, row.alerts, row.alerted_at, row.next_number = 3, "dns", 2, work.now, 9


def test_a_new_channel_is_set_as_is_usual_for_its_platform(house: House) -> None:
    house.setup()
    with house.store.unit_of_work() as work:
        made = service.set_channel(work, house.place().id, "generic", Wanted(), By())
    assert made.made
    with house.store.reading() as session:
        _, generic = queries.channels(session, house.place().id)
    assert (generic.mode, generic.interval, generic.active, generic.alert_after) == ("ical", 3600, True, HALF_HOUR)
    assert (generic.links, generic.imports) == (0, 0)


def test_what_is_not_said_stays_and_the_same_again_changes_nothing(house: House) -> None:
    house.setup()
    assert change(house, interval=7200, inclusive_end=True) == ("interval", "inclusive_end")
    assert change(house, interval=7200, inclusive_end=True) == ()
    assert change(house, frees_unanswered=False) == ("frees_unanswered",)
    found = view(house)
    assert (found.interval, found.inclusive_end, found.frees_unanswered, found.active) == (7200, True, False, True)
    assert kinds(house) == ["channels.set"] * 2


def test_a_channel_is_listed_with_its_links_and_how_many_are_read(house: House) -> None:
    house.setup(BAOBAB + '[[channel.link]]\nroom = "2"\n')
    assert (view(house).links, view(house).imports) == (2, 1)


def test_r19_an_interval_moves_the_next_look(house: House) -> None:
    house.setup()
    house.clock.advance(timedelta(minutes=1))
    with house.store.unit_of_work() as work:
        assert service.set_interval(work, house.place().id, "airbnb", 3600, By())
        assert not service.set_interval(work, house.place().id, "airbnb", 3600, By())
    ((every, _),) = pulls(house)
    assert every == 3600
    assert kinds(house) == ["channels.set"]


@pytest.mark.parametrize("seconds", [299, 86401])
def test_r19_an_interval_beyond_the_bounds_is_refused(house: House, seconds: int) -> None:
    house.setup()
    with house.store.unit_of_work() as work, pytest.raises(errors.IntervalOutOfRange) as refused:
        service.set_interval(work, house.place().id, "airbnb", seconds, By())
    assert refused.value.facts == {"platform": "airbnb", "least": 300, "most": 86400}
    assert view(house).interval == HALF_HOUR


def test_an_alert_beyond_the_bounds_is_refused(house: House) -> None:
    house.setup()
    with pytest.raises(errors.AlertOutOfRange):
        change(house, alert_after=60)
    assert change(house, alert_after=300) == ("alert_after",)


def test_r06_a_paused_channel_is_not_read_and_a_resumed_one_at_once(house: House) -> None:
    house.setup()
    assert len(pulls(house)) == 1
    assert done(house, service.pause)
    assert not done(house, service.pause)
    assert (pulls(house), view(house).active) == ([], False)
    house.clock.advance(timedelta(hours=1))
    assert done(house, service.resume)
    assert not done(house, service.resume)
    ((every, wait),) = pulls(house)
    assert (every, wait) == (HALF_HOUR, timedelta(0))
    assert kinds(house) == ["channels.paused", "channels.resumed"]


def test_r06_what_a_paused_channel_is_given_to_read_waits_until_it_is_resumed(house: House) -> None:
    house.setup()
    done(house, service.pause)
    house.setup(BAOBAB.replace("1.ics", "9.ics"))
    assert pulls(house) == []
    done(house, service.resume)
    assert len(pulls(house)) == 1


@pytest.mark.parametrize("verb", [service.pause, service.resume])
def test_a_channel_that_is_not_there_is_not_paused(
    house: House, verb: Callable[[UnitOfWork, int, str, By], bool]
) -> None:
    house.setup()
    with pytest.raises(errors.NoSuchChannel):
        done(house, verb, "vrbo")


def test_r06_a_channel_whose_platform_is_gone_can_still_be_paused(house: House) -> None:
    house.setup()
    with house.store.unit_of_work() as work:
        work.session.scalars(select(Channel)).one().platform = "gone"
    assert done(house, service.pause, "gone")


def test_a_channel_kept_by_hand_is_not_read_and_by_calendars_again_at_once(house: House) -> None:
    house.setup()
    assert change(house, mode="manual") == ("mode",)
    assert pulls(house) == []
    assert change(house, mode="ical") == ("mode",)
    assert [wait for _, wait in pulls(house)] == [timedelta(0)]


@pytest.mark.parametrize(
    ("platform", "wanted", "error"),
    [
        ("expedia", Wanted(mode="ical"), errors.ModeNotThere),
        ("airbnb", Wanted(mode="carrier pigeon"), errors.ModeNotThere),
        ("nowhere", Wanted(), errors.NoSuchPlatform),
        ("generic", Wanted(interval=600), errors.IntervalOutOfRange),
        ("airbnb", Wanted(exports="reservations"), errors.TellsItself),
    ],
)
def test_what_a_platform_does_not_take_is_refused(
    house: House, platform: str, wanted: Wanted, error: type[Exception]
) -> None:
    house.setup()
    rows = house.rows()
    with pytest.raises(error), house.store.unit_of_work() as work:
        service.set_channel(work, house.place().id, platform, wanted, By())
    assert house.rows() == rows


def test_other_ends_are_read_anew_and_what_was_known_stays(house: House) -> None:
    house.setup()
    read_once(house)
    change(house, inclusive_end=True)
    row = memory(house)
    assert (row.looks, row.etag, row.last_modified, row.fingerprint) == (5, None, None, None)
    assert (row.good_at, row.failures, row.trouble, row.next_number) == (house.clock.now(), 3, "dns", 9)


@pytest.mark.parametrize("settings", [{"interval": 7200}, {"active": False}, {"frees_unanswered": False}])
def test_other_settings_leave_what_was_read(house: House, settings: dict[str, object]) -> None:
    house.setup()
    read_once(house)
    change(house, **settings)
    assert (memory(house).looks, memory(house).fingerprint) == (4, "f")
