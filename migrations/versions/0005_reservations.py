"""Reservations, their revisions and the prices of their nights."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.db.types import UtcInstant

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_STANDS = sa.text("reference IS NOT NULL AND state <> 'cancelled'")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _tables() -> None:
    op.create_table(
        "reservations",
        sa.Column("id", _ID, nullable=False),
        sa.Column("property_id", _ID, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=True),
        sa.Column("channel_id", _ID, nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("arrival", sa.Date(), nullable=False),
        sa.Column("departure", sa.Date(), nullable=False),
        sa.Column("booker", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("adults", sa.Integer(), nullable=True),
        sa.Column("children", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=True),
        sa.Column("cancelled_at", UtcInstant(), nullable=True),
        sa.Column("erased_at", UtcInstant(), nullable=True),
        sa.Column("made_by", _ID, nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("contents", _JSON, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("departure > arrival", name=op.f("ck_reservations_has_nights")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_reservations_channel_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_reservations_made_by")),
        sa.ForeignKeyConstraint(["property_id"], ["properties.id"], name=op.f("fk_reservations_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
        sa.UniqueConstraint("property_id", "code", name=op.f("uq_reservations_property_id_code")),
    )
    op.create_index(
        "uq_reservations_booked",
        "reservations",
        ["property_id", "source", "reference"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )
    op.create_index("ix_reservations_property_arrival", "reservations", ["property_id", "arrival", "id"])
    op.create_table(
        "reservation_revisions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("reservation_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("transport", sa.String(length=20), nullable=True),
        sa.Column("what", _JSON, nullable=False),
        sa.Column("contents", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reservation_revisions_person_id")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_reservation_revisions_reservation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation_revisions")),
        sa.UniqueConstraint("reservation_id", "number", name=op.f("uq_reservation_revisions_reservation_id_number")),
    )
    op.create_table(
        "stay_prices",
        sa.Column("stay_id", _ID, nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stays.id"], name=op.f("fk_stay_prices_stay_id")),
        sa.PrimaryKeyConstraint("stay_id", "night", name=op.f("pk_stay_prices")),
    )


def _columns() -> None:
    with op.batch_alter_table("stays") as batch_op:
        batch_op.add_column(sa.Column("reservation_id", _ID, nullable=True))
        batch_op.add_column(sa.Column("follows_id", _ID, nullable=True))
        batch_op.add_column(sa.Column("checked_out_at", UtcInstant(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_stays_reservation_id"), "reservations", ["reservation_id"], ["id"])
        batch_op.create_foreign_key(op.f("fk_stays_follows_id"), "stays", ["follows_id"], ["id"])
        batch_op.create_index(op.f("ix_stays_reservation_id"), ["reservation_id"])
        batch_op.create_index(op.f("ix_stays_follows_id"), ["follows_id"])
    with op.batch_alter_table("channel_bookings") as batch_op:
        batch_op.add_column(sa.Column("erased_at", UtcInstant(), nullable=True))


def _keep_revisions() -> None:
    """Revisions only grow, like the log: the database itself refuses to change or delete one."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER reservation_revisions_no_{verb.lower()} BEFORE {verb} ON reservation_revisions "
                "BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION reservation_revisions_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'revisions are append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER reservation_revisions_append_only BEFORE UPDATE OR DELETE ON reservation_revisions "
        "FOR EACH ROW EXECUTE FUNCTION reservation_revisions_append_only()"
    )


_SOLD = "(s.reason IN ('guest', 'walk_in') OR s.source IS NOT NULL)"
_SHARES = "s.source IS NOT NULL AND s.reference IS NOT NULL AND s.state <> 'released'"
_FIRST = (
    "(SELECT MIN(o.id) FROM stays o WHERE o.property_id = s.property_id AND o.source = s.source "
    "AND o.reference = s.reference AND o.state <> 'released')"
)
_OF = f"CASE WHEN {_SHARES} THEN {_FIRST} ELSE s.id END"
"""The number of the reservation that a stay gets."""


