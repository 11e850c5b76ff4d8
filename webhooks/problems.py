"""Errors as HTTP problems (RFC 9457): the house's errors get their status here and nowhere else."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core.errors import Busy, DaudaError, Invalid, NotAllowed, NotFound, Refused
from core.logs import logger

_STATUS: tuple[tuple[type[DaudaError], int], ...] = (
    (Invalid, 422),
    (NotFound, 404),
    (NotAllowed, 403),
    (Refused, 409),
    (Busy, 503),
)
_log = logger(__name__)


def problem(status: int, code: str, facts: dict[str, object] | None = None, headers: object = None) -> JSONResponse:
    """A problem document: `{type, title, status, code, detail, facts}`."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": code.replace("_", " ")}
    answer = JSONResponse(
        jsonable_encoder({**body, "facts": facts or {}}), status_code=status, media_type="application/problem+json"
    )
    if isinstance(headers, dict):
        answer.headers.update(headers)
    return answer


def install(app: FastAPI) -> None:
    """Answer every error of `app` as a problem."""

    async def dauda(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, DaudaError)  # noqa: S101 - registered for this class.
        status = next((code for kind, code in _STATUS if isinstance(error, kind)), 502)
        return problem(status, error.code, error.facts, {"Retry-After": "5"} if status == 503 else None)  # noqa: PLR2004

    async def http(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class.
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        return problem(error.status_code, code, None, dict(error.headers or {}))

    async def parameters(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class.
        # What was sent is not said again: it may be somebody's name.
        wrong = [{"where": list(one["loc"]), "why": one["type"]} for one in error.errors()]
        return problem(422, "invalid", {"wrong": wrong})

    async def anything(request: Request, error: Exception) -> JSONResponse:
        _log.error("request_failed", path=request.url.path, error=type(error).__name__)
        return problem(500, "internal_server_error")

    app.add_exception_handler(DaudaError, dauda)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, parameters)
    app.add_exception_handler(Exception, anything)
