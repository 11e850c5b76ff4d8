"""Errors as HTTP problems (RFC 9457): the house's errors get their status here and nowhere else."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from core.access.errors import NotLetIn, TooManyTries
from core.errors import Busy, DaudaError, Invalid, NotAllowed, NotFound, Refused
from core.logs import logger
from webhooks.api import denials

PROBLEM = "application/problem+json"
RETRY_AFTER = 5
"""Seconds after which a lock is worth another try."""
_STATUS: tuple[tuple[type[DaudaError], int], ...] = (
    (NotLetIn, 401),
    (TooManyTries, 429),
    (Invalid, 422),
    (NotFound, 404),
    (NotAllowed, 403),
    (Refused, 409),
    (Busy, 503),
)
_EXAMPLES: dict[int, tuple[str, dict[str, object]]] = {
    401: (NotLetIn.code, {}),
    403: ("role_too_low", {"needs": "property_admin"}),
    404: ("not_found", {}),
    409: ("night_taken", {"night": "2026-11-20", "room_id": 3, "stay_id": 41}),
    413: ("content_too_large", {}),
    422: ("invalid", {"wrong": [{"where": ["body", "arrival"], "why": "date_parsing"}]}),
    429: (TooManyTries.code, {"retry_after": 12}),
    503: (Busy.code, {}),
}
_PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}
"""RFC 9110's; what Python calls them depends on its version."""
_log = logger(__name__)


class Problem(BaseModel):
    """What went wrong, as RFC 9457 says it: `code` is for programs, `facts` say what it is about."""

    type: str = Field(description="Always `about:blank`: the code says it all.")
    title: str
    status: int
    code: str
    detail: str
    facts: dict[str, Any]


def content(status: int, code: str, facts: dict[str, Any] | None = None) -> dict[str, Any]:
    """A problem document: `{type, title, status, code, detail, facts}`."""
    told = {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "code": code,
        "detail": code.replace("_", " "),
    }
    return {**told, "facts": facts or {}}


def example(status: int) -> dict[str, Any]:
    """A problem of this status as the OpenAPI schema shows it."""
    code, facts = _EXAMPLES.get(status, (_named(status), {}))
    return content(status, code, facts)


def problem(status: int, code: str, facts: dict[str, Any] | None = None, headers: object = None) -> JSONResponse:
    """The answer that tells of a problem."""
    answer = JSONResponse(jsonable_encoder(content(status, code, facts)), status_code=status, media_type=PROBLEM)
    if isinstance(headers, dict):
        answer.headers.update(headers)
    return answer


def of(error: DaudaError) -> JSONResponse:
    """The answer that tells of one of the house's errors."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 502)
    return problem(status, error.code, error.facts, _headers(status, error))


def _headers(status: int, error: DaudaError) -> dict[str, str]:
    match status:
        case 401:
            return {"WWW-Authenticate": 'Bearer realm="dauda"'}
        case 429:
            return {"Retry-After": str(error.facts.get("retry_after", RETRY_AFTER))}
        case 503:
            return {"Retry-After": str(RETRY_AFTER)}
        case _:
            return {}


def _title(status: int) -> str:
    return _PHRASES.get(status) or HTTPStatus(status).phrase


def _named(status: int) -> str:
    return _title(status).lower().replace(" ", "_")


def unforeseen(path: str, error: Exception) -> JSONResponse:
    """The answer to a mistake of ours; it tells nothing of it."""
    _log.error("request_failed", path=path, error=type(error).__name__)
    return problem(500, _named(500))


def install(app: FastAPI) -> None:
    """Answer every error of `app` as a problem."""

    async def dauda(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, DaudaError)  # noqa: S101 - registered for this class.
        if denials.to_record(request, error):
            await run_in_threadpool(denials.record, request, error)
        return of(error)

    async def http(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class.
        return problem(error.status_code, _named(error.status_code), None, dict(error.headers or {}))

    async def parameters(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class.
        # What was sent is not said again: it may be somebody's name.
        wrong = [{"where": list(one["loc"]), "why": one["type"]} for one in error.errors()]
        return problem(422, "invalid", {"wrong": wrong})

    app.add_exception_handler(DaudaError, dauda)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, parameters)
