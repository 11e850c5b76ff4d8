"""A platform as one property uses it, and its links to rooms and types."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.channels.views import Linked
from core.db.base import Base, Id, Json
from core.db.types import UtcInstant
from core.properties.models import Room, RoomType
from core.stays.models import Stay

_KNOWN = text("forgotten_at IS NULL")


class Channel(Base):
    """A platform at one property: how it is kept up to date and how often its calendars are read."""

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("property_id", "platform"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id"))
    platform: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(20))
    interval: Mapped[int]
    """Seconds between two reads of its calendars."""
    active: Mapped[bool] = mapped_column(default=True)
    """False: paused. Nothing is read, nothing is freed, and the feeds go on being served (R6)."""
    alert_after: Mapped[int] = mapped_column(default=1800)
    """Seconds beyond the interval without a good read after which staff are told."""
    inclusive_end: Mapped[bool] = mapped_column(default=False)
    """Whether its calendars give the last night where others give the departure."""
    frees_unanswered: Mapped[bool] = mapped_column(default=True)
    """Whether bookings that vanished in a mass are freed after a steady day when nobody answers (R13)."""
    exports: Mapped[str | None] = mapped_column(String(20))
    """An `Exports`: what its calendars show; None where nobody said, or where they tell it themselves (R10)."""
    made_at: Mapped[datetime] = mapped_column(UtcInstant)


class ChannelLink(Base):
    """A channel for one room or one type: the calendar we read, the feed we serve, and who last read that feed."""

    __tablename__ = "channel_links"
    __table_args__ = (
        UniqueConstraint("channel_id", "room_id"),
        UniqueConstraint("channel_id", "type_id"),
        CheckConstraint("(room_id IS NULL) <> (type_id IS NULL)", name="room_or_type"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"), index=True)
    type_id: Mapped[int | None] = mapped_column(ForeignKey("room_types.id"), index=True)
    """The type that is sold as one listing; None where the listing is a room (R3)."""
    import_url: Mapped[str | None] = mapped_column(Text)
    """Sealed: the address alone lets anybody read the calendar."""
    import_mark: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Hash of that address, however it is spelled: no two links read one calendar (R17)."""
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    read_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    """The last read that counts (R7)."""
    read_version: Mapped[int] = mapped_column(default=0)
    """The feed's version in that read."""
    read_nights: Mapped[list[list[str]]] = mapped_column(Json, default=list)
    """The nights that the feed showed busy in that read, as pairs of dates: what the channel can have closed (R10)."""
    read_gap: Mapped[float | None]
    """Seconds usually between two counted reads: a moving average."""
    silent_since: Mapped[datetime | None] = mapped_column(UtcInstant)
    """Set when staff were told that nobody reads the feed any more; cleared by the next counted read."""

    channel: Mapped[Channel] = relationship(lazy="raise")
    room: Mapped[Room | None] = relationship(lazy="raise")
    type: Mapped[RoomType | None] = relationship(lazy="raise")

    @property
    def linked(self) -> Linked:
        """What it joins to its channel; its room or its type has been loaded."""
        if self.room_id is not None:
            return Linked(room=self.room.name if self.room else None)
        return Linked(type=self.type.code if self.type else None, type_name=self.type.name if self.type else None)


class LinkImport(Base):
    """The reading of one link's calendar: how it goes, and the few columns that the importer remembers itself.

    Apart from the link's own row, which the recorder of feed reads locks.
    """

    __tablename__ = "link_imports"

    link_id: Mapped[int] = mapped_column(ForeignKey("channel_links.id"), primary_key=True)
    looks: Mapped[int] = mapped_column(default=0)
    """Counts what was recorded: a result that was fetched on another count is stale and dropped."""
    tried_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    good_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    """The last whole read; unchanged ones count."""
    failures: Mapped[int] = mapped_column(default=0)
    """Failed looks in a row."""
    trouble: Mapped[str | None] = mapped_column(String(30))
    """Why the last look brought nothing; None after a good one."""
    alerts: Mapped[int] = mapped_column(default=0)
    """How often staff were told that it is stale; 0 while all is well."""
    alerted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("sync_runs.id"))
    """The newest run, which further looks of the same outcome extend."""
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    """Of the last whole calendar without its DTSTAMPs."""
    recurring: Mapped[bool] = mapped_column(default=False)
    """Whether the same bytes say more tomorrow."""
    next_number: Mapped[int] = mapped_column(default=1)
    last_day: Mapped[date | None] = mapped_column(Date)
    """The property-local day of the last whole read."""
    wakes_on: Mapped[date | None] = mapped_column(Date)
    question_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    """When it was asked whether a mass disappearance is real (R13); None when nothing is asked."""
    question_known: Mapped[int | None] = mapped_column()
    lost_half_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    """When a look last lost half of the calendar: two links of one platform in one round are a mass (R13)."""
    proved_nights: Mapped[list[list[str]]] = mapped_column(Json, default=list)
    """What the channel had read busy before the last whole look: what came there later was not sold (R10)."""


