"""Whoever calls is known by a token, a key or the dashboard's cookie, and by nothing else."""

from pathlib import Path

import pytest

from core.access import links
from core.access.sessions import Origin
from core.events.models import Event
from core.events.service import By
from core.staff import service as staff
from core.staff.models import Membership
from tests.support import databases
from tests.webhooks.routes.house import SECRET, Api, open_api
from webhooks.api.caller import COOKIE, FORGERY_HEADER, forgery_token

WHO = "/api/auth/me"


def cookie_of(api: Api, name: str) -> str:
    """Return the cookie of somebody who took a link."""
    person_id = api.baobab.people[name]
    with api.store.unit_of_work() as work:
        code = links.make(work, person_id, By(person_id, "whatsapp")).code
        return links.take(work, code, Origin("127.0.0.1", "tests"))


def denials(api: Api) -> list[tuple[str, int, int | None, object, object]]:
    """Return what was refused: subject, its id, the property that is told, the act, and whether it was elsewhere."""
    with api.store.reading() as session:
        found = session.query(Event).filter_by(kind="access.denied").order_by(Event.id)
        return [
            (one.subject, one.subject_id, one.property_id, one.facts["act"], one.facts["elsewhere"]) for one in found
        ]


def test_a_person_is_known_by_their_token(api: Api) -> None:
    told = api.get(WHO, "Amina")
    assert told["person_id"] == api.baobab.people["Amina"]
    assert told["properties"] == [{"property_id": api.baobab.property_id, "role": "staff"}]
    assert told["scopes"] is None


def test_a_super_admin_is_one_at_every_property(api: Api) -> None:
    roles = {one["property_id"]: one["role"] for one in api.get(WHO, "Zawadi")["properties"]}
    assert roles == {api.baobab.property_id: "super_admin", api.acacia.property_id: "super_admin"}


def test_a_program_is_known_by_its_key(api: Api) -> None:
    told = api.client.get(WHO, headers=api.key("rooms.read")).json()
    assert (told["person_id"], told["key_id"], told["scopes"]) == (None, 1, ["rooms.read"])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic YW1pbmE6cGFzc3dvcmQ="},
        {"X-API-Key": "dauda_guessed"},
        {"Cookie": f"{COOKIE}=guessed"},
        {"Authorization": "Bearer " + "x" * 5000},
    ],
)
def test_whoever_is_not_known_is_told_nothing_more(api: Api, headers: dict[str, str]) -> None:
    answer = api.client.get(WHO, headers=headers)
    assert api.refused(answer) == (401, "not_let_in")
    assert answer.json()["facts"] == {}
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_cookie_reads_but_writes_only_with_the_header_of_our_own_pages(api: Api) -> None:
    cookie = cookie_of(api, "Juma")
    told = {"property_id": api.baobab.property_id, "code": "FAM", "name": "Family"}
    sent = {"Cookie": f"{COOKIE}={cookie}"}
    assert api.client.get(WHO, headers=sent).status_code == 200
    for forged in ({}, {FORGERY_HEADER: ""}, {FORGERY_HEADER: "é"}, {FORGERY_HEADER: forgery_token(SECRET, "other")}):
        encoded = {name.encode(): text.encode() for name, text in {**sent, **forged}.items()}
        assert api.refused(api.client.post("/api/room-types", json=told, headers=encoded)) == (403, "forgery_feared")
    sent[FORGERY_HEADER] = forgery_token(SECRET, cookie)
    assert api.client.post("/api/room-types", json=told, headers=sent).status_code == 201


def test_a_token_counts_before_a_cookie(api: Api) -> None:
    sent = {**api.person("Amina"), "Cookie": f"{COOKIE}={cookie_of(api, 'Juma')}"}
    assert api.client.get(WHO, headers=sent).json()["person_id"] == api.baobab.people["Amina"]
    assert api.client.get(WHO, headers={**sent, "Authorization": "Bearer x"}).status_code == 401


def test_somebody_revoked_is_out_with_the_next_request(api: Api) -> None:
    assert api.ask("GET", "/api/listings", "Amina").status_code == 200
    with api.store.unit_of_work() as work:
        one = work.session.query(Membership).filter_by(person_id=api.baobab.people["Amina"]).one()
        staff.revoke(work, one.id, By(api.baobab.people["Juma"], "api"))
    assert api.refused(api.ask("GET", "/api/listings", "Amina")) == (401, "not_let_in")


def test_a_role_too_low_is_refused_and_recorded(api: Api) -> None:
    told = {"property_id": api.baobab.property_id, "code": "FAM", "name": "Family"}
    answer = api.ask("POST", "/api/room-types", "Amina", told)
    assert api.refused(answer) == (403, "role_too_low")
    assert answer.json()["facts"] == {"needs": "property_admin"}
    assert denials(api) == [("person", api.baobab.people["Amina"], api.baobab.property_id, "rooms.change", False)]


def test_a_key_without_the_scope_is_refused_and_recorded(api: Api) -> None:
    told = {"property_id": api.baobab.property_id, "code": "FAM", "name": "Family"}
    answer = api.client.post("/api/room-types", json=told, headers=api.key("rooms.read"))
    assert api.refused(answer) == (403, "scope_missing")
    assert denials(api) == [("api_key", 1, api.baobab.property_id, "rooms.change", False)]


def test_a_try_at_a_property_of_others_is_told_to_ones_own_admin_and_not_to_theirs(api: Api) -> None:
    answer = api.ask("GET", f"/api/listings/{api.acacia.rooms['1']}", "Amina")
    assert answer.status_code == 404
    assert denials(api) == [("person", api.baobab.people["Amina"], api.baobab.property_id, "rooms.read", True)]
    assert api.get("/api/events", "Juma", kind="access.denied")["items"][0]["person"] == "Amina"
    assert api.get("/api/events", "Otieno", kind="access.denied")["items"] == []


def test_what_there_is_not_is_no_denial(api: Api) -> None:
    assert api.ask("GET", "/api/listings/999999", "Amina").status_code == 404
    assert denials(api) == []


def test_a_property_that_there_is_not_is_denied_like_one_that_is_not_theirs(api: Api) -> None:
    answers = [
        api.ask("GET", "/api/listings", "Amina", property_id=place) for place in (999999, api.acacia.property_id)
    ]
    assert [one.status_code for one in answers] == [404, 404]
    first, second = denials(api)
    assert first == second


def test_a_caller_who_asks_too_often_waits_while_others_do_not(tmp_path: Path) -> None:
    url = databases.sqlite_copy(tmp_path / "dauda.db")
    with open_api(url, tmp_path, DAUDA_API_RATE_LIMIT="3") as api:
        answers = [api.ask("GET", WHO, "Amina") for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert api.refused(answers[-1]) == (429, "too_many_tries")
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 20
        assert api.ask("GET", WHO, "Juma").status_code == 200


def test_strangers_of_one_address_wait_after_a_while(tmp_path: Path) -> None:
    url = databases.sqlite_copy(tmp_path / "dauda.db")
    with open_api(url, tmp_path, DAUDA_API_RATE_LIMIT="600") as api:
        answers = [api.client.get(WHO).status_code for _ in range(25)]
        assert (answers[0], answers[-1]) == (401, 429)
        assert api.ask("GET", WHO, "Juma").status_code == 200
