"""From what a channel told to our stays: what each happening of a look does (R9 to R16)."""

from collections.abc import Iterable
from datetime import date

from core.channels.models import ChannelBooking
from core.channels.taken import CLOSURE, MIRROR, PREVIEW, STAY
from core.conflicts import follow_ups
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
from core.imports import news
from core.imports.looks import Look
from core.imports.news import About
from core.imports.ours import adopted, same_nights_by_hand
from core.platforms.dialect import Identity, Kind
from core.properties.models import Room
from core.stays import assigning, booked, chains, provisional
from core.stays.asked import is_in
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.stays.telling import Change
from core.values.nights import Nights, runs

TWO = 2
PREPARATION = 2
"""Nights that a platform may close round a stay or a closure to prepare the room."""


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
                    drop(look, look.row(old))
                _appeared(look, told, first=False)
            case DatesChanged():
                look.changed += 1
                _changed(look, happening)
            case Gone(told=told, covered=covered, unanswered=unanswered):
                look.gone += not covered
                drop(look, look.row(told))
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
    if (known := adopted(look, row)) is not None:
        row.stay_id = known.id
        return None
    nights = _to_take(look, row)
    if nights is None or nights.departure <= look.today:
        row.stay_id = None
        return None
    sold_as = look.kind.id if look.room is None else None
    channel = look.link.channel
    what = booked.Booked(nights, channel.platform, row.code, type_id=sold_as, channel_id=channel.id)
    change = booked.arrive(look.work, _room_for(look, nights), what, look.by)
    row.stay_id = change.stay.id
    return change


def _room_for(look: Look, nights: Nights) -> Room:
    """The room that was sold, or one of the type that was: what a channel sold is sold, so there always is one (R3)."""
    if look.room is not None:
        return look.room
    to_come = Nights(max(nights.arrival, look.today), nights.departure)
    placed = assigning.place(look.work, look.kind.id, to_come, insist=True, by=look.by)
    return next(iter(placed), None) or provisional.any_room(look.work, look.kind)


def _to_take(look: Look, row: ChannelBooking) -> Nights | None:
    """Its nights within the horizon (R5), without those that another event of the link has: no clash of its own (R11).

    None when nothing is left of them. Two reservations with codes do clash, and so does one that lies round another.
    Where a whole type is sold they are two of its rooms.
    """
    nights = booked.clipped(Nights(row.arrival, row.departure), look.today)
    if nights is None or row.code is not None or look.sells_several:
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


def _appeared(look: Look, told: Told, *, first: bool) -> None:
    row = look.row(told)
    if told.nights.departure <= look.today:
        row.taken_as = MIRROR
        return
    if told.kind is Kind.RESERVATION and (known := adopted(look, row)) is not None:
        row.taken_as, row.stay_id = STAY, known.id
    elif told.kind is Kind.BLOCK:
        closed(look, row)
    elif first and same_nights_by_hand(look, row) is not None:
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
    if look.room is not None:
        # Which of its rooms a channel means that closes a whole type, nobody can say: people are only told.
        row.taken_as = CLOSURE
    if row.asked_at is None:
        row.asked_at = look.work.now
        news.tell(look.work, look.link.id, About.CLOSURE, bookings=[row.id])


def _prepares(look: Look, nights: Nights) -> bool:
    """Whether it is a day or two round a reservation of the same link, to prepare the room."""
    if len(nights) > PREPARATION:
        return False
    sold = [row for row in look.rows.values() if row.kind == Kind.RESERVATION and State(row.state).holds]
    return any(nights.departure == row.arrival or nights.arrival == row.departure for row in sold)


def _changed(look: Look, change: DatesChanged) -> None:
    row = look.row(change.told)
    if change.told.kind is Kind.BLOCK:
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
    inside = _inside(look, stay)
    if inside is not None and change.told.nights.departure < min(change.before.departure, inside.departure):
        news.tell(look.work, look.link.id, About.SHORTER, bookings=[row.id])
    named = stay.guest or stay.phone or stay.note
    if named and look.dialect.identity is Identity.NIGHTS and not change.keeps_an_end:
        news.tell(look.work, look.link.id, About.GUEST, bookings=[row.id])


def drop(look: Look, row: ChannelBooking) -> None:
    """Let the stay of a booking go that its channel no longer has; a guest who is in the house stays (R12)."""
    if row.taken_as != STAY or row.stay_id is None:
        return
    stay = look.work.session.get_one(Stay, row.stay_id, populate_existing=True)
    inside = _inside(look, stay)
    if inside is not None and inside.departure > look.today:
        news.tell(look.work, look.link.id, About.STAYED, bookings=[row.id])
        return
    change = booked.end(look.work, stay, look.by)
    follow_ups.close_by_feed(look.work, stay)
    if change is not None and all(other.code is not None for other in look.overlapping(row)):
        look.told.append(change.event_id)


def _inside(look: Look, stay: Stay) -> Stay | None:
    """The last of the rooms that were sold as one with this stay, where the guest is in the house."""
    return next((part for part in reversed(chains.chain(look.work, stay)) if is_in(part)), None)


def _back(look: Look, told: Told) -> None:
    """A booking that was believed to be gone is there again: its nights are taken once more."""
    row = look.row(told)
    if told.kind is Kind.BLOCK:
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
