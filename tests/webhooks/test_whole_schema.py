"""Every operation of the schema, asked by everybody in every way: no mistakes, nothing undeclared, nothing foreign."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support import databases
from tests.support.hotel import TODAY
from tests.support.rounds import rounds
from tests.webhooks.routes.house import Api, clash, open_api
from webhooks.routes import sync

Request = Case[Any]
FOREIGN = ("acacia", "Otieno", "Wanjiru", "Only-at-Acacia")
"""What nobody of Baobab may ever read."""
REQUESTS = rounds(quick=100, check=150, soak=50_000)
"""From each caller, to all operations together."""
ENDS_SESSIONS = {"log_out", "end_sessions", "end_session"}
"""They would put out the caller who asks the rest."""
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = 8
"""Numbers are brought below it, so that most of them name things that are there, of both hotels."""
OTHERS = (1, 4, 5)
"""Amina's membership, and those of the other hotel: whoever asks must not put themselves out."""


def furnish(api: Api) -> None:
    """Let the other hotel have something to be found, and both something to be decided."""
    clash(api, "3")
    clash(api, "2", who="Otieno")
    told = {"arrival": "2026-11-20", "departure": "2026-11-24", "reason": "walk_in", "guest": FOREIGN[-1]}
    api.post(f"/api/listings/{api.acacia.rooms['1']}/blocks", told, "Otieno")
    room = {"property_id": api.acacia.property_id, "room_type_id": api.acacia.types["DBL"], "name": FOREIGN[-1]}
    api.post("/api/listings", room, "Otieno")


def near(value: Any) -> Any:  # noqa: ANN401 - JSON.
    """Return `value` with its numbers brought near to those of things that are there, and its dates near today."""
    match value:
        case bool():
            return value
        case int():
            return value % FEW
        case str():
            return _near_day(value)
        case Mapping():
            return {key: near(each) for key, each in value.items()}
        case list():
            return [near(each) for each in value]
        case _:
            return value


def _near_day(text: str) -> str:
    try:
        given = date.fromisoformat(text)
    except ValueError:
        return text
    return (TODAY + timedelta(given.toordinal() % 60)).isoformat()


def headers_of(api: Api, who: str) -> dict[str, str]:
    match who:
        case "a key":
            return api.key()
        case "nobody":
            return {}
        case _:
            return api.person(who)


def requests(api: Api) -> st.SearchStrategy[Request]:
    """Return requests of every operation of the API: two that the schema allows for each that it does not."""
    schema = schemathesis.openapi.from_dict(api.app.openapi())
    results: Any = schema.get_all_operations()
    found = []
    for result in results:
        operation = result.ok()
        if operation.path.startswith("/api") and operation.definition.raw["operationId"] not in ENDS_SESSIONS:
            allowed = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
            found += [allowed, allowed, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)]
    return st.one_of(found)


def send(api: Api, case: Request, headers: dict[str, str]) -> httpx.Response:
    """Return the answer to a request that `headers` say who sends."""
    parameters: dict[str, Any] = near(case.path_parameters)
    if "member_id" in parameters and isinstance(parameters["member_id"], int):
        parameters["member_id"] = OTHERS[parameters["member_id"] % len(OTHERS)]
    case.path_parameters, case.query, case.body = parameters, near(case.query), near(case.body)
    made = case.as_transport_kwargs(base_url=str(api.client.base_url))
    kept = {name: value for name, value in made["headers"].items() if name.lower() == "content-type"}
    content = made.get("data")
    answer = api.client.request(
        made["method"], made["url"], params=made.get("params"), content=content, json=made.get("json"),
        headers={**kept, **headers},
    )  # fmt: skip
    answer.elapsed = timedelta(0)
    return answer


@pytest.mark.parametrize("engine", databases.ENGINES if rounds(quick=0, check=1, soak=1) else databases.ENGINES[:1])
@pytest.mark.parametrize("who", ["Amina", "Juma", "Zawadi", "a key", "nobody"])
def test_no_request_meets_a_mistake_an_undeclared_answer_or_anything_foreign(
    engine: str, who: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "PATIENCE", 0.0)
    seen: Counter[int] = Counter()
    with databases.migrated(engine, tmp_path) as url, open_api(url, tmp_path) as api:
        furnish(api)
        headers = headers_of(api, who)

        @settings(
            max_examples=REQUESTS, phases=[Phase.generate], deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(requests(api))
        def ask(case: Request) -> None:
            answer = send(api, case, headers)
            seen[answer.status_code] += 1
            assert answer.status_code < 500 or answer.status_code == 503, answer.text
            case.validate_response(answer, checks=CHECKS)
            if who in ("Amina", "Juma", "a key"):
                said = [word for word in FOREIGN if word in answer.text]
                assert said == [], f"{case.operation.label} tells of {said}: {answer.text}"

        ask()
    wanted = {401} if who == "nobody" else {200, 404, 422}
    assert wanted <= set(seen), f"they were not asked in every way: {dict(seen)}"
