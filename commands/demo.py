"""`dauda demo`: a scratch hotel, its main job played for real and checked from outside, then kept serving."""

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import click
import uvicorn
from sqlalchemy import select
from sqlalchemy.orm import Session

from commands.context import House
from commands.demo_ota import OtaServer
from commands.demo_phones import Phones
from commands.demo_play import Links, Play
from commands.running import Running, running
from core import logs
from core.channels.models import Channel, ChannelLink
from core.clock import SystemClock, business_day
from core.config import load
from core.db.engine import connect
from core.db.migrate import upgrade
from core.db.work import Store
from core.events.service import By
from core.feeds import service as feeds
from core.properties.models import Room
from core.sealing import Sealer
from core.setup.apply import apply
from core.setup.reading import read
from core.staff.models import ChatAddress, Person

PATIENCE = 10.0
ZONE = "Africa/Nairobi"


@click.command()
@click.option("--once", is_flag=True, help="Verify every step, then stop: exit code 0 when all of them held.")
@click.option("--port", default=0, help="Port to serve on; 0 takes a free one.")
def demo(*, once: bool, port: int) -> None:
    """Play the main job on a scratch hotel: block by chat, two OTAs on one night, decide by a tap, undo."""
    with tempfile.TemporaryDirectory(prefix="dauda-demo-") as folder, _scratch(Path(folder), port) as (house, listener):
        phones = Phones(click.echo)
        with _otas() as otas, running(house, transports={"console": phones}) as parts, _serving(parts, listener):
            links = _prepare(house)
            tonight = business_day(house.store.clock.now(), ZONE)
            if not Play(parts.desk, phones, links, otas, tonight).perform():
                raise SystemExit(1)
            if not once:
                _keep_serving(house, links)


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
    chosen = {"DAUDA_VAR_DIR": str(folder), "DAUDA_PUBLIC_URL": address, "DAUDA_ALLOW_PRIVATE_FEEDS": "on"}
    settings = load({**chosen, "WORKER_INTERVAL": "0.2"}, dotenv=None)
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


@contextmanager
def _otas() -> Iterator[OtaServer]:
    server = OtaServer()
    try:
        yield server
    finally:
        server.close()


def _prepare(house: House) -> Links:
    """Set the scratch hotel up, give its people consoles; the addresses of its calendars."""
    text = (files("commands") / "demo.toml").read_text(encoding="utf-8")
    with house.store.unit_of_work() as work:
        apply(work, house.sealer, read(text, "demo.toml"), By())
        for person in work.session.scalars(select(Person)):
            work.session.add(ChatAddress(person_id=person.id, transport="console", external_id=person.name))
        work.session.flush()
        query = select(ChannelLink, Channel.platform, Room.name).join(Channel).join(Room)
        return {
            (platform, room): _address(house, work.session, link.id)
            for link, platform, room in work.session.execute(query)
        }


def _address(house: House, session: Session, link_id: int) -> str:
    address = feeds.live_address(session, link_id)
    if address is None:
        raise click.ClickException("a link of the demo has no address")
    return feeds.feed_url(house.settings.public_url or "", feeds.token_of(address, house.sealer))


def _keep_serving(house: House, links: Links) -> None:
    url = house.settings.public_url
    click.echo(f"\nServing on {url} (health: {url}/health/ready, API: {url}/docs). Ctrl-C stops and forgets all.")
    click.echo(f"Talk to it from another terminal:\n  DAUDA_VAR_DIR={house.settings.var_dir} {_own_command()} chat")
    click.echo(f"The calendar of room 3: {links['airbnb', '3']}")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("")


def _own_command() -> str:
    return ".venv/bin/dauda" if Path(".venv/bin/dauda").exists() else "dauda"
