"""Addresses of feeds are rotated; calendars are compared by where they lead."""

import pytest
from sqlalchemy import select

from core.channels import errors, queries, service
from core.channels.addresses import same_calendar
from core.events.models import Event
from core.events.service import By
from core.feeds.models import FeedAddress
from core.sealing import Sealer
from tests.core.setup.house import House


def rotate(house: House, *, now: bool = False) -> int:
    """Rotate the feed of room 3."""
    link_id = house.link("3").id
    with house.store.unit_of_work() as work:
        return service.rotate(work, house.sealer, link_id, By(), now=now)


def serving(house: House) -> int:
    """How many addresses of room 3's feed serve."""
    with house.store.reading() as session:
        query = select(FeedAddress).where(FeedAddress.ended_at.is_(None))
        return len(session.scalars(query).all())


def test_r08_the_old_address_serves_beside_the_new_one(house: House) -> None:
    house.setup()
    assert rotate(house) == 0
    assert serving(house) == 2
    with house.store.reading() as session:
        (link,) = queries.links(session, house.place().id)
    assert link.addresses == 2


def test_r08_a_leaked_address_ends_at_once(house: House) -> None:
    house.setup()
    rotate(house)
    assert rotate(house, now=True) == 2
    assert serving(house) == 1


def test_a_rotation_is_an_event_without_the_address(house: House) -> None:
    house.setup()
    rotate(house, now=True)
    with house.store.reading() as session:
        event = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert event.kind == "channels.rotated"
    assert event.facts == {"platform": "airbnb", "room": "3", "type": None, "ended": 1}


def test_a_link_that_is_not_there_is_not_rotated(house: House) -> None:
    with house.store.unit_of_work() as work, pytest.raises(errors.NoSuchLink):
        service.rotate(work, house.sealer, 99, By())


def test_links_are_listed_with_what_has_been_read(house: House) -> None:
    house.setup()
    with house.store.reading() as session:
        (link,) = queries.links(session, house.place().id)
    assert (link.platform, link.room, link.imports, link.read_at, link.has_read) == ("airbnb", "3", True, None, False)
    with house.store.unit_of_work() as work:
        row = work.session.merge(house.link("3"))
        row.read_at, row.read_version = work.now, link.version
    with house.store.reading() as session:
        assert queries.links(session, house.place().id)[0].has_read


def test_a_calendar_sealed_with_a_lost_key_is_as_good_as_none(house: House) -> None:
    house.setup()
    assert service.import_url(Sealer("another key"), house.link("3")) is None
    assert service.import_url(house.sealer, house.link("3")) is not None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/1.ics?t=x", "http://A.EXAMPLE/1.ics?t=x", True),
        ("https://a.example/1.ics?t=x", "https://a.example/1.ics?t=y", False),
        ("https://a.example/1.ics", "https://a.example/2.ics", False),
        ("https://a.example/1.ics", "https://b.example/1.ics", False),
    ],
)
def test_addresses_are_the_same_where_they_lead_to_the_same(one: str, other: str, *, same: bool) -> None:
    assert same_calendar(one, other) is same
