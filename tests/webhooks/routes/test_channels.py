"""Platforms, channels and links over the API."""

from typing import Any

from tests.webhooks.routes.house import Api

AIRBNB = "https://www.airbnb.com/calendar/ical/7.ics?t=secret7"


def channel(api: Api, platform: str = "airbnb") -> Any:  # noqa: ANN401 - JSON.
    return next(one for one in api.get("/api/channels")["items"] if one["platform"] == platform)


def test_every_platform_says_what_is_known_of_it(api: Api) -> None:
    found = {one["code"]: one for one in api.get("/api/platforms", "Amina")["items"]}
    assert found["airbnb"]["modes"][:2] == ["ical", "manual"]
    assert (found["booking_com"]["one_unit_per_type"], found["expedia"]["reads_our_calendar"]) == (True, False)
    assert api.refused(api.client.get("/api/platforms")) == (401, "not_let_in")
    first = api.get("/api/platforms", limit=3)
    rest = api.get("/api/platforms", cursor=first["next_cursor"])
    assert [one["code"] for one in (*first["items"], *rest["items"])] == list(found)


def test_a_channel_is_made_once_changed_and_paused(api: Api) -> None:
    told = {"property_id": api.baobab.property_id, "platform": "vrbo", "interval": 3600}
    assert api.refused(api.ask("POST", "/api/channels", "Amina", told)) == (403, "role_too_low")
    made = api.post("/api/channels", told)
    assert (made["mode"], made["interval"], made["active"], made["links"]) == ("ical", 3600, True, 0)
    again = api.ask("POST", "/api/channels", told={**told, "interval": 7200})
    assert api.refused(again) == (409, "channel_there")
    assert again.json()["facts"]["channel_id"] == made["id"]
    path = f"/api/channels/{made['id']}"
    assert api.get(path) == {**made, "linked": []}
    changed = api.ask("PATCH", path, told={"active": False, "frees_unanswered": False}).json()
    assert changed == {**made, "active": False, "frees_unanswered": False}
    kinds = [one["kind"] for one in api.get("/api/events", kind="channels")["items"]]
    assert kinds[:2] == ["channels.paused", "channels.set"]
    assert api.refused(api.ask("PATCH", path, "Otieno", {"active": True})) == (404, "no_such_channel")


def test_a_channel_is_not_set_as_its_platform_cannot_be(api: Api) -> None:
    path = f"/api/channels/{channel(api)['id']}"
    for told, refusal in (
        ({"interval": 120}, (422, "interval_out_of_range")),
        ({"alert_after": 60}, (422, "alert_out_of_range")),
        ({"mode": "fax"}, (422, "invalid")),
        ({"colour": "blue"}, (422, "invalid")),
    ):
        assert api.refused(api.ask("PATCH", path, told=told)) == refusal
    expedia = {"property_id": api.baobab.property_id, "platform": "expedia", "mode": "ical"}
    assert api.refused(api.ask("POST", "/api/channels", told=expedia)) == (409, "mode_not_there")
    unknown = {"property_id": api.baobab.property_id, "platform": "myspace"}
    assert api.refused(api.ask("POST", "/api/channels", told=unknown)) == (404, "no_such_platform")


def test_a_room_is_linked_and_its_feed_address_given_to_admins_only(api: Api) -> None:
    path = f"/api/channels/{channel(api)['id']}/links"
    told = {"listing_id": api.baobab.rooms["7"], "import_url": AIRBNB}
    assert api.refused(api.ask("POST", path, "Amina", told)) == (403, "role_too_low")
    made = api.post(path, told)
    assert (made["listing_id"], made["name"], made["imports"]) == (api.baobab.rooms["7"], "7", True)
    assert made["feed_url"].startswith("https://baobab.example/ics/")
    detail = api.get(f"/api/channels/{made['channel_id']}", "Amina")
    assert [one["name"] for one in detail["linked"]] == ["3", "7"]
    for secret in ("secret7", "/ics/"):
        assert secret not in api.ask("GET", f"/api/channels/{made['channel_id']}").text
    assert api.post(path, told) == made


def test_a_calendar_that_cannot_be_the_links_is_refused(api: Api) -> None:
    path = f"/api/channels/{channel(api)['id']}/links"
    ours = f"https://baobab.example/ics/{api.baobab.tokens[api.baobab.links['airbnb', '3']]}.ics"
    other = "https://ical.booking.com/v1/export?t=1"
    room = {"listing_id": api.baobab.rooms["7"]}
    for told, refusal in (
        ({**room, "import_url": ours}, (409, "our_own_address")),
        ({**room, "import_url": other}, (409, "another_platform")),
        ({**room, "import_url": "not an address"}, (422, "no_calendar_address")),
        ({"listing_id": api.acacia.rooms["1"]}, (404, "no_such_room")),
        ({"room_type_id": api.acacia.types["DBL"]}, (404, "no_such_type")),
        ({}, (422, "invalid")),
        ({**room, "room_type_id": api.baobab.types["DBL"]}, (422, "invalid")),
    ):
        assert api.refused(api.ask("POST", path, told=told)) == refusal
    assert [one["name"] for one in api.get(f"/api/channels/{channel(api)['id']}")["linked"]] == ["3"]


def test_r03_a_type_is_linked_where_its_platform_sells_types(api: Api) -> None:
    kind = {"room_type_id": api.baobab.types["DBL"]}
    refused = api.ask("POST", f"/api/channels/{channel(api, 'booking_com')['id']}/links", told=kind)
    assert api.refused(refused) == (409, "one_unit_per_type")
    made = api.post(f"/api/channels/{channel(api)['id']}/links", kind)
    assert (made["listing_id"], made["room_type_id"], made["name"]) == (None, api.baobab.types["DBL"], "DBL")


def test_r08_a_feed_gets_a_new_address_and_the_old_one_serves_or_ends(api: Api) -> None:
    path = f"/api/channel-links/{api.baobab.links['airbnb', '3']}/rotate"
    assert api.refused(api.ask("POST", path, "Amina")) == (403, "role_too_low")
    assert api.refused(api.ask("POST", path, "Otieno")) == (404, "no_such_link")
    first = api.post(path, None, "Juma", 200)
    assert first["ended"] == 0
    second = api.post(path, {"now": True}, "Juma", 200)
    assert (second["ended"], second["feed_url"] != first["feed_url"]) == (2, True)


def test_a_calendar_is_asked_for_where_there_is_one(api: Api) -> None:
    link = api.baobab.links["airbnb", "3"]
    path = f"/api/channel-links/{link}/pull"
    assert api.refused(api.ask("POST", path)) == (409, "nothing_to_read")
    told = {"listing_id": api.baobab.rooms["3"], "import_url": AIRBNB}
    api.post(f"/api/channels/{channel(api)['id']}/links", told)
    assert api.post(path, None, "Amina", 202) == {"link_id": link, "asked_at": "2026-11-20T18:40:00Z"}
    assert api.refused(api.ask("POST", path, "Wanjiru")) == (404, "no_such_link")