class ChannelBooking(Base):
    """What a channel told us: one booking or closure, apart from our stay, to which it points (R9)."""

    __tablename__ = "channel_bookings"
    __table_args__ = (
        UniqueConstraint("link_id", "number"),
        Index("ix_channel_bookings_known", "link_id", sqlite_where=_KNOWN, postgresql_where=_KNOWN),
        Index("ix_channel_bookings_code", "code"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("channel_links.id"))
    number: Mapped[int]
    """Within the link, never used again."""
    kind: Mapped[str] = mapped_column(String(20))
    """`reservation` or `block`."""
    arrival: Mapped[date] = mapped_column(Date)
    departure: Mapped[date] = mapped_column(Date)
    code: Mapped[str | None] = mapped_column(String(60))
    uid: Mapped[str | None] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, default="")
    raw: Mapped[str] = mapped_column(Text, default="")
    """Its content lines as last told. They may name a guest: shown on request only, to whoever may see it."""
    state: Mapped[str] = mapped_column(String(20))
    """How far it is believed: there, covered, missing, asked, kept, gone, ended."""
    first_seen: Mapped[datetime] = mapped_column(UtcInstant)
    last_seen: Mapped[datetime | None] = mapped_column(UtcInstant)
    missing_since: Mapped[datetime | None] = mapped_column(UtcInstant)
    missing_looks: Mapped[int] = mapped_column(default=0)
    covered: Mapped[bool] = mapped_column(default=False)
    narrower: Mapped[list[list[object]]] = mapped_column(Json, default=list)
    """Dates that leave nights out and wait for the grace: arrival, departure, since, looks."""
    taken_as: Mapped[str] = mapped_column(String(20))
    """What we made of it: `stay`, `mirror`, `closure`, `echo` or `preview`."""
    stay_id: Mapped[int | None] = mapped_column(ForeignKey("stays.id"), index=True)
    trimmed: Mapped[bool] = mapped_column(default=False)
    """Whether its stay lacks nights that another event of the link has, and gets them when that one goes (R11)."""
    odd_looks: Mapped[int] = mapped_column(default=0)
    """Whole looks in which it was still there although it should have gone (R10, R15)."""
    asked_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    """When the importer let it go: it is on record and no longer compared."""
    erased_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    """When the person was taken out of the record: the channel's own words are not kept again."""

    stay: Mapped[Stay | None] = relationship(lazy="raise")
    link: Mapped[ChannelLink] = relationship(lazy="raise")


class SyncRun(Base):
    """One attempt to read or push, or several in a row with the same outcome."""

    __tablename__ = "sync_runs"
    __table_args__ = (Index("ix_sync_runs_link", "link_id", "id"), Index("ix_sync_runs_last_at", "last_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("channel_links.id"))
    outcome: Mapped[str] = mapped_column(String(20))
    """`changed`, `unchanged`, `partial` or `failed`."""
    trouble: Mapped[str | None] = mapped_column(String(30))
    """Why it brought nothing: a kind that people's wording knows."""
    status: Mapped[int | None] = mapped_column()
    """The HTTP status, where there was one."""
    raw: Mapped[str | None] = mapped_column(Text)
    """The error as engineers read it, without the address."""
    first_at: Mapped[datetime] = mapped_column(UtcInstant)
    last_at: Mapped[datetime] = mapped_column(UtcInstant)
    times: Mapped[int] = mapped_column(default=1)
    seconds: Mapped[float]
    """How long the last attempt took."""
    events: Mapped[int | None] = mapped_column()
    """Events in the calendar that take nights."""
    appeared: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
