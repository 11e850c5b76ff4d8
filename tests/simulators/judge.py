"""The rules of the trade as a judge holds them: the truth on one side, the house's books and feeds on the other.

Each check gives its faults as sentences, none when all is well. Pure.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.simulators.books import Case, Row, StayRow, Stays
from tests.simulators.truth import DAY, Night, Party, Truth

LATE = timedelta(minutes=15)
"""After a good look an opening may wait for its undo time (R4)."""
BELIEVED = timedelta(hours=30)
"""How long a sale that was cancelled may be believed: the grace (R12), or a steady day after a mass (R13)."""
DECIDED = timedelta(hours=36)
"""How long an open case may keep a room closed (R21): until it is decided, which the simulated clerk does in time."""


@dataclass(frozen=True, slots=True)
class Link:
    """A listing as the judge knows it."""

    link_id: int
    property_id: int
    room_id: int
    platform: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One look of the judge at the feeds of a hotel."""

    now: datetime
    today: date
    days: int
    """How far the look goes."""
    busy: Mapping[int, Collection[date]]
    """The nights shown busy, by link."""
    ghosts: Mapping[Night, Sequence[tuple[datetime, int | None]]] = field(default_factory=dict)
    """Where those are on record who have cancelled, since when, and by which link's calendar that must be told."""


def row_of(party: Party, rows: Iterable[Row], today: date) -> Row | None:
    """The booking on record that is this party: by its code or UID where the platform has such, else by its nights."""
    mine = [row for row in rows if row.link_id == party.link_id and not row.forgotten]
    mine = [row for row in mine if party.shown_as in (None, row.kind)]
    if party.code is not None or party.uid is not None:
        return next((row for row in mine if _named(row, party)), None)
    wanted = {night for _, night in party.known_nights() if night >= today}
    covering = [row for row in mine if wanted and row.believed and wanted <= set(_nights(row))]
    return min(covering, key=lambda row: (row.kind != "reservation", (row.departure - row.arrival)), default=None)


def stay_of(party: Party, rows: Iterable[Row], today: date) -> int | None:
    """The stay that stands for a party: until its channel's word is taken, the one that was entered by hand."""
    if party.stay_id is not None:
        return party.stay_id
    row = row_of(party, rows, today)
    return party.by_hand if row is None or row.stay_id is None else row.stay_id


def buyers_of_row(row: Row, parties: Iterable[Party], at: datetime) -> Iterator[Party]:
    """The parties for which a booking on record stood `at` a moment."""
    for party in parties:
        if row.link_id == party.link_id and _is_of(row, party, at):
            yield party


def buyer_rows(party: Party, rows: Iterable[Row], at: datetime) -> Iterator[Row]:
    """The bookings on record that stood for a party `at` a moment."""
    return (row for row in rows if row.link_id == party.link_id and _is_of(row, party, at))


def ghosts(
    rows: Iterable[Row], stays: Stays, truth: Truth, now: datetime
) -> dict[Night, list[tuple[datetime, int | None]]]:
    """Where those are on record who have cancelled: the desk may have moved them meanwhile, as nobody had told it."""
    found: dict[Night, list[tuple[datetime, int | None]]] = {}
    for row in rows:
        stay = stays.get(row.stay_id or 0)
        ended = [party.ended_at for party in buyers_of_row(row, truth.of_link(row.link_id), now)]
        if stay is not None and row.believed and ended and None not in ended:
            for night in _nights(stay):
                found.setdefault((stay.room_id, night), []).append((max(at for at in ended if at), row.link_id))
    return found