def _of_stays() -> None:
    """Give every stay that was sold its reservation; those of one number at one source share one.

    The reservation has the number of its first stay: there is no other one yet. What was booked before revisions were
    kept has no first one.
    """
    op.execute(
        f"""
        INSERT INTO reservations (
            id, property_id, code, source, reference, state, arrival, departure, booker, phone, currency, note,
            made_by, made_at, changed_at, number, revision
        )
        SELECT s.id, s.property_id, 'R' || s.id,
            COALESCE(s.source, CASE WHEN s.reason = 'walk_in' THEN 'walk_in' ELSE 'direct' END), s.reference,
            CASE WHEN s.state = 'released' THEN 'cancelled' ELSE 'confirmed' END, s.arrival, s.departure, s.guest,
            s.phone, COALESCE(s.currency, p.currency), s.note, s.made_by, s.made_at, s.changed_at, 1, 1
        FROM stays s JOIN properties p ON p.id = s.property_id
        WHERE {_SOLD} AND s.id = {_OF}
        """  # noqa: S608 - nothing in it comes from outside.
    )
    op.execute(
        f"UPDATE stays SET reservation_id = (SELECT {_OF} FROM stays s WHERE s.id = stays.id) "  # noqa: S608
        "WHERE reason IN ('guest', 'walk_in') OR source IS NOT NULL"
    )
    # Nobody said when they left; they are not in the house any more.
    op.execute(
        "UPDATE stays SET checked_out_at = changed_at "
        "WHERE reservation_id IS NOT NULL AND checked_in_at IS NOT NULL AND departure < CURRENT_DATE"
    )
    op.execute(
        """
        UPDATE reservations SET
            arrival = (SELECT MIN(s.arrival) FROM stays s WHERE s.reservation_id = reservations.id),
            departure = (SELECT MAX(s.departure) FROM stays s WHERE s.reservation_id = reservations.id),
            total = (SELECT SUM(s.price) FROM stays s WHERE s.reservation_id = reservations.id),
            state = CASE
                WHEN state = 'cancelled' THEN state
                WHEN EXISTS (SELECT 1 FROM stays s WHERE s.reservation_id = reservations.id
                    AND s.checked_in_at IS NOT NULL AND s.checked_out_at IS NULL) THEN 'checked_in'
                WHEN EXISTS (SELECT 1 FROM stays s WHERE s.reservation_id = reservations.id
                    AND s.checked_out_at IS NOT NULL) THEN 'checked_out'
                WHEN NOT EXISTS (SELECT 1 FROM stays s WHERE s.reservation_id = reservations.id
                    AND s.state <> 'shadowed')
                    AND EXISTS (SELECT 1 FROM stays s JOIN follow_ups f ON f.stay_id = s.id
                    WHERE s.reservation_id = reservations.id AND f.conflict_id IS NULL AND f.done_at IS NULL)
                    THEN 'cancelled'
                ELSE state
            END
        """
    )
    op.execute("UPDATE reservations SET cancelled_at = changed_at WHERE state = 'cancelled'")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('reservations', 'id'), "
            "(SELECT COALESCE(MAX(id), 0) + 1 FROM reservations), false)"
        )


def upgrade() -> None:
    """Bring the schema forward."""
    _tables()
    _columns()
    _of_stays()
    _keep_revisions()


def downgrade() -> None:
    """Bring the schema back."""
    with op.batch_alter_table("channel_bookings") as batch_op:
        batch_op.drop_column("erased_at")
    with op.batch_alter_table("stays") as batch_op:
        batch_op.drop_index(op.f("ix_stays_follows_id"))
        batch_op.drop_index(op.f("ix_stays_reservation_id"))
        batch_op.drop_constraint(op.f("fk_stays_follows_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_stays_reservation_id"), type_="foreignkey")
        batch_op.drop_column("checked_out_at")
        batch_op.drop_column("follows_id")
        batch_op.drop_column("reservation_id")
    op.drop_table("stay_prices")
    op.drop_table("reservation_revisions")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION reservation_revisions_append_only")
    op.drop_table("reservations")
