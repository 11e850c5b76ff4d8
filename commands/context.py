"""How a command gets at the house: settings read, logs set up, the database opened and at the newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import click
import structlog

from core import logs
from core.clock import SystemClock
from core.config import Settings, WrongSetting, load
from core.db.engine import connect
from core.db.migrate import SchemaIsOld, ensure
from core.db.work import Store
from core.platforms.registry import SWITCHED_OFF
from core.sealing import Sealer
from workers.bell import Bell

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class House:
    """What every command works with."""

    settings: Settings
    store: Store
    sealer: Sealer
    bell: Bell = field(default_factory=Bell)
    """Rings in every serving process when something was committed in any."""


def read_settings() -> Settings:
    """The settings, or one line that names the wrong one and exit code 2."""
    try:
        settings = load()
    except WrongSetting as error:
        click.echo(f"{error.facts['name']}: {error.facts['why']}", err=True)
        raise SystemExit(2) from None
    logs.configure(settings.log_format, hidden=settings.secrets)
    for one in SWITCHED_OFF:
        _log.warning("platform_off", platform=one.name, value=one.value, why=one.why)
    return settings


@contextmanager
def open_house() -> Iterator[House]:
    """Open the database; the embedded one is brought to the newest schema first."""
    settings = read_settings()
    try:
        ensure(settings.database_url)
    except SchemaIsOld as error:
        click.echo(
            f"The database is at {error.facts['found'] or 'no version'}, this Dauda needs {error.facts['wanted']}: "
            "run `dauda migrate` first.",
            err=True,
        )
        raise SystemExit(1) from None
    database, bell = connect(settings.database_url), Bell(settings.redis_url)
    try:
        yield House(settings, Store(database, SystemClock(), bell.ring), Sealer(settings.secret_key), bell)
    finally:
        bell.close()
        database.dispose()
