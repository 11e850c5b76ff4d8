"""Inventory: keep-back by channel, late openings of days, rooms made of parts, marks and recurring blocks."""

import sqlalchemy as sa
from alembic import op

from core.db.types import UtcInstant

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _days() -> None:
    op.create_table(
        "channel_days",
        sa.Column("channel_id", _ID, nullable=False),
        sa.Column("type_id", _ID, nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("keep_back", sa.Integer(), nullable=False),
        sa.Column("stop_sell", sa.Boolean(), nullable=False),
        sa.CheckConstraint("keep_back >= 0", name=op.f("ck_channel_days_no_negative_keep_back")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_channel_days_channel_id")),
        sa.ForeignKeyConstraint(["type_id"], ["room_types.id"], name=op.f("fk_channel_days_type_id")),
        sa.PrimaryKeyConstraint("channel_id", "type_id", "night", name=op.f("pk_channel_days")),
    )
    op.create_table(
        "late_days",
        sa.Column("id", _ID, nullable=False),
        sa.Column("type_id", _ID, nullable=False),
        sa.Column("channel_id", _ID, nullable=True),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("keep_back", sa.Integer(), nullable=False),
        sa.Column("stop_sell", sa.Boolean(), nullable=False),
        sa.Column("opens_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_late_days_channel_id")),
        sa.ForeignKeyConstraint(["type_id"], ["room_types.id"], name=op.f("fk_late_days_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_days")),
    )
    op.create_index("ix_late_days_night", "late_days", ["type_id", "night"])


def _rooms() -> None:
    op.create_table(
        "room_parts",
        sa.Column("whole_id", _ID, nullable=False),
        sa.Column("part_id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.CheckConstraint("whole_id <> part_id", name=op.f("ck_room_parts_no_part_of_itself")),
        sa.ForeignKeyConstraint(["part_id"], ["rooms.id"], name=op.f("fk_room_parts_part_id")),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_room_parts_property_id")),
        sa.ForeignKeyConstraint(["whole_id"], ["rooms.id"], name=op.f("fk_room_parts_whole_id")),
        sa.PrimaryKeyConstraint("whole_id", "part_id", name=op.f("pk_room_parts")),
    )
    op.create_index(op.f("ix_room_parts_property_id"), "room_parts", ["property_id"])
    op.create_table(
        "service_marks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("room_id", _ID, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("made_by", _ID, nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("until IS NULL OR until > since", name=op.f("ck_service_marks_has_days")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_service_marks_made_by")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_service_marks_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_marks")),
    )
    op.create_index(op.f("ix_service_marks_room_id"), "service_marks", ["room_id"])


def _recurring() -> None:
    op.create_table(
        "recurring_blocks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("room_id", _ID, nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("nights", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("made_by", _ID, nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("nights > 0", name=op.f("ck_recurring_blocks_has_nights")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_recurring_blocks_made_by")),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_recurring_blocks_property_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_recurring_blocks_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurring_blocks")),
    )
    op.create_index(op.f("ix_recurring_blocks_property_id"), "recurring_blocks", ["property_id"])
    op.create_table(
        "recurring_occurrences",
        sa.Column("recurring_id", _ID, nullable=False),
        sa.Column("arrival", sa.Date(), nullable=False),
        sa.Column("stay_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["recurring_id"], ["recurring_blocks.id"], name=op.f("fk_recurring_occurrences_recurring_id")
        ),
        sa.ForeignKeyConstraint(["stay_id"], ["stays.id"], name=op.f("fk_recurring_occurrences_stay_id")),
        sa.PrimaryKeyConstraint("recurring_id", "arrival", name=op.f("pk_recurring_occurrences")),
    )


def upgrade() -> None:
    _days()
    _rooms()
    _recurring()


def downgrade() -> None:
    for table in (
        "recurring_occurrences", "recurring_blocks", "service_marks", "room_parts", "late_days", "channel_days",
    ):  # fmt: skip
        op.drop_table(table)
