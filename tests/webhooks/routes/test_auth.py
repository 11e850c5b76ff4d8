"""Logging in over HTTP, one's own sessions, and API keys."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import Response

from core.access import rules
from core.access.models import ApiKey, RefreshToken
from core.staff import passwords
from core.staff.models import Person
from tests.support.hotel import clock_of
from tests.webhooks.routes.house import Api

EMAIL, PASSWORD = "juma@baobab.example", "a long password"
HASHED = passwords.hashed(PASSWORD)


@pytest.fixture(autouse=True)
def juma(api: Api) -> None:
    """Give Juma an e-mail and a password."""
    with api.store.unit_of_work() as work:
        one = work.session.get_one(Person, api.baobab.people["Juma"])
        one.email, one.password_hash = EMAIL, HASHED


def log_in(api: Api, email: str = EMAIL, password: str = PASSWORD) -> Response:
    """Ask for tokens."""
    return api.client.post("/api/auth/token/", json={"email": email, "password": password})


def bearer(given: Any) -> dict[str, str]:  # noqa: ANN401 - JSON.
    """Return the header of who was given these tokens."""
    return {"Authorization": f"Bearer {given['access']}"}


def status(api: Api, given: object) -> int:
    """Return how somebody with these tokens is answered."""
    return api.client.get("/api/listings", headers=bearer(given)).status_code


def test_email_and_password_bring_tokens_that_let_in(api: Api) -> None:
    given = log_in(api).json()
    assert set(given) == {"access", "refresh", "token_type", "expires_in"}
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 900)
    assert status(api, given) == 200
    clock_of(api.store).advance(timedelta(seconds=900))
    assert status(api, given) == 401


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "wrong"), ("nobody@baobab.example", PASSWORD)])
def test_a_wrong_one_is_401_whatever_was_wrong(api: Api, email: str, password: str) -> None:
    answer = log_in(api, email, password)
    assert api.refused(answer) == (401, "not_let_in")
    assert email not in answer.text
    assert password not in answer.text


def test_an_account_that_is_tried_too_often_is_429(api: Api) -> None:
    for _ in range(rules.FREE_FOR_ACCOUNT):
        assert log_in(api, password="wrong").status_code == 401
    answer = log_in(api)
    assert api.refused(answer) == (429, "too_many_tries")
    assert answer.headers["Retry-After"] == "30"


@pytest.mark.parametrize("told", [{}, {"email": EMAIL}, {"email": EMAIL, "password": "x" * 1025}, {"refresh": 1}])
def test_what_makes_no_sense_is_not_said_again(api: Api, told: dict[str, object]) -> None:
    answer = api.client.post("/api/auth/token", json=told)
    assert api.refused(answer) == (422, "invalid")
    assert EMAIL not in answer.text


def test_a_refresh_token_works_once_and_the_second_time_ends_the_session(api: Api) -> None:
    first = log_in(api).json()
    second = api.client.post("/api/auth/token/refresh/", json={"refresh": first["refresh"]}).json()
    assert status(api, second) == 200
    again = api.client.post("/api/auth/token/refresh/", json={"refresh": first["refresh"]})
    assert api.refused(again) == (401, "not_let_in")
    assert status(api, second) == 401


def test_no_token_lies_readable_in_the_database(api: Api) -> None:
    given = log_in(api).json()
    with api.store.reading() as session:
        kept = str([vars(row) for row in session.query(RefreshToken)])
    assert given["refresh"] not in kept


def test_logging_out_ends_this_session_and_no_other(api: Api) -> None:
    first, second = log_in(api).json(), log_in(api).json()
    assert api.client.post("/api/auth/logout", headers=bearer(first)).status_code == 204
    assert (status(api, first), status(api, second)) == (401, 200)


def test_setting_ones_password_needs_the_current_one_and_ends_the_other_sessions(api: Api) -> None:
    first, second = log_in(api).json(), log_in(api).json()
    asked = {"current": "wrong", "new": "an even longer one"}
    path = "/api/auth/password/"
    assert api.refused(api.client.post(path, json=asked, headers=bearer(first))) == (422, "wrong_password")
    asked["current"] = PASSWORD
    assert api.refused(api.client.post(path, json=asked)) == (401, "not_let_in")
    assert api.client.post(path, json=asked, headers=bearer(first)).status_code == 204
    assert (status(api, first), status(api, second)) == (200, 401)
    assert log_in(api).status_code == 401
    assert log_in(api, password="an even longer one").status_code == 200


@pytest.mark.parametrize("new", ["x" * 7, "x" * 1025, None])
def test_a_password_that_is_too_short_or_too_long_is_not_said_again(api: Api, new: str | None) -> None:
    answer = api.client.post(
        "/api/auth/password", json={"current": PASSWORD, "new": new}, headers=bearer(log_in(api).json())
    )
    assert api.refused(answer) == (422, "invalid")
    assert "xxx" not in answer.text
    assert PASSWORD not in answer.text


def test_who_has_no_email_is_refused_a_password(api: Api) -> None:
    assert api.refused(api.ask("POST", "/api/auth/password", "Amina", {"new": "x" * 8})) == (409, "no_email")


def test_a_person_sees_and_ends_their_own_sessions(api: Api) -> None:
    first, second = log_in(api).json(), log_in(api).json()
    seen = api.client.get("/api/auth/sessions/", headers=bearer(second)).json()["items"]
    assert [(one["id"], one["current"], one["kind"]) for one in seen] == [(2, True, "api"), (1, False, "api")]
    assert api.client.delete("/api/auth/sessions/1", headers=bearer(second)).status_code == 204
    assert (status(api, first), status(api, second)) == (401, 200)
    assert api.client.delete("/api/auth/sessions/1", headers=bearer(second)).status_code == 404
    assert api.client.delete("/api/auth/sessions", headers=bearer(second)).status_code == 204
    assert status(api, second) == 401


def test_nobody_sees_or_ends_the_sessions_of_others(api: Api) -> None:
    mine = log_in(api).json()
    (seen,) = api.get("/api/auth/sessions", "Zawadi")["items"]
    assert seen["current"] is True
    assert api.ask("DELETE", "/api/auth/sessions/1", "Zawadi").status_code == 404
    assert status(api, mine) == 200


def test_a_key_is_shown_once_and_works_until_it_is_ended(api: Api) -> None:
    told = {"property_id": api.baobab.property_id, "name": "Accounting", "scopes": ["rooms.read"]}
    made = api.post("/api/api-keys", told)
    (seen,) = api.get("/api/api-keys")["items"]
    assert seen == {name: value for name, value in made.items() if name != "key"}
    assert made["key"].startswith(seen["prefix"])
    assert "key" not in seen
    assert seen["made_by"] == api.baobab.people["Juma"]
    sent = {"X-API-Key": made["key"]}
    assert api.client.get("/api/listings", headers=sent).status_code == 200
    assert api.refused(api.client.get("/api/conflicts", headers=sent)) == (403, "scope_missing")
    assert api.ask("DELETE", f"/api/api-keys/{made['id']}").status_code == 204
    assert api.client.get("/api/listings", headers=sent).status_code == 401
    assert api.get("/api/api-keys")["items"] == []
    with api.store.reading() as session:
        assert session.query(ApiKey).count() == 1


def test_a_key_makes_no_keys_and_has_no_sessions(api: Api) -> None:
    sent = api.key()
    told = {"property_id": api.baobab.property_id, "name": "Child", "scopes": ["rooms.read"]}
    assert api.refused(api.client.post("/api/api-keys", json=told, headers=sent)) == (403, "scope_missing")
    assert api.refused(api.client.get("/api/auth/sessions", headers=sent)) == (403, "scope_missing")
    assert api.refused(api.client.post("/api/auth/logout", headers=sent)) == (403, "scope_missing")
    answer = api.client.post("/api/auth/password", json={"new": "x" * 8}, headers=sent)
    assert api.refused(answer) == (403, "scope_missing")


@pytest.mark.parametrize("scopes", [[], ["rooms.paint"], ["staff.change"], ["rooms.read", "keys.change"]])
def test_a_key_for_what_no_key_may_is_refused(api: Api, scopes: list[str]) -> None:
    told = {"property_id": api.baobab.property_id, "name": "Too much", "scopes": scopes}
    assert api.refused(api.ask("POST", "/api/api-keys", told=told))[0] == 422
    assert api.get("/api/api-keys")["items"] == []


def test_keys_are_an_admins_affair_and_of_their_own_property(api: Api) -> None:
    api.key("rooms.read")
    here, there = api.baobab.property_id, api.acacia.property_id
    told = {"property_id": here, "name": "Mine", "scopes": ["rooms.read"]}
    assert api.refused(api.ask("POST", "/api/api-keys", "Amina", told)) == (403, "role_too_low")
    assert api.refused(api.ask("GET", "/api/api-keys", "Amina")) == (403, "role_too_low")
    assert api.ask("POST", "/api/api-keys", "Juma", {**told, "property_id": there}).status_code == 404
    assert api.get("/api/api-keys", "Otieno")["items"] == []
    assert api.refused(api.ask("DELETE", "/api/api-keys/1", "Otieno")) == (404, "no_such_key")
    assert len(api.get("/api/api-keys")["items"]) == 1
