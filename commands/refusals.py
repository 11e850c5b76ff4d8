"""What a command says when the core says no, and with which exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from core.errors import DaudaError

WORDS: dict[str, str] = {
    "already_removed": "Room {room} was removed before.",
    "busy": "Somebody else is writing to the database; try again.",
    "code_unknown": "There is no such invitation.",
    "last_admin": "{name} is the last admin; name another one first.",
    "no_such_channel": "{platform} is no channel of this property.",
    "no_such_link": "There is no link of {platform} for room {room}.",
    "no_such_member": "Nobody here is known as {asked}.",
    "no_such_room": "There is no room {asked}.",
    "not_removed": "Room {room} was not removed.",
    "room_in_use": "Room {room} has {nights} nights to come, the first on {first}; move or end them first.",
    "several_members": "Several people here are called {asked}; name an address instead: {addresses}",
    "broken_seal": "What is sealed in the database does not open: DAUDA_SECRET_KEY is not the key it was sealed with.",
}


@contextmanager
def refusals_told() -> Iterator[None]:
    """Tell an expected failure in one line on standard error and exit 1."""
    try:
        yield
    except DaudaError as error:
        fail(_said(error))


def fail(line: str) -> NoReturn:
    """Say what failed and exit 1."""
    click.echo(line, err=True)
    raise SystemExit(1)


def _said(error: DaudaError) -> str:
    words = WORDS.get(error.code)
    if words is None:
        return str(error)
    facts = {
        key: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        for key, value in error.facts.items()
    }
    return words.format(**facts)
