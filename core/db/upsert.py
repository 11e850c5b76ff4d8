"""Inserting where a row may be there already: the same statement on both engines."""

from functools import cache
from typing import Any

from sqlalchemy import Column, Executable, Table
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session


def insert_new(session: Session, table: Table, *returning: Column[Any]) -> Executable:
    """An INSERT into `table` that leaves alone the rows whose key exists (`ON CONFLICT DO NOTHING`).

    The rows are the statement's parameters; `returning` names what is told of those that were new.
    """
    return _insert_new(session.get_bind().dialect.name, table, returning)


@cache
def _insert_new(dialect: str, table: Table, returning: tuple[Column[Any], ...]) -> Executable:
    """Made once: to build a statement takes longer than to run it."""
    insert = sqlite_insert if dialect == "sqlite" else pg_insert
    new = insert(table).on_conflict_do_nothing()
    return new.returning(*returning) if returning else new
