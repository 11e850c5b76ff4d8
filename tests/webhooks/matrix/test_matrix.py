"""Role by route by property: nobody reads or writes what is not theirs, whatever route is added.

The routes come from the application's own schema, and each says itself what it needs (`webhooks.api.described`). A new
route is walked as soon as it is there; if it names a thing that is not known here, `hotels.FINDERS` says where it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import APIRouter
from httpx import Response

from core.access.permissions import FOR_KEYS, Rights, may
from core.properties.models import Room
from core.staff.roles import Role
from tests.support import databases
from tests.support.hotel import Hotel
from tests.support.rounds import size
from tests.webhooks.matrix.hotels import MARK, PLAIN, Hotels, open_hotels
from tests.webhooks.matrix.operations import Operation, operations
from webhooks.api.caller import Act, Calling
from webhooks.api.described import needing
from webhooks.deps import Stored

pytestmark = pytest.mark.xdist_group("matrix")
OPEN = {"POST /api/auth/token", "POST /api/auth/token/refresh"}
"""What needs no credentials, since it gives them."""
ENGINES = databases.ENGINES if size() != "quick" else ("sqlite",)
GONE = 404
ROLES = {"Amina": Role.STAFF, "Juma": Role.PROPERTY_ADMIN, "Zawadi": Role.SUPER_ADMIN}

Headers = Mapping[str, str]
Rows = Mapping[str, list[tuple[object, ...]]]


@pytest.fixture(params=ENGINES)
def hotels(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hotels]:
    """Give the two hotels, to be changed."""
    with databases.migrated(request.param, tmp_path) as url, open_hotels(url, tmp_path) as opened:
        yield opened


@pytest.fixture(params=ENGINES, scope="module")
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotels]:
    """Give the two hotels, to be looked at by whoever must not be able to change them."""
    folder = tmp_path_factory.mktemp("kept")
    with databases.migrated(request.param, folder) as url, open_hotels(url, folder) as opened:
        yield opened


def undeclared(found: list[Operation]) -> list[str]:
    """Return the operations that do not say what they need, or need nothing without saying so here."""
    wrong = [one.name for one in found if one.acts is None]
    return wrong + [one.name for one in found if not one.secured and one.name not in OPEN]


def unknown(hotels: Hotels) -> list[str]:
    """Return the things that operations name and of which a hotel has none."""
    wrong = []
    for hotel in (hotels.api.baobab, hotels.api.acacia):
        value = hotels.value(hotel)
        for one in hotels.operations:
            named = {*one.in_path, *one.in_query, *(name for name in one.fields if name.endswith("_id"))}
            wrong += [f"{one.name}: {name}" for name in sorted(named - PLAIN) if value(name) is None]
    return sorted(set(wrong))


def strangers(hotels: Hotels) -> list[str]:
    """Return what somebody without credentials was not refused."""
    value = hotels.value(hotels.api.baobab)
    answers = [(one, hotels.ask(one, {}, value)) for one in hotels.operations if one.name not in OPEN]
    return [_said(one, answer) for one, answer in answers if answer.status_code != 401]


def beyond(hotels: Hotels, rights: Rights, headers: Headers) -> list[str]:
    """Return what somebody was not refused though their rights at their own hotel do not allow it."""
    hotel, wrong, before = hotels.api.baobab, [], hotels.everything()
    value = hotels.value(hotel)
    for one in hotels.operations:
        if not one.acts or _may(rights, hotel, one):
            continue
        told, answer = hotels.denials(), hotels.ask(one, headers, value)
        if answer.status_code != 403 or hotels.denials() == told:
            wrong.append(_said(one, answer))
    return wrong + _changed(before, hotels.everything())


def refused(hotels: Hotels, headers: Headers, asked: list[Operation]) -> list[str]:
    """Return what somebody was refused of what their rights at their own hotel allow."""
    wrong = []
    for one in asked:
        answer = hotels.ask(one, headers, hotels.value(hotels.api.baobab))
        if answer.status_code in (401, 403, 404, 429) or answer.status_code >= 500:
            wrong.append(_said(one, answer))
    return wrong


def intrusions(hotels: Hotels, headers: Headers) -> list[str]:
    """Return what somebody of the second hotel reached at the first: every thing named in turn is the first's."""
    there, wrong, before = hotels.api.acacia, [], hotels.everything()
    for one in hotels.operations:
        for names in _foreign(hotels, one):
            value = hotels.value(there, dict.fromkeys(names, hotels.api.baobab))
            query = {name: value(name) for name in names if name in one.in_query}
            answer = hotels.ask(_with(one, names), headers, value, **query)
            if not _kept_out(one, names, answer):
                wrong.append(f"{_said(one, answer)} with the first hotel's {', '.join(sorted(names))}")
    return wrong + _changed(before, hotels.everything())


