"""Which stays want the same nights, how much that hurries, and whom the advice favours. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from core.conflicts.views import Severity
from core.stays.reasons import Reason
from core.values.nights import ONE_NIGHT, Nights

FIRST = "first"
"""The preference for whoever was confirmed first."""
DIRECT = "direct"
"""The preference for what the house sold or held itself."""

_STEPS = tuple(Severity)
_TABLE = (
    # Days until the first night in dispute, at most; then without a guest, with one, with several.
    (1, (Severity.MEDIUM, Severity.CRITICAL, Severity.CRITICAL)),
    (3, (Severity.LOW, Severity.HIGH, Severity.HIGH)),
    (14, (Severity.LOW, Severity.MEDIUM, Severity.HIGH)),
)
_LATER = (Severity.LOW, Severity.LOW, Severity.MEDIUM)
_NEAR = 3
_LONG = 7


@dataclass(frozen=True, slots=True)
class Party:
    """A stay as far as a case must know it."""

    stay_id: int
    room_id: int
    """The room it wants its nights in."""
    nights: Nights
    """All it wants there, those that are over too."""
    reason: Reason
    made_at: datetime
    contested: bool = False
    """Whether it lacks some of its nights."""
    source: str | None = None
    """The platform that sold it; None: the house itself."""
    link_id: int | None = None
    """The link whose calendar told it."""
    code: str | None = None
    """The platform's number of the reservation."""
    checked_in: bool = False
    confirmed_at: datetime | None = None
    """When its source confirmed it; None: when we learnt of it."""
    paid: bool = False

    @property
    def guest(self) -> bool:
        """Whether somebody is to sleep there."""
        return self.reason.sells

    @property
    def fact(self) -> bool:
        """Whether it states that the room cannot be used, which no decision changes (R23)."""
        return self.reason is Reason.MAINTENANCE


@dataclass(frozen=True, slots=True)
class Group:
    """One case: stays of one room that want the same nights, or a single one that has no room."""

    room_id: int
    parties: tuple[Party, ...]
    """Those that hold their nights first, then by the time they came."""
    disputed: tuple[date, ...]
    """The nights that more than one of them wants, in order; of a single one all that are left of it."""

    @property
    def nights(self) -> Nights:
        """From the first to the last night in dispute."""
        return Nights(self.disputed[0], self.disputed[-1] + ONE_NIGHT)


def groups(parties: Iterable[Party], today: date) -> list[Group]:
    """The cases among `parties`, by room and first night; nights before `today`, the business day, do not count.

    Whoever wants a night that another party of a case wants belongs to that case, through however many others. A
    contested stay that nobody stands against is a case of its own: its room was removed, its type is oversold, or it
    fits no single room. One that only events of its own link stand against is none (R11).
    """
    rooms: dict[int, list[Party]] = {}
    for party in parties:
        if party.nights.departure > today:
            rooms.setdefault(party.room_id, []).append(party)
    found = [group for there in rooms.values() for group in _of_one_room(there, today)]
    return sorted(found, key=lambda group: (group.room_id, group.disputed[0], group.parties[0].stay_id))


def disputed(one: Party, other: Party, today: date) -> Nights | None:
    """The nights from `today` on that both want and only one can have; None when there are none."""
    if not (one.contested or other.contested) or _of_one_calendar(one, other):
        return None
    return _shared(one, other, today)


def severity(group: Group, today: date) -> Severity:
    """How much a case hurries.

    | first night in dispute | blocks only | one guest | several guests |
    |---|---|---|---|
    | today or tomorrow | medium | critical | critical |
    | in 2 or 3 days | low | high | high |
    | in 4 to 14 days | low | medium | high |
    | later | low | low | medium |

    One step more when a party is checked in or has paid, or when 7 nights or more are in dispute; but nothing that
    begins in more than 3 days is critical.
    """
    days = (group.disputed[0] - today).days
    guests = sum(party.guest for party in group.parties)
    row = next((found for most, found in _TABLE if days <= most), _LATER)
    step = _STEPS.index(row[min(guests, 2)])
    if len(group.disputed) >= _LONG or any(party.checked_in or party.paid for party in group.parties):
        step += 1
    highest = Severity.CRITICAL if days <= _NEAR else Severity.HIGH
    return _STEPS[min(step, _STEPS.index(highest))]


