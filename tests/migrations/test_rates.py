"""What was sold before there were rate plans is sold in the standard plan afterwards."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from core.db.migrate import alembic_config, upgrade
from tests.support import postgres
from tests.support.databases import ENGINES


@pytest.mark.parametrize("engine", ENGINES)
def test_every_property_that_was_there_has_a_standard_plan_and_a_weekend(engine: str, tmp_path: Path) -> None:
    if engine == "sqlite":
        must_have_plans(f"sqlite:///{tmp_path / 'old.db'}")
        return
    url = postgres.create_database(postgres.server_url())
    try:
        must_have_plans(url)
    finally:
        postgres.drop_database(url)


def must_have_plans(url: str) -> None:
    """Fill a database of the schema before, bring it to the newest, and look."""
    command.upgrade(alembic_config(url), "0005")
    database = create_engine(url)
    try:
        with database.begin() as connection:
            for code in ("baobab", "acacia"):
                connection.execute(
                    text(
                        "INSERT INTO properties"
                        " (code, name, timezone, currency, language, conflict_preference, made_at)"
                        " VALUES (:code, 'A house', 'Africa/Nairobi', 'KES', 'en', 'first', :at)"
                    ),
                    {"code": code, "at": datetime(2026, 11, 20, tzinfo=UTC).replace(tzinfo=None)},
                )
        upgrade(url)
        with database.begin() as connection:
            rows = connection.execute(
                text(
                    "SELECT properties.code, rate_plans.code, rate_plans.every_type, rate_plans.parent_id"
                    " FROM properties JOIN rate_plans ON property_id = properties.id ORDER BY properties.id"
                )
            ).all()
            weekends = connection.execute(text("SELECT weekend_days FROM properties")).scalars().all()
    finally:
        database.dispose()
    assert [(place, plan, bool(every), parent) for place, plan, every, parent in rows] == [
        ("baobab", "standard", True, None), ("acacia", "standard", True, None),
    ]  # fmt: skip
    assert [str(weekend) for weekend in weekends] == ["[4, 5]"] * 2
