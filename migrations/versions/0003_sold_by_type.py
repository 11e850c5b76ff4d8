"""Links of a whole type, and stays whose room is provisional."""

import sqlalchemy as sa
from alembic import op

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("channel_links") as batch_op:
        batch_op.alter_column("room_id", existing_type=_ID, nullable=True)
        batch_op.add_column(sa.Column("type_id", _ID, nullable=True))
        batch_op.add_column(sa.Column("import_mark", sa.String(64), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_channel_links_import_mark"), ["import_mark"])
        batch_op.create_foreign_key(op.f("fk_channel_links_type_id"), "room_types", ["type_id"], ["id"])
        batch_op.create_unique_constraint(op.f("uq_channel_links_channel_id_type_id"), ["channel_id", "type_id"])
        batch_op.create_check_constraint("room_or_type", "(room_id IS NULL) <> (type_id IS NULL)")
        batch_op.create_index(op.f("ix_channel_links_type_id"), ["type_id"])
    with op.batch_alter_table("stays") as batch_op:
        batch_op.add_column(sa.Column("type_id", _ID, nullable=True))
        batch_op.add_column(sa.Column("assigned", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.create_foreign_key(op.f("fk_stays_type_id"), "room_types", ["type_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("stays") as batch_op:
        batch_op.drop_constraint(op.f("fk_stays_type_id"), type_="foreignkey")
        batch_op.drop_column("assigned")
        batch_op.drop_column("type_id")
    # A link of a type has no room to fall back to.
    op.execute("DELETE FROM channel_links WHERE room_id IS NULL")
    with op.batch_alter_table("channel_links") as batch_op:
        batch_op.drop_index(op.f("ix_channel_links_type_id"))
        batch_op.drop_constraint("room_or_type", type_="check")
        batch_op.drop_constraint(op.f("uq_channel_links_channel_id_type_id"), type_="unique")
        batch_op.drop_constraint(op.f("fk_channel_links_type_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("uq_channel_links_import_mark"), type_="unique")
        batch_op.drop_column("import_mark")
        batch_op.drop_column("type_id")
        batch_op.alter_column("room_id", existing_type=_ID, nullable=False)
