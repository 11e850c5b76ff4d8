"""Alembic's entry: one connection, one lock, batch mode on SQLite with foreign keys checked before the commit."""

from alembic import context
from sqlalchemy import Connection, text

import bot.models
from core.db.base import Base
from core.db.engine import connect
from core.tables import TABLES

ADVISORY_LOCK = 4_021_977
REGISTERED = (TABLES, bot.models)
"""Importing them puts every table on the metadata."""


def _run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=sqlite, transactional_ddl=True
    )
    with context.begin_transaction():
        if not sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        context.run_migrations()
        if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
            message = f"the migration broke references: {broken[:5]}"
            raise RuntimeError(message)


def _main() -> None:
    database = connect(context.config.attributes["url"])
    try:
        with database.write.connect() as connection:
            if database.is_sqlite:
                # A batch rebuild drops the old table; with foreign keys on, that silently deletes its children. The
                # pragma does nothing inside a transaction, so it goes to the driver before one is begun.
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
            _run(connection)
            if database.is_sqlite:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
    finally:
        database.dispose()


_main()
