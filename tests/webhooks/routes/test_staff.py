"""The people of a property over the API."""

from typing import Any

from core.events.service import By
from core.staff import service
from tests.webhooks.routes.house import Api


def member(api: Api, name: str, who: str = "Juma") -> Any:  # noqa: ANN401 - JSON.
    return next(one for one in api.get("/api/staff", who)["items"] if one["name"] == name)


def test_somebody_is_taken_on_and_links_their_chat_by_the_code(api: Api) -> None:
    told = {"property_id": api.baobab.property_id, "name": "Kamau", "language": "sw", "email": "Kamau@Baobab.example"}
    assert api.refused(api.ask("POST", "/api/staff", "Amina", told)) == (403, "role_too_low")
    made = api.post("/api/staff", told)
    assert (made["member"]["role"], made["member"]["language"]) == ("staff", "sw")
    assert made["member"]["email"] == "kamau@baobab.example"
    with api.store.unit_of_work() as work:
        service.redeem(work, made["invitation"]["code"], "telegram", "4711")
    assert member(api, "Kamau")["addresses"] == ["telegram:4711"]
    for event in api.get("/api/events", kind="staff")["items"]:
        assert "kamau" not in str(event["facts"]).lower()


def test_nobody_gives_a_role_above_their_own_nor_takes_one(api: Api) -> None:
    told = {"property_id": api.baobab.property_id, "name": "Kamau", "role": "super_admin"}
    assert api.refused(api.ask("POST", "/api/staff", told=told)) == (403, "may_not_grant")
    boss = f"/api/staff/{member(api, 'Zawadi')['id']}"
    assert api.refused(api.ask("PATCH", boss, told={"role": "staff"})) == (403, "may_not_grant")
    assert api.refused(api.ask("DELETE", boss)) == (403, "may_not_grant")
    amina = f"/api/staff/{member(api, 'Amina')['id']}"
    assert api.refused(api.ask("PATCH", amina, told={"role": "super_admin"})) == (403, "may_not_grant")
    assert api.ask("PATCH", amina, told={"role": "property_admin"}).json()["role"] == "property_admin"
    assert api.ask("GET", "/api/staff", "Amina").status_code == 200


def test_whoever_is_let_go_is_out_with_the_next_request(api: Api) -> None:
    assert api.ask("GET", "/api/properties", "Amina").status_code == 200
    path = f"/api/staff/{member(api, 'Amina')['id']}"
    assert api.refused(api.ask("DELETE", path, "Otieno")) == (404, "no_such_member")
    assert api.ask("DELETE", path).status_code == 204
    assert api.ask("GET", "/api/properties", "Amina").status_code in (401, 403)
    assert api.refused(api.ask("DELETE", path)) == (404, "no_such_member")
    assert [one["name"] for one in api.get("/api/staff")["items"]] == ["Juma", "Zawadi"]
    gone = api.get("/api/staff", left="true")["items"][0]
    assert (gone["name"], gone["revoked_at"]) == ("Amina", "2026-11-20T18:40:00Z")


def test_the_last_admin_stays(api: Api) -> None:
    path = f"/api/staff/{member(api, 'Otieno', 'Otieno')['id']}"
    assert api.refused(api.ask("DELETE", path, "Otieno")) == (409, "last_admin")
    assert api.refused(api.ask("PATCH", path, "Otieno", {"role": "staff"})) == (409, "last_admin")


def test_of_somebody_who_works_elsewhere_too_only_the_role_is_changed(api: Api) -> None:
    wanjiru = next(one for one in api.get("/api/staff", "Otieno")["items"] if one["name"] == "Wanjiru")
    with api.store.unit_of_work() as work:
        code = service.invite(work, api.acacia.property_id, "Wanjiru", By()).code
        service.redeem(work, code, "telegram", "4711")
        here = service.invite(work, api.baobab.property_id, "Wanjiru W", By()).code
        service.redeem(work, here, "telegram", "4711")
    at_baobab = next(one for one in api.get("/api/staff")["items"] if one["person_id"] == wanjiru["person_id"])
    path = f"/api/staff/{at_baobab['id']}"
    for told in ({"email": "thief@baobab.example"}, {"name": "Somebody"}):
        assert api.refused(api.ask("PATCH", path, told=told)) == (409, "works_elsewhere")
    assert api.ask("PATCH", path, told={"role": "property_admin"}).status_code == 200
    again = next(one for one in api.get("/api/staff", "Otieno")["items"] if one["name"] == "Wanjiru")
    assert (again["email"], again["role"]) == (None, "staff")


def test_an_address_is_one_persons(api: Api) -> None:
    amina, juma = (f"/api/staff/{member(api, name)['id']}" for name in ("Amina", "Juma"))
    assert api.ask("PATCH", amina, told={"email": "desk@baobab.example"}).status_code == 200
    assert api.refused(api.ask("PATCH", juma, told={"email": "DESK@baobab.example"})) == (409, "email_taken")
    assert api.refused(api.ask("PATCH", juma, told={"email": "desk"})) == (422, "wrong_value")
    assert api.refused(api.ask("PATCH", juma, told={"language": "tlh"})) == (422, "invalid")


def test_no_key_sees_or_changes_people(api: Api) -> None:
    key = api.key()
    assert api.refused(api.client.get("/api/staff", headers=key)) == (403, "scope_missing")
    told = {"property_id": api.baobab.property_id, "name": "Kamau"}
    assert api.refused(api.client.post("/api/staff", headers=key, json=told)) == (403, "scope_missing")
