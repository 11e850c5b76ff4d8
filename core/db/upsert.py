"""Inserting where a row may be there already: the same statement on both engines."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert as PgInsert
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session


def insert_new(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> SqliteInsert | PgInsert:
    """An INSERT of `rows` that leaves alone those whose key exists (`ON CONFLICT DO NOTHING`)."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite_insert(table).values(list(rows)).on_conflict_do_nothing()
    return pg_insert(table).values(list(rows)).on_conflict_do_nothing()
