"""Reservations over the API: booked whole or refused with a way out, once however often they are sent."""

from tests.webhooks.routes.house import Api

GUEST = {"name": "John Otieno", "phone": "0712 345678", "email": "john@example.com"}
NIGHTS = {"arrival": "2026-11-20", "departure": "2026-11-22"}
PRICES = {"2026-11-20": "4500.00", "2026-11-21": "4500.00"}


def order(api: Api, *rooms: str, **more: object) -> dict[str, object]:
    places = [{**NIGHTS, "listing_id": api.baobab.rooms[room], "prices": PRICES} for room in rooms]
    return {"property_id": api.baobab.property_id, "rooms": places, "guest": GUEST, **more}


def test_a_booking_is_made_shown_and_found(api: Api) -> None:
    made = api.post("/api/reservations/create/", order(api, "3", "4", adults=2), "Amina")["reservation"]
    assert (made["status"], made["contested"], made["total"]) == (
        "confirmed", False, {"amount": "18000.00", "currency": "KES"},
    )  # fmt: skip
    assert (made["phone"], [stay["listing"] for stay in made["stays"]]) == ("+254712345678", ["3", "4"])
    (listed,) = api.get("/api/reservations", "Amina", guest="otieno")["items"]
    assert (listed["id"], listed["phone"], listed["email"]) == (made["id"], "+254•••678", "j•••@example.com")
    assert "note" not in listed
    assert api.get(f"/api/reservations/{made['id']}", "Amina") == made
    assert api.get("/api/reservations", "Amina", status="cancelled")["items"] == []


def test_a_room_without_a_price_is_priced_by_the_rates_and_the_answer_says_so(api: Api) -> None:
    places = [
        {**NIGHTS, "listing_id": api.baobab.rooms["3"]},
        {**NIGHTS, "listing_id": api.baobab.rooms["4"], "prices": PRICES},
    ]
    made = api.post("/api/reservations/create", order(api) | {"rooms": places}, "Amina")
    assert made["priced_by"] == ["rates", "given"]
    assert [stay["price"]["amount"] for stay in made["reservation"]["stays"]] == ["9000.00", "9000.00"]
    sold = order(api, source="booking_com", reference="99") | {
        "rooms": [{**NIGHTS, "room_type_id": api.baobab.types["TWN"]}]
    }
    told = api.post("/api/reservations/create", sold)
    assert (told["priced_by"], told["reservation"]["total"]) == (["nobody"], None)


def test_what_does_not_fit_is_refused_whole(api: Api) -> None:
    api.post(f"/api/listings/{api.baobab.rooms['4']}/blocks", NIGHTS)
    answer = api.ask("POST", "/api/reservations/create", told=order(api, "3", "4"))
    assert api.refused(answer) == (409, "does_not_fit")
    facts = answer.json()["facts"]
    assert (facts["which"], facts["night"], len(facts["free"])) == (1, "2026-11-20", 2)
    assert api.get("/api/reservations")["items"] == []


def test_the_same_key_books_once(api: Api) -> None:
    headers = {**api.person("Amina"), "Idempotency-Key": "abc"}
    first = api.client.post("/api/reservations/create/", headers=headers, json=order(api, "3"))
    again = api.client.post("/api/reservations/create/", headers=headers, json=order(api, "3"))
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json(), again.headers["Idempotency-Replayed"]) == (again.json(), "true")
    assert len(api.get("/api/reservations")["items"]) == 1


def test_a_reservation_is_changed_cancelled_and_split(api: Api) -> None:
    made = api.post("/api/reservations/create", order(api, "3"))["reservation"]
    path, stay = f"/api/reservations/{made['id']}", made["stays"][0]["id"]
    changed = api.ask("PATCH", path, told={"revision": made["revision"], "adults": 3})
    assert changed.status_code == 200, changed.text
    assert changed.json()["reservation"]["adults"] == 3
    stale = api.ask("PATCH", path, told={"revision": made["revision"], "adults": 4})
    assert api.refused(stale) == (409, "reservation_changed")
    split = {"stay_id": stay, "night": "2026-11-21", "listing_id": api.baobab.rooms["7"]}
    parts = api.post(f"{path}/split", split, status=200)["reservation"]["stays"]
    assert [(part["listing"], part["follows"]) for part in parts] == [("3", None), ("7", stay)]
    done = api.post(f"{path}/cancel/", {"reason": "ill"}, status=200)["reservation"]
    assert (done["status"], done["cancel_reason"]) == ("cancelled", "ill")
    assert [one["what"] for one in done["revisions"]][:2] == [["booked"], ["guests"]]
    assert done["revisions"][-1]["what"] == ["state", "stays", "prices"]


def test_guests_come_and_go_or_do_not(api: Api) -> None:
    made = api.post("/api/reservations/create", order(api, "3"))["reservation"]
    path = f"/api/reservations/{made['id']}"
    assert api.post(f"{path}/check-in", status=200)["reservation"]["status"] == "checked_in"
    assert api.refused(api.ask("POST", f"{path}/cancel")) == (409, "guests_are_in")
    assert api.post(f"{path}/check-out", status=200)["reservation"]["status"] == "checked_out"
    sold = order(api, "4", source="booking_com", reference="77")
    missing = api.post("/api/reservations/create", sold)["reservation"]
    told = api.post(f"/api/reservations/{missing['id']}/no-show", status=200)
    assert (told["reservation"]["status"], told["report_no_show_by"]) == ("no_show", "2026-11-21T21:00:00Z")


def test_a_guest_is_taken_out_of_the_record_by_an_admin(api: Api) -> None:
    made = api.post("/api/reservations/create", order(api, "3"))["reservation"]
    path = f"/api/reservations/{made['id']}/erase-guest"
    assert api.refused(api.ask("POST", path, "Amina")) == (403, "role_too_low")
    erased = api.post(path, status=200)
    assert (erased["guest"], erased["phone"], erased["email"]) == (None, None, None)


def test_a_neighbour_neither_reads_nor_changes_it(api: Api) -> None:
    made = api.post("/api/reservations/create", order(api, "3"))["reservation"]
    path = f"/api/reservations/{made['id']}"
    assert api.refused(api.ask("GET", path, "Otieno")) == (404, "no_such_reservation")
    assert api.refused(api.ask("POST", f"{path}/cancel", "Otieno")) == (404, "no_such_reservation")
    assert api.get("/api/reservations", "Otieno")["items"] == []
    theirs = {**NIGHTS, "listing_id": next(iter(api.acacia.rooms.values()))}
    answer = api.ask("POST", "/api/reservations/create", told=order(api) | {"rooms": [theirs]})
    assert api.refused(answer) == (404, "no_such_room")


def test_what_makes_no_sense_is_refused(api: Api) -> None:
    both = {**NIGHTS, "listing_id": api.baobab.rooms["3"], "room_type_id": api.baobab.types["DBL"]}
    assert api.refused(api.ask("POST", "/api/reservations/create", told=order(api) | {"rooms": [both]}))[0] == 422
    some = {**NIGHTS, "listing_id": api.baobab.rooms["3"], "prices": {"2026-11-20": "4500"}}
    answer = api.ask("POST", "/api/reservations/create", told=order(api) | {"rooms": [some]})
    assert api.refused(answer) == (422, "bad_prices")
    answer = api.ask("POST", "/api/reservations/create", told=order(api, "3", source="pigeon"))
    assert api.refused(answer) == (422, "unknown_source")
