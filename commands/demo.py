"""`dauda demo`: a scratch hotel, its main job played for real and checked from outside, then kept serving."""

import socket
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.resources import files
from pathlib import Path

import click
import httpx
import uvicorn
from sqlalchemy import select

from bot.messages import Inbound
from bot.transports.console import Console, spoken
from commands.context import House
from commands.demo_ota import DemoOta, Look
from commands.running import Running, running
from core import logs
from core.channels.models import ChannelLink
from core.clock import SystemClock, business_day
from core.config import load
from core.db.engine import connect
from core.db.migrate import upgrade
from core.db.work import Store
from core.events.service import By
from core.feeds import service as feeds
from core.sealing import Sealer
from core.setup.apply import apply
from core.setup.reading import read
from core.staff.models import ChatAddress, Person

PATIENCE = 10.0
REMEMBERED = 1.2
"""Seconds until the OTA's read is remembered: reads are written once a second."""
ZONE = "Africa/Nairobi"


@click.command()
@click.option("--once", is_flag=True, help="Verify every step, then stop: exit code 0 when all of them held.")
@click.option("--port", default=0, help="Port to serve on; 0 takes a free one.")
def demo(*, once: bool, port: int) -> None:
    """Play the main job on a scratch hotel: block by chat, see it in the feed, undo, see it gone."""
    with tempfile.TemporaryDirectory(prefix="dauda-demo-") as folder, _scratch(Path(folder), port) as (house, listener):
        console = Console(lambda text: click.echo(spoken(text)))
        with running(house, transports={"console": console}) as parts, _serving(parts, listener):
            ota = DemoOta(_prepare(house))
            kept = _Play(house, parts, console, ota).perform()
            if not kept:
                raise SystemExit(1)
            if not once:
                _keep_serving(house, ota)


class _Play:
    """The scenes of the demo; each is told, done, and checked by HTTP."""

    def __init__(self, house: House, parts: Running, console: Console, ota: DemoOta) -> None:
        self._house = house
        self._parts = parts
        self._console = console
        self._ota = ota
        self._failed = 0

    def perform(self) -> bool:
        """Play every scene; whether every check held."""
        tonight = business_day(self._house.store.clock.now(), ZONE)
        click.echo("Baobab Guest House, Nairobi: 4 doubles. Airbnb reads room 3's calendar; GoMMT is kept by hand.\n")
        self._scene("The OTA reads room 3's calendar: tonight is for sale there.")
        self._look(f"night of {tonight} is open", lambda look: tonight not in look.busy)
        self._scene("Amina, at the front desk, blocks the room from her phone.")
        self._say("Amina", "block room 3 tonight")
        self._scene("One commit held the night, wrote the reply and changed the calendar. The OTA looks again:")
        self._look(f"night of {tonight} is closed", lambda look: tonight in look.busy, show=True)
        self._scene("Juma does not know and wants the same room. One room, one night, one holder:")
        self._say("Juma", "room 3 walk-in tonight John")
        self._look(f"night of {tonight} is still closed", lambda look: tonight in look.busy)
        self._scene("He takes the first free room that was offered.")
        self._tap("Juma", 1)
        time.sleep(REMEMBERED)
        self._scene("Amina was mistaken and undoes her block, within ten minutes: the calendar opens at once.")
        self._say("Amina", "undo")
        self._look(f"night of {tonight} is open again", lambda look: tonight not in look.busy)
        self._scene("A repeated delivery of the same message does nothing twice (networks repeat themselves):")
        self._twice("Amina", "block room 3 tonight", tonight)
        held = "every step held" if not self._failed else f"{self._failed} steps did NOT hold"
        click.echo(f"\n{'✔' if not self._failed else '✘'} {held}.")
        return not self._failed

    def _scene(self, text: str) -> None:
        click.echo(f"\n— {text}")

    def _say(self, who: str, text: str, delivery: str | None = None) -> None:
        click.echo(f"{who}> {text}")
        self._parts.desk.take(Inbound("console", delivery or uuid.uuid4().hex, who, who, text))

    def _tap(self, who: str, position: int) -> None:
        token = self._console.token(position)
        click.echo(f"{who} taps button {position}")
        self._parts.desk.take(Inbound("console", uuid.uuid4().hex, who, who, tap=token, kind="tap"))

    def _look(self, claim: str, holds: Callable[[Look], bool], *, show: bool = False) -> None:
        look = self._ota.read()
        if show:
            click.echo("\n".join(f"     | {line}" for line in look.event.splitlines()))
        self._check(claim, look.status == httpx.codes.OK and holds(look))

    def _twice(self, who: str, text: str, tonight: date) -> None:
        delivery = uuid.uuid4().hex
        self._say(who, text, delivery)
        first = self._ota.read()
        self._say(who, text, delivery)
        again = self._ota.read()
        self._check("one block, one reply, the same calendar", tonight in first.busy and first == again)

    def _check(self, claim: str, holds: bool) -> None:  # noqa: FBT001 - the claim says what is true.
        self._failed += not holds
        click.echo(f"     {'✔' if holds else '✘ NOT SO:'} seen by HTTP: {claim}")


@contextmanager
def _scratch(folder: Path, port: int) -> Iterator[tuple[House, socket.socket]]:
    """A house of its own under `folder`, whatever the environment says, and the socket its web will listen on."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        raise click.ClickException(f"port {port} is taken: {error.strerror}. Choose another with --port.") from None
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = load({"DAUDA_VAR_DIR": str(folder), "DAUDA_PUBLIC_URL": address}, dotenv=None)
    logs.configure(settings.log_format, level=30)
    upgrade(settings.database_url)
    database = connect(settings.database_url)
    try:
        yield House(settings, Store(database, SystemClock()), Sealer(settings.secret_key)), listener
    finally:
        database.dispose()
        listener.close()


@contextmanager
def _serving(parts: Running, listener: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(parts.app, log_config=None, access_log=False, server_header=False, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE
    while not server.started:
        if time.monotonic() > until or not thread.is_alive():
            raise click.ClickException("the web did not start")
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


def _prepare(house: House) -> str:
    """Set the scratch hotel up, give its people consoles; the address of room 3's feed for Airbnb."""
    text = (files("commands") / "demo.toml").read_text(encoding="utf-8")
    with house.store.unit_of_work() as work:
        apply(work, house.sealer, read(text, "demo.toml"), By())
        for person in work.session.scalars(select(Person)):
            work.session.add(ChatAddress(person_id=person.id, transport="console", external_id=person.name))
        link_id = work.session.scalars(select(ChannelLink.id)).one()
        address = feeds.live_address(work.session, link_id)
        if address is None:
            raise click.ClickException("the demo's link has no address")
        return feeds.feed_url(house.settings.public_url or "", feeds.token_of(address, house.sealer))


def _keep_serving(house: House, ota: DemoOta) -> None:
    url = house.settings.public_url
    click.echo(f"\nServing on {url} (health: {url}/health/ready, API: {url}/docs). Ctrl-C stops and forgets all.")
    click.echo(f"Talk to it from another terminal:\n  DAUDA_VAR_DIR={house.settings.var_dir} {_own_command()} chat")
    click.echo(f"The calendar of room 3: {ota.address}")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("")


def _own_command() -> str:
    return ".venv/bin/dauda" if Path(".venv/bin/dauda").exists() else "dauda"
