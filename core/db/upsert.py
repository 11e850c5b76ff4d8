"""Inserting where a row may be there already: the same statement on both engines."""

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert as PgInsert
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session


def insert_new(session: Session, table: Table) -> SqliteInsert | PgInsert:
    """An INSERT into `table` that leaves alone the rows whose key exists (`ON CONFLICT DO NOTHING`).

    The rows are the statement's parameters: it is compiled once, however many there are.
    """
    if session.get_bind().dialect.name == "sqlite":
        return sqlite_insert(table).on_conflict_do_nothing()
    return pg_insert(table).on_conflict_do_nothing()
