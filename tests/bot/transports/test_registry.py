"""Which transports a house has follows from its settings."""

from pathlib import Path

import pytest

from bot.transports.registry import TRANSPORTS, build
from core import config
from tests.fakes.contents import ContentsInMemory

TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC" + "a" * 32,
    "TWILIO_AUTH_TOKEN": "twilio-auth-token",
    "TWILIO_WHATSAPP_FROM": "+14155238886",
}
TELEGRAM = {"TELEGRAM_BOT_TOKEN": "1:a"}


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({}, set()),
        (TWILIO, {"whatsapp"}),
        (TELEGRAM, {"telegram"}),
        (TWILIO | TELEGRAM, {"whatsapp", "telegram"}),
    ],
)
def test_a_house_has_the_transports_it_is_told_of(tmp_path: Path, environ: dict[str, str], names: set[str]) -> None:
    settings = config.load({"DAUDA_VAR_DIR": str(tmp_path)} | environ, dotenv=None)
    built = build(settings, ContentsInMemory())
    assert set(built) == names <= set(TRANSPORTS)
    assert {name: transport.name for name, transport in built.items()} == {name: name for name in names}
    for transport in built.values():
        transport.close()
