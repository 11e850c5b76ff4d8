"""A room is linked with a platform, and given a calendar to read, from a chat or a screen."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from core.channels import errors, service
from core.channels.models import Channel, ChannelBooking, ChannelLink, LinkImport
from core.events.models import Event
from core.events.service import By
from core.feeds.models import FeedAddress
from core.feeds.told.values import State
from core.outbox.effects import PullFeed
from core.outbox.models import Due
from core.properties.models import RoomType
from tests.core.channels.test_settings import memory, pulls, read_once
from tests.core.setup.house import BAOBAB, House

URL = "https://www.airbnb.com/calendar/ical/1.ics?t=abc"
WITHOUT = BAOBAB.replace(f'import_url = "{URL}"\n', "")
WHOLE = (joinedload(ChannelLink.channel), joinedload(ChannelLink.room), joinedload(ChannelLink.type))
OTHER = "https://www.airbnb.com/calendar/ical/9.ics?t=xyz"


def linked(house: House, platform: str = "airbnb", room: str = "2") -> ChannelLink:
    """Link a room."""
    with house.store.unit_of_work() as work:
        return service.link_for(work, house.sealer, house.place().id, platform, house.room(room), By())


def given(house: House, url: str, room: str = "3") -> bool:
    """Give a linked room a calendar."""
    with house.store.unit_of_work() as work:
        link = service.link_for(work, house.sealer, house.place().id, "airbnb", house.room(room), By())
        return service.set_import(work, house.sealer, link, url, By())


def count(house: House, table: type[Channel | ChannelLink | FeedAddress]) -> int:
    """How many rows."""
    with house.store.reading() as session:
        return len(session.scalars(select(table)).all())


def test_channel_link_and_feed_are_made_when_they_are_missing(house: House) -> None:
    house.setup()
    link = linked(house, "vrbo")
    assert (link.channel.platform, link.channel.mode, link.channel.interval, link.linked.room) == (
        "vrbo", "ical", 1800, "2",
    )  # fmt: skip
    with house.store.reading() as session:
        kinds = session.scalars(select(Event.kind).order_by(Event.id.desc()).limit(2)).all()
    assert kinds == ["channels.linked", "channels.set"]
    assert count(house, FeedAddress) == 2


def test_what_is_there_is_found(house: House) -> None:
    house.setup()
    rows = house.rows()
    link = linked(house, room="3")
    assert (link.id, link.channel.platform, link.linked.room) == (house.link("3").id, "airbnb", "3")
    assert house.rows() == rows


def test_a_channel_kept_by_hand_is_kept_by_calendars_from_then_on(house: House) -> None:
    house.setup(BAOBAB + '[[channel]]\nplatform = "vrbo"\nmode = "manual"\n')
    assert linked(house, "vrbo").channel.mode == "ical"


def test_a_channel_kept_by_machine_stays_so(house: House) -> None:
    house.setup(BAOBAB + '[[channel]]\nplatform = "vrbo"\nmode = "channex"\n')
    with pytest.raises(errors.KeptByMachine) as refused:
        linked(house, "vrbo")
    assert refused.value.facts == {"platform": "vrbo", "mode": "channex"}


def test_a_platform_without_calendars_is_refused_with_what_it_has(house: House) -> None:
    house.setup()
    with pytest.raises(errors.ModeNotThere) as refused:
        linked(house, "gommt")
    assert refused.value.facts == {"platform": "gommt", "mode": "ical", "known": ["channex", "manual"]}
    assert count(house, Channel) == 1


def test_r06_a_removed_room_is_not_linked_anew_and_keeps_the_link_it_has(house: House) -> None:
    house.setup()
    for name in ("2", "3"):
        with house.store.unit_of_work() as work:
            work.session.merge(house.room(name)).removed_at = work.now
    with pytest.raises(errors.RoomNotLet):
        linked(house, room="2")
    assert linked(house, room="3").linked.room == "3"


def test_a_room_of_another_property_is_not_linked(house: House) -> None:
    house.setup()
    house.setup(BAOBAB.replace('"baobab"', '"acacia"').partition("[[staff]]")[0].replace('"3", ', '"33", '))
    with house.store.unit_of_work() as work, pytest.raises(errors.NoSuchLink):
        service.link_for(work, house.sealer, house.place("acacia").id, "airbnb", house.room("3"), By())


def meanwhile(house: House) -> list[int | type[Exception]]:
    """Link room 2 with VRBO while somebody else's doing so is not committed yet; the links, or what went wrong."""
    place, room = house.place().id, house.room("2")
    found: list[int | type[Exception]] = []

    def connect() -> None:
        try:
            with house.store.unit_of_work() as work:
                found.append(service.link_for(work, house.sealer, place, "vrbo", work.session.merge(room), By()).id)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the second one gets.
            found.append(type(error))

    second = threading.Thread(target=connect)
    with house.store.unit_of_work() as work:
        found.append(service.link_for(work, house.sealer, place, "vrbo", work.session.merge(room), By()).id)
        second.start()
        second.join(0.5)
        assert len(found) == 1, "the second one waits"
    second.join(20)
    return found


