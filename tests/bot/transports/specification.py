"""Checks what we sent against an OpenAPI 3.0 description: as much of JSON Schema as our requests meet."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


class Specification:
    """One description; `problems` lists what a request body breaks."""

    def __init__(self, path: Path) -> None:
        self._document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    def problems(self, path: str, body: Mapping[str, Any], media: str) -> list[str]:
        """Return what is wrong with `body` posted to `path` as `media`; fields nobody described are wrong too."""
        content = self._document["paths"][path]["post"]["requestBody"]["content"]
        schema = self._resolved(content[media]["schema"])
        unknown = [f"{name}: not described" for name in body if name not in schema["properties"]]
        return unknown + list(self._broken(schema, dict(body), "body"))

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            found: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return schema

    def _broken(self, schema: dict[str, Any], value: Any, at: str) -> list[str]:  # noqa: ANN401 - any JSON.
        schema = self._resolved(schema)
        if "anyOf" in schema or "oneOf" in schema:
            ways = [self._broken(way, value, at) for way in schema.get("anyOf") or schema["oneOf"]]
            return [] if [] in ways else ways[0]
        if value is None and schema.get("nullable"):
            return []
        kind = schema.get("type")
        if kind in {"integer", "number"} and isinstance(value, str) and value.lstrip("-").isdigit():
            return []  # A form knows no numbers.
        if kind and not isinstance(value, TYPES[kind]):
            return [f"{at}: not a {kind}"]
        if isinstance(value, dict):
            return self._broken_object(schema, value, at)
        if isinstance(value, list):
            return [each for n, item in enumerate(value) for each in self._broken(schema["items"], item, f"{at}[{n}]")]
        return _broken_plain(schema, value, at)

    def _broken_object(self, schema: dict[str, Any], value: dict[str, Any], at: str) -> list[str]:
        described, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        found = [f"{at}.{name}: missing" for name in schema.get("required", []) if name not in value]
        for name, each in value.items():
            if name in described:
                found += self._broken(described[name], each, f"{at}.{name}")
            elif isinstance(more, dict):
                found += self._broken(more, each, f"{at}.{name}")
            elif more is False:
                found.append(f"{at}.{name}: not allowed")
        return found


def _broken_plain(schema: dict[str, Any], value: Any, at: str) -> list[str]:  # noqa: ANN401 - any JSON.
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: not one of {schema['enum']}")
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{at}: not like {schema['pattern']}")
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            found.append(f"{at}: {len(value)} characters")
    return found
