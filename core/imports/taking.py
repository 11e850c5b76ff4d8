"""From what a channel told to our stays: what each happening of a look does (R9 to R16)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from core.channels.models import ChannelBooking, ChannelLink, LinkImport
from core.channels.taken import CLOSURE, ECHO, MIRROR, PREVIEW, STAY
from core.conflicts import follow_ups
from core.db.work import UnitOfWork
from core.events.service import By
from core.feeds.told.happenings import (
    Appeared,
    DatesChanged,
    Gone,
    Happening,
    MassDisappeared,
    QuestionSettled,
    Replaced,
    Unfreed,
)
from core.feeds.told.values import State, Told, is_far
from core.imports import echoes, news
from core.imports.memory import Rows
from core.imports.news import About
from core.platforms.dialect import Dialect, Identity, Kind
from core.properties.models import Room
from core.stays import booked
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.stays.telling import Change
from core.values.nights import Nights, runs

TWO = 2


@dataclass(slots=True)
class Look:
    """One look while its happenings are applied."""

    work: UnitOfWork
    link: ChannelLink
    memory: LinkImport
    room: Room
    """With its property and type."""
    dialect: Dialect
    today: date
    """Property-local."""
    rows: Rows
    by: By = field(default_factory=By)
    appeared: int = 0
    changed: int = 0
    gone: int = 0
    told: list[int] = field(default_factory=list)
    """Events that staff are told of."""
    joinable: list[int] = field(default_factory=list)
    """Bookings of a first read that lie exactly on a block of ours (R16)."""

    orphans: list[Stay] | None = None
    """Stays that the platform sold and no calendar tells of; None: not looked for yet."""
    by_hand: list[Stay] | None = None
    """Stays of the room that no channel sold; None: not looked for yet."""

    def row(self, told: Told) -> ChannelBooking:
        """The row of a booking."""
        return self.rows[told.number]

    def overlapping(self, row: ChannelBooking) -> list[ChannelBooking]:
        """The other bookings of the link on some of its nights that are believed and taken as sold."""
        return [
            other
            for other in self.rows.values()
            if other is not row and other.taken_as == STAY and State(other.state).holds
            and other.arrival < row.departure and row.arrival < other.departure
        ]  # fmt: skip


def take(look: Look, happenings: Iterable[Happening]) -> None:
    """Apply what a look brought, in its order: what gives nights back comes first."""
    for happening in happenings:
        match happening:
            case Appeared(told=told, first=first):
                look.appeared += 1
                _appeared(look, told, first=first)
            case Replaced(told=told, olds=olds):
                look.appeared, look.gone = look.appeared + 1, look.gone + len(olds)
                for old in olds:
                    _gone(look, old)
                _appeared(look, told, first=False)
            case DatesChanged():
                look.changed += 1
                _changed(look, happening)
            case Gone(told=told, covered=covered, unanswered=unanswered):
                look.gone += not covered
                _gone(look, told)
                if unanswered:
                    news.tell(look.work, look.link.id, About.UNANSWERED, bookings=[look.row(told).id])
            case Unfreed(told=told):
                look.appeared += 1
                _back(look, told)
            case MassDisappeared(gone=gone):
                news.tell(look.work, look.link.id, About.MASS, bookings=[look.row(told).id for told in gone])
            case QuestionSettled():
                news.tell(look.work, look.link.id, About.MASS_SETTLED)
            case _:
                # Missing and come back: still believed. Ended: neither cancelled nor to come.
                pass


def sell(look: Look, row: ChannelBooking) -> Change | None:
    """Take a booking as sold: its stay is one we have of it already, or a new one. None beyond the horizon (R5)."""
    row.taken_as = STAY
    if (known := _adopted(look, row)) is not None:
        row.stay_id = known.id
        return None
    nights = _to_take(look, row)
    if nights is None or nights.departure <= look.today:
        row.stay_id = None
        return None
    what = booked.Booked(nights, look.link.channel.platform, row.code)
    change = booked.arrive(look.work, look.room, what, look.by)
    row.stay_id = change.stay.id
    return change


def _to_take(look: Look, row: ChannelBooking) -> Nights | None:
    """Its nights within the horizon (R5), without those that another event of the link has: no clash of its own (R11).

    None when nothing is left of them. Two reservations with codes do clash, and so does one that lies round another.
    """
    nights = booked.clipped(Nights(row.arrival, row.departure), look.today)
    if nights is None or row.code is not None:
        return nights
    mine = {night for other in look.overlapping(row) for night in _wanted_by(look, other)}
    left = list(runs(night for night in nights if night not in mine))
    row.trimmed = len(left) < TWO and left != [nights]
    return nights if len(left) > 1 else next(iter(left), None)


def untrim(look: Look, row: ChannelBooking) -> None:
    """Let an event have the nights that it shared with another of its link, once that one has given them up."""
    stay = look.work.session.get(Stay, row.stay_id, populate_existing=True) if row.stay_id is not None else None
    if stay is None:
        sell(look, row)
        return
    nights = _to_take(look, row)
    if nights is not None and stay.state in (StayState.HOLDING, StayState.CONTESTED):
        booked.redate(look.work, stay, stay.nights, nights, look.by)


def _wanted_by(look: Look, row: ChannelBooking) -> Iterable[date]:
    stay = look.work.session.get(Stay, row.stay_id) if row.stay_id is not None else None
    return () if stay is None or stay.state == StayState.RELEASED else stay.nights


def same_nights_by_hand(look: Look, nights: Nights) -> Stay | None:
    """A block of ours, made by hand, on exactly these nights of the room: likely the same booking (R16)."""
    if look.by_hand is None:
        pointed = select(ChannelBooking.stay_id).where(ChannelBooking.stay_id.is_not(None))
        query = select(Stay).where(
            Stay.room_id == look.room.id, Stay.departure > look.today, Stay.state == StayState.HOLDING,
            Stay.source.is_(None), Stay.id.not_in(pointed),
        )  # fmt: skip
        look.by_hand = list(look.work.session.scalars(query.order_by(Stay.id)))
    return next((stay for stay in look.by_hand if stay.nights == nights), None)


def _appeared(look: Look, told: Told, *, first: bool) -> None:
    row = look.row(told)
    if told.nights.departure <= look.today:
        row.taken_as = MIRROR
        return
    session = look.work.session
    if told.kind is Kind.RESERVATION and (known := _adopted(look, row)) is not None:
        row.taken_as, row.stay_id = STAY, known.id
    elif echoes.is_echo(session, look.link, look.memory, told, look.dialect, look.today, look.work.now):
        row.taken_as = ECHO
    elif told.kind is Kind.BLOCK:
        closed(look, row)
    elif first and same_nights_by_hand(look, told.nights) is not None:
        row.taken_as = PREVIEW
        look.joinable.append(row.id)
    else:
        change = sell(look, row)
        if change is not None and not first and change.stay.state == StayState.HOLDING:
            look.told.append(change.event_id)


def closed(look: Look, row: ChannelBooking) -> None:
    """A channel's own closure holds nothing. Only one of fixed dates is closed elsewhere too, and asked about (R11)."""
    row.taken_as = MIRROR
    far = is_far(row.departure, look.dialect, look.today)
    if far or row.arrival <= look.today or _prepares(look, Nights(row.arrival, row.departure)):
        return
    row.taken_as = CLOSURE
    if row.asked_at is None:
        row.asked_at = look.work.now
        news.tell(look.work, look.link.id, About.CLOSURE, bookings=[row.id])


