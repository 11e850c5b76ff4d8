"""Lists page by page: `limit` and an opaque `cursor` in, a page and the next cursor out.

A route takes `window: Paging`, reads `window.fetch` rows that come after `window.after` (by id, growing) or before
`window.before` (falling), and gives `window.page(rows, place, show)` back.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from core.config import Settings
from core.errors import Invalid
from core.sealing import derived

MOST = 200
USUAL = 50
_CHECK_BYTES = 9
_LAST = 2**63 - 1

Place = tuple[int | str, ...]
Row = TypeVar("Row")
Shown = TypeVar("Shown")


class WrongCursor(Invalid):
    """The cursor is none of this list's."""


class Page(BaseModel, Generic[Shown]):
    """A part of a list, and where it goes on."""

    items: list[Shown]
    next_cursor: str | None = Field(description="Give it as `cursor` to go on; null at the end of the list.")


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for. `list_name` binds its cursors to it."""

    limit: int
    at: Place
    """The place of the last row that was shown; empty at the start."""
    list_name: str
    key: bytes

    @property
    def fetch(self) -> int:
        """How many rows to read: one more than is shown tells whether the list goes on."""
        return self.limit + 1

    @property
    def after(self) -> int:
        """For lists by growing id: the last id shown, 0 at the start."""
        return int(self.at[0]) if self.at else 0

    @property
    def before(self) -> int:
        """For lists by falling id: the last id shown, more than any id at the start."""
        return int(self.at[0]) if self.at else _LAST

    def page(
        self, rows: Sequence[Row], place: Callable[[Row], int | Place], show: Callable[[Row], Shown]
    ) -> Page[Shown]:
        """The page of up to `fetch` rows; `place` says where a row stands (its id, or what the list is sorted by)."""
        shown = rows[: self.limit]
        goes_on = len(rows) > self.limit
        return Page(items=[show(row) for row in shown], next_cursor=self._cursor(place(shown[-1])) if goes_on else None)

    def _cursor(self, place: int | Place) -> str:
        told = json.dumps([place] if isinstance(place, int) else list(place), separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(_check(self.key, self.list_name, told) + told).decode().rstrip("=")


def place_of(cursor: str, list_name: str, key: bytes) -> Place:
    """The place behind a cursor that was made for this list. Raises `WrongCursor`."""
    try:
        read = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raise WrongCursor from None
    check, told = read[:_CHECK_BYTES], read[_CHECK_BYTES:]
    if not hmac.compare_digest(check, _check(key, list_name, told)):
        raise WrongCursor
    return tuple(json.loads(told))


def _check(key: bytes, list_name: str, told: bytes) -> bytes:
    """A cursor of our own says nothing impossible, so that no query meets what somebody made up."""
    return hmac.digest(key, list_name.encode() + b"\0" + told, "sha256")[:_CHECK_BYTES]


def paging(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most.")] = USUAL,
    cursor: Annotated[str | None, Query(max_length=500, description="The last page's `next_cursor`.")] = None,
) -> Window:
    """The part of the list that the request asks for. Raises `WrongCursor`."""
    settings: Settings = request.app.state.settings
    key = derived(settings.secret_key, "cursors")[0]
    path = request.url.path
    return Window(limit, place_of(cursor, path, key) if cursor is not None else (), path, key)


Paging = Annotated[Window, Depends(paging)]
