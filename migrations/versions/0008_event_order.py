"""The order in which events become visible, and how far the event bus has come."""

import sqlalchemy as sa
from alembic import op

from core.db.types import UtcInstant

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    default = sa.text("pg_current_xact_id()::text::bigint") if postgresql else None
    # No batch: SQLite would rebuild the table, and its triggers forbid to delete from the old one.
    op.add_column("events", sa.Column("xid", sa.BigInteger(), nullable=True, server_default=default))
    op.create_index("ix_events_order", "events", ["xid", "id"])
    op.create_table(
        "bus_positions",
        sa.Column("bus", sa.String(length=40), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("moved_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("bus", name=op.f("pk_bus_positions")),
    )


def downgrade() -> None:
    op.drop_table("bus_positions")
    op.drop_index("ix_events_order", "events")
    op.drop_column("events", "xid")
