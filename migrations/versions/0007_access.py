"""Sessions, API keys, login links and idempotent requests."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.db.types import UtcInstant

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_sessions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cookie_hash", sa.String(length=64), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("seen_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("ended_why", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_access_sessions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_sessions")),
        sa.UniqueConstraint("cookie_hash", name=op.f("uq_access_sessions_cookie_hash")),
    )
    op.create_index(op.f("ix_access_sessions_person_id"), "access_sessions", ["person_id"])
    op.create_table(
        "refresh_tokens",
        sa.Column("id", _ID, nullable=False),
        sa.Column("session_id", _ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("used_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["access_sessions.id"], name=op.f("fk_refresh_tokens_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_refresh_tokens_token_hash")),
    )
    op.create_index(op.f("ix_refresh_tokens_session_id"), "refresh_tokens", ["session_id"])
    op.create_table(
        "login_links",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("used_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_login_links_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_links")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_login_links_code_hash")),
    )
    op.create_index(op.f("ix_login_links_person_id"), "login_links", ["person_id"])
    op.create_table(
        "api_keys",
        sa.Column("id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("prefix", sa.String(length=20), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", _JSON, nullable=False),
        sa.Column("made_by", _ID, nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("seen_at", UtcInstant(), nullable=True),
        sa.Column("expires_at", UtcInstant(), nullable=True),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_api_keys_property_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_api_keys_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
    )
    op.create_index(op.f("ix_api_keys_property_id"), "api_keys", ["property_id"])
    op.create_table(
        "login_tries",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("tried_at", UtcInstant(), nullable=False),
        sa.Column("shut_until", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_login_tries")),
    )
    op.create_table(
        "kept_answers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("caller", sa.String(length=40), nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answers")),
        sa.UniqueConstraint("caller", "route", "key", name=op.f("uq_kept_answers_caller_route_key")),
    )
    op.create_index("ix_kept_answers_made_at", "kept_answers", ["made_at"])
    # In place: a rebuilt table would lose the triggers that keep it from being changed.
    op.add_column("events", sa.Column("key_id", _ID, nullable=True))


def downgrade() -> None:
    op.drop_column("events", "key_id")
    for table in ("kept_answers", "login_tries", "api_keys", "login_links", "refresh_tokens", "access_sessions"):
        op.drop_table(table)
