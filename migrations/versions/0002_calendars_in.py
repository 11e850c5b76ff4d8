"""Calendars in, and conflicts: what channels told, how their reading goes, and what waits for a person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.db.types import UtcInstant

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_KNOWN = sa.text("forgotten_at IS NULL")
_KEEPS = sa.text("kept_room_id IS NOT NULL")
_CONTESTED = sa.text("state = 'contested'")
_ASKS = sa.text("subject IS NOT NULL")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _conflicts() -> None:
    op.create_table(
        "conflicts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("room_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("arrival", sa.Date(), nullable=False),
        sa.Column("departure", sa.Date(), nullable=False),
        sa.Column("opened_at", UtcInstant(), nullable=False),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("transport", sa.String(length=20), nullable=True),
        sa.Column("decision", _JSON, nullable=True),
        sa.Column("kept_room_id", _ID, nullable=True),
        sa.Column("kept_arrival", sa.Date(), nullable=True),
        sa.Column("kept_departure", sa.Date(), nullable=True),
        sa.Column("kept_until", UtcInstant(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("remind_at", UtcInstant(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_conflicts_decided_by")),
        sa.ForeignKeyConstraint(["kept_room_id"], ["rooms.id"], name=op.f("fk_conflicts_kept_room_id")),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_conflicts_property_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_conflicts_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
    )
    op.create_index("ix_conflicts_property", "conflicts", ["property_id", "state"])
    op.create_index("ix_conflicts_room", "conflicts", ["room_id", "state"])
    op.create_index(
        "ix_conflicts_kept_room", "conflicts", ["kept_room_id"], sqlite_where=_KEEPS, postgresql_where=_KEEPS
    )
    op.create_table(
        "conflict_parties",
        sa.Column("conflict_id", _ID, nullable=False),
        sa.Column("stay_id", _ID, nullable=False),
        sa.Column("joined_at", UtcInstant(), nullable=False),
        sa.Column("left_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["conflict_id"], ["conflicts.id"], name=op.f("fk_conflict_parties_conflict_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stays.id"], name=op.f("fk_conflict_parties_stay_id")),
        sa.PrimaryKeyConstraint("conflict_id", "stay_id", name=op.f("pk_conflict_parties")),
    )
    op.create_index("ix_conflict_parties_stay_id", "conflict_parties", ["stay_id"])
    op.create_table(
        "follow_ups",
        sa.Column("id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("stay_id", _ID, nullable=False),
        sa.Column("conflict_id", _ID, nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("done_at", UtcInstant(), nullable=True),
        sa.Column("done_by", _ID, nullable=True),
        sa.Column("how", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["conflict_id"], ["conflicts.id"], name=op.f("fk_follow_ups_conflict_id")),
        sa.ForeignKeyConstraint(["done_by"], ["people.id"], name=op.f("fk_follow_ups_done_by")),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_follow_ups_property_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stays.id"], name=op.f("fk_follow_ups_stay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )
    op.create_index("ix_follow_ups_property", "follow_ups", ["property_id", "done_at"])
    op.create_index("ix_follow_ups_stay_id", "follow_ups", ["stay_id"])


def _told() -> None:
    op.create_table(
        "channel_bookings",
        sa.Column("id", _ID, nullable=False),
        sa.Column("link_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("arrival", sa.Date(), nullable=False),
        sa.Column("departure", sa.Date(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("uid", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("first_seen", UtcInstant(), nullable=False),
        sa.Column("last_seen", UtcInstant(), nullable=True),
        sa.Column("missing_since", UtcInstant(), nullable=True),
        sa.Column("missing_looks", sa.Integer(), nullable=False),
        sa.Column("covered", sa.Boolean(), nullable=False),
        sa.Column("narrower", _JSON, nullable=False),
        sa.Column("taken_as", sa.String(length=20), nullable=False),
        sa.Column("stay_id", _ID, nullable=True),
        sa.Column("trimmed", sa.Boolean(), nullable=False),
        sa.Column("odd_looks", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcInstant(), nullable=True),
        sa.Column("forgotten_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["link_id"], ["channel_links.id"], name=op.f("fk_channel_bookings_link_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stays.id"], name=op.f("fk_channel_bookings_stay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_bookings")),
        sa.UniqueConstraint("link_id", "number", name=op.f("uq_channel_bookings_link_id_number")),
    )
    op.create_index("ix_channel_bookings_code", "channel_bookings", ["code"])
    op.create_index(
        "ix_channel_bookings_known", "channel_bookings", ["link_id"], sqlite_where=_KNOWN, postgresql_where=_KNOWN
    )
    op.create_index("ix_channel_bookings_stay_id", "channel_bookings", ["stay_id"])


def _health() -> None:
    op.create_table(
        "sync_runs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("link_id", _ID, nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("trouble", sa.String(length=30), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.Column("first_at", UtcInstant(), nullable=False),
        sa.Column("last_at", UtcInstant(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=True),
        sa.Column("appeared", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["channel_links.id"], name=op.f("fk_sync_runs_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_runs")),
    )
    op.create_index("ix_sync_runs_last_at", "sync_runs", ["last_at"])
    op.create_index("ix_sync_runs_link", "sync_runs", ["link_id", "id"])
    op.create_table(
        "link_imports",
        sa.Column("link_id", _ID, nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("tried_at", UtcInstant(), nullable=True),
        sa.Column("good_at", UtcInstant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=30), nullable=True),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("alerted_at", UtcInstant(), nullable=True),
        sa.Column("run_id", _ID, nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("recurring", sa.Boolean(), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("wakes_on", sa.Date(), nullable=True),
        sa.Column("question_at", UtcInstant(), nullable=True),
        sa.Column("question_known", sa.Integer(), nullable=True),
        sa.Column("lost_half_at", UtcInstant(), nullable=True),
        sa.Column("proved_nights", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["channel_links.id"], name=op.f("fk_link_imports_link_id")),
        sa.ForeignKeyConstraint(["run_id"], ["sync_runs.id"], name=op.f("fk_link_imports_run_id")),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_link_imports")),
    )


def _settings() -> None:
    with op.batch_alter_table("channels") as batch_op:
        batch_op.add_column(sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("alert_after", sa.Integer(), nullable=False, server_default="1800"))
        batch_op.add_column(sa.Column("inclusive_end", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("frees_unanswered", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("channel_links") as batch_op:
        batch_op.add_column(sa.Column("read_nights", _JSON, nullable=False, server_default="[]"))
    with op.batch_alter_table("properties") as batch_op:
        batch_op.add_column(
            sa.Column("conflict_preference", sa.String(length=20), nullable=False, server_default="first")
        )
    with op.batch_alter_table("stays") as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("reference", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("checked_in_at", UtcInstant(), nullable=True))
        batch_op.create_index(
            "ix_stays_contested", ["room_id", "departure"], sqlite_where=_CONTESTED, postgresql_where=_CONTESTED
        )


def _cards() -> None:
    with op.batch_alter_table("outgoing_messages") as batch_op:
        batch_op.add_column(sa.Column("subject", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("subject_revision", sa.Integer(), nullable=True))
        batch_op.create_index("ix_outgoing_subject", ["subject"], sqlite_where=_ASKS, postgresql_where=_ASKS)


def upgrade() -> None:
    """Bring the schema forward."""
    _conflicts()
    _told()
    _health()
    _settings()
    _cards()


def downgrade() -> None:
    """Bring the schema back."""
    with op.batch_alter_table("outgoing_messages") as batch_op:
        batch_op.drop_index("ix_outgoing_subject")
        batch_op.drop_column("subject_revision")
        batch_op.drop_column("subject")

    with op.batch_alter_table("stays") as batch_op:
        batch_op.drop_index("ix_stays_contested")
        batch_op.drop_column("checked_in_at")
        batch_op.drop_column("reference")
        batch_op.drop_column("source")

    with op.batch_alter_table("channel_links") as batch_op:
        batch_op.drop_column("read_nights")

    with op.batch_alter_table("properties") as batch_op:
        batch_op.drop_column("conflict_preference")

    with op.batch_alter_table("channels") as batch_op:
        batch_op.drop_column("frees_unanswered")
        batch_op.drop_column("inclusive_end")
        batch_op.drop_column("alert_after")
        batch_op.drop_column("active")

    op.drop_table("link_imports")
    op.drop_table("sync_runs")
    op.drop_table("follow_ups")
    op.drop_table("conflict_parties")
    op.drop_table("channel_bookings")
    op.drop_table("conflicts")