def lost(parties: Iterable[Party], rows: Sequence[Row], stays: Stays, today: date) -> Iterator[str]:
    """No booking is lost: each that a good look had is a stay on record, with all its nights to come."""
    for party in parties:
        wanted = {night for _, night in party.known_nights() if night >= today}
        if not wanted or party.closes or party.link_id is None:
            continue
        row = row_of(party, rows, today)
        stay = stays.get(row.stay_id) if row is not None and row.stay_id is not None else None
        if row is None:
            # Where nights are the only identity, a booking may lie across those that were joined or split (R14).
            told = {night for one in rows if one.link_id == party.link_id and _is_sold(one) for night in _nights(one)}
            if party.code is not None or party.uid is not None or not wanted <= told:
                yield f"{party.name} was sold for {_said(wanted)} and is not on record"
        elif row.taken_as == "preview":
            continue
        elif row.taken_as != "stay" or stay is None:
            yield f"{party.name} was sold for {_said(wanted)} and is taken as {row.taken_as}"
        elif party.lost_at is None and stay.state == "released":
            yield f"{party.name} was sold for {_said(wanted)} and its stay {stay.stay_id} is released"
        elif party.lost_at is None and not wanted <= _held_for(party, rows, stays):
            yield f"{party.name} was sold for {_said(wanted)}; its stay has {stay.arrival} to {stay.departure}"


def _held_for(party: Party, rows: Iterable[Row], stays: Stays) -> set[date]:
    """The nights of its stay; where nights are the identity, events of one link share out those they share (R11)."""
    wanted = {night for _, night in party.known_nights()}
    mine = [row for row in rows if row.link_id == party.link_id and _is_sold(row) and row.stay_id is not None]
    if party.code is not None or party.uid is not None:
        mine = [row for row in mine if _named(row, party)]
    else:
        mine = [row for row in mine if not wanted.isdisjoint(_nights(row))]
    found = [stays[row.stay_id] for row in mine if row.stay_id is not None and row.stay_id in stays]
    return {night for stay in found if stay.state != "released" for night in _nights(stay)}


def missed(
    pairs: Iterable[tuple[Party, Party, set[Night]]], rows: Sequence[Row], cases: Sequence[Case], today: date
) -> Iterator[str]:
    """Every night that two parties bought is an open or decided case of both."""
    for one, other, nights in pairs:
        stays = {stay_of(one, rows, today), stay_of(other, rows, today)}
        if None in stays:
            continue  # Told by `lost`, with what was made of it.
        if len(stays) == 1:
            yield f"{one.name} and {other.name} are one stay on record: one of them is lost"
            continue
        for night in sorted(night for _, night in nights):
            if not any(
                stays <= case.stays and case.state in ("open", "decided") and case.arrival <= night < case.departure
                for case in cases
            ):
                yield f"{one.name} and {other.name} both bought {night}, and no case says so"
                break


def phantom(case: Case, truth: Truth, rows: Sequence[Row], unproven: Collection[int] = ()) -> Iterator[str]:
    """No case without two buyers: each party to it shares a night in dispute with another's buyer.

    `unproven`: stays that are our closure come back where no look could prove it: staff are asked about them (R10).
    """
    buyers = {stay: list(buyers_of(stay, truth, rows, case.opened_at)) for stay in case.stays}
    for stay, mine in buyers.items():
        others = [party for other, theirs in buyers.items() if other != stay for party in theirs]
        if stay in unproven or any(other in unproven for other in case.stays):
            continue
        if not any(
            (one is not other or one.by_hand in case.stays) and _common(one, other, case.opened_at) & case.nights
            for one in mine
            for other in others
        ):
            said = ", ".join(party.name for party in mine) or "nobody"
            yield f"case {case.case_id} of {_said(case.nights)} has stay {stay}, bought by {said}: no second buyer"


