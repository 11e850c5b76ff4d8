"""Rate plans, rates and quotes over the API."""

from tests.webhooks.routes.house import Api

WEEK = {"arrival": "2026-11-23", "departure": "2026-11-27"}


def order(api: Api, **more: object) -> dict[str, object]:
    """Rates for Monday to Wednesday at Baobab."""
    return {"property_id": api.baobab.property_id, "first": "2026-11-23", "last": "2026-11-25", **more}


def quote_of(api: Api, **more: object) -> dict[str, object]:
    """A stay in a double from Monday to Friday."""
    return {"property_id": api.baobab.property_id, "room_type_id": api.baobab.types["DBL"], **WEEK, **more}


def test_rates_are_set_on_a_range_and_seen_by_night(api: Api) -> None:
    double = api.baobab.types["DBL"]
    told = order(api, room_type_ids=[double], days=["mo", "we"], price="5000", min_stay_arrival=2)
    answer = api.ask("PUT", "/api/rates", told=told)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["changed"], answer.json()["skipped"]) == (2, [])
    seen = api.get("/api/rates", "Amina", property_id=api.baobab.property_id, room_type_id=double, **WEEK)
    assert [(one["price"], one["min_stay_arrival"]) for one in seen["items"]] == [
        ("5000.00", 2), ("4500.00", 1), ("5000.00", 2), ("4500.00", 1),
    ]  # fmt: skip
    assert seen["currency"] == "KES"
    everything = api.get("/api/rates", property_id=api.baobab.property_id, **WEEK)
    assert len(everything["items"]) == 8


def test_ten_times_the_price_is_asked_about(api: Api) -> None:
    answer = api.ask("PUT", "/api/rates", told=order(api, price="45000"))
    assert api.refused(answer) == (409, "needs_confirming")
    assert answer.json()["facts"]["before"] == 4500
    assert api.ask("PUT", "/api/rates", told=order(api, price="45000", confirmed=True)).json()["changed"] == 6


def test_rates_that_make_no_sense_are_refused(api: Api) -> None:
    for wrong in ({"price": "0"}, {"last": "2026-11-20", "price": "5000"}, {}, {"first": "2026-11-01", "max_stay": 3}):
        assert api.ask("PUT", "/api/rates", told=order(api, **wrong)).status_code == 422
    assert api.ask("PUT", "/api/rates", told=order(api, price="5000", days=["xx"])).status_code == 422
    answer = api.ask(
        "GET", "/api/rates", property_id=api.baobab.property_id, arrival="2026-11-20", departure="2028-11-20"
    )
    assert api.refused(answer) == (422, "wrong_value")


def test_a_plan_is_made_and_changed_by_its_code(api: Api) -> None:
    told = {"property_id": api.baobab.property_id, "code": "bb", "name": "Bed and breakfast"}
    base = api.ask("POST", "/api/rate-plans", told=told).json()
    derived = {**told, "code": "nr", "name": "Non-refundable", "parent_id": base["id"], "percent": "-10"}
    made = api.ask("POST", "/api/rate-plans", told=derived).json()
    assert (made["percent"], made["currency"], made["every_type"]) == ("-10", "KES", True)
    again = api.ask("POST", "/api/rate-plans", told={**derived, "room_type_ids": [api.baobab.types["DBL"]]}).json()
    assert (again["id"], again["every_type"]) == (made["id"], False)
    assert [one["code"] for one in api.get("/api/rate-plans", "Amina")["items"]] == ["bb", "nr"]
    found = api.post("/api/quotes", quote_of(api, rate_plan_id=made["id"]), "Amina", 200)
    assert (found["total"], found["sold"]) == ("16200.00", True)
    looped = {**told, "parent_id": made["id"]}
    assert api.refused(api.ask("POST", "/api/rate-plans", told=looped)) == (409, "derives_from_itself")


