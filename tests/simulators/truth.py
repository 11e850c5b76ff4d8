"""What really happened: who bought which night of which room when. The house never sees it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations

DAY = timedelta(days=1)
Night = tuple[int, date]
"""A room and a night."""


@dataclass(frozen=True, slots=True)
class Span:
    """A party has `room_id` from `arrival` up to, not including, `departure`; so it is since `since`."""

    since: datetime
    room_id: int
    arrival: date
    departure: date

    def nights(self) -> Iterator[Night]:
        """Each night with its room."""
        return ((self.room_id, self.arrival + n * DAY) for n in range((self.departure - self.arrival).days))


@dataclass(slots=True)
class Party:
    """Somebody who has nights: a guest of an OTA, one of the house, or the house itself.

    `spans` is the whole history, the last one is how it stands; a move keeps nights that are over where they were.
    """

    name: str
    spans: list[Span]
    link_id: int | None = None
    """The OTA's link; None for the house."""
    ticket: str | None = None
    """What the OTA knows it by."""
    code: str | None = None
    """What its calendar shows of that, where it does; `uid`: the event's, where it lasts."""
    uid: str | None = None
    stay_id: int | None = None
    """The house's own stay."""
    by_hand: int | None = None
    """The stay that the desk entered for an OTA's guest before it read the OTA's calendar (R16)."""
    known: Span | None = None
    """As the house was last told; at once for the house's own. None: never."""
    ended_at: datetime | None = None
    """When it was cancelled or given up."""
    lost_at: datetime | None = None
    """When somebody decided a case against it: it has no claim to a room any more (R15, R20)."""
    closes: bool = False
    """A closure of the channel's own: nobody bought it, and yet it is not free."""
    shown_as: str | None = None
    """The kind that its calendar says it is, where it tells closures from reservations."""

    @property
    def span(self) -> Span:
        """How it stands, or stood at its end."""
        return self.spans[-1]

    @property
    def bought_at(self) -> datetime:
        """When it came."""
        return self.spans[0].since

    @property
    def lives(self) -> bool:
        """Whether it still has its nights."""
        return self.ended_at is None

    def nights(self) -> set[Night]:
        """The nights it has."""
        return set(self.span.nights()) if self.lives else set()

    def known_nights(self) -> set[Night]:
        """The nights it has and the house was told of."""
        return self.nights() & set(self.known.nights()) if self.known is not None else set()

    def ever(self, since: datetime) -> set[Night]:
        """The nights that it had at any time from `since` on."""
        if self.ended_at is not None and self.ended_at < since:
            return set()
        found: set[Night] = set()
        for span, after in zip(self.spans, [*self.spans[1:], None], strict=True):
            if after is None or after.since >= since:
                found.update(span.nights())
        return found


@dataclass(slots=True)
class Truth:
    """All parties, by name."""

    parties: dict[str, Party] = field(default_factory=dict)
    freed: dict[Night, list[tuple[datetime, int | None]]] = field(default_factory=dict)
    """When a night was given up, each time with the link whose calendar must tell it (None: the house knew at once)."""
    sales: int = 0

    def buy(self, party: Party) -> Party:
        """Somebody bought nights."""
        self.parties[party.name] = party
        self.sales += not party.closes
        return party

    def change(self, party: Party, span: Span, *, told_by: int | None) -> None:
        """A party has other nights or another room from now on; the calendar of `told_by` must tell (None: none)."""
        before = set(party.span.nights())
        party.spans.append(span)
        self._free(before - set(span.nights()), span.since, told_by)

    def end(self, party: Party, at: datetime) -> None:
        """A party gives its nights up."""
        if party.ended_at is None:
            party.ended_at = at
            self._free(set(party.span.nights()), at, party.link_id)

    def revive(self, party: Party, span: Span) -> None:
        """A party that had given up has its nights again, since somebody took a decision back."""
        party.ended_at, party.known = None, span
        party.spans.append(span)

    def forget(self, day: date) -> None:
        """Forget what was over before `day`, so that a long run stays quick."""
        over = [name for name, party in self.parties.items() if all(span.departure < day for span in party.spans)]
        for name in over:
            del self.parties[name]
        self.freed = {night: freed for night, freed in self.freed.items() if night[1] >= day}

    def of_link(self, link_id: int) -> list[Party]:
        """The parties that an OTA's listing has or had."""
        return [party for party in self.parties.values() if party.link_id == link_id]

    def live(self) -> list[Party]:
        """The parties that have their nights, closures among them."""
        return [party for party in self.parties.values() if party.lives]

    def holders(self) -> dict[Night, list[Party]]:
        """Who has which night."""
        found: dict[Night, list[Party]] = {}
        for party in self.live():
            for night in party.nights():
                found.setdefault(night, []).append(party)
        return found

    def double(self, room_ids: Iterable[int], today: date) -> list[tuple[Party, Party, set[Night]]]:
        """Each pair of buyers known to the house that have a night to come in common in these rooms."""
        rooms = set(room_ids)
        here = [
            party for party in self.live() if party.span.room_id in rooms and party.lost_at is None and not party.closes
        ]
        found = []
        for one, other in combinations(here, 2):
            if one.span.room_id == other.span.room_id:
                both = {night for night in one.known_nights() & other.known_nights() if night[1] >= today}
                if both:
                    found.append((one, other, both))
        return found

    def _free(self, nights: Iterable[Night], at: datetime, link_id: int | None) -> None:
        for night in nights:
            self.freed.setdefault(night, []).append((at, link_id))
