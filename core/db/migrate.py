"""Bringing a database to the newest schema, and knowing whether it is there."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

import migrations
from core.db.engine import connect, sqlite_path
from core.errors import DaudaError


class SchemaIsOld(DaudaError):
    """The database is not at the newest migration. Facts: `found`, `wanted`."""


def alembic_config(url: str) -> Config:
    """Alembic's settings for `url`; the scripts come with the package."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Migrate `url` to the newest schema; several processes may try at once, one does it."""
    with _alone(url):
        command.upgrade(alembic_config(url), "head")


def ensure(url: str) -> None:
    """Embedded: migrate. PostgreSQL: raise `SchemaIsOld` when `dauda migrate` has not been run."""
    if make_url(url).get_backend_name() == "sqlite":
        upgrade(url)
        return
    found, wanted = versions(url)
    if found != wanted:
        raise SchemaIsOld(found=found, wanted=wanted)


def versions(url: str) -> tuple[str | None, str | None]:
    """The schema's version in the database and the newest one there is."""
    wanted = ScriptDirectory.from_config(alembic_config(url)).get_current_head()
    database = connect(url)
    try:
        with database.read.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision(), wanted
    finally:
        database.dispose()


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """Embedded processes take turns by a file lock; PostgreSQL's migrations take an advisory lock of their own."""
    if make_url(url).get_backend_name() != "sqlite":
        yield
        return
    lock = sqlite_path(url).with_suffix(".migrating")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
