"""Blocks of listings over the API: nights taken, refused with a way out, and given up."""

from core.events.service import By
from core.stays import booked, holding, service
from core.stays.booked import Booked
from core.stays.commands import BlockRoom
from core.stays.reasons import Reason
from tests.support.desk import nights
from tests.webhooks.routes.house import Api

TONIGHT = {"arrival": "2026-11-20", "departure": "2026-11-21"}


def path(api: Api, room: str) -> str:
    return f"/api/listings/{api.baobab.rooms[room]}/blocks"


def test_a_block_holds_its_nights_and_says_what_each_channel_knows(api: Api) -> None:
    made = api.post(path(api, "3"), {**TONIGHT, "reason": "maintenance", "note": "Leaking\ntap"}, "Amina")
    block = made["block"]
    assert (block["state"], block["reason"], block["note"]) == ("holding", "maintenance", "Leaking\ntap")
    assert (block["listing_id"], block["made_by"], made["conflict_id"]) == (api.baobab.rooms["3"], "Amina", None)
    knows = {one["platform"]: (one["linked"], one["has_read"]) for one in made["channels"]}
    assert knows == {"airbnb": (True, False), "booking_com": (True, False)}
    assert api.get(path(api, "3"), "Amina")["items"] == [block]
    (event,) = api.get("/api/events", kind="stays")["items"]
    assert (event["id"], event["kind"], event["person"], event["transport"]) == (
        made["event_id"], "stays.blocked", "Amina", "api",
    )  # fmt: skip


def test_a_taken_night_is_refused_with_its_holder_and_the_rooms_that_are_free(api: Api) -> None:
    held = api.post(path(api, "3"), {**TONIGHT, "reason": "walk_in", "guest": "Mary Njeri"})["block"]
    answer = api.ask("POST", path(api, "3"), told={"arrival": "2026-11-19", "departure": "2026-11-22"})
    assert api.refused(answer) == (422, "in_the_past")
    answer = api.ask("POST", path(api, "3"), told={"arrival": "2026-11-20", "departure": "2026-11-22"})
    assert api.refused(answer) == (409, "night_taken")
    facts = answer.json()["facts"]
    assert (facts["night"], facts["room_id"]) == ("2026-11-20", api.baobab.rooms["3"])
    assert (facts["held_by"]["stay_id"], facts["held_by"]["reason"]) == (held["id"], "walk_in")
    assert [one["name"] for one in facts["free_instead"]] == ["4", "7"]
    assert "Njeri" not in answer.text
    insisted = api.post(path(api, "3"), {**TONIGHT, "departure": "2026-11-22", "insist": True})
    assert insisted["block"]["state"] == "contested"
    assert api.get(f"/api/conflicts/{insisted['conflict_id']}")["status"] == "open"


def test_out_of_order_displaces_whoever_holds_the_night(api: Api) -> None:
    held = api.post(path(api, "3"), {**TONIGHT, "reason": "walk_in"})["block"]
    made = api.post(path(api, "3"), {**TONIGHT, "reason": "maintenance"})
    assert (made["block"]["state"], made["displaced"]) == ("holding", [held["id"]])


def test_a_walk_in_is_kept_with_phone_and_price_in_the_houses_form(api: Api) -> None:
    told = {**TONIGHT, "reason": "walk_in", "guest": "Mary Njeri", "phone": "0712 345678", "price": "4500"}
    block = api.post(path(api, "3"), told, "Amina")["block"]
    assert (block["guest"], block["phone"]) == ("Mary Njeri", "+254712345678")
    assert block["price"] == {"amount": "4500.00", "currency": "KES"}
    wrong = api.ask("POST", path(api, "4"), told={**told, "phone": "ring twice"})
    assert api.refused(wrong) == (422, "wrong_value")


def test_a_block_is_given_up_once_and_opens_when_it_can_no_longer_be_undone(api: Api) -> None:
    block = api.post(path(api, "3"), TONIGHT)["block"]
    gone = f"/api/blocks/{block['id']}"
    assert api.refused(api.ask("DELETE", gone, "Otieno")) == (404, "no_such_block")
    assert api.refused(api.ask("DELETE", gone, revision=block["revision"] + 1)) == (409, "changed_meanwhile")
    done = api.ask("DELETE", gone, revision=block["revision"]).json()
    assert (done["block"]["state"], done["opens_at"]) == ("released", "2026-11-20T18:50:00Z")
    assert api.refused(api.ask("DELETE", gone)) == (409, "already_ended")
    assert api.get(path(api, "3"))["items"] == []
    api.post(path(api, "3"), TONIGHT)


def test_a_guests_stay_is_no_block(api: Api) -> None:
    with api.store.unit_of_work() as work:
        room = holding.room_of(work, api.baobab.rooms["3"])
        sold = booked.arrive(work, room, Booked(nights(3, 2), "airbnb", "HMABC"), By()).stay.id
        order = BlockRoom(api.baobab.rooms["4"], nights(3, 2), Reason.GUEST)
        guest = service.block(work, order, By(api.baobab.people["Amina"], "console")).stay.id
    for stay_id in (sold, guest):
        assert api.refused(api.ask("DELETE", f"/api/blocks/{stay_id}")) == (404, "no_such_block")


def test_nights_that_are_none_and_reasons_that_are_none_are_refused(api: Api) -> None:
    for told, refusal in (
        ({"arrival": "2026-11-21", "departure": "2026-11-21"}, (422, "no_nights")),
        ({"arrival": "2026-11-21", "departure": "2199-01-01"}, (422, "too_long")),
        ({"arrival": "2198-12-01", "departure": "2199-01-01"}, (422, "too_far_ahead")),
        ({**TONIGHT, "reason": "guest"}, (422, "invalid")),
        ({**TONIGHT, "arrival": "tomorrow"}, (422, "invalid")),
        ({"arrival": "2026-11-20"}, (422, "invalid")),
    ):
        assert api.refused(api.ask("POST", path(api, "3"), told=told)) == refusal
    foreign = f"/api/listings/{api.acacia.rooms['1']}/blocks"
    assert api.refused(api.ask("POST", foreign, told=TONIGHT)) == (404, "no_such_room")


def test_a_block_sent_twice_with_one_key_is_one_block(api: Api) -> None:
    headers = {**api.person("Amina"), "Idempotency-Key": "7c1e"}
    first, second = (api.client.post(path(api, "3"), headers=headers, json=TONIGHT) for _ in range(2))
    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())
    assert api.refused(api.ask("POST", path(api, "3"), "Amina", TONIGHT)) == (409, "night_taken")
