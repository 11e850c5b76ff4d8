"""What Twilio refuses, by error code, and what a phone shows of what it accepts."""

import itertools
import json
import re
import threading
from collections.abc import Mapping
from typing import Any

BUTTONS = 3
ROWS = 10
TITLE, ROW_TITLE, ROW_DESCRIPTION, LIST_BUTTON, BUTTON_ID, ROW_ID = 20, 24, 72, 20, 256, 200
PLAIN, WHOLE = 1600, 1024
SLOT = re.compile(r"\{\{(\w{1,16})\}\}")
PHONE = re.compile(r"whatsapp:(\+\d{7,15}|[A-Z]{2}\.\w+)")


class Numbers:
    """SIDs that are never given twice."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = itertools.count(1)

    def sid(self, prefix: str) -> str:
        """Return a new SID: `prefix` and 32 hexadecimal digits."""
        with self._lock:
            return f"{prefix}{next(self._count):032x}"


def problem(status: int, code: int) -> dict[str, Any]:
    """Return the body of a refusal; the sentence quotes a number, as Twilio's do."""
    said = "The request for '+254700000001' was refused"
    return {
        "code": code,
        "message": said,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


def message_code(form: Mapping[str, str], contents: Mapping[str, dict[str, Any]]) -> int | None:
    """Return the error code that a new message meets, if any."""
    if not form.get("To") or not PHONE.fullmatch(form["To"]):
        return 21211
    if not PHONE.fullmatch(form.get("From", "")):
        return 21212
    if "ContentSid" not in form:
        return 21619 if not form.get("Body") else 21617 if len(form["Body"]) > PLAIN else None
    if form["ContentSid"] not in contents:
        return 21655
    try:
        values = json.loads(form.get("ContentVariables", "{}"))
    except ValueError:
        return 21656
    if not all(isinstance(value, str) and _allowed(value) for value in values.values()):
        return 21656
    return rendered_code(rendered_types(contents[form["ContentSid"]], values))


def _allowed(value: str) -> bool:
    return bool(value) and not re.search(r"[\n\r\t]| {5,}", value)


def content_code(content: Mapping[str, Any]) -> int | None:
    """Return the error code that a new content meets, if any."""
    kinds = content.get("types") or {}
    slots = SLOT.findall(json.dumps(kinds))
    known = set(kinds) <= {"twilio/quick-reply", "twilio/list-picker", "twilio/text"}
    if not content.get("language") or not kinds or not known or len(set(slots)) > 100:
        return 20001
    reply, picker = kinds.get("twilio/quick-reply"), kinds.get("twilio/list-picker")
    if reply is not None and not 1 <= len(reply["actions"]) <= ROWS:
        return 20001
    if picker is not None and not (1 <= len(picker["items"]) <= ROWS and picker["button"]):
        return 20001
    return None


def rendered_types(content: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Return the content's types with `values` in their slots, the defaults where a value is missing."""
    known = {**content.get("variables", {}), **values}

    def fill(part: Any) -> Any:  # noqa: ANN401 - any JSON.
        if isinstance(part, str):
            return SLOT.sub(lambda found: known.get(found[1], found[0]), part)
        if isinstance(part, list):
            return [fill(each) for each in part]
        return {key: fill(each) for key, each in part.items()}

    filled: dict[str, Any] = fill(content["types"])
    return filled


def rendered_code(kinds: Mapping[str, Any]) -> int | None:
    """Return the error code that a filled content meets inside the 24 hours, if any."""
    text, buttons = shown(kinds)
    picker = kinds.get("twilio/list-picker")
    if picker is None:
        most, title, ident, rest = BUTTONS, TITLE, BUTTON_ID, 0
    else:
        most, title, ident = ROWS, ROW_TITLE, ROW_ID
        rest = sum(len(row["description"]) for row in picker["items"]) + len(picker["button"])
        if len(picker["button"]) > LIST_BUTTON or any(len(r["description"]) > ROW_DESCRIPTION for r in picker["items"]):
            return 63021
    labels = [label.casefold() for label, _ in buttons]
    fits = all(len(label) <= title and len(token) <= ident for label, token in buttons)
    if len(buttons) > most or not fits or len(set(labels)) < len(labels):
        return 63021
    whole = len(text) + rest + sum(len(label) + len(token) for label, token in buttons)
    return 63021 if whole > WHOLE else None


def shown(kinds: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """Return the text and the (label, token) pairs of a filled content."""
    if "twilio/quick-reply" in kinds:
        reply = kinds["twilio/quick-reply"]
        return reply["body"], [(action["title"], action["id"]) for action in reply["actions"]]
    picker = kinds["twilio/list-picker"]
    return picker["body"], [(row["item"], row["id"]) for row in picker["items"]]


def rendered(form: Mapping[str, str], contents: Mapping[str, dict[str, Any]]) -> tuple[str, list[tuple[str, str]]]:
    """Return what the phone shows of an accepted message."""
    if "ContentSid" not in form:
        return form["Body"], []
    return shown(rendered_types(contents[form["ContentSid"]], json.loads(form.get("ContentVariables", "{}"))))