def test_two_people_who_connect_at_once_make_one_channel_and_one_link(house: House) -> None:
    house.setup()
    one, other = meanwhile(house)
    assert one == other == house.link("2").id


def test_without_the_lock_the_second_one_would_fail(
    house: House, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    house.setup()
    monkeypatch.setattr(service, "_one_at_a_time", lambda *_: None)
    _, other = meanwhile(house)
    # SQLite has one writer at a time anyway.
    assert other is IntegrityError or database_url.startswith("sqlite")


def test_a_calendar_that_is_given_is_read_at_once_and_then_at_the_channel_s_pace(house: House) -> None:
    house.setup(BAOBAB.replace(f'import_url = "{URL}"\n', ""))
    assert pulls(house) == []
    assert given(house, URL)
    assert not given(house, URL)
    assert pulls(house) == [(1800, timedelta(0))]
    assert (memory(house).looks, memory(house).good_at) == (0, None)


def test_r17_another_address_is_read_anew_and_what_was_known_stays(house: House) -> None:
    house.setup()
    read_once(house)
    with house.store.unit_of_work() as work:
        work.session.add(
            ChannelBooking(
                link_id=house.link("3").id, number=8, kind="reservation", arrival=work.now.date(),
                departure=work.now.date() + timedelta(days=1), code="HMX8XQ5R5A", state=State.THERE,
                first_seen=work.now, taken_as="mirror",
            )
        )  # fmt: skip
    house.clock.advance(timedelta(minutes=20))
    assert given(house, OTHER)
    row = memory(house)
    assert (row.etag, row.last_modified, row.fingerprint, row.trouble) == (None, None, None, None)
    assert (row.failures, row.alerts, row.alerted_at) == (0, 0, None)
    assert (row.next_number, row.good_at) == (9, house.clock.now() - timedelta(minutes=20))
    assert row.looks == 5, "a look that is under way was at the other address"
    with house.store.reading() as session:
        assert session.scalars(select(ChannelBooking.state)).all() == [State.THERE]
    assert pulls(house)[0][1] == timedelta(0)


def test_the_same_address_again_leaves_what_was_read(house: House) -> None:
    house.setup()
    read_once(house)
    assert not given(house, f"  {URL} ")
    assert (memory(house).looks, memory(house).fingerprint) == (4, "f")


def test_a_link_from_before_calendars_were_read_gets_its_memory(house: House) -> None:
    house.setup()
    with house.store.unit_of_work() as work:
        work.session.delete(work.session.scalars(select(LinkImport)).one())
        for due in work.session.scalars(select(Due).where(Due.kind == PullFeed.kind)):
            work.session.delete(due)
    assert given(house, OTHER)
    assert memory(house).looks == 0
    assert len(pulls(house)) == 1


def test_r10_another_platform_s_calendar_is_refused_by_name(house: House) -> None:
    house.setup()
    with pytest.raises(errors.AnotherPlatform) as refused:
        given(house, "https://ical.booking.com/v1/export?t=1")
    assert refused.value.facts == {"platform": "airbnb", "other": "booking_com"}
    assert given(house, "https://calendars.example/1.ics"), "whose it is cannot be told"


@pytest.mark.parametrize("text", ["room 3", "ftp://a.example/1.ics", "https://", "https://[", "https://a.example/a b"])
def test_what_is_no_address_is_refused(house: House, text: str) -> None:
    house.setup()
    with pytest.raises(errors.NoCalendarAddress):
        given(house, text)
    assert service.import_url(house.sealer, house.link("3")) == URL


def test_webcal_means_https(house: House) -> None:
    house.setup()
    assert given(house, OTHER.replace("https", "webcal"))
    assert service.import_url(house.sealer, house.link("3")) == OTHER


def of_two_houses(house: House) -> tuple[ChannelLink, ChannelLink]:
    """The links of room 3 in two houses; neither reads a calendar."""
    for code in ("baobab", "acacia"):
        house.setup(
            WITHOUT.replace('"baobab"', f'"{code}"')
            .replace("+254700000001", f"+25470000000{len(code)}")
            .replace("telegram = 1001", f"telegram = {1000 + len(code)}{ord(code[0])}")
            .replace("amina@baobab", f"amina@{code}")
        )
    with house.store.reading() as session:
        query = select(ChannelLink).order_by(ChannelLink.id)
        one, other = session.scalars(query.options(*WHOLE)).all()
    return one, other


def read_for(house: House, link: ChannelLink, url: str = URL) -> bool:
    """Have a link read a calendar."""
    with house.store.unit_of_work() as work:
        own = work.session.scalars(select(ChannelLink).where(ChannelLink.id == link.id).options(*WHOLE)).one()
        return service.set_import(work, house.sealer, own, url, By())


def test_r17_a_calendar_of_another_house_is_refused_however_it_is_spelled(house: House) -> None:
    one, other = of_two_houses(house)
    read_for(house, one)
    with pytest.raises(errors.AddressLinked) as refused:
        read_for(house, other, URL.replace("www.airbnb.com", "WWW.Airbnb.com"))
    assert (refused.value.facts["property"], refused.value.facts["room"]) == ("baobab", "3")


def test_r17_two_houses_that_connect_one_calendar_at_once_do_not_both_get_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = of_two_houses(house)
    # The look for other readers sees nothing that is not committed yet: the table itself must hold.
    monkeypatch.setattr("core.channels.importing._reader", lambda *_: None)
    read_for(house, one)
    with pytest.raises(errors.AddressLinked):
        read_for(house, other)
    with house.store.reading() as session:
        reading = [
            link.import_url is not None for link in session.scalars(select(ChannelLink).order_by(ChannelLink.id))
        ]
    assert reading == [True, False]


def test_r17_a_link_from_before_there_were_marks_is_seen(house: House) -> None:
    one, other = of_two_houses(house)
    read_for(house, one)
    with house.store.unit_of_work() as work:
        work.session.get_one(ChannelLink, one.id).import_mark = None
    with pytest.raises(errors.AddressLinked):
        read_for(house, other)


def test_r03_a_type_is_linked_like_a_room_and_found_again(house: House) -> None:
    house.setup()
    with house.store.unit_of_work() as work:
        kind = work.session.scalars(select(RoomType)).one()
        place = house.place().id
        made = service.link_for(work, house.sealer, place, "vrbo", kind, By())
        assert service.link_for(work, house.sealer, place, "vrbo", kind, By()).id == made.id
        assert (made.room, made.linked.type) == (None, "DBL")
        with pytest.raises(errors.OneUnitPerType):
            service.link_for(work, house.sealer, place, "booking_com", kind, By())
