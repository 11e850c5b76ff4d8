"""Channels and links of a file: feeds with secret addresses, calendars sealed, none read twice."""

import pytest
from sqlalchemy import select

from core.channels import service as channels
from core.channels.models import Channel
from core.feeds import service as feeds
from core.feeds.models import FeedAddress, FeedVersion
from core.setup.errors import Why
from tests.core.setup.house import BAOBAB, House, whats, whys

URL = "https://www.airbnb.com/calendar/ical/1.ics?t=abc"
ROOM_2 = '[[channel.link]]\nroom = "2"\nimport_url = "https://www.airbnb.com/calendar/ical/2.ics?t=def"\n'


def token(house: House, room: str) -> str:
    """The token of a room's feed."""
    with house.store.reading() as session:
        address = session.scalars(select(FeedAddress).where(FeedAddress.link_id == house.link(room).id)).one()
    return feeds.token_of(address, house.sealer)


def test_a_link_has_a_feed_and_a_sealed_calendar(house: House) -> None:
    house.setup()
    link = house.link("3")
    assert link.import_url is not None
    assert "airbnb" not in link.import_url
    assert channels.import_url(house.sealer, link) == URL
    assert len(token(house, "3")) > 30


def test_a_link_without_a_calendar_has_its_feed_all_the_same(house: House) -> None:
    house.setup(BAOBAB.replace(f'import_url = "{URL}"\n', ""))
    assert house.link("3").import_url is None
    assert token(house, "3")


def test_a_link_keeps_its_address_when_its_calendar_changes(house: House) -> None:
    house.setup()
    before = token(house, "3")
    told = house.setup(BAOBAB.replace("1.ics", "9.ics"))
    assert whats(told.changes) == ["import_set"]
    assert token(house, "3") == before


def test_a_calendar_that_the_file_leaves_out_is_kept(house: House) -> None:
    house.setup()
    assert house.setup(BAOBAB.replace(f'import_url = "{URL}"\n', "")).changes == ()
    assert channels.import_url(house.sealer, house.link("3")) == URL


def test_an_interval_that_the_file_leaves_out_is_kept(house: House) -> None:
    house.setup(BAOBAB.replace('"30m"', '"2h"'))
    assert house.setup(BAOBAB.replace('interval = "30m"\n', "")).changes == ()
    (kept,) = house.setup(BAOBAB.replace('interval = "30m"\n', "")).kept
    assert (kept.what, dict(kept.facts)) == ("settings_kept", {"platform": "airbnb", "settings": {"interval": 7200}})
    told = house.setup()
    assert (told.kept, dict(told.changes[0].facts)) == ((), {"platform": "airbnb", "settings": {"interval": 1800}})


SETTINGS = """\
interval = "2h"
active = false
alert_after = "1h"
inclusive_end = true
when_unanswered = "keep"
"""
SET = {"interval": 7200, "active": False, "alert_after": 3600, "inclusive_end": True, "when_unanswered": "keep"}
WITH_SETTINGS = BAOBAB.replace('interval = "30m"\n', SETTINGS)


def test_every_setting_is_set_once_and_kept_and_named_when_it_is_left_out(house: House) -> None:
    house.setup()
    (changed,) = house.setup(WITH_SETTINGS).changes
    assert (changed.what, dict(changed.facts)) == ("channel_changed", {"platform": "airbnb", "settings": SET})
    again = house.setup(WITH_SETTINGS)
    assert (again.changes, again.kept) == ((), ())
    without = house.setup(BAOBAB.replace('interval = "30m"\n', ""))
    assert without.changes == ()
    assert [dict(one.facts) for one in without.kept] == [{"platform": "airbnb", "settings": SET}]


def test_a_channel_may_begin_with_every_setting(house: House) -> None:
    house.setup(WITH_SETTINGS)
    assert house.setup(WITH_SETTINGS).changes == ()
    with house.store.reading() as session:
        channel = session.scalars(select(Channel)).one()
    found = (channel.interval, channel.active, channel.alert_after, channel.inclusive_end, channel.frees_unanswered)
    assert found == (7200, False, 3600, True, False)


def test_what_is_usual_is_left_out_without_a_word(house: House) -> None:
    house.setup(BAOBAB + '[[channel]]\nplatform = "generic"\nmode = "ical"\n')
    told = house.setup(BAOBAB + '[[channel]]\nplatform = "generic"\nmode = "ical"\n')
    assert (told.changes, told.kept) == ((), ())
    with house.store.reading() as session:
        assert session.scalars(select(Channel.interval).order_by(Channel.id)).all() == [1800, 3600]


@pytest.mark.parametrize("preference", ["direct", "booking_com"])
def test_r22_the_preference_in_conflicts_is_set_and_kept_and_changes_no_feed(house: House, preference: str) -> None:
    house.setup()
    assert house.place().conflict_preference == "first"
    with house.store.reading() as session:
        before = session.scalars(select(FeedVersion.version).order_by(FeedVersion.room_id)).all()
    text = BAOBAB.replace('"KES"', f'"KES"\nconflicts = "{preference}"')
    assert [dict(one.facts) for one in house.setup(text).changes] == [{"code": "baobab", "fields": ["conflicts"]}]
    assert house.setup(text).changes == ()
    told = house.setup()
    assert (told.changes, [one.what for one in told.kept]) == ((), ["preference_kept"])
    assert house.place().conflict_preference == preference
    with house.store.reading() as session:
        assert session.scalars(select(FeedVersion.version).order_by(FeedVersion.room_id)).all() == before


