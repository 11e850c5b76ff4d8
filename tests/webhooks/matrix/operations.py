"""Every operation of the API as its own schema tells it: what it needs, and which things its callers name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from core.access.permissions import Act
from webhooks.api.described import ACTS

METHODS = ("get", "post", "put", "patch", "delete")
"""In the order in which they are tried: what deletes comes last."""
JSON = "application/json"
_REF = "#/components/schemas/"

Schema = Mapping[str, Any]
Value = Callable[[str], int | None]
"""The id that stands for a thing's name (`listing_id`); None when the name is no thing's."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    acts: tuple[Act, ...] | None
    """What it needs, as it declares it; None: it declares nothing."""
    secured: bool
    in_path: tuple[str, ...]
    in_query: tuple[str, ...]
    """Names of the query's parameters that end like an id's."""
    must_query: tuple[str, ...]
    """Those of them, and others, without which it makes no sense."""
    body: Any = None
    """An example of what is sent."""
    fields: tuple[str, ...] = field(default=())
    """The names of all fields that the body may have."""

    @property
    def name(self) -> str:
        """As people call it."""
        return f"{self.method.upper()} {self.path}"

    def url(self, value: Value) -> str:
        """The path with its things' ids."""
        return self.path.format_map({name: value(name) for name in self.in_path})

    def sent(self, value: Value) -> Any:  # noqa: ANN401 - JSON.
        """The body with its things' ids."""
        return _filled(self.body, value)


def operations(app: FastAPI) -> list[Operation]:
    """Return every operation of `app` under /api, in an order in which each finds its things."""
    schema = app.openapi()
    schemas: Schema = schema["components"]["schemas"]
    found = [
        _operation(schemas, method, path, told)
        for path, methods in schema["paths"].items()
        if path.startswith("/api/")
        for method, told in methods.items()
    ]
    return sorted(found, key=lambda one: (METHODS.index(one.method), -one.path.count("/")))


def _operation(schemas: Schema, method: str, path: str, told: Schema) -> Operation:
    parameters = told.get("parameters", [])
    acts = told.get(ACTS)
    body = _resolved(schemas, told.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema"))
    query = [one for one in parameters if one["in"] == "query"]
    return Operation(
        method,
        path,
        tuple(Act(act) for act in acts) if acts is not None else None,
        bool(told.get("security")),
        tuple(one["name"] for one in parameters if one["in"] == "path"),
        tuple(one["name"] for one in query if one["name"].endswith("_id")),
        tuple(one["name"] for one in query if one.get("required")),
        example(schemas, body) if body is not None else None,
        tuple(_fields(schemas, body)) if body is not None else (),
    )


def example(schemas: Schema, schema: Schema) -> Any:  # noqa: ANN401 - JSON.
    """Return an example of what `schema` allows: its own, else the least that it asks for."""
    schema = _resolved(schemas, schema) or {}
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    if "default" in schema:
        return schema["default"]
    if "const" in schema:
        return schema["const"]
    for choice in schema.get("anyOf", schema.get("oneOf", [])):
        return example(schemas, choice)
    match schema.get("type"):
        case "object":
            needed = schema.get("required", [])
            return {name: example(schemas, schema["properties"][name]) for name in needed}
        case "array":
            return [example(schemas, schema["items"])]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case _:
            return {"date": "2026-12-18", "date-time": "2026-12-18T10:00:00Z"}.get(schema.get("format", ""), "x")


def _resolved(schemas: Schema, schema: Schema | None) -> Schema | None:
    while schema is not None and "$ref" in schema:
        schema = schemas[schema["$ref"].removeprefix(_REF)]
    return schema


def _fields(schemas: Schema, schema: Schema) -> Iterator[str]:
    schema = _resolved(schemas, schema) or {}
    yield from schema.get("properties", {})
    for choice in schema.get("anyOf", schema.get("oneOf", [])):
        yield from _fields(schemas, choice)


def _filled(body: Any, value: Value) -> Any:  # noqa: ANN401 - JSON.
    """The body with the ids that there are; a thing that there is not yet is not named."""
    if isinstance(body, list):
        return [_filled(one, value) for one in body]
    if not isinstance(body, dict):
        return body
    filled = {}
    for name, held in body.items():
        one = value(name.removesuffix("s")) if name.endswith("_ids") else value(name)
        if one is not None and held is not None:
            filled[name] = [one] if name.endswith("_ids") else one
        elif not name.endswith(("_id", "_ids")):
            filled[name] = _filled(held, value)
    return filled
