"""What a route tells of itself in the OpenAPI schema: what it needs, and the problems it answers with.

`@router.get("/listings/{listing_id}", **needing(Act.READ_ROOMS, also=(404,)))`. The test that walks every route by role
and property reads the same declaration (`x-acts`).
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from core.access.permissions import NEEDS, Act
from webhooks.problems import PROBLEM, Problem, example

ACTS = "x-acts"
_REF = {"$ref": "#/components/schemas/Problem"}
_UNREAD = (400, 413)
"""To what is no request that could be looked at: its body is no JSON, or too long."""
_ALWAYS = (*_UNREAD, 401, 403, 422, 429, 503)
_SAYS = {
    400: "The request cannot be read.",
    401: "No credentials, or none that hold.",
    403: "The role at this property, or the key's scopes, do not allow it.",
    404: "There is no such thing, or it belongs to a property of others.",
    409: "A rule says no; the facts say which and what would do.",
    413: "The body is too long.",
    422: "The request makes no sense; `facts.wrong` names the fields.",
    429: "Too many requests; `Retry-After` says when to come back.",
    503: "Somebody else holds the lock; nothing was changed. Try again after `Retry-After`.",
}


def needing(*acts: Act, also: tuple[int, ...] = ()) -> dict[str, Any]:
    """What the decorator of a route needs to say that it asks for `acts` and may answer `also` with these problems."""
    says = " or ".join(f"`{act}` ({NEEDS[act]})" for act in acts)
    return {
        "responses": answers(*_ALWAYS, *also),
        "openapi_extra": {ACTS: [str(act) for act in acts], "x-needs": says},
    }


def personal(*, also: tuple[int, ...] = ()) -> dict[str, Any]:
    """The same for a route about nothing but the caller: whoever is let in may."""
    return {"responses": answers(*_ALWAYS, *also), "openapi_extra": {ACTS: []}}


def open_to_all(*problems: int) -> dict[str, Any]:
    """The same for a route without credentials: `problems` are the only ones it answers with, once it is read."""
    return {"responses": answers(*_UNREAD, *problems), "openapi_extra": {ACTS: [], "security": []}}


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of these statuses as OpenAPI describes them, each with an example."""
    return {
        status: {
            "description": _SAYS[status],
            "content": {PROBLEM: {"schema": _REF, "example": example(status)}},
        }
        for status in sorted(set(statuses))
    }


def describe(app: FastAPI) -> None:
    """Let the schema of `app` hold what the problems refer to."""
    plain: Callable[[], dict[str, Any]] = app.openapi

    def openapi() -> dict[str, Any]:
        schema = plain()
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        # Our own problems stand in the place of FastAPI's.
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
