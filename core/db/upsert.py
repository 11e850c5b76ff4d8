"""Inserting where a row may be there already: the same statement on both engines."""

from functools import cache
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from core.db.prepared import Prepared


def insert_new(session: Session, table: Table, *returning: Column[Any]) -> Prepared:
    """An INSERT into `table` that leaves alone the rows whose key exists (`ON CONFLICT DO NOTHING`).

    The rows are the statement's parameters; `returning` names what is told of those that were new.
    """
    return _insert_new(session.get_bind().dialect.name, table, returning)


@cache
def _insert_new(dialect: str, table: Table, returning: tuple[Column[Any], ...]) -> Prepared:
    insert = sqlite_insert if dialect == "sqlite" else pg_insert
    new = insert(table).on_conflict_do_nothing()
    return Prepared(new.returning(*returning) if returning else new)


def insert_or_set(session: Session, table: Table) -> Prepared:
    """An INSERT into `table` that sets every other column of the rows whose primary key exists.

    The rows are the statement's parameters, each with all columns.
    """
    return _insert_or_set(session.get_bind().dialect.name, table)


@cache
def _insert_or_set(dialect: str, table: Table) -> Prepared:
    insert = sqlite_insert if dialect == "sqlite" else pg_insert
    new = insert(table)
    rest = {column.name: new.excluded[column.name] for column in table.columns if not column.primary_key}
    return Prepared(new.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=rest))
