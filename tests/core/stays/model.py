"""A plain model of the nights: who holds which night of which room, who waits for it, which open late.

It knows sets and dates only. Each verb answers the code of its refusal or None, and changes the model accordingly.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

UNDO_TIME = timedelta(minutes=10)
DAY = timedelta(days=1)
Cell = tuple[str, date]
"""A room and a night."""


def span(first: date, last: date) -> set[date]:
    """Return the nights from `first` up to, not including, `last`."""
    return {first + n * DAY for n in range((last - first).days)}


@dataclass(slots=True)
class Guest:
    """A stay as the model sees it; `stamp` counts its changes."""

    room: str
    arrival: date
    departure: date
    fact: bool
    released: bool = False
    stamp: int = 0

    @property
    def wants(self) -> set[date]:
        """The nights it should have; none when it was released."""
        return set() if self.released else span(self.arrival, self.departure)


@dataclass(frozen=True, slots=True)
class Done:
    """A change that might be taken back: how the stay was before it and what it gave up."""

    verb: str
    stay: int
    stamp: int
    at: datetime
    room: str
    arrival: date
    departure: date
    gave_up: frozenset[Cell]


@dataclass(slots=True)
class Model:
    """All of it, at the instant `now` in a zone three hours east of Greenwich."""

    now: datetime
    stays: dict[int, Guest] = field(default_factory=dict)
    held: dict[Cell, int] = field(default_factory=dict)
    late: dict[Cell, tuple[datetime, int]] = field(default_factory=dict)
    """When a night opens, and which stay gave it up."""
    done: dict[int, Done] = field(default_factory=dict)
    """By event."""
    undone: set[int] = field(default_factory=set)
    told: dict[int, int] = field(default_factory=dict)
    """The stamp of each stay after the last event about it."""

    @property
    def today(self) -> date:
        """The business day: it begins at 05:00, which is 02:00 in Greenwich."""
        return (self.now - timedelta(hours=2)).date()

    def of(self, stay: int) -> set[Cell]:
        """Return what a stay holds."""
        return {cell for cell, holder in self.held.items() if holder == stay}

    def lacking(self, stay: int) -> set[date]:
        """Return the nights that a stay should have and has not."""
        return self.stays[stay].wants - {night for _, night in self.of(stay)}

    def taken(self, room: str, wanted: set[date]) -> bool:
        """Say whether somebody holds any of these nights."""
        return any((room, night) in self.held for night in wanted)

    def block(self, room: str, arrival: date, departure: date, *, fact: bool) -> str | None:
        """Judge a block; `begin` carries it out when its id is known."""
        if arrival < self.today:
            return "in_the_past"
        return "night_taken" if not fact and self.taken(room, span(arrival, departure)) else None

    def begin(self, stay: int, guest: Guest) -> None:
        """Let a new stay hold its nights."""
        self.stays[stay] = guest
        self._take(stay, guest.room, guest.wants)

    def unblock(self, stay: int, opened: set[date] | None, *, at_once: bool = False) -> str | None:
        """Open the nights that are left, or those of `opened`, at an end."""
        guest = self.stays[stay]
        if guest.released:
            return "already_ended"
        left = {night for night in guest.wants if night >= self.today}
        if not left:
            return "nights_left"
        given = left if opened is None else left & opened
        if not given:
            return "nothing_to_change"
        kept = guest.wants - given
        if kept and span(min(kept), max(kept) + DAY) != kept:
            return "opens_the_middle"
        self._leave(stay, kept, at_once=at_once)
        return None

    def extend(self, stay: int, departure: date) -> str | None:
        """Let a stay end later."""
        guest = self.stays[stay]
        if guest.released:
            return "already_ended"
        if departure <= guest.departure:
            return "nothing_to_change"
        if guest.departure < self.today:
            return "nights_left"
        added = span(guest.departure, departure)
        if not guest.fact and self.taken(guest.room, added):
            return "night_taken"
        guest.departure, guest.stamp = departure, guest.stamp + 1
        self._take(stay, guest.room, added)
        return None

    def shorten(self, stay: int, departure: date, *, at_once: bool = False) -> str | None:
        """Let a stay end earlier."""
        guest = self.stays[stay]
        if guest.released:
            return "already_ended"
        if not guest.arrival < departure < guest.departure:
            return "nothing_to_change"
        if departure < self.today:
            return "in_the_past"
        self._leave(stay, span(guest.arrival, departure), at_once=at_once)
        return None

    def move(self, stay: int, room: str, *, at_once: bool = False) -> str | None:
        """Put the nights that are left into another room."""
        guest = self.stays[stay]
        if guest.released:
            return "already_ended"
        if guest.room == room:
            return "nothing_to_change"
        left = {night for night in guest.wants if night >= self.today}
        if not left:
            return "nights_left"
        if self.taken(room, left):
            return "night_taken"
        opened = {cell for cell in self.of(stay) if cell[1] in left}
        guest.room, guest.stamp = room, guest.stamp + 1
        self._take(stay, room, left)
        self._open(stay, opened, at_once=at_once)
        return None

    def undo(self, event: int) -> str | None:
        """Take a change back by its reverse."""
        done, guest = self.done[event], self.stays[self.done[event].stay]
        if event in self.undone:
            return "already_undone"
        if self.now - done.at > UNDO_TIME:
            return "too_late_to_undo"
        later = {one for one, other in self.done.items() if other.stay == done.stay and one > event}
        if later - self.undone or guest.stamp != self.told[done.stay]:
            return "changed_meanwhile"
        refusal = {
            "block": lambda: self.unblock(done.stay, None, at_once=True),
            "unblock": lambda: self._restore(done),
            "extend": lambda: self.shorten(done.stay, done.departure, at_once=True),
            "shorten": lambda: self._restore(done),
            "move": lambda: self.move(done.stay, done.room, at_once=True),
        }[done.verb]()
        if refusal is None:
            self.undone.add(event)
            self.told[done.stay] = guest.stamp
        return refusal

    def open_due(self, room: str) -> None:
        """Let the feeds of a room show what is over its undo time."""
        self.late = {cell: at for cell, at in self.late.items() if cell[0] != room or at[0] > self.now}

    def _restore(self, done: Done) -> str | None:
        if any(cell in self.held for cell in done.gave_up):
            return "night_taken"
        guest = self.stays[done.stay]
        guest.arrival, guest.departure, guest.released = done.arrival, done.departure, False
        guest.stamp += 1
        free = {night for night in self.lacking(done.stay) if (guest.room, night) not in self.held}
        self._take(done.stay, guest.room, free)
        return None

    def _leave(self, stay: int, kept: set[date], *, at_once: bool) -> None:
        guest = self.stays[stay]
        given = guest.wants - kept
        if kept:
            guest.arrival, guest.departure = min(kept), max(kept) + DAY
        else:
            guest.released = True
        guest.stamp += 1
        self._open(stay, {cell for cell in self.of(stay) if cell[1] in given}, at_once=at_once)

    def _open(self, by: int, cells: set[Cell], *, at_once: bool) -> None:
        """Free these nights for whoever waits for them longest; the rest is shown free late, or at once."""
        for cell in cells:
            del self.held[cell]
        for stay in sorted(self.stays):
            wanted = {(self.stays[stay].room, night) for night in self.lacking(stay)}
            if got := (wanted & cells) - set(self.held):
                self.stays[stay].stamp += 1
                self.held.update(dict.fromkeys(got, stay))
                self._close(stay, got)
        if at_once:
            self._close(by, cells)
            return
        for cell in cells - set(self.held):
            self.late[cell] = (self.now + UNDO_TIME, by)

    def _close(self, stay: int, cells: set[Cell]) -> None:
        """End the late openings of these nights that are this stay's own."""
        self.late = {cell: at for cell, at in self.late.items() if cell not in cells or at[1] != stay}

    def _take(self, stay: int, room: str, wanted: set[date]) -> None:
        for night in wanted:
            loser = self.held.get((room, night))
            if loser is not None:
                self.stays[loser].stamp += 1
            self.held[room, night] = stay
        self._close(stay, {(room, night) for night in wanted})
