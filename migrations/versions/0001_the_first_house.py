"""The first house."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.db.types import UtcInstant

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _keep_events() -> None:
    """The log only grows: the database itself refuses to change or delete a line of it."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER events_no_{verb.lower()} BEFORE {verb} ON events "
                "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events "
        "FOR EACH ROW EXECUTE FUNCTION events_append_only()"
    )


def _forget_events() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER events_append_only ON events")
        op.execute("DROP FUNCTION events_append_only")


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "conversations",
        sa.Column("id", _ID, nullable=False),
        sa.Column("transport", sa.String(length=20), nullable=False),
        sa.Column("chat", sa.String(length=120), nullable=False),
        sa.Column("state", _JSON, nullable=False),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.Column("told_stranger_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("transport", "chat", name=op.f("uq_conversations_transport_chat")),
    )
    op.create_table(
        "dues",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("facts", _JSON, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("lane", sa.String(length=120), nullable=True),
        sa.Column("every", sa.Double(), nullable=True),
        sa.Column("due_at", UtcInstant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", UtcInstant(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("closed_at", UtcInstant(), nullable=True),
        sa.Column("buried", sa.Boolean(), nullable=False),
        sa.Column("correlation", sa.String(length=40), nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues")),
        sa.UniqueConstraint("key", name=op.f("uq_dues_key")),
    )
    with op.batch_alter_table("dues", schema=None) as batch_op:
        batch_op.create_index(
            "ix_dues_lane",
            ["lane", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_dues_open",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "inbound_messages",
        sa.Column("id", _ID, nullable=False),
        sa.Column("transport", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("chat", sa.String(length=120), nullable=False),
        sa.Column("sender", sa.String(length=120), nullable=False),
        sa.Column("also", _JSON, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tap", sa.String(length=80), nullable=True),
        sa.Column("tap_id", sa.String(length=120), nullable=True),
        sa.Column("tapped_message", sa.String(length=120), nullable=True),
        sa.Column("received_at", UtcInstant(), nullable=False),
        sa.Column("handled_at", UtcInstant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_messages")),
        sa.UniqueConstraint("transport", "external_id", name=op.f("uq_inbound_messages_transport_external_id")),
    )
    with op.batch_alter_table("inbound_messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbound_unhandled",
            ["transport", "chat", "id"],
            unique=False,
            sqlite_where=sa.text("handled_at IS NULL"),
            postgresql_where=sa.text("handled_at IS NULL"),
        )

    op.create_table(
        "people",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_table(
        "properties",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_properties")),
        sa.UniqueConstraint("code", name=op.f("uq_properties_code")),
    )
    op.create_table(
        "transport_contents",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("account", "name", name=op.f("pk_transport_contents")),
    )
    op.create_table(
        "channels",
        sa.Column("id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_channels_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("property_id", "platform", name=op.f("uq_channels_property_id_platform")),
    )
    op.create_table(
        "chat_addresses",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("transport", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("property_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_chat_addresses_person_id")),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_chat_addresses_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_addresses")),
        sa.UniqueConstraint("transport", "external_id", name=op.f("uq_chat_addresses_transport_external_id")),
    )
    with op.batch_alter_table("chat_addresses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_addresses_person_id"), ["person_id"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("property_id", _ID, nullable=True),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("facts", _JSON, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("transport", sa.String(length=20), nullable=True),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("correlation", sa.String(length=40), nullable=True),
        sa.Column("undoes", _ID, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_events_person_id")),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_events_property_id")),
        sa.ForeignKeyConstraint(["undoes"], ["events.id"], name=op.f("fk_events_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("undoes", name=op.f("uq_events_undoes")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_property_id", ["property_id", "id"], unique=False)
        batch_op.create_index("ix_events_subject", ["subject", "subject_id", "id"], unique=False)

    op.create_table(
        "invites",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("used_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invites_person_id")),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_invites_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invites")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invites_code_hash")),
    )
    op.create_table(
        "memberships",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("revoked_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id")),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_memberships_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("person_id", "property_id", name=op.f("uq_memberships_person_id_property_id")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_property_id"), ["property_id"], unique=False)

    op.create_table(
        "outgoing_messages",
        sa.Column("id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("choices", _JSON, nullable=False),
        sa.Column("answers_tap", sa.String(length=120), nullable=True),
        sa.Column("settles", _JSON, nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("sending_at", UtcInstant(), nullable=True),
        sa.Column("sent_at", UtcInstant(), nullable=True),
        sa.Column("message_ids", _JSON, nullable=False),
        sa.Column("last_message_id", sa.String(length=120), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_outgoing_messages_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_messages")),
    )
    with op.batch_alter_table("outgoing_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outgoing_messages_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_messages_last_message_id"), ["last_message_id"], unique=False)

    op.create_table(
        "room_types",
        sa.Column("id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("base_rate", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_room_types_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_types")),
        sa.UniqueConstraint("property_id", "code", name=op.f("uq_room_types_property_id_code")),
    )
    op.create_table(
        "inventory_days",
        sa.Column("type_id", _ID, nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.Column("blocked", sa.Integer(), nullable=False),
        sa.Column("contested", sa.Integer(), nullable=False),
        sa.Column("keep_back", sa.Integer(), nullable=False),
        sa.Column("allowance", sa.Integer(), nullable=False),
        sa.Column("stop_sell", sa.Boolean(), nullable=False),
        sa.CheckConstraint("sold + blocked <= total + allowance", name=op.f("ck_inventory_days_not_oversold")),
        sa.CheckConstraint(
            "sold >= 0 AND blocked >= 0 AND contested >= 0 AND total >= 0",
            name=op.f("ck_inventory_days_no_negative_counts"),
        ),
        sa.ForeignKeyConstraint(["type_id"], ["room_types.id"], name=op.f("fk_inventory_days_type_id")),
        sa.PrimaryKeyConstraint("type_id", "night", name=op.f("pk_inventory_days")),
    )
    op.create_table(
        "rooms",
        sa.Column("id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("type_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("aliases", _JSON, nullable=False),
        sa.Column("removed_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_rooms_property_id")),
        sa.ForeignKeyConstraint(["type_id"], ["room_types.id"], name=op.f("fk_rooms_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("property_id", "name", name=op.f("uq_rooms_property_id_name")),
    )
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rooms_property_id"), ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rooms_type_id"), ["type_id"], unique=False)

    op.create_table(
        "taps",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("action", _JSON, nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("used_at", UtcInstant(), nullable=True),
        sa.Column("used_by", _ID, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_taps_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["outgoing_messages.id"], name=op.f("fk_taps_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_taps_person_id")),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_taps_property_id")),
        sa.ForeignKeyConstraint(["used_by"], ["people.id"], name=op.f("fk_taps_used_by")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_taps")),
    )
    with op.batch_alter_table("taps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_taps_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index("ix_taps_message", ["message_id", "position"], unique=False)

    op.create_table(
        "channel_links",
        sa.Column("id", _ID, nullable=False),
        sa.Column("channel_id", _ID, nullable=False),
        sa.Column("room_id", _ID, nullable=False),
        sa.Column("import_url", sa.Text(), nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("read_at", UtcInstant(), nullable=True),
        sa.Column("read_version", sa.Integer(), nullable=False),
        sa.Column("read_gap", sa.Double(), nullable=True),
        sa.Column("silent_since", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_channel_links_channel_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_channel_links_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_links")),
        sa.UniqueConstraint("channel_id", "room_id", name=op.f("uq_channel_links_channel_id_room_id")),
    )
    with op.batch_alter_table("channel_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channel_links_room_id"), ["room_id"], unique=False)

    op.create_table(
        "feed_versions",
        sa.Column("room_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_feed_versions_room_id")),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_feed_versions")),
    )
    op.create_table(
        "stays",
        sa.Column("id", _ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("room_id", _ID, nullable=False),
        sa.Column("arrival", sa.Date(), nullable=False),
        sa.Column("departure", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("guest", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("price", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("made_by", _ID, nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("departure > arrival", name=op.f("ck_stays_has_nights")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_stays_made_by")),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_stays_property_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_stays_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stays")),
        sa.UniqueConstraint("uid", name=op.f("uq_stays_uid")),
    )
    with op.batch_alter_table("stays", schema=None) as batch_op:
        batch_op.create_index("ix_stays_property_departure", ["property_id", "departure", "arrival"], unique=False)
        batch_op.create_index("ix_stays_room_departure", ["room_id", "departure", "arrival"], unique=False)

    op.create_table(
        "feed_addresses",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("link_id", _ID, nullable=False),
        sa.Column("sealed", sa.String(length=500), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["link_id"], ["channel_links.id"], name=op.f("fk_feed_addresses_link_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_feed_addresses")),
    )
    with op.batch_alter_table("feed_addresses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_addresses_link_id"), ["link_id"], unique=False)

    op.create_table(
        "feed_readers",
        sa.Column("link_id", _ID, nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("first_at", UtcInstant(), nullable=False),
        sa.Column("last_at", UtcInstant(), nullable=False),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["channel_links.id"], name=op.f("fk_feed_readers_link_id")),
        sa.PrimaryKeyConstraint("link_id", "agent", name=op.f("pk_feed_readers")),
    )
    op.create_table(
        "late_openings",
        sa.Column("room_id", _ID, nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("stay_id", _ID, nullable=False),
        sa.Column("opens_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_late_openings_room_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stays.id"], name=op.f("fk_late_openings_stay_id")),
        sa.PrimaryKeyConstraint("room_id", "night", name=op.f("pk_late_openings")),
    )
    op.create_table(
        "room_nights",
        sa.Column("room_id", _ID, nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("stay_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_room_nights_room_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stays.id"], name=op.f("fk_room_nights_stay_id")),
        sa.PrimaryKeyConstraint("room_id", "night", name=op.f("pk_room_nights")),
    )
    with op.batch_alter_table("room_nights", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_nights_stay_id"), ["stay_id"], unique=False)
    _keep_events()


def downgrade() -> None:
    """Bring the schema back."""
    _forget_events()
    with op.batch_alter_table("room_nights", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_nights_stay_id"))

    op.drop_table("room_nights")
    op.drop_table("late_openings")
    op.drop_table("feed_readers")
    with op.batch_alter_table("feed_addresses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feed_addresses_link_id"))

    op.drop_table("feed_addresses")
    with op.batch_alter_table("stays", schema=None) as batch_op:
        batch_op.drop_index("ix_stays_room_departure")
        batch_op.drop_index("ix_stays_property_departure")

    op.drop_table("stays")
    op.drop_table("feed_versions")
    with op.batch_alter_table("channel_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_channel_links_room_id"))

    op.drop_table("channel_links")
    with op.batch_alter_table("taps", schema=None) as batch_op:
        batch_op.drop_index("ix_taps_message")
        batch_op.drop_index(batch_op.f("ix_taps_conversation_id"))

    op.drop_table("taps")
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rooms_type_id"))
        batch_op.drop_index(batch_op.f("ix_rooms_property_id"))

    op.drop_table("rooms")
    op.drop_table("inventory_days")
    op.drop_table("room_types")
    with op.batch_alter_table("outgoing_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outgoing_messages_last_message_id"))
        batch_op.drop_index(batch_op.f("ix_outgoing_messages_conversation_id"))

    op.drop_table("outgoing_messages")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_property_id"))

    op.drop_table("memberships")
    op.drop_table("invites")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("ix_events_subject")
        batch_op.drop_index("ix_events_property_id")

    op.drop_table("events")
    with op.batch_alter_table("chat_addresses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_addresses_person_id"))

    op.drop_table("chat_addresses")
    op.drop_table("channels")
    op.drop_table("transport_contents")
    op.drop_table("properties")
    op.drop_table("people")
    with op.batch_alter_table("inbound_messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_inbound_unhandled",
            sqlite_where=sa.text("handled_at IS NULL"),
            postgresql_where=sa.text("handled_at IS NULL"),
        )

    op.drop_table("inbound_messages")
    with op.batch_alter_table("dues", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_dues_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL")
        )
        batch_op.drop_index(
            "ix_dues_lane", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL")
        )

    op.drop_table("dues")
    op.drop_table("conversations")
