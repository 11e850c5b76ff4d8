"""Lists go on where they ended, and nobody makes a cursor up."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.routes.house import Api
from webhooks.api.paging import MOST, Window, WrongCursor, place_of

KEY = b"a key for tests of thirty-two b."


def window(limit: int, cursor: str | None = None, name: str = "/api/listings") -> Window:
    """Return the window of a request."""
    return Window(limit, place_of(cursor, name, KEY) if cursor is not None else (), name, KEY)


@given(st.lists(st.integers(min_value=1, max_value=10**9), unique=True, max_size=60), st.integers(1, 20))
def test_the_pages_together_are_the_list(ids: list[int], limit: int) -> None:
    seen: list[int] = []
    cursor: str | None = None
    while True:
        asked = window(limit, cursor)
        found = [one for one in sorted(ids) if one > asked.after][: asked.fetch]
        page = asked.page(found, lambda one: one, lambda one: one)
        assert len(page.items) <= limit
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == sorted(ids)


def test_a_list_that_falls_begins_at_its_newest() -> None:
    first = window(2)
    assert first.before > 10**18
    page = first.page([9, 7, 4], lambda one: one, str)
    assert page.items == ["9", "7"]
    assert window(2, page.next_cursor).before == 7


def test_a_place_may_be_of_several_parts() -> None:
    page = window(1).page([("2026-11-20", 3), ("2026-11-21", 1)], lambda one: one, str)
    assert window(1, page.next_cursor).at == ("2026-11-20", 3)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "é", base64.urlsafe_b64encode(json.dumps([7]).encode()).decode(), "A" * 40, "AAAAAAAAAAAAWzdd"],
)
def test_a_cursor_that_somebody_made_up_is_refused(cursor: str) -> None:
    with pytest.raises(WrongCursor):
        window(1, cursor)


def test_a_cursor_holds_for_its_own_list_alone() -> None:
    page = window(1).page([1, 2], lambda one: one, str)
    with pytest.raises(WrongCursor):
        window(1, page.next_cursor, "/api/staff")
    with pytest.raises(WrongCursor):
        place_of(page.next_cursor or "", "/api/listings", b"another key")


def test_a_list_over_http_goes_on_with_its_cursor(api: Api) -> None:
    first = api.get("/api/listings", limit=2)
    rest = api.get("/api/listings", limit=2, cursor=first["next_cursor"])
    assert [one["name"] for one in first["items"] + rest["items"]] == ["3", "4", "7"]
    assert rest["next_cursor"] is None
    assert api.get("/listings/", limit=1, cursor=first["next_cursor"])["items"] == rest["items"][:1]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": MOST + 1}, {"limit": "many"}, {"cursor": "made up"}])
def test_a_wrong_window_is_a_problem(api: Api, query: dict[str, str | int]) -> None:
    answer = api.client.get("/api/listings", params=query, headers=api.person("Juma"))
    assert api.refused(answer)[0] == 422
