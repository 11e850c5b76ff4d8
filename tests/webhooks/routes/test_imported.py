"""Registering an OTA's reservation over the API (R18)."""

from typing import Any

from tests.webhooks.routes.house import Api

EVENT = {
    "channel": "booking_com", "uid": "4035551234@booking.com", "start": "2026-11-25", "end": "2026-11-28",
    "summary": "John Otieno",
}  # fmt: skip


def register(api: Api, who: str = "Amina", room: str = "3", **other: object) -> Any:  # noqa: ANN401 - JSON.
    return api.post(f"/api/listings/{api.baobab.rooms[room]}/events/imported", {**EVENT, **other}, who, 200)


def test_r18_the_same_reservation_again_changes_nothing(api: Api) -> None:
    first = register(api)
    events = api.get("/api/events", limit=200)["items"]
    assert register(api) == first
    assert api.get("/api/events", limit=200)["items"] == events
    booking = first["booking"]
    assert (booking["arrival"], booking["departure"], booking["taken_as"]) == ("2026-11-25", "2026-11-28", "stay")
    assert (first["conflict_id"], booking["listing_id"]) == (None, api.baobab.rooms["3"])


def test_r18_other_dates_change_it_and_a_uid_after_its_cancellation_is_new(api: Api) -> None:
    first = register(api)
    longer = register(api, end="2026-11-29")
    assert (longer["booking"]["id"], longer["booking"]["departure"]) == (first["booking"]["id"], "2026-11-29")
    cancelled = register(api, end="2026-11-29", status="cancelled")
    assert (cancelled["booking"]["id"], cancelled["booking"]["forgotten"]) == (first["booking"]["id"], True)
    again = register(api)
    assert again["booking"]["id"] != first["booking"]["id"]
    assert again["booking"]["stay_id"] != first["booking"]["stay_id"]


def test_what_does_not_fit_is_stored_as_a_conflict(api: Api) -> None:
    block = {"arrival": "2026-11-26", "departure": "2026-11-27"}
    held = api.post(f"/api/listings/{api.baobab.rooms['3']}/blocks", block)["block"]
    told = register(api)
    conflict = api.get(f"/api/conflicts/{told['conflict_id']}", "Amina")
    assert [one["stay_id"] for one in conflict["parties"]] == [held["id"], told["booking"]["stay_id"]]
    assert [one["holds"] for one in conflict["parties"]] == [True, False]


def test_the_channel_and_the_link_are_made_when_they_are_missing(api: Api) -> None:
    told = register(api, "Juma", "7", channel="vrbo")
    (channel,) = [one for one in api.get("/api/channels")["items"] if one["platform"] == "vrbo"]
    assert told["booking"]["channel_id"] == channel["id"]


def test_what_cannot_be_registered_is_refused(api: Api) -> None:
    path = f"/api/listings/{api.baobab.rooms['3']}/events/imported"
    for other, refusal in (
        ({"end": "2026-11-25"}, (422, "invalid")),
        ({"end": "2036-11-25"}, (422, "invalid")),
        ({"uid": ""}, (422, "invalid")),
        ({"status": "perhaps"}, (422, "invalid")),
        ({"channel": "myspace"}, (404, "no_such_platform")),
        ({"channel": "expedia"}, (409, "mode_not_there")),
    ):
        assert api.refused(api.ask("POST", path, told={**EVENT, **other})) == refusal
    foreign = f"/api/listings/{api.acacia.rooms['1']}/events/imported"
    assert api.refused(api.ask("POST", foreign, told=EVENT)) == (404, "no_such_room")
    without = api.client.post(path, headers=api.key("stays.read"), json=EVENT)
    assert api.refused(without) == (403, "scope_missing")
    assert api.client.post(path, headers=api.key("bookings.register"), json=EVENT).status_code == 200
