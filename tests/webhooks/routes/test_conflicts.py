"""Conflicts over the API: seen, decided by whoever is first, and taken back."""

from typing import Any

from core.events.service import By
from core.stays import booked, holding
from tests.support.desk import day, nights
from tests.webhooks.routes.house import Api, clash


def parties(conflict: Any) -> tuple[int, int]:  # noqa: ANN401 - JSON.
    """Return who holds the nights, and who waits for them."""
    holder, other = conflict["parties"]
    assert (holder["holds"], other["holds"]) == (True, False)
    return holder["stay_id"], other["stay_id"]


def test_a_conflict_tells_its_parties_and_what_is_advised(api: Api) -> None:
    conflict = clash(api, "3")
    assert (conflict["status"], conflict["listing"]["name"]) == ("open", "3")
    assert [(one["source"], one["guest"]) for one in conflict["parties"]] == [(None, "Mary"), ("airbnb", None)]
    assert conflict["advice"][0]["kind"] == "move"
    assert conflict["kept_listing"]["listing_id"] == conflict["advice"][0]["moves"][0]["listing_id"]
    assert api.get(f"/api/conflicts/{conflict['id']}", "Amina") == conflict
    for who in ("Otieno", "Wanjiru"):
        assert api.refused(api.ask("GET", f"/api/conflicts/{conflict['id']}", who)) == (404, "no_such_conflict")
        assert api.get("/api/conflicts", who)["items"] == []


def test_the_first_decision_counts_and_can_be_taken_back(api: Api) -> None:
    conflict = clash(api, "3")
    holder, other = parties(conflict)
    path = f"/api/conflicts/{conflict['id']}"
    late = api.ask("POST", f"{path}/resolve", told={"winner": holder, "revision": conflict["revision"] + 1})
    assert api.refused(late) == (409, "case_changed")
    done = api.post(f"{path}/resolve", {"winner": other, "revision": conflict["revision"]}, "Amina", 200)
    assert (done["losers"], len(done["tasks"])) == ([holder], 1)
    decided = done["conflict"]
    assert (decided["status"], decided["winner"], decided["decided_by"]) == ("decided", other, "Amina")
    second = api.ask("POST", f"{path}/resolve", told={"winner": holder})
    assert api.refused(second) == (409, "already_decided")
    assert api.get("/api/conflicts", status="decided")["items"] == [decided]
    undone = api.post(f"{path}/undo", None, "Juma", 200)
    assert (undone["conflict"]["status"], parties(undone["conflict"])) == ("open", (holder, other))
    assert api.refused(api.ask("POST", f"{path}/undo")) == (409, "nothing_decided")


def test_a_party_moves_into_a_free_room_and_into_no_taken_one(api: Api) -> None:
    conflict = clash(api, "3")
    _, other = parties(conflict)
    block(api, "7", 5, 2)
    path = f"/api/conflicts/{conflict['id']}/resolve"
    for room, refusal in (
        (api.baobab.rooms["7"], (409, "night_taken")),
        (api.acacia.rooms["1"], (404, "no_such_room")),
    ):
        assert api.refused(api.ask("POST", path, told={"move": other, "to_room": room})) == refusal
    done = api.post(path, {"move": other, "to_room": api.baobab.rooms["4"]}, "Amina", 200)
    assert (done["conflict"]["status"], done["conflict"]["decision"]) == ("decided", "MoveParties")


def split_up(api: Api) -> Any:  # noqa: ANN401 - JSON.
    """Return a conflict about room 3 on nights 5 and 6, where the other rooms are free for one of them each."""
    block(api, "4", 6)
    block(api, "7", 5)
    return clash(api, "3")


def block(api: Api, room: str, first: int, count: int = 1) -> None:
    """Block some nights of a room."""
    wanted = nights(first, count)
    told = {"arrival": str(wanted.arrival), "departure": str(wanted.departure)}
    api.post(f"/api/listings/{api.baobab.rooms[room]}/blocks", told)


def step(api: Api, stay: int, room: str, first: int, count: int = 1) -> dict[str, object]:
    """Return a move of some nights of a stay."""
    wanted, listing = nights(first, count), api.baobab.rooms[room]
    return {"stay_id": stay, "listing_id": listing, "arrival": str(wanted.arrival), "departure": str(wanted.departure)}


