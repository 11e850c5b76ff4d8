"""The webhook routes behind a real server, with both fakes pointed at them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from core import config
from tests.fakes.desk import DeskInMemory
from tests.fakes.serving import Served
from tests.fakes.telegram import FakeTelegram
from tests.fakes.twilio import SENDER, FakeTwilio
from tests.webhooks.routes.house import Api, open_api
from webhooks.routes import telegram, twilio

PUBLIC_URL = "https://baobab.example"


def environment(var_dir: Path, *groups: str) -> dict[str, str]:
    """Return the settings' environment with the named groups of settings present."""
    values = {"DAUDA_VAR_DIR": str(var_dir), "DAUDA_SECRET_KEY": "house-key"}
    if "public" in groups:
        values["DAUDA_PUBLIC_URL"] = PUBLIC_URL
    if "twilio" in groups:
        values |= {"TWILIO_ACCOUNT_SID": "AC" + "a" * 32, "TWILIO_AUTH_TOKEN": "twilio-auth-token"}
        values["TWILIO_WHATSAPP_FROM"] = SENDER
    if "telegram" in groups:
        values |= {"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_WEBHOOK_SECRET": "telegram-webhook-secret"}
    return values


def application(desk: DeskInMemory, environ: dict[str, str]) -> FastAPI:
    """Return an application of the two routers alone."""
    app = FastAPI()
    app.include_router(twilio.router)
    app.include_router(telegram.router)
    app.state.desk = desk
    app.state.settings = config.load(environ, dotenv=None)
    return app


@pytest.fixture
def desk() -> DeskInMemory:
    """Give the desk that the application hands messages to."""
    return DeskInMemory()


@pytest.fixture
def app_url(desk: DeskInMemory, tmp_path: Path) -> Iterator[str]:
    """Give the address of the application with everything set up."""
    served = Served(application(desk, environment(tmp_path, "public", "twilio", "telegram")))
    yield served.url
    served.close()


@pytest.fixture
def bare_url(desk: DeskInMemory, tmp_path: Path) -> Iterator[str]:
    """Give the address of the application without any transport set up."""
    served = Served(application(desk, environment(tmp_path)))
    yield served.url
    served.close()


@pytest.fixture
def fake_twilio(app_url: str) -> Iterator[FakeTwilio]:
    """Give Twilio, posting to the application."""
    fake = FakeTwilio()
    fake.connect(app_url, PUBLIC_URL)
    yield fake
    fake.close()


@pytest.fixture
def fake_telegram(app_url: str) -> Iterator[FakeTelegram]:
    """Give Telegram, pushing to the application."""
    fake = FakeTelegram()
    fake.connect(app_url)
    yield fake
    fake.close()


@pytest.fixture
def api(database_url: str, tmp_path: Path) -> Iterator[Api]:
    """Give the API over two hotels, once on SQLite and once on PostgreSQL."""
    with open_api(database_url, tmp_path) as opened:
        yield opened