def _prepares(look: Look, nights: Nights) -> bool:
    """Whether it is a day or two round a reservation of the same link, to prepare the room."""
    if len(nights) > echoes.PREPARATION:
        return False
    sold = [row for row in look.rows.values() if row.kind == Kind.RESERVATION and State(row.state).holds]
    return any(nights.departure == row.arrival or nights.arrival == row.departure for row in sold)


def _changed(look: Look, change: DatesChanged) -> None:
    row = look.row(change.told)
    if change.told.kind is Kind.BLOCK or row.taken_as == ECHO:
        return
    if row.taken_as == PREVIEW or row.stay_id is None:
        sell(look, row)
        return
    stay = look.work.session.get_one(Stay, row.stay_id, populate_existing=True)
    row.asked_at, row.odd_looks = None, 0
    if stay.state == StayState.SHADOWED:
        # What was to be cancelled there was changed instead: the case is open again (R15).
        follow_ups.close_by_feed(look.work, stay)
    followed = booked.redate(look.work, stay, change.before, change.told.nights, look.by)
    if followed is not None:
        look.told.append(followed.event_id)
    named = stay.guest or stay.phone or stay.note
    if named and look.dialect.identity is Identity.NIGHTS and not change.keeps_an_end:
        news.tell(look.work, look.link.id, About.GUEST, bookings=[row.id])


