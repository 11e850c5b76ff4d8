"""What is free, what is held back, rooms out of service and recurring blocks over the API."""

from tests.support.desk import day
from tests.webhooks.routes.house import Api


def stay(api: Api, kind: str = "DBL", first: int = 3, count: int = 2, **more: object) -> dict[str, object]:
    """Nights of a type of Baobab."""
    span = {"start_date": str(day(first)), "end_date": str(day(first + count))}
    return {"room_type_id": api.baobab.types[kind], **span, **more}


def test_what_is_free_is_told_and_explained(api: Api) -> None:
    rooms = api.baobab.rooms
    blocked = {"arrival": str(day(3)), "departure": str(day(4))}
    api.post(f"/api/listings/{rooms['3']}/blocks", blocked, "Amina")
    found = api.post("/api/inventory/check/", stay(api, quantity=2), "Amina", 200)
    assert (found["available"], found["fits"], found["listings"]) == (1, False, [rooms["4"]])
    assert [one["available"] for one in found["days"]] == [1, 2]
    assert found["days"][0]["parts"] == [{"what": "total", "rooms": 2}, {"what": "blocked", "rooms": 1}]


def test_days_are_made_ahead_by_admins(api: Api) -> None:
    told = {"property_id": api.baobab.property_id, "days": 5}
    assert api.post("/api/inventory/preload/", told, status=200) == {"made": 10}
    assert api.post("/api/inventory/preload", told, status=200) == {"made": 0}
    assert api.refused(api.ask("POST", "/api/inventory/preload", "Amina", told)) == (403, "role_too_low")


def test_what_is_held_back_is_set_and_seen(api: Api) -> None:
    channels = {one["platform"]: one["id"] for one in api.get("/api/channels")["items"]}
    done = api.ask("PUT", "/api/inventory/keep-back", told=stay(api, rooms=1)).json()
    assert sorted(done["listings"]) == sorted([api.baobab.rooms["3"], api.baobab.rooms["4"]])
    told = stay(api, stop_sell=True, channel_id=channels["airbnb"])
    assert api.ask("PUT", "/api/inventory/stop-sell", told=told).status_code == 200
    assert api.ask("PUT", "/api/inventory/allowance", told=stay(api, "TWN", stays=1)).status_code == 200
    span = {"property_id": api.baobab.property_id, "start_date": day(3), "end_date": day(4)}
    for channel, doubles in ((None, 1), (channels["airbnb"], 0), (channels["booking_com"], 1)):
        items = api.get("/api/inventory", "Amina", **span, channel_id=channel)["items"]
        assert [one["days"][0]["available"] for one in items] == [doubles, 2]


def test_what_makes_no_sense_is_refused(api: Api) -> None:
    ask = api.ask
    assert api.refused(ask("PUT", "/api/inventory/stop-sell", told=stay(api, first=-3, stop_sell=True))) == (
        422, "not_in_the_past",
    )  # fmt: skip
    assert api.refused(ask("PUT", "/api/inventory/keep-back", told=stay(api, rooms=1, channel_id=99))) == (
        404, "not_its_channel",
    )  # fmt: skip
    assert api.refused(ask("POST", "/api/inventory/check", told=stay(api, count=0))) == (422, "no_nights")
    assert api.refused(ask("POST", "/api/inventory/check", told=stay(api, count=367))) == (422, "too_long")


def test_a_room_out_of_service_comes_last_and_with_a_warning(api: Api) -> None:
    rooms = api.baobab.rooms
    api.post("/api/inventory/out-of-service", {"listing_id": rooms["3"], "since": str(day(0)), "note": "Dripping tap"})
    found = api.post("/api/inventory/check", stay(api), status=200)
    assert (found["listings"], found["out_of_service"]) == ([rooms["4"], rooms["3"]], [rooms["3"]])
    assert api.ask("DELETE", f"/api/inventory/out-of-service/{rooms['3']}").status_code == 204
    assert api.post("/api/inventory/check", stay(api), status=200)["out_of_service"] == []
    assert api.refused(api.ask("DELETE", f"/api/inventory/out-of-service/{rooms['3']}")) == (404, "no_such_mark")


def test_a_block_recurs_until_it_is_ended(api: Api) -> None:
    told = {
        "listing_id": api.baobab.rooms["3"], "rule": "FREQ=WEEKLY;BYDAY=MO", "first": str(day(0)),
        "until": str(day(28)), "reason": "owner",
    }  # fmt: skip
    made = api.post("/api/recurring-blocks", told, "Amina")
    assert (len(made["made"]), made["skipped"], made["more"]) == (4, [], False)
    (listed,) = api.get("/api/recurring-blocks", "Amina")["items"]
    assert (listed["id"], listed["rule"], listed["until"]) == (made["id"], told["rule"], told["until"])
    ended = api.ask("DELETE", f"/api/recurring-blocks/{made['id']}", "Amina", from_date=day(10)).json()
    assert ended["ended"] == made["made"][1:]
    assert len(api.get(f"/api/listings/{api.baobab.rooms['3']}/blocks")["items"]) == 1
    wrong = api.ask("POST", "/api/recurring-blocks", told={**told, "rule": "FREQ=HOURLY"})
    assert api.refused(wrong) == (422, "no_rule")


def test_what_belongs_to_the_neighbour_is_not_there(api: Api) -> None:
    foreign = {**stay(api), "room_type_id": api.acacia.types["DBL"]}
    assert api.refused(api.ask("POST", "/api/inventory/check", told=foreign)) == (404, "no_such_room_type")
    told = {"listing_id": api.acacia.rooms["1"], "rule": "FREQ=DAILY", "first": str(day(0)), "until": str(day(2))}
    assert api.refused(api.ask("POST", "/api/recurring-blocks", told=told)) == (404, "no_such_room")
