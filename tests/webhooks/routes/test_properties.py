"""Properties, room types and listings over the API."""

from tests.webhooks.routes.house import Api


def test_who_works_here_sees_this_property_and_no_other(api: Api) -> None:
    (place,) = api.get("/api/properties", "Amina")["items"]
    assert (place["code"], place["timezone"], place["currency"]) == ("baobab", "Africa/Nairobi", "KES")
    assert api.get(f"/api/properties/{place['id']}", "Amina") == place
    assert [one["code"] for one in api.get("/api/properties", "Zawadi")["items"]] == ["baobab", "acacia"]


def test_what_is_foreign_is_as_if_it_were_not_there(api: Api) -> None:
    acacia = api.acacia
    foreign = {"properties": acacia.property_id, "room-types": acacia.types["DBL"], "listings": acacia.rooms["1"]}
    for path, thing in foreign.items():
        seen, none = api.ask("GET", f"/api/{path}/{thing}"), api.ask("GET", f"/api/{path}/999999")
        assert api.refused(seen) == api.refused(none)
        assert seen.status_code == 404
        assert api.ask("GET", f"/api/{path}/{thing}", "Otieno").status_code == 200
    for path in ("room-types", "listings", "channels", "conflicts", "channel-bookings", "staff", "events"):
        answer = api.ask("GET", f"/api/{path}", property_id=acacia.property_id)
        assert api.refused(answer) == (404, "no_such_property")


def test_a_super_admin_makes_a_property_and_works_there(api: Api) -> None:
    told = {"code": "kigelia", "name": "Kigelia House", "timezone": "Africa/Kampala", "currency": "ugx"}
    assert api.refused(api.ask("POST", "/api/properties", told=told)) == (403, "role_too_low")
    made = api.post("/api/properties", told, "Zawadi")
    assert (made["currency"], made["language"], made["conflict_preference"]) == ("UGX", "en", "first")
    assert made["weekend_days"] == [4, 5]
    (member,) = api.get("/api/staff", "Zawadi", property_id=made["id"])["items"]
    assert (member["name"], member["role"]) == ("Zawadi", "super_admin")
    assert api.refused(api.ask("POST", "/api/properties", "Zawadi", told)) == (409, "code_taken")


def test_a_value_that_there_is_not_is_named(api: Api) -> None:
    wrong = {"timezone": "Africa/Atlantis", "currency": "XXZ", "language": "tlh", "conflict_preference": "myspace"}
    right = {"code": "kigelia", "name": "Kigelia House", "timezone": "Africa/Kampala", "currency": "UGX"}
    for field, value in wrong.items():
        answer = api.ask("POST", "/api/properties", "Zawadi", {**right, field: value})
        assert api.refused(answer) == (422, "wrong_value")
        assert answer.json()["facts"]["field"] == field


def test_a_room_type_is_made_with_a_rate_of_the_propertys_currency(api: Api) -> None:
    told = {"property_id": api.baobab.property_id, "code": "FAM", "name": "Family", "base_rate": "8200.5"}
    assert api.refused(api.ask("POST", "/api/room-types", "Amina", told)) == (403, "role_too_low")
    made = api.post("/api/room-types", told)
    assert (made["base_rate"], made["rooms"]) == ({"amount": "8200.50", "currency": "KES"}, 0)
    assert api.get(f"/api/room-types/{made['id']}") == made
    assert [one["code"] for one in api.get("/api/room-types")["items"]] == ["DBL", "TWN", "FAM"]
    assert api.refused(api.ask("POST", "/api/room-types", told={**told, "code": "fam"})) == (409, "code_taken")


def test_a_new_room_is_counted_from_today_on_and_comes_last(api: Api) -> None:
    told = {
        "property_id": api.baobab.property_id, "room_type_id": api.baobab.types["TWN"], "name": "8",
        "aliases": ["garden twin"],
    }  # fmt: skip
    made = api.post("/api/listings", told)
    assert (made["room_type"], made["position"], made["aliases"]) == ("TWN", 3, ["garden twin"])
    assert made["removed"] is False
    assert api.get(f"/api/room-types/{api.baobab.types['TWN']}")["rooms"] == 2
    block = {"arrival": "2026-11-20", "departure": "2026-11-22"}
    for room in (made["id"], api.baobab.rooms["7"]):
        api.post(f"/api/listings/{room}/blocks", block)