def glimpses(hotels: Hotels, headers: Headers) -> list[str]:
    """Return what shows somebody of the second hotel something of the first when they ask for their own."""
    wrong = []
    for one in hotels.operations:
        if one.method != "get":
            continue
        answer = hotels.ask(one, headers, hotels.value(hotels.api.acacia))
        if MARK in answer.text.lower() or _places(answer) - {hotels.api.acacia.property_id}:
            wrong.append(_said(one, answer))
    return wrong


def _may(rights: Rights, hotel: Hotel, one: Operation) -> bool:
    return any(may(rights, None if act == Act.ADD_PROPERTY else hotel.property_id, act) for act in one.acts or ())


def _foreign(hotels: Hotels, one: Operation) -> Iterator[frozenset[str]]:
    """Give the names that are to be the other hotel's: all of them, and each alone."""
    known = hotels.value(hotels.api.baobab)
    sent = _with(one, frozenset(map(_singular, one.fields))).body
    fields = map(_singular, sent if isinstance(sent, dict) else ())
    names = [name for name in dict.fromkeys([*one.in_path, *one.in_query, *fields]) if known(name) is not None]
    if len(names) > 1:
        yield frozenset(names)
    for name in names:
        yield frozenset({name})


def _with(one: Operation, names: frozenset[str]) -> Operation:
    """The operation with these names in its body, though its example may not have them."""
    if not isinstance(one.body, dict):
        return one
    missing = [name for name in one.fields if _singular(name) in names and name not in one.body]
    # Fields that do not end like an id's make it a body of another kind, of which an example is needed.
    added = {name: [0] if name.endswith("_ids") else 0 for name in missing if name.endswith(("_id", "_ids"))}
    return replace(one, body={**one.body, **added})


def _singular(name: str) -> str:
    return name.removesuffix("s") if name.endswith("_ids") else name


def _kept_out(one: Operation, names: frozenset[str], answer: Response) -> bool:
    """Whether the answer is what somebody gets who asks for what is not theirs."""
    if MARK in answer.text.lower():
        return False
    if not one.acts and answer.status_code == 403:
        return True
    if names & {*one.in_path, "property_id"}:
        # Somebody whose role is too low for it at home is told so, unless everything is the other hotel's.
        other = {403} if {*one.in_path} - names else set[int]()
        return answer.status_code in {GONE, *other, *((422,) if "property_id" not in names else ())}
    if names <= set(one.in_query):
        empty = answer.status_code == 200 and answer.json().get("items") == []
        return empty or answer.status_code in (403, GONE)
    return answer.status_code in (403, 404, 409, 422)


def _changed(before: Rows, after: Rows) -> list[str]:
    """The tables that differ; which of the operations it was, its answer says."""
    return [f"{table} changed" for table in before if before[table] != after[table]]


def _places(answer: Response) -> set[int]:
    """The properties that the answer names."""
    told = answer.json() if answer.content else {}
    items = told.get("items", [told]) if isinstance(told, dict) else []
    return {item["property_id"] for item in items if isinstance(item, dict) and item.get("property_id") is not None}


