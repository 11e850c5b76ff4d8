"""Whom a stay on record stands for, and which stays stand for somebody."""

from tests.simulators.books import told_by
from tests.simulators.judge import buyer_rows, stay_of
from tests.simulators.truth import Party
from tests.simulators.world import World
from tests.support.hotel import Hotel


def party_of(world: World, hotel: Hotel, stay_id: int) -> Party | None:
    """The OTA's guest for whom a stay stands."""
    links = set(hotel.links.values())
    rows, _ = told_by(world.house.store.database.read, links)
    today = world.today(hotel)
    parties = (party for party in world.truth.live() if party.link_id in links and not party.closes)
    return next((party for party in parties if stay_of(party, rows, today) == stay_id), None)


def stays_of(world: World, hotel: Hotel, party: Party) -> list[int]:
    """The stays on record that are or were an OTA's guest's."""
    rows, _ = told_by(world.house.store.database.read, hotel.links.values())
    mine = [row.stay_id for row in buyer_rows(party, rows, world.now) if row.stay_id is not None]
    return mine if party.by_hand is None else [*mine, party.by_hand]
