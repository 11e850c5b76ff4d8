"""Fresh, migrated databases: migrated once per run and engine, then copied."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from tests.support import postgres, run

ENGINES = ("sqlite", "postgresql")


@contextmanager
def migrated(engine: str, folder: Path) -> Iterator[str]:
    """Give the URL of a fresh migrated database of `engine`; a SQLite one lies in `folder`."""
    if engine == "sqlite":
        yield sqlite_copy(folder / "dauda.db")
        return
    url = postgres.create_database(postgres.server_url(), template=postgresql_template())
    yield url
    postgres.drop_database(url)


def sqlite_copy(path: Path) -> str:
    """Copy the migrated SQLite file to `path` and return its URL."""
    shutil.copyfile(run.once("sqlite-template", migrated_sqlite), path)
    return f"sqlite:///{path}"


def migrated_sqlite() -> str:
    """Migrate a new SQLite file and fold its log into it, so that one file is all there is to copy."""
    path = run.folder() / "template.db"
    upgrade(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return str(path)


def postgresql_template() -> str:
    """Return the name of this run's migrated template database."""
    return run.once("postgresql-template", migrated_postgresql)


def migrated_postgresql() -> str:
    """Migrate a new database on the run's server; nobody stays connected to it, so that it can be cloned."""
    url = postgres.create_database(postgres.server_url())
    upgrade(url)
    return make_url(url).database or ""


def forget() -> None:
    """Drop the template on a server that is not ours and so outlives the run."""
    made = run.folder() / "postgresql-template.made"
    server = os.environ.get(postgres.URL_VARIABLE)
    if server and made.exists():
        postgres.drop_database(make_url(server).set(database=made.read_text()).render_as_string(hide_password=False))


def upgrade(url: str) -> None:
    """Migrate the database at `url` to head."""
    # Imported late, so that tests without a database need neither Alembic nor every table.
    from core.db import migrate  # noqa: PLC0415

    migrate.upgrade(url)
