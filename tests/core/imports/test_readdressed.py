"""A link is given another address, or loses its platform: what it knew stays, and the next read is matched with it."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import joinedload

from core.channels import service as channels
from core.channels.models import Channel, ChannelLink
from core.channels.settings import Wanted
from core.imports.reading import prepare
from core.stays.reasons import StayState
from tests.support.calendars import ChannelCalendar, calendar, reserved
from tests.support.desk import Desk, nights
from tests.support.hotel import SEALER


def readdress(desk: Desk, link_id: int) -> None:
    """Give a link another address."""
    with desk.store.unit_of_work() as work:
        options = (joinedload(ChannelLink.channel), joinedload(ChannelLink.room))
        link = work.session.get_one(ChannelLink, link_id, options=options)
        assert channels.set_import(work, SEALER, link, "https://elsewhere.example/3.ics", desk.by)


def test_r17_bookings_are_known_again_at_another_address(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(3, 2), "ABCD1234"), reserved(nights(8, 2), "EFGH5678"))
    before = [stay.id for stay in airbnb.stays()]
    readdress(desk, airbnb.link_id)
    applied = airbnb.look(reserved(nights(3, 2), "ABCD1234"), reserved(nights(8, 3), "EFGH5678"))
    assert (applied.appeared, applied.changed, applied.gone) == (0, 1, 0)
    assert [stay.id for stay in airbnb.stays()] == before


def test_r17_the_same_bytes_at_another_address_are_read_all_the_same(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    readdress(desk, airbnb.link_id)
    assert airbnb.memory().fingerprint is None
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    assert airbnb.memory().fingerprint is not None
    assert [stay.state for stay in airbnb.stays()] == [StayState.HOLDING]


@pytest.mark.parametrize("anew", [True, False])
def test_r17_another_address_is_judged_like_the_first_one(desk: Desk, airbnb: ChannelCalendar, *, anew: bool) -> None:
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    if anew:
        readdress(desk, airbnb.link_id)
    ours = calendar(reserved(nights(8, 2), "EFGH5678"), made_by="-//Dauda//Room calendar 1.0//EN")
    assert airbnb.answer(ours).trouble == ("our_own" if anew else None)


def test_other_ends_move_what_is_known_and_make_nothing_new(desk: Desk, airbnb: ChannelCalendar) -> None:
    airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    (before,) = airbnb.stays()
    with desk.store.unit_of_work() as work:
        channels.set_channel(work, desk.hotel.property_id, "airbnb", Wanted(inclusive_end=True), desk.by)
    applied = airbnb.look(reserved(nights(3, 2), "ABCD1234"))
    (after,) = airbnb.stays()
    assert (applied.changed, after.id, (after.departure - before.departure).days) == (1, before.id, 1)


@pytest.mark.parametrize(("platform", "read"), [("gone", False), ("airbnb", True)])
def test_r06_a_platform_that_is_no_longer_installed_is_not_read(
    desk: Desk, airbnb: ChannelCalendar, platform: str, *, read: bool
) -> None:
    with desk.store.unit_of_work() as work:
        work.session.execute(update(Channel).where(Channel.platform == "airbnb").values(platform=platform))
    with desk.store.reading() as session:
        order = prepare(session, SEALER, airbnb.link_id, desk.store.clock.now(), allow_private=False)
    assert (order is not None) is read
