"""Settings: read once from the environment and `.env`, checked, grouped, and passed to what needs them.

Every setting may be given as a file through `<NAME>_FILE` (for secrets mounted by a supervisor). A wrong value stops
the start with one line that names it; a group that is absent switches its feature off.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values

from core.errors import Invalid
from core.values.weekdays import NotAWeekday, from_numbers

SECRET_KEY_BYTES = 32
SHORTEST_HIDDEN = 8
"""Shorter ones would blot out ordinary words, and are no secrets."""


class WrongSetting(Invalid):
    """A setting has a value that cannot be used. Facts: `name`, `why`."""


@dataclass(frozen=True, slots=True)
class Twilio:
    """The account that sends and receives WhatsApp messages."""

    account_sid: str
    auth_token: str
    whatsapp_from: str
    api_base_url: str
    content_base_url: str


@dataclass(frozen=True, slots=True)
class Telegram:
    """The bot's account."""

    bot_token: str
    webhook_secret: str | None
    api_base_url: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a process is told from outside. Names are those of the environment (docs/settings.md)."""

    database_url: str
    redis_url: str | None
    public_url: str | None
    secret_key: str
    var_dir: Path
    feed_rate_limit: int
    log_format: Literal["text", "json"]
    worker_interval: float
    worker_batch_size: int
    twilio: Twilio | None
    telegram: Telegram | None
    allow_private_feeds: bool = False
    weekend_days: tuple[int, ...] = (4, 5)
    """Which nights are the weekend's at a new property, Monday 0."""
    event_bus: Literal["none", "redis", "kafka"] = "none"
    kafka_brokers: str | None = None
    kafka_topic_prefix: str = "dauda."
    api_rate_limit: int = 600
    cors_origins: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be readable nowhere, the logs above all."""
        found = [self.secret_key, *self.secret_key.split(",")]
        if self.twilio is not None:
            found.append(self.twilio.auth_token)
        if self.telegram is not None:
            found += [self.telegram.bot_token, self.telegram.webhook_secret or ""]
        return tuple(one for one in found if len(one) >= SHORTEST_HIDDEN)

    @property
    def is_https(self) -> bool:
        """Whether the outside reaches us by TLS only, so that cookies and browsers may insist on it."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def embedded(self) -> bool:
        """Whether everything runs in this one process: SQLite and no Redis."""
        return self.redis_url is None and self.database_url.startswith("sqlite")


class _Source:
    """The environment over `.env`, with `_FILE` indirection; remembers which names were asked for."""

    def __init__(self, values: Mapping[str, str | None]) -> None:
        self._values = values

    def text(self, name: str) -> str | None:
        """The value of `name`, from its file when `<name>_FILE` is given; blank counts as absent."""
        direct, file = self._values.get(name), self._values.get(f"{name}_FILE")
        if direct and file:
            raise WrongSetting(name=name, why=f"given both directly and as {name}_FILE")
        if file:
            try:
                return Path(file).read_text(encoding="utf-8").strip() or None
            except OSError as error:
                raise WrongSetting(name=f"{name}_FILE", why=f"{file}: {error.strerror}") from None
        return direct or None

    def number(self, name: str, default: float, *, least: float) -> float:
        """The number in `name`, not less than `least`."""
        text = self.text(name)
        try:
            value = default if text is None else float(text)
        except ValueError:
            raise WrongSetting(name=name, why=f"{text!r} is not a number") from None
        if value < least:
            raise WrongSetting(name=name, why=f"{text} is less than {least:g}")
        return value

    def switch(self, name: str) -> bool:
        """Whether `name` is switched on; off when absent."""
        value = (self.text(name) or "off").lower()
        if value not in ("on", "off", "true", "false", "yes", "no", "1", "0"):
            raise WrongSetting(name=name, why="must be on or off")
        return value in ("on", "true", "yes", "1")

    def url(self, name: str, schemes: tuple[str, ...], default: str | None = None) -> str | None:
        """The URL in `name`, of one of `schemes`, without a trailing slash."""
        text = self.text(name) or default
        if text is None:
            return None
        scheme = urlsplit(text).scheme.partition("+")[0]
        if scheme not in schemes:
            raise WrongSetting(name=name, why=f"must begin with {' or '.join(s + '://' for s in schemes)}")
        return text.rstrip("/")


