"""The live sockets as clients see them: only theirs, in order, and nothing missed by who comes again."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from websockets.exceptions import ConnectionClosedError

from core.events.service import By
from core.staff import service as staff
from core.staff.models import Membership
from tests.support import databases
from tests.support.desk import nights, open_desk
from tests.support.hotel import clock_of, make_hotel
from tests.webhooks.live.conftest import LiveHouse, serving

GUEST = "Wanjiku Canary"


def test_a_block_is_told_at_once_without_a_word_about_the_guest(live: LiveHouse) -> None:
    with live.watching("/ws/inventory/", live.bearer()) as watcher:
        live.desk.block("3", nights(0, 2), guest=GUEST)
        told = watcher.next()
    assert (told["type"], told["kind"], told["property"]) == ("event", "stays.blocked", live.desk.hotel.property_id)
    assert told["facts"]["room"] == "3"
    assert (told["facts"]["arrival"], told["facts"]["departure"]) == ("2026-11-20", "2026-11-22")
    assert GUEST not in str(told)


def test_who_comes_again_misses_nothing_and_hears_nothing_twice(live: LiveHouse) -> None:
    headers = live.bearer()
    with live.watching("/ws/inventory", headers) as watcher:
        assert watcher.ready["resumed"] is False
        live.desk.block("3", nights(0, 1))
        last = watcher.next()["id"]
    for first in range(1, 6):
        live.desk.block("3", nights(first, 1))
    with live.watching(f"/ws/inventory?after={last}", headers) as watcher:
        assert watcher.ready == {"type": "ready", "last": last, "resumed": True}
        missed = watcher.events(5)
        live.desk.block("4", nights(0, 1))
        now = watcher.next()
    assert [told["facts"]["arrival"] for told in missed] == [f"2026-11-{day}" for day in range(21, 26)]
    assert (now["facts"]["room"], now["id"] > missed[-1]["id"]) == ("4", True)


def test_an_event_of_another_database_says_that_something_may_be_missing(live: LiveHouse) -> None:
    with live.watching("/ws/inventory?after=999999", live.bearer()) as watcher:
        assert watcher.ready["resumed"] is False


def test_each_socket_tells_its_own_areas(live: LiveHouse) -> None:
    headers = live.bearer()
    with live.watching("/ws/reservations/", headers) as reservations, live.watching("/ws/inventory/", headers) as rooms:
        live.desk.block("3", nights(0, 1))
        live.desk.block("4", nights(0, 1))
        assert [told["kind"] for told in rooms.events(2)] == ["stays.blocked"] * 2
        assert [told["kind"] for told in reservations.events(2)] == ["stays.blocked"] * 2
        # Logging in was an event, too, and is nobody's business here.
        assert live.token("Juma")
        live.desk.block("7", nights(0, 1))
        assert rooms.next()["facts"]["room"] == "7"


def test_another_property_is_neither_told_of_nor_there(live: LiveHouse) -> None:
    other = make_hotel(live.desk.store, code="acacia", staff={}, links=())
    with live.watching("/ws/inventory/", live.bearer()) as watcher:
        elsewhere = open_elsewhere(live, other.property_id)
        assert elsewhere == (4404, "no_such_property")
        live.desk.block("3", nights(0, 1))
        assert watcher.next()["property"] == live.desk.hotel.property_id


def open_elsewhere(live: LiveHouse, property_id: int) -> tuple[int | None, str]:
    return refused(live, f"/ws/inventory?property={property_id}", live.bearer())


def refused(live: LiveHouse, path: str, headers: dict[str, str]) -> tuple[int | None, str]:
    """The code and the reason with which a socket was closed instead of opened."""
    with pytest.raises(ConnectionClosedError) as closed, live.watching(path, headers):
        pass
    frame = closed.value.rcvd
    assert frame is not None
    return frame.code, frame.reason


def test_nobody_unknown_is_let_in(live: LiveHouse) -> None:
    assert refused(live, "/ws/inventory/", {}) == (4401, "not_let_in")
    assert refused(live, "/ws/inventory/", {"Authorization": "Bearer nonsense"}) == (4401, "not_let_in")
    assert refused(live, "/ws/inventory/", {"Cookie": "dauda_session=x", "Origin": live.url}) == (4401, "not_let_in")


def test_a_key_sees_what_it_was_made_for(live: LiveHouse) -> None:
    key = {"X-API-Key": live.key("inventory.read")}
    with live.watching("/ws/inventory/", key) as watcher:
        live.desk.block("3", nights(0, 1))
        assert watcher.next()["kind"] == "stays.blocked"
    assert refused(live, "/ws/reservations/", key) == (4403, "scope_missing")


def test_a_browser_comes_with_the_token_among_its_subprotocols(live: LiveHouse) -> None:
    offered = ["dauda", f"bearer.{live.token('Amina')}"]
    with live.watching("/ws/inventory/", {}, subprotocols=offered) as watcher:
        assert watcher.connection.subprotocol == "dauda"


def test_whoever_is_revoked_hears_no_more(live: LiveHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webhooks.live.sockets.LOOK_AGAIN", 0.0)
    with live.watching("/ws/inventory/", live.bearer("Amina")) as watcher:
        live.desk.block("3", nights(0, 1))
        watcher.next()
        with live.desk.store.unit_of_work() as work:
            amina = Membership.person_id == live.desk.hotel.people["Amina"]
            staff.revoke(work, work.session.scalars(select(Membership.id).where(amina)).one(), By())
        live.desk.block("4", nights(0, 1))
        with pytest.raises(ConnectionClosedError) as closed:
            watcher.events(2)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_a_quiet_socket_is_told_so_and_ends_with_its_token(live: LiveHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webhooks.live.sockets.IDLE", 0.05)
    monkeypatch.setattr("webhooks.live.sockets.LOOK_AGAIN", 0.0)
    with live.watching("/ws/inventory/", live.bearer()) as watcher:
        assert watcher.next() == {"type": "idle"}
        clock_of(live.desk.store).advance(timedelta(minutes=16))
        with pytest.raises(ConnectionClosedError):
            watcher.events(100)


def test_what_another_process_does_is_heard_over_redis(redis_url: str, tmp_path: Path) -> None:
    with (
        databases.migrated("postgresql", tmp_path) as url,
        open_desk(url) as desk,
        serving(desk, tmp_path, redis_url) as one,
        serving(desk, tmp_path, redis_url) as two,
        one.watching("/ws/inventory/", one.bearer()) as watcher,
    ):
        for first in range(3):
            two.desk.block("3", nights(first, 1))
        assert [told["facts"]["arrival"] for told in watcher.events(3)] == ["2026-11-20", "2026-11-21", "2026-11-22"]
