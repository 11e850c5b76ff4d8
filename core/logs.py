"""Logs as structured lines with a correlation id, in which no guest, phone or token can be read.

Two nets: only ids and codes are logged on purpose, and whatever slips through as text is masked here, in every line of
every library (phone numbers, e-mail addresses, card-like numbers, feed addresses, bot tokens, the values of rows that
PostgreSQL quotes, and the secrets of this process's settings).
"""

import logging
import re
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import structlog
from structlog.contextvars import bound_contextvars, get_contextvars
from structlog.typing import EventDict, Processor

_NEVER = frozenset({"text", "body", "guest", "name", "phone", "note", "token", "password", "raw", "form", "secret"})
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"/ics/[\w.-]+?\.ics"), "/ics/•.ics"),
    (re.compile(r"/login/[\w-]+"), "/login/•"),
    (re.compile(r"\bdauda_[\w-]{12,}"), "•key"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]+"), "•token"),
    (re.compile(r"/bot\d+:[\w-]+"), "/bot•"),
    (re.compile(r"\b\d{6,}:[A-Za-z0-9_-]{20,}"), "•bot-token"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "•@•"),
    (re.compile(r"(?<![\w.:-])\+?\d(?:[ -]?\d){8,18}(?![\w:-]|\.\d)"), "•number"),
    (re.compile(r"(whatsapp:)[^\s\"'&]+"), r"\1•"),
    (re.compile(r"(DETAIL:\s*).*"), r"\1•"),
    (re.compile(r"(://[^/\s:@]*):[^@\s/]+@"), r"\1:•@"),
    # A value that is shown with its name, as in the text of a row or of a value: guest='…', "phone": "…".
    (
        re.compile(rf"\b({'|'.join(sorted(_NEVER))})(['\"]?\s*[=:]\s*)('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"),
        r"\1\2'•'",
    ),
)


def mask(text: str, hidden: Iterable[str] = ()) -> str:
    """`text` without phone numbers, addresses, card-like numbers and tokens, and without any of `hidden`."""
    for secret in hidden:
        text = text.replace(secret, "•secret")
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


def _masking(hidden: tuple[str, ...]) -> Processor:
    def masked(_logger: Any, _method: str, event: EventDict) -> EventDict:  # noqa: ANN401 - structlog's own type.
        for key, value in event.items():
            if key in _NEVER:
                event[key] = "•"
            elif isinstance(value, str) and key != "timestamp":
                event[key] = mask(value, hidden)
            elif not isinstance(value, int | float | bool | None):
                event[key] = mask(str(value), hidden)
        return event

    return masked


def configure(
    log_format: Literal["text", "json"] = "text", level: int = logging.INFO, hidden: Iterable[str] = ()
) -> None:
    """Send the logs of this process, the libraries' too, to standard error, masked; `hidden` are its secrets."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    finish: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    # Exceptions become text before the mask runs, so that a guest's name in a traceback's message is masked as well.
    finish += [structlog.processors.format_exc_info, _masking(tuple(hidden))]
    finish.append(
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=finish))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "telegram", "uvicorn.access", "twilio.http_client", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of one module."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound


@contextmanager
def correlated(correlation: str | None = None) -> Iterator[str]:
    """Bind a correlation id (made when None) to every line logged and every event recorded inside."""
    chosen = correlation or secrets.token_hex(6)
    with bound_contextvars(correlation=chosen):
        yield chosen


def correlation() -> str | None:
    """The id of what is being handled, if any."""
    found = get_contextvars().get("correlation")
    return str(found) if found else None
