"""What Telegram pushes: known by its secret, stored once, answered with 200."""

from pathlib import Path

import httpx
import pytest

from bot.messages import Choice, Outgoing
from bot.transports.telegram import Telegram, webhook_secret
from core import config
from tests.fakes.desk import DeskInMemory
from tests.fakes.serving import Served
from tests.fakes.telegram import FakeTelegram
from tests.webhooks.routes.conftest import application, environment
from webhooks.posted import MOST_BYTES

WHO = "1001"
SECRET = "telegram-webhook-secret"


def test_a_message_is_stored(fake_telegram: FakeTelegram, desk: DeskInMemory) -> None:
    fake_telegram.say(WHO, "block room 3")
    (inbound,) = desk.accepted
    assert (inbound.transport, inbound.text, inbound.sender) == ("telegram", "block room 3", WHO)
    assert fake_telegram.delivered == [200]


def test_a_tap_brings_back_the_token_of_what_was_tapped(fake_telegram: FakeTelegram, desk: DeskInMemory) -> None:
    transport = Telegram(fake_telegram.settings)
    transport.send(Outgoing("m1", WHO, "Which?", (Choice("Room 1", "a:1"), Choice("Room 2", "a:2"))))
    fake_telegram.tap(WHO, "Room 2")
    (inbound,) = desk.accepted
    assert inbound.tap == "a:2"
    transport.send(Outgoing("m2", WHO, "Done", answers_tap=inbound.tap_id, settles=(inbound.tapped_message or "",)))
    transport.close()
    assert fake_telegram.answered == [inbound.tap_id]
    assert [shown.labels for shown in fake_telegram.inbox(WHO)] == [[], []]


def test_a_person_who_blocks_the_bot_is_noticed(fake_telegram: FakeTelegram, desk: DeskInMemory) -> None:
    fake_telegram.block(WHO)
    assert [inbound.kind for inbound in desk.accepted] == ["blocked"]


def test_an_update_that_could_not_be_stored_comes_again_and_is_stored_once(
    fake_telegram: FakeTelegram, desk: DeskInMemory
) -> None:
    desk.broken = True
    update = fake_telegram.update(message=fake_telegram.message(WHO, "block room 3"))
    assert fake_telegram.post(update, SECRET).status_code == 503
    desk.broken = False
    for _ in range(2):
        assert fake_telegram.post(update, SECRET).status_code == 200
    assert (len(desk.accepted), len(desk.repeated)) == (1, 1)


@pytest.mark.parametrize("secret", [None, "", "wrong"])
def test_without_the_secret_nothing_is_stored(
    fake_telegram: FakeTelegram, desk: DeskInMemory, secret: str | None
) -> None:
    update = fake_telegram.update(message=fake_telegram.message(WHO, "block room 3"))
    assert fake_telegram.post(update, secret).status_code == 403
    assert desk.accepted == []


def test_an_update_that_says_nothing_to_us_is_answered_and_not_stored(
    fake_telegram: FakeTelegram, desk: DeskInMemory
) -> None:
    fake_telegram.deliver(fake_telegram.update(edited_message=fake_telegram.message(WHO, "edited")))
    assert (fake_telegram.delivered, desk.accepted) == ([200], [])


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff\xfe"])
def test_what_is_no_object_is_a_bad_request(app_url: str, body: bytes) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    assert httpx.post(f"{app_url}/webhooks/telegram", content=body, headers=headers).status_code == 400


def test_an_update_that_is_too_large_is_not_read(app_url: str, desk: DeskInMemory) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    answer = httpx.post(f"{app_url}/webhooks/telegram", content=b" " * (MOST_BYTES + 1), headers=headers)
    assert (answer.status_code, desk.accepted) == (413, [])


def test_without_a_configured_secret_the_derived_one_is_asked_for(desk: DeskInMemory, tmp_path: Path) -> None:
    environ = environment(tmp_path, "public", "telegram")
    del environ["TELEGRAM_WEBHOOK_SECRET"]
    settings = config.load(environ, dotenv=None)
    assert settings.telegram is not None
    served = Served(application(desk, environ))
    secret = webhook_secret(settings.telegram, settings.secret_key)
    for given, status in ((secret, 200), ("", 403), (SECRET, 403)):
        headers = {"X-Telegram-Bot-Api-Secret-Token": given}
        assert (
            httpx.post(f"{served.url}/webhooks/telegram", json={"update_id": 1}, headers=headers).status_code == status
        )
    served.close()