def reopened(
    truth: Truth,
    links: Iterable[Link],
    shown: Shown,
    asked: Collection[tuple[int, date]] = (),
    taken: Collection[str] = (),
) -> Iterator[str]:
    """No sold night is shown open to anybody who did not sell it himself, as far as the house could know (R2).

    `asked`: links and nights that may be their sale or our closure come back, about which staff are asked (R10).
    `taken`: the sales that were proved to be echoes by a look at a calendar that lied.
    """
    end = shown.today + shown.days * DAY
    by_room: dict[int, list[Party]] = {}
    for party in truth.live():
        if not party.closes and party.name not in taken:
            by_room.setdefault(party.span.room_id, []).append(party)
    for link in links:
        # Wherever its guest sleeps by now, the channel sold this room and cannot sell it again.
        own = {night for party in truth.of_link(link.link_id) for _, night in party.ever(shown.now - BELIEVED)}
        own |= {night for link_id, night in asked if link_id == link.link_id}
        for party in by_room.get(link.room_id, ()):
            nights = {night for _, night in party.known_nights() if shown.today <= night < end and night not in own}
            open_ = nights - set(shown.busy[link.link_id])
            if open_:
                yield f"{party.name} bought {_said(open_)}, which {link.platform} is shown open"


def needless(
    shown: Shown, truth: Truth, links: Iterable[Link], looks: Mapping[int, Sequence[datetime]], cases: Sequence[Case]
) -> Iterator[str]:
    """No night is closed for more than a day that is free in truth, counted from the first good look that tells it."""
    held = {night for night, parties in truth.holders().items() if parties}
    for link in links:
        for night in shown.busy.get(link.link_id, ()):
            if not shown.today < night < shown.today + shown.days * DAY or (link.room_id, night) in held:
                continue
            if _excused(link, night, shown, cases):
                continue
            freed = [*truth.freed.get((link.room_id, night), ()), *shown.ghosts.get((link.room_id, night), ())]
            if all(_overdue(at, told, shown.now, looks) for at, told in freed):
                yield f"{link.platform} is shown room {link.room_id} busy on {night}, which is free since {freed}"


def _overdue(at: datetime, told: int | None, now: datetime, looks: Mapping[int, Sequence[datetime]]) -> bool:
    """Whether a night given up `at` had to be open by `now`."""
    if told is None:
        return now - at > DAY
    good = [look for look in looks.get(told, ()) if look > at]
    return bool(good) and any(look - good[0] >= DAY and now - look >= LATE for look in good)


def _excused(link: Link, night: date, shown: Shown, cases: Iterable[Case]) -> bool:
    """Whether a case closes the night, or did a day ago: its own room, the one advised, its type's last (R21)."""
    return any(
        case.property_id == link.property_id
        and case.closes(night)
        and (shown.now - case.opened_at < DECIDED if case.ended_at is None else shown.now - case.ended_at <= DAY)
        for case in cases
    )


def buyers_of(stay: int, truth: Truth, rows: Iterable[Row], at: datetime) -> Iterator[Party]:
    """The parties that a stay stood for when a case was opened `at`."""
    told = [row for row in rows if row.stay_id == stay]
    for party in truth.parties.values():
        by_desk = stay in (party.stay_id, party.by_hand)
        if by_desk or any(row.link_id == party.link_id and _is_of(row, party, at) for row in told):
            yield party


def _is_of(row: Row, party: Party, at: datetime) -> bool:
    if party.shown_as not in (None, row.kind):
        return False
    if party.code is not None or party.uid is not None:
        return _named(row, party)
    return not {night for _, night in party.ever(at - BELIEVED)}.isdisjoint(_nights(row))


def _is_sold(row: Row) -> bool:
    return row.believed and row.taken_as in ("stay", "preview") and not row.forgotten


def _named(row: Row, party: Party) -> bool:
    """Whether a row carries the party's code, or its UID where there are no codes."""
    return row.code == party.code if party.code is not None else row.uid == party.uid


def _common(one: Party, other: Party, at: datetime) -> set[date]:
    """The nights that both bought, as far as the house could know at the time."""
    return {night for _, night in one.ever(at - BELIEVED) & other.ever(at - BELIEVED)}


def _nights(of: Row | StayRow) -> Iterator[date]:
    return (of.arrival + n * DAY for n in range((of.departure - of.arrival).days))


def _said(nights: Iterable[date]) -> str:
    return ", ".join(night.isoformat() for night in sorted(nights))
