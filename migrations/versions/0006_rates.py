"""Rate plans, daily rates, restrictions and pricing rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.db.types import UtcInstant

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MONEY = sa.Numeric(14, 3)
_PERCENT = sa.Numeric(9, 4)
_STANDARD_PLANS = """
INSERT INTO rate_plans (property_id, code, name, percent, amount, every_type, active, made_at)
SELECT id, 'standard', 'Standard', 0, 0, TRUE, TRUE, made_at FROM properties
"""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _plans() -> None:
    op.create_table(
        "rate_plans",
        sa.Column("id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("parent_id", _ID, nullable=True),
        sa.Column("percent", _PERCENT, nullable=False),
        sa.Column("amount", _MONEY, nullable=False),
        sa.Column("every_type", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_rate_plans_property_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["rate_plans.id"], name=op.f("fk_rate_plans_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_plans")),
        sa.UniqueConstraint("property_id", "code", name=op.f("uq_rate_plans_property_id_code")),
    )
    op.create_index(op.f("ix_rate_plans_parent_id"), "rate_plans", ["parent_id"])
    op.create_table(
        "plan_types",
        *_plan_and_type("plan_types"),
        sa.Column("least", _MONEY, nullable=True),
        sa.Column("most", _MONEY, nullable=True),
        sa.Column("most_adults", sa.Integer(), nullable=True),
        sa.Column("extra_child", _MONEY, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "type_id", name=op.f("pk_plan_types")),
    )
    op.create_table(
        "occupancy_prices",
        *_plan_and_type("occupancy_prices"),
        sa.Column("adults", sa.Integer(), nullable=False),
        sa.Column("price", _MONEY, nullable=True),
        sa.Column("delta", _MONEY, nullable=True),
        sa.CheckConstraint("(price IS NULL) <> (delta IS NULL)", name=op.f("ck_occupancy_prices_price_or_delta")),
        sa.CheckConstraint("adults > 0", name=op.f("ck_occupancy_prices_some_adults")),
        sa.PrimaryKeyConstraint("plan_id", "type_id", "adults", name=op.f("pk_occupancy_prices")),
    )


def _days() -> None:
    op.create_table(
        "daily_rates",
        *_plan_and_type("daily_rates"),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("price", _MONEY, nullable=True),
        sa.Column("min_stay_arrival", sa.Integer(), nullable=True),
        sa.Column("min_stay_through", sa.Integer(), nullable=True),
        sa.Column("max_stay", sa.Integer(), nullable=True),
        sa.Column("closed_to_arrival", sa.Boolean(), nullable=True),
        sa.Column("closed_to_departure", sa.Boolean(), nullable=True),
        sa.Column("stop_sell", sa.Boolean(), nullable=True),
        sa.CheckConstraint("price > 0", name=op.f("ck_daily_rates_some_price")),
        sa.CheckConstraint(
            "min_stay_arrival > 0 AND min_stay_through > 0 AND max_stay >= 0",
            name=op.f("ck_daily_rates_possible_stays"),
        ),
        sa.PrimaryKeyConstraint("plan_id", "type_id", "night", name=op.f("pk_daily_rates")),
    )


def _rules() -> None:
    op.create_table(
        "seasons",
        sa.Column("id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("first_night", sa.Date(), nullable=False),
        sa.Column("last_night", sa.Date(), nullable=False),
        sa.Column("yearly", sa.Boolean(), nullable=False),
        sa.CheckConstraint("yearly OR first_night <= last_night", name=op.f("ck_seasons_forwards")),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_seasons_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seasons")),
        sa.UniqueConstraint("property_id", "name", name=op.f("uq_seasons_property_id_name")),
    )
    op.create_table(
        "pricing_rules",
        sa.Column("id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("plan_id", _ID, nullable=True),
        sa.Column("type_id", _ID, nullable=True),
        sa.Column("season_id", _ID, nullable=True),
        sa.Column("within_days", sa.Integer(), nullable=True),
        sa.Column("from_percent", sa.Integer(), nullable=True),
        sa.Column("price", _MONEY, nullable=True),
        sa.Column("percent", _PERCENT, nullable=False),
        sa.Column("amount", _MONEY, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_pricing_rules_property_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["rate_plans.id"], name=op.f("fk_pricing_rules_plan_id")),
        sa.ForeignKeyConstraint(["type_id"], ["room_types.id"], name=op.f("fk_pricing_rules_type_id")),
        sa.ForeignKeyConstraint(["season_id"], ["seasons.id"], name=op.f("fk_pricing_rules_season_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pricing_rules")),
    )
    op.create_index(op.f("ix_pricing_rules_property_id"), "pricing_rules", ["property_id"])


def _plan_and_type(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("plan_id", _ID, nullable=False),
        sa.Column("type_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["rate_plans.id"], name=op.f(f"fk_{table}_plan_id")),
        sa.ForeignKeyConstraint(["type_id"], ["room_types.id"], name=op.f(f"fk_{table}_type_id")),
    )


def upgrade() -> None:
    with op.batch_alter_table("properties") as batch_op:
        batch_op.add_column(sa.Column("weekend_days", _JSON, nullable=False, server_default="[4, 5]"))
    _plans()
    _days()
    _rules()
    # What was sold so far was sold at the types' own rates: that is the standard plan.
    op.execute(_STANDARD_PLANS)


def downgrade() -> None:
    for table in ("pricing_rules", "seasons", "daily_rates", "occupancy_prices", "plan_types", "rate_plans"):
        op.drop_table(table)
    with op.batch_alter_table("properties") as batch_op:
        batch_op.drop_column("weekend_days")
