"""The audit trail over the API."""

from datetime import timedelta

from tests.support.hotel import clock_of
from tests.webhooks.routes.house import Api


def test_the_trail_says_who_did_what_when_and_by_which_way(api: Api) -> None:
    block = {"arrival": "2026-11-20", "departure": "2026-11-21"}
    made = api.post(f"/api/listings/{api.baobab.rooms['3']}/blocks", block, "Amina")
    clock_of(api.store).advance(timedelta(minutes=1))
    api.ask("DELETE", f"/api/blocks/{made['block']['id']}", "Juma")
    gone, came = api.get("/api/events", subject="stay", subject_id=made["block"]["id"])["items"]
    assert (came["kind"], came["person"], came["at"]) == ("stays.blocked", "Amina", "2026-11-20T18:40:00Z")
    assert (gone["kind"], gone["person"], gone["transport"]) == ("stays.unblocked", "Juma", "api")
    assert gone["facts"]["before_arrival"] == "2026-11-20"
    assert gone["correlation"] not in (None, came["correlation"])
    events = "/api/events"
    assert api.get(events, kind="stays.blocked")["items"] == [came]
    assert api.get(events, kind="stays", person_id=api.baobab.people["Juma"])["items"] == [gone]
    assert api.get(events, kind="stays", since="2026-11-20T21:41:00+03:00")["items"] == [gone]
    assert api.get(events, kind="stays", until=gone["at"])["items"] == [came]
    assert api.get(events, kind="stay")["items"] == []


def test_the_trail_is_read_by_admins_of_the_property_alone(api: Api) -> None:
    block = {"arrival": "2026-11-20", "departure": "2026-11-21"}
    api.post(f"/api/listings/{api.baobab.rooms['3']}/blocks", block, "Amina")
    assert api.refused(api.ask("GET", "/api/events", "Amina")) == (403, "role_too_low")
    assert "stays.blocked" not in {one["kind"] for one in api.get("/api/events", "Otieno")["items"]}
    denied = api.get("/api/events", kind="access")["items"]
    assert any(one["person"] == "Amina" for one in denied)


def test_times_and_kinds_that_are_none_are_refused(api: Api) -> None:
    for asked in ({"since": "yesterday"}, {"since": "2026-11-20T18:00:00"}, {"kind": "stays.%"}, {"subject_id": 0}):
        assert api.refused(api.ask("GET", "/api/events", **asked)) == (422, "invalid")