def test_a_room_of_anothers_name_or_a_foreign_type_is_not_made(api: Api) -> None:
    room = {"property_id": api.baobab.property_id, "room_type_id": api.baobab.types["TWN"], "name": "9"}
    for names in ({"name": " 3 "}, {"aliases": ["3"]}):
        answer = api.ask("POST", "/api/listings", told={**room, **names})
        assert api.refused(answer) == (409, "name_taken")
        assert answer.json()["facts"]["listing_id"] == api.baobab.rooms["3"]
    foreign = {**room, "room_type_id": api.acacia.types["DBL"]}
    assert api.refused(api.ask("POST", "/api/listings", told=foreign)) == (404, "no_such_type")
    assert len(api.get("/api/listings")["items"]) == 3


def test_a_room_is_renamed_and_keeps_what_is_not_named(api: Api) -> None:
    room = api.baobab.rooms["7"]
    path = f"/api/listings/{room}"
    before = api.get(path)
    after = api.ask("PATCH", path, told={"name": "7B", "aliases": ["attic"], "position": 9}).json()
    assert after == {**before, "name": "7B", "aliases": ["attic"], "position": 9}
    assert api.refused(api.ask("PATCH", path, told={"name": "4"})) == (409, "name_taken")
    assert api.refused(api.ask("PATCH", path, "Amina", {"name": "7C"})) == (403, "role_too_low")
    assert api.refused(api.ask("PATCH", path, "Otieno", {"name": "7C"})) == (404, "no_such_room")
    assert api.get(path) == after
    event = api.get("/api/events", kind="properties.room_set")["items"][0]
    assert (event["subject_id"], event["facts"]["what"], event["person"]) == (
        room,
        ["name", "aliases", "position"],
        "Juma",
    )


def test_a_room_with_nights_to_come_is_neither_removed_nor_given_another_type(api: Api) -> None:
    room = api.baobab.rooms["7"]
    made = api.post(f"/api/listings/{room}/blocks", {"arrival": "2026-11-25", "departure": "2026-11-26"})
    for change in ({"removed": True}, {"room_type_id": api.baobab.types["DBL"]}):
        assert api.refused(api.ask("PATCH", f"/api/listings/{room}", told=change)) == (409, "room_in_use")
    assert api.ask("DELETE", f"/api/blocks/{made['block']['id']}").status_code == 200
    moved = api.ask("PATCH", f"/api/listings/{room}", told={"room_type_id": api.baobab.types["DBL"]}).json()
    assert moved["room_type"] == "DBL"
    removed = api.ask("PATCH", f"/api/listings/{room}", told={"removed": True}).json()
    assert (removed["removed"], api.get(f"/api/room-types/{api.baobab.types['DBL']}")["rooms"]) == (True, 2)
    back = api.ask("PATCH", f"/api/listings/{room}", told={"removed": False}).json()
    assert (back["removed_at"], api.get(f"/api/room-types/{api.baobab.types['DBL']}")["rooms"]) == (None, 3)


def test_a_list_goes_on_where_the_page_ended(api: Api) -> None:
    first = api.get("/api/listings", "Zawadi", limit=3)
    rest = api.get("/api/listings", "Zawadi", limit=3, cursor=first["next_cursor"])
    seen = [one["id"] for one in (*first["items"], *rest["items"])]
    assert seen == [*api.baobab.rooms.values(), *api.acacia.rooms.values()]
    assert rest["next_cursor"] is None
    assert api.refused(api.ask("GET", "/api/listings", cursor="nonsense")) == (422, "wrong_cursor")


def test_what_makes_no_sense_is_refused_by_field(api: Api) -> None:
    nonsense: tuple[dict[str, object], ...] = (
        {"name": ""}, {"name": "   "}, {"name": "a\u0000b"}, {"name": "x" * 41}, {"position": -1}, {"colour": "blue"},
        {"room_type_id": 2**63},
    )  # fmt: skip
    for told in nonsense:
        answer = api.ask("PATCH", f"/api/listings/{api.baobab.rooms['3']}", told=told)
        assert api.refused(answer) == (422, "invalid")
        assert answer.json()["facts"]["wrong"][0]["where"] == ["body", next(iter(told))]