def load(environ: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")) -> Settings:
    """Read the settings. Raises `WrongSetting` at the first wrong one."""
    values: dict[str, str | None] = dict(dotenv_values(dotenv)) if dotenv and dotenv.exists() else {}
    values.update(os.environ if environ is None else environ)
    source = _Source(values)
    var_dir = Path(source.text("DAUDA_VAR_DIR") or "var")
    database_url = source.url(
        "DAUDA_DATABASE_URL", ("sqlite", "postgresql"), f"sqlite:///{(var_dir / 'dauda.db').absolute()}"
    )
    assert database_url is not None  # noqa: S101 - the default above makes it so.
    redis_url = source.url("DAUDA_REDIS_URL", ("redis", "rediss"))
    log_format = source.text("DAUDA_LOG_FORMAT") or "text"
    if log_format not in ("text", "json"):
        raise WrongSetting(name="DAUDA_LOG_FORMAT", why="must be text or json")
    embedded = redis_url is None and database_url.startswith("sqlite")
    return Settings(
        database_url=_with_driver(database_url),
        redis_url=redis_url,
        public_url=source.url("DAUDA_PUBLIC_URL", ("http", "https")),
        secret_key=source.text("DAUDA_SECRET_KEY") or _kept_secret_key(var_dir, embedded=embedded),
        var_dir=var_dir,
        feed_rate_limit=int(source.number("DAUDA_FEED_RATE_LIMIT", 60, least=0)),
        log_format="json" if log_format == "json" else "text",
        worker_interval=source.number("WORKER_INTERVAL", 1.0, least=0.01),
        worker_batch_size=int(source.number("WORKER_BATCH_SIZE", 50, least=1)),
        twilio=_twilio(source),
        telegram=_telegram(source),
        allow_private_feeds=source.switch("DAUDA_ALLOW_PRIVATE_FEEDS"),
        weekend_days=_weekend_days(source),
        event_bus=_event_bus(source, redis_url),
        kafka_brokers=source.text("DAUDA_KAFKA_BROKERS"),
        kafka_topic_prefix=source.text("DAUDA_KAFKA_TOPIC_PREFIX") or "dauda.",
        api_rate_limit=int(source.number("DAUDA_API_RATE_LIMIT", 600, least=0)),
        cors_origins=_origins(source),
    )


def _event_bus(source: _Source, redis_url: str | None) -> Literal["none", "redis", "kafka"]:
    name = "DAUDA_EVENT_BUS"
    match source.text(name) or "none":
        case "none":
            return "none"
        case "redis":
            if redis_url is None:
                raise WrongSetting(name=name, why="redis needs DAUDA_REDIS_URL")
            return "redis"
        case "kafka":
            if source.text("DAUDA_KAFKA_BROKERS") is None:
                raise WrongSetting(name="DAUDA_KAFKA_BROKERS", why=f"missing, while {name} is kafka")
            if find_spec("confluent_kafka") is None:
                raise WrongSetting(name=name, why="kafka needs the package's extra: pip install 'dauda[kafka]'")
            return "kafka"
        case other:
            raise WrongSetting(name=name, why=f"{other!r} is none of none, redis, kafka")


def _origins(source: _Source) -> tuple[str, ...]:
    """The pages that may call the API from a browser; each as a browser names it: scheme, host and port."""
    name = "DAUDA_CORS_ORIGINS"
    found = tuple(one.strip().rstrip("/") for one in (source.text(name) or "").split(",") if one.strip())
    for one in found:
        parts = urlsplit(one)
        if parts.scheme not in ("http", "https") or one != f"{parts.scheme}://{parts.netloc}" or not parts.netloc:
            raise WrongSetting(name=name, why=f"{one!r} is no origin, such as https://pms.example")
    return found


def _weekend_days(source: _Source) -> tuple[int, ...]:
    name = "WEEKEND_DAYS"
    try:
        return from_numbers(source.text(name) or "4,5")
    except NotAWeekday as error:
        raise WrongSetting(name=name, why=f"{error.facts['value']!r} is no weekday from 0 (Monday) to 6") from None


def _with_driver(url: str) -> str:
    scheme, rest = url.split("://", 1)
    return f"postgresql+psycopg://{rest}" if scheme.startswith("postgresql") else url


def _twilio(source: _Source) -> Twilio | None:
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_FROM")
    found = {name: source.text(name) for name in names}
    if not any(found.values()):
        return None
    for name, value in found.items():
        if not value:
            raise WrongSetting(name=name, why="missing, while other TWILIO_ settings are given")
    sender = str(found["TWILIO_WHATSAPP_FROM"])
    return Twilio(
        account_sid=str(found["TWILIO_ACCOUNT_SID"]),
        auth_token=str(found["TWILIO_AUTH_TOKEN"]),
        whatsapp_from=sender if sender.startswith("whatsapp:") else f"whatsapp:{sender}",
        api_base_url=source.url("TWILIO_API_BASE_URL", ("http", "https"), "https://api.twilio.com") or "",
        content_base_url=source.url("TWILIO_CONTENT_BASE_URL", ("http", "https"), "https://content.twilio.com") or "",
    )


def _telegram(source: _Source) -> Telegram | None:
    token = source.text("TELEGRAM_BOT_TOKEN")
    secret = source.text("TELEGRAM_WEBHOOK_SECRET")
    if token is None:
        if secret:
            raise WrongSetting(name="TELEGRAM_BOT_TOKEN", why="missing, while TELEGRAM_WEBHOOK_SECRET is given")
        return None
    return Telegram(
        bot_token=token,
        webhook_secret=secret,
        api_base_url=source.url("TELEGRAM_API_BASE_URL", ("http", "https"), "https://api.telegram.org") or "",
    )


def _kept_secret_key(var_dir: Path, *, embedded: bool) -> str:
    """The key made at the first embedded start and kept beside the database, readable by its owner alone."""
    if not embedded:
        raise WrongSetting(
            name="DAUDA_SECRET_KEY", why="required with PostgreSQL or Redis; every process needs the same"
        )
    path = var_dir / "secret.key"
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise WrongSetting(name="DAUDA_VAR_DIR", why=f"{var_dir}: {error.strerror}") from None
    key = secrets.token_urlsafe(SECRET_KEY_BYTES)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