def _said(one: Operation, answer: Response) -> str:
    return f"{one.name} {answer.status_code} {answer.text[:200]}"


def test_every_route_says_what_it_needs_and_names_only_known_things(kept: Hotels) -> None:
    assert undeclared(kept.operations) == []
    assert unknown(kept) == []
    assert len(kept.operations) > 30


def test_a_stranger_is_let_in_nowhere(kept: Hotels) -> None:
    before = kept.everything()
    assert strangers(kept) == []
    assert kept.everything() == before


@pytest.mark.parametrize("name", ["Amina", "Juma"])
def test_a_role_may_no_more_than_it_may(kept: Hotels, name: str) -> None:
    rights = Rights({kept.api.baobab.property_id: ROLES[name]})
    assert beyond(kept, rights, kept.api.person(name)) == []


def test_a_key_may_no_more_than_its_scopes_name(kept: Hotels) -> None:
    rights = Rights({kept.api.baobab.property_id: Role.PROPERTY_ADMIN}, frozenset({Act.READ_ROOMS}))
    assert beyond(kept, rights, kept.api.key("rooms.read")) == []


@pytest.mark.parametrize("who", ["Otieno", "key"] if size() == "quick" else ["Otieno", "Wanjiru", "key"])
def test_nobody_reads_or_writes_at_the_hotel_of_others(kept: Hotels, who: str) -> None:
    headers = kept.key(kept.api.acacia.property_id, "Otieno") if who == "key" else kept.api.person(who)
    assert intrusions(kept, headers) == []
    assert glimpses(kept, headers) == []


def test_each_thing_may_be_done_by_the_least_role_that_it_says_it_needs(hotels: Hotels) -> None:
    left, hotel = [one for one in hotels.operations if one.acts], hotels.api.baobab
    for name, role in ROLES.items():
        rights = Rights({hotel.property_id: role})
        asked = [one for one in left if _may(rights, hotel, one)]
        left = [one for one in left if one not in asked]
        assert refused(hotels, hotels.api.person(name), asked) == []
    assert left == []


def test_a_key_may_what_its_scopes_name(hotels: Hotels) -> None:
    rights = Rights({hotels.api.baobab.property_id: Role.PROPERTY_ADMIN}, frozenset(FOR_KEYS))
    asked = [one for one in hotels.operations if one.acts and _may(rights, hotels.api.baobab, one)]
    assert refused(hotels, hotels.api.key(), asked) == []


def test_a_route_that_does_not_ask_is_found(hotels: Hotels) -> None:
    """The negative twin: the same walk over routes that forgot something."""
    router = APIRouter(prefix="/api")

    @router.get("/twin/rooms/{listing_id}", **needing(Act.CHANGE_ROOMS))
    def look(listing_id: int, caller: Calling, store: Stored) -> dict[str, str]:
        assert caller.name
        with store.reading() as session:
            return {"name": session.get_one(Room, listing_id).name}

    @router.delete("/twin/rooms/{listing_id}", **needing(Act.CHANGE_ROOMS))
    def rename(listing_id: int, caller: Calling, store: Stored) -> dict[str, str]:
        assert caller.name
        with store.unit_of_work() as work:
            work.session.get_one(Room, listing_id).name += "x"
        return {}

    @router.get("/twin/open")
    def forgotten() -> dict[str, str]:
        return {}

    hotels.api.app.include_router(router)
    hotels.api.app.openapi_schema = None
    twins = Hotels(hotels.api, [one for one in operations(hotels.api.app) if "/twin/" in one.path])
    assert set(undeclared(twins.operations)) == {"GET /api/twin/open"}
    assert len(strangers(twins)) == 1
    staff = Rights({twins.api.baobab.property_id: Role.STAFF})
    for found in (beyond(twins, staff, twins.api.person("Amina")), intrusions(twins, twins.api.person("Otieno"))):
        assert [one.split(" ")[0] for one in found] == ["GET", "DELETE", "rooms"]
