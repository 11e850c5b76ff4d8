"""What a platform was told to put into the calendars we read."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("exports", sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.drop_column("channels", "exports")