def test_r10_a_calendar_of_another_platform_is_refused(house: House) -> None:
    text = BAOBAB.replace('platform = "airbnb"', 'platform = "vrbo"')
    faults = house.refused(text)
    assert whys(faults) == [("channel.link.import_url", Why.ANOTHER_PLATFORM)]
    assert dict(faults[0].facts) == {"platform": "vrbo", "other": "airbnb"}


@pytest.mark.parametrize(("rooms", "noted"), [(20, False), (21, True)])
def test_r03_more_calendars_than_booking_com_connects_are_remarked_upon(
    house: House, rooms: int, *, noted: bool
) -> None:
    names = [str(number) for number in range(1, rooms + 1)]
    text = BAOBAB.replace('rooms = ["1", "2", "3", "12A"]', f"rooms = {names}".replace("'", '"'))
    text = text.partition("[room_type.aliases]")[0] + '[[channel]]\nplatform = "booking_com"\nmode = "ical"\n'
    links = "".join(f'[[channel.link]]\nroom = "{name}"\n' for name in names)
    notes = [one for one in house.setup(text + links).notes if one.what == "too_many_links"]
    assert [dict(one.facts) for one in notes] == (
        [{"platform": "booking_com", "most": 20, "count": 21}] if noted else []
    )


def test_links_that_the_file_leaves_out_are_kept_and_named(house: House) -> None:
    house.setup(BAOBAB + ROOM_2)
    told = house.setup()
    assert [dict(one.facts) for one in told.kept] == [{"platform": "airbnb", "room": "2", "type": None}]


def test_two_rooms_may_swap_their_calendars(house: House) -> None:
    house.setup(BAOBAB + ROOM_2)
    swapped = (
        (BAOBAB + ROOM_2)
        .replace("1.ics?t=abc", "x")
        .replace("2.ics?t=def", "1.ics?t=abc")
        .replace("/x", "/2.ics?t=def")
    )
    told = house.setup(swapped)
    assert whats(told.changes) == ["import_set", "import_set"]
    assert channels.import_url(house.sealer, house.link("2")) == URL


def test_r17_a_calendar_that_another_link_has_is_refused(house: House) -> None:
    house.setup()
    rows = house.rows()
    text = BAOBAB.partition("[[channel.link]]")[0] + f'[[channel.link]]\nroom = "2"\nimport_url = "{URL}"\n'
    faults = house.refused(text)
    assert whys(faults) == [("channel.link.import_url", Why.ADDRESS_LINKED)]
    assert dict(faults[0].facts) == {
        "platform": "airbnb",
        "room": "3",
        "property": "baobab",
        "type": None,
        "type_name": None,
    }
    assert house.rows() == rows


@pytest.mark.parametrize("public_url", [None, "https://dauda.example"])
def test_r17_a_feed_of_our_own_is_refused_under_any_host(house: House, public_url: str | None) -> None:
    house.setup()
    for host in ("https://dauda.example", "http://127.0.0.1:8000"):
        text = BAOBAB + f'[[channel.link]]\nroom = "2"\nimport_url = "{host}/ics/{token(house, "3")}.ics"\n'
        assert whys(house.refused(text, public_url)) == [("channel.link.import_url", Why.OUR_OWN_ADDRESS)]


def test_r17_an_unknown_feed_under_our_own_address_is_refused_too(house: House) -> None:
    text = BAOBAB.replace(URL, "https://dauda.example/ics/whatever.ics")
    assert [fault.why for fault in house.refused(text, "https://dauda.example")] == [Why.OUR_OWN_ADDRESS]
    assert "import_set" in whats(house.setup(text, "https://elsewhere.example").changes)


def test_r03_rooms_of_one_type_may_each_be_linked_to_booking_com(house: House) -> None:
    links = "".join(f'[[channel.link]]\nroom = "{room}"\n' for room in ("1", "2", "3"))
    told = house.setup(BAOBAB + '[[channel]]\nplatform = "booking_com"\nmode = "ical"\n' + links)
    assert whats(told.changes).count("link_made") == 4


def test_a_manual_channel_needs_no_links(house: House) -> None:
    told = house.setup(BAOBAB + '[[channel]]\nplatform = "gommt"\nmode = "manual"\n')
    assert whats(told.changes).count("channel_made") == 2
    assert [dict(one.facts)["platform"] for one in told.notes] == ["airbnb"]


def test_a_room_that_the_file_leaves_out_can_be_linked(house: House) -> None:
    house.setup()
    head, _, _ = BAOBAB.partition("[[room_type]]")
    told = house.setup(head + '[[channel]]\nplatform = "vrbo"\nmode = "ical"\n[[channel.link]]\nroom = "12a"\n')
    assert whats(told.changes) == ["channel_made", "link_made"]