def test_a_party_changes_the_room_in_the_middle_and_the_change_can_be_taken_back(api: Api) -> None:
    conflict = split_up(api)
    _, other = parties(conflict)
    path = f"/api/conflicts/{conflict['id']}"
    moves = [step(api, other, "4", 5), step(api, other, "7", 6)]
    done = api.post(f"{path}/resolve", {"moves": moves, "revision": conflict["revision"]}, "Amina", 200)
    assert (done["conflict"]["status"], done["conflict"]["decision"]) == ("decided", "MoveParties")
    (sold,) = [one for one in api.get("/api/reservations")["items"] if one["source"] == "airbnb"]
    assert [(one["listing"], one["state"]) for one in sold["stays"]] == [("4", "holding"), ("7", "holding")]
    undone = api.post(f"{path}/undo", None, "Juma", 200)["conflict"]
    assert (undone["status"], parties(undone)[1]) == ("open", other)


def test_the_moves_that_are_advised_can_be_given_as_they_are(api: Api) -> None:
    block(api, "4", 6)
    block(api, "3", 7)
    with api.store.unit_of_work() as work:
        room = holding.room_of(work, api.baobab.rooms["3"])
        booked.arrive(work, room, booked.Booked(nights(6, 2), "airbnb", "HMABCDEFGH"), By())
    (conflict,) = api.get("/api/conflicts", status="open")["items"]
    (way,) = [one for one in conflict["advice"] if one["kind"] == "split"]
    done = api.post(f"/api/conflicts/{conflict['id']}/resolve", {"moves": way["moves"]}, "Amina", 200)
    assert (done["conflict"]["status"], [move["arrival"] for move in way["moves"]]) == ("decided", [str(day(7))])


def test_moves_that_cannot_be_made_change_nothing(api: Api) -> None:
    conflict = split_up(api)
    _, other = parties(conflict)
    path = f"/api/conflicts/{conflict['id']}"
    theirs = api.acacia.rooms["1"]
    refusals: tuple[tuple[list[dict[str, object]], tuple[int, str]], ...] = (
        ([step(api, other, "4", 5), step(api, other, "4", 6)], (409, "night_taken")),
        ([step(api, other, "4", 5), {**step(api, other, "7", 6), "listing_id": theirs}], (404, "no_such_room")),
        ([step(api, 999, "4", 5)], (404, "no_such_stay")),
        ([{**step(api, other, "4", 5), "departure": None}], (422, "wrong_value")),
        ([{**step(api, other, "4", 5), "departure": "2026-11-20"}], (422, "no_nights")),
        ([], (422, "invalid")),
    )
    for moves, refusal in refusals:
        assert api.refused(api.ask("POST", f"{path}/resolve", told={"moves": moves})) == refusal
    assert api.get(path) == conflict, "all of it or nothing"


def test_the_same_booking_twice_is_one(api: Api) -> None:
    conflict = clash(api, "3")
    done = api.post(f"/api/conflicts/{conflict['id']}/resolve", {"same_booking": True}, "Amina", 200)
    assert done["conflict"]["decision"] == "SameBooking"
    other = clash(api, "4")
    answer = api.ask("POST", f"/api/conflicts/{other['id']}/resolve", told={"our_echo": True})
    assert api.refused(answer) == (409, "no_echo")


def test_no_key_shadows_a_guest(api: Api) -> None:
    conflict = clash(api, "3")
    holder, _ = parties(conflict)
    path = f"/api/conflicts/{conflict['id']}/resolve"
    answer = api.client.post(path, headers=api.key("conflicts.decide"), json={"winner": holder})
    assert api.refused(answer) == (409, "needs_person")
    assert api.client.post(path, headers=api.key("conflicts.read"), json={"winner": holder}).status_code == 403


def test_decisions_that_are_none_or_two_at_once_are_refused(api: Api) -> None:
    conflict = clash(api, "3")
    _, other = parties(conflict)
    path = f"/api/conflicts/{conflict['id']}/resolve"
    nonsense: tuple[object, ...] = (
        {}, [], None, {"winner": other, "same_booking": True}, {"same_booking": False}, {"move": other},
        {"winner": "first"}, {"winner": other, "why": "seemed right"},
    )  # fmt: skip
    for told in nonsense:
        assert api.refused(api.ask("POST", path, told=told)) == (422, "invalid")
    assert api.refused(api.ask("POST", path, "Wanjiru", {"winner": other})) == (404, "no_such_conflict")
    assert api.get(f"/api/conflicts/{conflict['id']}")["status"] == "open"


def test_conflicts_are_listed_page_by_page_the_newest_first(api: Api) -> None:
    made = [clash(api, "3", first)["id"] for first in (5, 9, 13)]
    first = api.get("/api/conflicts", limit=2)
    rest = api.get("/api/conflicts", limit=2, cursor=first["next_cursor"])
    assert [one["id"] for one in (*first["items"], *rest["items"])] == made[::-1]
    assert api.refused(api.ask("GET", "/api/conflicts", status="lost")) == (422, "invalid")