def _gone(look: Look, told: Told) -> None:
    row = look.row(told)
    if row.taken_as != STAY or row.stay_id is None:
        return
    stay = look.work.session.get_one(Stay, row.stay_id, populate_existing=True)
    if stay.checked_in_at is not None and stay.departure > look.today:
        news.tell(look.work, look.link.id, About.STAYED, bookings=[row.id])
        return
    change = booked.end(look.work, stay, look.by)
    follow_ups.close_by_feed(look.work, stay)
    if change is not None and all(other.code is not None for other in look.overlapping(row)):
        look.told.append(change.event_id)


def _back(look: Look, told: Told) -> None:
    """A booking that was believed to be gone is there again: its nights are taken once more."""
    row = look.row(told)
    if told.kind is Kind.BLOCK or row.taken_as == ECHO:
        return
    stay = look.work.session.get(Stay, row.stay_id, populate_existing=True) if row.stay_id is not None else None
    if stay is None or row.taken_as == PREVIEW:
        sell(look, row)
        return
    if stay.state != StayState.SHADOWED:
        # The stay's own nights may have been cut when it went; it comes back to what the channel tells now.
        change = booked.redate(look.work, stay, stay.nights, told.nights, look.by)
        if change is not None:
            look.told.append(change.event_id)


def _adopted(look: Look, row: ChannelBooking) -> Stay | None:
    """A stay that this platform sold on this room and no feed tells of: by its code, else by its nights (R17).

    It came by hand (R27), was registered (R18), or by a link that was removed since.
    """
    if look.orphans is None:
        look.orphans = _orphans(look)
    nights = Nights(row.arrival, row.departure)
    by_code = [stay for stay in look.orphans if row.code is not None and stay.reference == row.code]
    by_nights = [
        stay
        for stay in look.orphans
        if stay.room_id == look.room.id and stay.nights == nights and None in (row.code, stay.reference)
    ]
    found = next(iter([*by_code, *by_nights]), None)
    if found is not None:
        look.orphans.remove(found)
    return found


def _orphans(look: Look) -> list[Stay]:
    """The stays of the property that this platform sold and of which no calendar tells."""
    told = select(ChannelBooking.stay_id).where(
        ChannelBooking.stay_id.is_not(None), ChannelBooking.forgotten_at.is_(None),
        ChannelBooking.state.in_([state for state in State if state.holds]),
    )  # fmt: skip
    query = select(Stay).where(
        Stay.property_id == look.room.property_id, Stay.source == look.link.channel.platform,
        Stay.state != StayState.RELEASED, Stay.departure >= look.today, Stay.id.not_in(told),
    )  # fmt: skip
    return list(look.work.session.scalars(query.order_by(Stay.id)))