def test_guard_rails_and_what_guests_pay_are_set_for_a_type(api: Api) -> None:
    base = api.ask("POST", "/api/rate-plans", told={"property_id": api.baobab.property_id, "code": "bb", "name": "B"})
    plan = base.json()["id"]
    told = {"least": "3000", "most_adults": 3, "for_adults": [{"adults": 1, "delta": "-500"}]}
    path = f"/api/rate-plans/{plan}/room-types/{api.baobab.types['DBL']}"
    answer = api.ask("PUT", path, told=told)
    assert answer.status_code == 200, answer.text
    (kind,) = answer.json()["types"]
    assert (kind["least"], kind["for_adults"]) == ("3000", [{"adults": 1, "price": None, "delta": "-500"}])
    assert api.post("/api/quotes", quote_of(api, rate_plan_id=plan, adults=1), "Juma", 200)["total"] == "16000.00"
    many = api.ask("POST", "/api/quotes", told=quote_of(api, rate_plan_id=plan, adults=4))
    assert api.refused(many) == (409, "too_many_adults")
    assert api.refused(api.ask("PUT", path, "Otieno", told)) == (404, "no_such_plan")
    low = api.ask("PUT", "/api/rates", told=order(api, rate_plan_id=plan, price="2999"))
    assert api.refused(low) == (409, "outside_rails")


def test_a_quote_explains_itself_and_says_what_would_be_sold(api: Api) -> None:
    season = {
        "property_id": api.baobab.property_id,
        "name": "High",
        "first_night": "2026-11-24",
        "last_night": "2026-11-25",
    }
    high = api.post("/api/seasons", season, status=200)
    rule = {"property_id": api.baobab.property_id, "kind": "season", "season_id": high["id"], "percent": "20"}
    made = api.post("/api/pricing-rules", rule)
    api.ask("PUT", "/api/rates", told=order(api, min_stay_through=5, last="2026-11-23"))
    found = api.post("/api/quotes", quote_of(api), "Amina", 200)
    assert [one["price"] for one in found["nights"]] == ["4500.00", "5400.00", "5400.00", "4500.00"]
    assert [(step["kind"], step["by"], step["name"]) for step in found["nights"][1]["steps"]] == [
        ("usual", "4500.00", None), ("rule", "900.00", "High"),
    ]  # fmt: skip
    assert found["refused_by"] == [{"limit": "min_stay_through", "day": "2026-11-23", "nights": 5}]
    assert found["instead"] == {"arrival": "2026-11-23", "departure": "2026-11-28"}
    off = api.ask(
        "PUT", f"/api/pricing-rules/{made['id']}", told={"kind": "season", "season_id": high["id"], "active": False}
    )
    assert off.json()["active"] is False
    assert api.post("/api/quotes", quote_of(api), "Amina", 200)["total"] == "18000.00"
    assert len(api.get("/api/pricing-rules")["items"]) == len(api.get("/api/seasons")["items"]) == 1


def test_the_weekend_is_set(api: Api) -> None:
    path = f"/api/properties/{api.baobab.property_id}/weekend"
    assert api.ask("PUT", path, told={"days": ["fr", "sa"]}).json()["days"] == ["fr", "sa"]
    assert api.ask("PUT", path, told={"days": []}).status_code == 422


def test_staff_see_prices_and_change_none(api: Api) -> None:
    season = {
        "property_id": api.baobab.property_id,
        "name": "S",
        "first_night": "2026-11-24",
        "last_night": "2026-11-25",
    }
    plan = {"property_id": api.baobab.property_id, "code": "x", "name": "X"}
    tries = (
        ("PUT", "/api/rates", order(api, price="5000")),
        ("POST", "/api/rate-plans", plan),
        ("POST", "/api/seasons", season),
    )
    for method, path, told in tries:
        assert api.refused(api.ask(method, path, "Amina", told)) == (403, "role_too_low")
        assert api.refused(api.ask(method, path, "Otieno", told)) == (404, "no_such_property")
    assert api.refused(api.ask("POST", "/api/quotes", "Otieno", quote_of(api))) == (404, "no_such_property")
