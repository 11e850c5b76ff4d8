"""The scenes of the demo: each is told, done, and checked from outside by HTTP."""

import time
import uuid
from collections.abc import Callable, Mapping
from datetime import date, timedelta

import click
import httpx

from bot.messages import Inbound
from commands.demo_ota import DemoOta, Look, OtaServer
from commands.demo_phones import Phones
from workers.desk import Desk

PATIENCE = 20.0
REMEMBERED = 1.2
"""Seconds until an OTA's read is remembered: reads are written once a second."""
Links = Mapping[tuple[str, str], str]
"""The addresses of our calendars, by platform and room."""


class Play:
    """One performance at one desk."""

    def __init__(self, desk: Desk, phones: Phones, links: Links, otas: OtaServer, tonight: date) -> None:
        self._desk = desk
        self._phones = phones
        self._otas = otas
        self._tonight = tonight
        self._three = DemoOta(links["airbnb", "3"])
        self._airbnb = DemoOta(links["airbnb", "4"])
        self._booking = DemoOta(links["booking_com", "4"], tells_codes=False)
        self._failed = 0

    def perform(self) -> bool:
        """Play every scene; whether every check held."""
        click.echo("Baobab Guest House, Nairobi: 4 doubles, sold on Airbnb and Booking.com; GoMMT is kept by hand.\n")
        self._one_night_one_holder()
        self._two_otas_one_night()
        held = "every step held" if not self._failed else f"{self._failed} steps did NOT hold"
        click.echo(f"\n{'✔' if not self._failed else '✘'} {held}.")
        return not self._failed

    def _one_night_one_holder(self) -> None:
        tonight = self._tonight
        self._scene("The OTA reads room 3's calendar: tonight is for sale there.")
        self._look(self._three, f"night of {tonight} is open", lambda look: tonight not in look.busy)
        self._scene("Amina, at the front desk, blocks the room from her phone.")
        self._say("Amina", "block room 3 tonight")
        self._scene("One commit held the night, wrote the reply and changed the calendar. The OTA looks again:")
        self._look(self._three, f"night of {tonight} is closed", lambda look: tonight in look.busy, show=True)
        self._scene("Juma does not know and wants the same room. One room, one night, one holder:")
        self._say("Juma", "room 3 walk-in tonight John")
        self._look(self._three, f"night of {tonight} is still closed", lambda look: tonight in look.busy)
        self._scene("He takes the first free room that was offered.")
        self._tap("Juma", "Block room 1")
        time.sleep(REMEMBERED)
        self._scene("Amina was mistaken and undoes her block, within ten minutes: the calendar opens at once.")
        self._say("Amina", "undo")
        self._look(self._three, f"night of {tonight} is open again", lambda look: tonight not in look.busy)
        self._scene("A repeated delivery of the same message does nothing twice (networks repeat themselves):")
        delivery = uuid.uuid4().hex
        self._say("Amina", "block room 3 tonight", delivery)
        first = self._three.read()
        self._say("Amina", "block room 3 tonight", delivery)
        again = self._three.read()
        self._check("one block, one reply, the same calendar", tonight in first.busy and first == again)

    def _two_otas_one_night(self) -> None:
        soon = self._tonight + timedelta(days=2)
        later = soon + timedelta(days=1)
        self._scene("Airbnb sold room 4 for two nights. Amina connects its calendar from her phone.")
        self._airbnb.sell("HMX8XQ5R5A", soon, 2)
        address = self._otas.serve("airbnb", self._airbnb)
        self._say("Amina", f"connect room 4 airbnb {address}")
        self._hears("what was found in it is told", "Amina", "1 booking")
        self._look(self._booking, "Booking.com sees both nights closed", lambda look: {soon, later} <= look.busy)
        self._look(self._airbnb, "Airbnb is not told of its own sale", lambda look: not {soon, later} & look.busy)
        self._scene("But Booking.com had sold the second night before it read that: two OTAs, one night.")
        self._booking.sell("7731", later, 2)
        address = self._otas.serve("booking_com", self._booking)
        self._say("Amina", f"connect room 4 booking.com {address}")
        self._hears("everybody who may decide gets the card", "Juma", "Double booking")
        self._hears("…", "Amina", "Double booking")
        self._look(self._airbnb, "Airbnb sees Booking.com's nights closed", lambda look: later + _DAY in look.busy)
        self._scene("Juma is first: Airbnb keeps the room. Amina taps a moment later.")
        late = self._phones.token("Amina", "Keep B")
        self._tap("Juma", "Keep A")
        self._hears("Amina is told who decided", "Amina", "Juma", since=self._phones.received("Amina") - 1)
        self._tap_token("Amina", late)
        self._scene(
            "The loser's other nights stay closed until Booking.com drops it. And a decision can be taken back:"
        )
        self._look(self._airbnb, "nothing was opened by the decision", lambda look: later + _DAY in look.busy)
        self._tap("Juma", "Undo")
        self._hears("the case is open again", "Amina", "Double booking", since=self._phones.received("Amina") - 1)
        self._look(self._airbnb, "still closed for Airbnb", lambda look: later + _DAY in look.busy)

    def _scene(self, text: str) -> None:
        click.echo(f"\n— {text}")

    def _say(self, who: str, text: str, delivery: str | None = None) -> None:
        click.echo(f"{who}> {text}")
        self._desk.take(Inbound("console", delivery or uuid.uuid4().hex, who, who, text))

    def _tap(self, who: str, label: str) -> None:
        self._check_quietly(f"{who} was offered {label!r}", token := self._phones.token(who, label))
        click.echo(f"{who} taps [{label}…]")
        self._tap_token(who, token)

    def _tap_token(self, who: str, token: str | None) -> None:
        self._desk.take(Inbound("console", uuid.uuid4().hex, who, who, tap=token, kind="tap"))

    def _look(self, ota: DemoOta, claim: str, holds: Callable[[Look], bool], *, show: bool = False) -> None:
        look = ota.read()
        if show:
            click.echo("\n".join(f"     | {line}" for line in look.event.splitlines()))
        self._check(f"seen by HTTP: {claim}", look.status == httpx.codes.OK and holds(look))

    def _hears(self, claim: str, who: str, saying: str, since: int = 0) -> None:
        self._check(claim, self._phones.waits(who, saying, PATIENCE, max(0, since)))

    def _check(self, claim: str, holds: bool) -> None:  # noqa: FBT001 - the claim says what is true.
        self._failed += not holds
        click.echo(f"     {'✔' if holds else '✘ NOT SO:'} {claim}")

    def _check_quietly(self, claim: str, found: object) -> None:
        if not found:
            self._check(claim, holds=False)


_DAY = timedelta(days=1)