def by_preference(group: Group, preference: str) -> list[Party]:
    """The parties, whom the advice favours most first.

    A checked-in guest before all others, then what states a fact (R23), then whom `preference` names (`first`, `direct`
    or a platform's code), then whoever was confirmed first.
    """

    def key(party: Party) -> tuple[bool, bool, bool, datetime, int]:
        favoured = party.source == (None if preference == DIRECT else preference)
        return not party.checked_in, not party.fact, not favoured, party.confirmed_at or party.made_at, party.stay_id

    return sorted(group.parties, key=key)


def preferred(group: Group, preference: str) -> int:
    """The stay that the advice favours, as `by_preference` puts it first."""
    return by_preference(group, preference)[0].stay_id


def rivals(group: Group, stay_id: int, today: date) -> tuple[Party, ...]:
    """The parties that want nights of this one: those that lose when it keeps its room.

    Parties that only want nights of its rivals are none; what is left between them is a case of its own.
    """
    kept = party_of(group, stay_id)
    return tuple(party for party in group.parties if party is not kept and disputed(kept, party, today))


def losers(group: Group, preference: str, today: date) -> tuple[Party, ...]:
    """Who must give way so that the others, preferred ones first, have their nights; least preferred first.

    A party that nobody stands against has no room at all: it is the one.
    """
    if len(group.parties) == 1:
        return group.parties
    kept: list[Party] = []
    lost: list[Party] = []
    for party in by_preference(group, preference):
        beaten = any(disputed(party, other, today) for other in kept)
        (lost if beaten else kept).append(party)
    return tuple(reversed(lost))


def may_move(party: Party) -> bool:
    """Whether another room is any help to it: not to a guest who is in the room, nor to a room that is out of order."""
    return not party.checked_in and not party.fact


def may_lose_unasked(party: Party) -> bool:
    """Whether a stay may be moved or shadowed without a named person: only a block that states no fact (R22)."""
    return not party.guest and may_move(party)


def decides_itself(group: Group, preference: str, today: date) -> bool:
    """Whether the preference may decide the case without a named person: only blocks give way to another (R22)."""
    lost = losers(group, preference, today)
    return len(group.parties) > 1 and all(may_lose_unasked(party) for party in lost)


def party_of(group: Group, stay_id: int) -> Party:
    """The party with this stay. Raises `KeyError`."""
    for party in group.parties:
        if party.stay_id == stay_id:
            return party
    raise KeyError(stay_id)


def _of_one_room(there: list[Party], today: date) -> list[Group]:
    """The cases of one room."""
    together: dict[int, set[int]] = {}
    wanted: dict[int, set[date]] = {}
    for party in there:
        if not party.contested:
            continue
        against = [(other, shared) for other in there if (shared := _against(party, other, today))]
        if not against and any(_shared(party, other, today) for other in there if other is not party):
            continue
        joined = {party.stay_id}.union(*(together.get(other.stay_id, {other.stay_id}) for other, _ in against))
        joined |= together.get(party.stay_id, set())
        together.update(dict.fromkeys(joined, joined))
        left = Nights(max(party.nights.arrival, today), party.nights.departure)
        wanted[party.stay_id] = set().union(*(shared for _, shared in against)) if against else set(left)
    found = {min(joined): joined for joined in together.values()}
    return [
        Group(
            room_id=there[0].room_id,
            parties=tuple(sorted((party for party in there if party.stay_id in joined), key=_as_they_came)),
            disputed=tuple(sorted(set().union(*(wanted.get(stay_id, ()) for stay_id in joined)))),
        )
        for joined in found.values()
    ]


def _against(party: Party, other: Party, today: date) -> Nights | None:
    return None if other is party else disputed(party, other, today)


def _shared(one: Party, other: Party, today: date) -> Nights | None:
    """The nights from `today` on that both want in one room."""
    if one.room_id != other.room_id:
        return None
    arrival = max(one.nights.arrival, other.nights.arrival, today)
    departure = min(one.nights.departure, other.nights.departure)
    return Nights(arrival, departure) if arrival < departure else None


def _of_one_calendar(one: Party, other: Party) -> bool:
    """Whether one link told both, and not as two reservations: then a platform speaks twice of one thing (R11)."""
    two_codes = one.code is not None and other.code is not None and one.code != other.code
    return one.link_id is not None and one.link_id == other.link_id and not two_codes


def _as_they_came(party: Party) -> tuple[bool, datetime, int]:
    return party.contested, party.made_at, party.stay_id
