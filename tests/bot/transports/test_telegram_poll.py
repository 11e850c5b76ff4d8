"""Fetching updates: in order, none lost, quick to stop, patient with failures."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.messages import Inbound
from bot.transports.telegram import Poller, Telegram
from tests.fakes.telegram import FakeTelegram

WHO = "1001"
PATIENCE = 5.0


@contextmanager
def polling(poller: Poller) -> Iterator[Poller]:
    poller.start()
    try:
        yield poller
    finally:
        poller.stop()


def wait_for(count: int, found: list[str]) -> None:
    until = time.monotonic() + PATIENCE
    while len(found) < count and time.monotonic() < until:
        time.sleep(0.005)


@pytest.fixture
def heard() -> list[str]:
    """Give the list that `hear` fills."""
    return []


def test_updates_come_in_order_and_once(telegram: Telegram, bot_api: FakeTelegram, heard: list[str]) -> None:
    with polling(Poller(telegram, lambda inbound: heard.append(inbound.text))):
        for n in range(20):
            bot_api.say(WHO, str(n))
        wait_for(20, heard)
    assert heard == [str(n) for n in range(20)]


def test_the_webhook_is_removed_first_and_nothing_that_waits_is_dropped(
    telegram: Telegram, bot_api: FakeTelegram, heard: list[str]
) -> None:
    bot_api.say(WHO, "waits")
    telegram.set_webhook("https://baobab.example/webhooks/telegram", "s3cret")
    with polling(Poller(telegram, lambda inbound: heard.append(inbound.text))):
        wait_for(1, heard)
    assert heard == ["waits"]
    assert bot_api.webhook == {}


def test_an_update_that_could_not_be_stored_is_fetched_again_before_later_ones(
    telegram: Telegram, bot_api: FakeTelegram, heard: list[str]
) -> None:
    failures = iter([OSError("the disk is full"), OSError("the disk is full")])

    def store(inbound: Inbound) -> None:
        if inbound.text == "second" and (failure := next(failures, None)):
            raise failure
        heard.append(inbound.text)

    for text in ("first", "second", "third"):
        bot_api.say(WHO, text)
    with polling(Poller(telegram, store, pause=0.01)):
        wait_for(3, heard)
    assert heard == ["first", "second", "third"]


def test_a_stop_ends_the_long_wait_at_once(telegram: Telegram, bot_api: FakeTelegram) -> None:
    poller = Poller(telegram, lambda _: None, wait=50)
    with polling(poller):
        until = time.monotonic() + PATIENCE
        while "getUpdates" not in [method for method, _ in bot_api.calls] and time.monotonic() < until:
            time.sleep(0.005)
        begun = time.monotonic()
    assert time.monotonic() - begun < 1.0


def test_a_poller_stopped_before_it_began_ends(telegram: Telegram) -> None:
    poller = Poller(telegram, lambda _: None)
    poller.stop()
    poller.start()
    poller.stop()


@pytest.mark.parametrize(("status", "said"), [(500, "Internal Server Error"), (502, "Bad Gateway")])
def test_failures_are_waited_out(
    telegram: Telegram, bot_api: FakeTelegram, heard: list[str], status: int, said: str
) -> None:
    bot_api.refuse("getUpdates", status, said, times=3)
    bot_api.say(WHO, "waits")
    with polling(Poller(telegram, lambda inbound: heard.append(inbound.text), pause=0.01)):
        wait_for(1, heard)
    assert heard == ["waits"]


def test_a_pause_that_telegram_asks_for_is_kept(telegram: Telegram, bot_api: FakeTelegram, heard: list[str]) -> None:
    bot_api.refuse("getUpdates", 429, "Too Many Requests", retry_after=1)
    bot_api.say(WHO, "waits")
    begun = time.monotonic()
    with polling(Poller(telegram, lambda inbound: heard.append(inbound.text), pause=0.01)):
        wait_for(1, heard)
    assert heard == ["waits"]
    assert time.monotonic() - begun >= 1.0


def test_a_webhook_set_by_somebody_else_is_removed_again(
    telegram: Telegram, bot_api: FakeTelegram, heard: list[str]
) -> None:
    with polling(Poller(telegram, lambda inbound: heard.append(inbound.text), wait=0, pause=0.01)):
        bot_api.say(WHO, "first")
        wait_for(1, heard)
        telegram.set_webhook("https://elsewhere.example/webhooks/telegram", "s3cret")
        until = time.monotonic() + PATIENCE
        while bot_api.webhook and time.monotonic() < until:
            time.sleep(0.005)
        bot_api.say(WHO, "second")
        wait_for(2, heard)
    assert heard == ["first", "second"]


def test_a_token_that_is_not_accepted_ends_the_polling(telegram: Telegram, bot_api: FakeTelegram) -> None:
    bot_api.refuse("deleteWebhook", 401, "Unauthorized", times=2)
    with polling(Poller(telegram, lambda _: None, pause=0.01)) as poller:
        poller._thread.join(PATIENCE)
        assert not poller._thread.is_alive()
    assert [method for method, _ in bot_api.calls] == ["deleteWebhook"]


def test_updates_that_say_nothing_to_us_do_not_stop_the_rest(
    telegram: Telegram, bot_api: FakeTelegram, heard: list[str]
) -> None:
    bot_api.deliver(bot_api.update(edited_message=bot_api.message(WHO, "edited")))
    bot_api.say(WHO, "after")
    with polling(Poller(telegram, lambda inbound: heard.append(inbound.text), pause=0.01)):
        wait_for(1, heard)
    assert heard == ["after"]
