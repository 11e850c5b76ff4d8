"""`dauda doctor`: settings, schema, invariants, queues and seals looked at; wrong counters put right on demand."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.models import InboundMessage
from commands.printing import as_json
from core import logs
from core.clock import SystemClock
from core.config import Settings, WrongSetting, load
from core.db.engine import Database, connect, sqlite_path
from core.db.migrate import versions
from core.db.work import Store
from core.doctor import LATE, Finding, examine
from core.inventory import audit
from core.sealing import Sealer

BROKER_PATIENCE = 3.0
"""Seconds that Redis has to answer."""
WORDS: dict[str, str] = {
    "wrong_setting": "{name}: {why}",
    "no_public_url": "DAUDA_PUBLIC_URL is not set: platforms cannot reach the feeds",
    "no_messenger": "neither WhatsApp nor Telegram is set up: only `dauda chat` works",
    "no_broker": "Redis does not answer: {said}",
    "unreachable": "the database does not answer: {said}",
    "no_database": "there is no database yet; `dauda setup` makes it",
    "old_schema": "it is at {found}, this Dauda needs {wanted}: run `dauda migrate`",
    "old_sqlite": "SQLite {found} can damage a database with several writers; {wanted} or newer is safe",
    "damaged": "SQLite says: {said}",
    "broken_references": "{count} rows point to nothing, in {tables}",
    "wrong_counters": "{count} days count wrongly (such as {days}): `dauda doctor --repair` recounts them",
    "wholes_without_parts": "{count} stays hold a room without all parts of it: {stays}",
    "released_stays_hold": "{count} ended stays still hold nights: {stays}",
    "nights_outside_stay": "{count} stays hold nights outside their dates: {stays}",
    "holding_stays_lack": "{count} stays do not hold all their nights: {stays}",
    "contested_stays_hold_all": "{count} stays wait for nights that they have: {stays}",
    "stays_without_reservation": "{count} stays of guests have no reservation: {numbers}",
    "reservations_without_stay": "{count} reservations wait for guests in no room: {numbers}",
    "wrong_dates_of_reservation": "{count} reservations do not say the dates of their stays: {numbers}",
    "wrong_totals_of_reservation": "{count} reservations cost something else than their stays: {numbers}",
    "wrong_prices_of_stay": "{count} stays cost something else than their nights: {numbers}",
    "lost_revisions": "{count} reservations lack some of their revisions: {numbers}",
    "rooms_without_version": "{count} rooms have no feed version: {rooms}",
    "links_without_address": "{count} links have no address that serves",
    "platform_off": "{name} ({value}) is installed and switched off: {why}",
    "platform_missing": "channels use {platforms}, which is not there: they are served, and not read",
    "stale_calendars": "{count} calendars have not been read for three hours or longer: {calendars}",
    "broken_seals": "{count} sealed texts do not open: DAUDA_SECRET_KEY is not the key they were sealed with",
    "no_admin": "nobody is admin of {properties}",
    "buried": "{count} things were given up: {kinds}",
    "late": "something has been due since {since}: is `dauda serve` or `dauda work` running?",
    "unhandled": "{count} messages have not been handled, the first since {since}",
    "repaired": "{count} days recounted",
    "not_repairable": "{count} days hold more than their type has rooms: a person must look at them",
}


@click.command()
@click.option("--json", "as_facts", is_flag=True, help="As JSON.")
@click.option("--repair", is_flag=True, help="Recount wrong counters. Nothing else is ever changed.")
def doctor(*, as_facts: bool, repair: bool) -> None:
    """Look whether everything is in order; exit 1 when something is wrong."""
    found = _examined(repair=repair)
    wrong = any(one.wrong for findings in found.values() for one in findings)
    if as_facts:
        findings = [asdict(one) for several in found.values() for one in several]
        as_json({"ok": not wrong, "checks": list(found), "findings": findings})
    else:
        for check, several in found.items():
            if not any(one.wrong for one in several):
                click.echo(f"ok     {check}")
            for one in several:
                click.echo(f"{'WRONG' if one.wrong else 'note '}  {check}: {_said(one)}")
    raise SystemExit(1 if wrong else 0)


def _examined(*, repair: bool) -> dict[str, list[Finding]]:
    """Every check's findings; those that need what is broken already are left out."""
    try:
        settings = load()
    except WrongSetting as error:
        return {"settings": [Finding("settings", "wrong_setting", error.facts)]}
    logs.configure(settings.log_format, hidden=settings.secrets)
    found = {"settings": _settings(settings)}
    if settings.redis_url is not None:
        found["broker"] = _broker(settings.redis_url)
    try:
        found["schema"] = _schema(settings.database_url)
        if found["schema"]:
            return found
        database = connect(settings.database_url)
        try:
            return {**found, **_inside(database, Sealer(settings.secret_key), repair=repair)}
        finally:
            database.dispose()
    except OperationalError as error:
        found["database"] = [Finding("database", "unreachable", {"said": str(error.orig).strip()})]
        return found


def _settings(settings: Settings) -> list[Finding]:
    found = []
    if settings.public_url is None:
        found.append(Finding("settings", "no_public_url", {}, wrong=False))
    if settings.twilio is None and settings.telegram is None:
        found.append(Finding("settings", "no_messenger", {}, wrong=False))
    return found


def _broker(url: str) -> list[Finding]:
    try:
        with Redis.from_url(url, socket_timeout=BROKER_PATIENCE, socket_connect_timeout=BROKER_PATIENCE) as redis:
            redis.ping()
    except RedisError as error:
        return [Finding("broker", "no_broker", {"said": type(error).__name__})]
    return []


def _schema(url: str) -> list[Finding]:
    if url.startswith("sqlite") and not Path(sqlite_path(url)).exists():
        return [Finding("schema", "no_database", {})]
    found, wanted = versions(url)
    if found == wanted:
        return []
    return [Finding("schema", "old_schema", {"found": found or "no version", "wanted": wanted})]


def _inside(database: Database, sealer: Sealer, *, repair: bool) -> dict[str, list[Finding]]:
    store = Store(database, SystemClock())
    mended: list[Finding] = []
    if repair:
        with store.unit_of_work() as work:
            repaired, refused = audit.repair(work)
        if repaired:
            mended.append(Finding("inventory", "repaired", {"count": repaired}, wrong=False))
        if refused:
            mended.append(Finding("inventory", "not_repairable", {"count": refused}))
    with store.reading() as session:
        found = examine(session, sealer, store.clock.now())
        found["messages"] = _messages(session, store.clock.now())
    found["inventory"] = mended + found["inventory"]
    return found


def _messages(session: Session, now: datetime) -> list[Finding]:
    waiting = select(func.count(), func.min(InboundMessage.received_at)).where(
        InboundMessage.handled_at.is_(None), InboundMessage.received_at < now - LATE
    )
    count, since = session.execute(waiting).one()
    return [Finding("messages", "unhandled", {"count": count, "since": since})] if count else []


def _said(finding: Finding) -> str:
    facts = {
        key: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        for key, value in finding.facts.items()
    }
    for key, value in facts.items():
        if isinstance(value, datetime):
            facts[key] = f"{value:%Y-%m-%d %H:%M} UTC"
    return WORDS[finding.code].format(**facts)
