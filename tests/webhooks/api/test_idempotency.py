"""A route that does each thing once, however often it is sent."""

from typing import Any

import pytest
from fastapi import Response
from pydantic import BaseModel

from core.db.work import UnitOfWork
from core.errors import Refused
from core.properties.models import RoomType
from tests.webhooks.routes.house import Api
from webhooks.api.caller import Calling
from webhooks.api.idempotency import REPLAYED, Once
from webhooks.deps import Stored


class Order(BaseModel):
    """What is to be done."""

    code: str
    refuse: bool = False


class NotToday(Refused):
    """A refusal."""


class Told(BaseModel):
    """What was done."""

    id: int


@pytest.fixture(autouse=True)
def route(api: Api) -> None:
    """Give the API a route that makes a room type, without asking whether there is one."""

    @api.app.post("/api/made", status_code=201)
    def make(order: Order, caller: Calling, store: Stored, once: Once) -> Response:
        def do(work: UnitOfWork) -> Told:
            number = work.session.query(RoomType).count()
            made = RoomType(property_id=api.baobab.property_id, code=f"{order.code}{number}", name=order.code)
            work.session.add(made)
            work.session.flush()
            if order.refuse:
                raise NotToday
            return Told(id=made.id)

        assert caller.name
        return once.answer(store, 201, do)


def make(api: Api, key: str | None = "k1", body: object = None, who: str = "Juma", **query: str) -> Any:  # noqa: ANN401 - what was answered.
    """Ask for it; the status, the id and whether it was done before."""
    headers = api.person(who) | ({"Idempotency-Key": key} if key is not None else {})
    told = body or {"code": "FAM"}
    sent: dict[str, Any] = {"content": told} if isinstance(told, bytes) else {"json": told}
    answer = api.client.post("/api/made", headers=headers | {"Content-Type": "application/json"}, params=query, **sent)
    return answer.status_code, answer.json().get("id") or answer.json()["code"], REPLAYED in answer.headers


def types(api: Api) -> int:
    """Count the room types."""
    with api.store.reading() as session:
        return session.query(RoomType).count()


def test_sent_twice_with_a_key_it_is_done_once_and_answered_alike(api: Api) -> None:
    before = types(api)
    status, made, replayed = make(api)
    assert (status, replayed) == (201, False)
    assert make(api) == (201, made, True)
    assert make(api, body=b'{ "code" : "FAM" }') == (201, made, True)
    assert types(api) == before + 1


def test_sent_twice_without_a_key_it_is_done_twice(api: Api) -> None:
    before = types(api)
    make(api, None)
    make(api, None)
    assert types(api) == before + 2


def test_another_person_may_use_the_same_key_for_their_own(api: Api) -> None:
    before = types(api)
    make(api)
    make(api, who="Amina")
    assert types(api) == before + 2


@pytest.mark.parametrize(("body", "query"), [({"code": "TWN"}, {}), ({"code": "FAM"}, {"dry": "1"})])
def test_the_same_key_with_another_request_is_a_mistake(api: Api, body: object, query: dict[str, str]) -> None:
    make(api)
    before = types(api)
    assert make(api, body=body, **query) == (422, "key_reused", False)
    assert types(api) == before


def test_a_refusal_is_not_kept(api: Api) -> None:
    before = types(api)
    assert make(api, body={"code": "FAM", "refuse": True}) == (409, "not_today", False)
    assert types(api) == before
    assert make(api, body={"code": "FAM"})[2] is False


@pytest.mark.parametrize("key", ["", "x" * 121, "two words"])
def test_a_key_that_makes_no_sense_is_refused(api: Api, key: str) -> None:
    before = types(api)
    assert make(api, key) == (422, "invalid", False)
    assert types(api) == before
