"""The row of one thing to be done: an effect, a retry or a line of the timetable alike."""

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Id, Json
from core.db.types import UtcInstant

_OPEN = text("closed_at IS NULL")


class Due(Base):
    """Something to be done at `due_at`, leased by one worker at a time."""

    __tablename__ = "dues"
    __table_args__ = (
        Index("ix_dues_open", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_dues_lane", "lane", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    facts: Mapped[dict[str, object]] = mapped_column(Json)
    """The effect's fields: ids only."""
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    """A second effect with the same key is the same effect."""
    lane: Mapped[str | None] = mapped_column(String(120))
    """Rows of one lane are done one after the other, in order of their ids."""
    every: Mapped[float | None]
    """Seconds between two runs of a line of the timetable; None: once."""
    due_at: Mapped[datetime] = mapped_column(UtcInstant)
    attempts: Mapped[int] = mapped_column(default=0)
    """Counted when leased, so that a job that kills its worker is counted too."""
    leased_until: Mapped[datetime | None] = mapped_column(UtcInstant)
    error: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    """Done, or given up; closed rows are out of the relay's sight."""
    buried: Mapped[bool] = mapped_column(default=False)
    """Given up: kept visible until somebody replays or dismisses it."""
    correlation: Mapped[str | None] = mapped_column(String(40))
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
