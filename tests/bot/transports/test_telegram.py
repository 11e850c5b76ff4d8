"""Taps, keyboards and refusals on Telegram."""

import time
from typing import Any

import pytest
from telegram.error import BadRequest, ChatMigrated

from bot.messages import Choice, Outgoing
from bot.transports.telegram import Telegram, parse, same_secret, webhook_secret
from bot.transports.telegram.errors import classify
from bot.transports.telegram.transport import keyboard_of
from core import config
from core.errors import Down, RefusedThere, Unsure
from tests.fakes.telegram import FakeTelegram

WHO = "1001"
UNDO = (Choice("Undo", "a:undo"), Choice("Checklist 14", "a:list"))


def asked(telegram: Telegram, bot_api: FakeTelegram) -> tuple[str, str]:
    """Send a question and have it tapped; return the message's id and the tap's."""
    telegram.send(Outgoing("question", WHO, "Which?", UNDO))
    (shown,) = bot_api.inbox(WHO)
    tap = bot_api.tap_on(WHO, shown, shown.buttons[0])
    return shown.id, tap["callback_query"]["id"]


def methods(bot_api: FakeTelegram) -> list[str]:
    return [method for method, _ in bot_api.calls]


def test_a_tap_is_acknowledged_first_and_the_settled_question_loses_its_buttons(
    telegram: Telegram, bot_api: FakeTelegram
) -> None:
    question, tap = asked(telegram, bot_api)
    telegram.send(Outgoing("answer", WHO, "Undone", answers_tap=tap, settles=(question,)))
    assert methods(bot_api)[1:] == ["answerCallbackQuery", "editMessageReplyMarkup", "sendMessage"]
    assert bot_api.answered == [tap]
    assert [(shown.text, shown.labels) for shown in bot_api.inbox(WHO)] == [("Which?", []), ("Undone", [])]


def test_what_is_too_late_to_tidy_does_not_keep_the_answer_back(telegram: Telegram, bot_api: FakeTelegram) -> None:
    question, tap = asked(telegram, bot_api)
    bot_api.expire_taps()
    settled = (question, question, "999")
    telegram.send(Outgoing("answer", WHO, "Undone", answers_tap=tap, settles=settled))
    assert bot_api.inbox(WHO)[-1].text == "Undone"
    assert bot_api.answered == []


@pytest.mark.parametrize("method", ["answerCallbackQuery", "editMessageReplyMarkup"])
def test_a_tidying_without_an_answer_does_not_keep_the_answer_back(
    telegram: Telegram, bot_api: FakeTelegram, method: str
) -> None:
    question, tap = asked(telegram, bot_api)
    bot_api.lose_answer(method)
    telegram.send(Outgoing("answer", WHO, "Undone", answers_tap=tap, settles=(question,)))
    assert bot_api.inbox(WHO)[-1].text == "Undone"


def test_a_tidying_that_is_too_fast_waits_before_anything_is_sent(telegram: Telegram, bot_api: FakeTelegram) -> None:
    question, _ = asked(telegram, bot_api)
    bot_api.refuse("editMessageReplyMarkup", 429, "Too Many Requests: retry after 3", retry_after=3)
    with pytest.raises(Down) as caught:
        telegram.send(Outgoing("answer", WHO, "Undone", settles=(question,)))
    assert caught.value.facts["retry_after"] == 3.0
    assert len(bot_api.inbox(WHO)) == 1


def test_short_labels_stand_side_by_side_and_long_ones_alone() -> None:
    labels = ["Undo", "Checklist 14", "Back", "Move the guests of room 3 to room 4", "Yes", "No", "1", "2"]
    keyboard = keyboard_of([Choice(label, f"t{n}") for n, label in enumerate(labels)])
    assert keyboard is not None
    rows = [[button.text for button in row] for row in keyboard.inline_keyboard]
    assert rows == [["Undo", "Checklist 14", "Back"], [labels[3]], ["Yes", "No", "1"], ["2"]]


def test_a_token_longer_than_telegram_takes_is_a_mistake_of_ours() -> None:
    assert keyboard_of([Choice("Undo", "é" * 32)]) is not None
    with pytest.raises(ValueError, match="64 bytes"):
        keyboard_of([Choice("Undo", "é" * 33)])


def test_no_preview_fetches_an_address_in_a_message(telegram: Telegram, bot_api: FakeTelegram) -> None:
    telegram.send(Outgoing("m", WHO, "https://baobab.example/ics/secret.ics"))
    assert bot_api.calls[-1][1]["link_preview_options"] == {"is_disabled": True}


def test_an_unknown_chat_is_refused_for_good(telegram: Telegram, bot_api: FakeTelegram) -> None:
    bot_api.refuse("sendMessage", 400, "Bad Request: chat not found")
    with pytest.raises(RefusedThere) as caught:
        telegram.send(Outgoing("m", WHO, "hello"))
    assert caught.value.facts["reason"] == "no_such_chat"


def test_a_blocked_bot_is_refused_for_good(telegram: Telegram, bot_api: FakeTelegram) -> None:
    bot_api.blocked.add(WHO)
    with pytest.raises(RefusedThere) as caught:
        telegram.send(Outgoing("m", WHO, "hello"))
    assert caught.value.facts["reason"] == "blocked"


def test_a_group_that_became_larger_has_moved() -> None:
    moved = classify(ChatMigrated(-1001234))
    assert isinstance(moved, RefusedThere)
    assert moved.facts == {"reason": "moved", "to": "-1001234"}
    assert classify(BadRequest("something new")).facts == {"reason": "bad_request"}


def test_an_unknown_outcome_cannot_be_looked_up(telegram: Telegram, bot_api: FakeTelegram) -> None:
    bot_api.lose_answer("sendMessage")
    with pytest.raises(Unsure):
        telegram.send(Outgoing("m", WHO, "hello"))
    assert telegram.find_sent(Outgoing("m", WHO, "hello")) is None


def test_the_webhook_is_set_with_a_secret_and_only_what_we_read(telegram: Telegram, bot_api: FakeTelegram) -> None:
    telegram.set_webhook("https://baobab.example/webhooks/telegram", "s3cret")
    assert bot_api.webhook["secret_token"] == "s3cret"
    assert bot_api.webhook["allowed_updates"] == ["message", "callback_query", "my_chat_member"]
    assert telegram.webhook_info().url == "https://baobab.example/webhooks/telegram"
    telegram.delete_webhook()
    assert telegram.webhook_info().url == ""


def test_a_secret_telegram_does_not_take_is_refused(telegram: Telegram) -> None:
    with pytest.raises(RefusedThere):
        telegram.set_webhook("https://baobab.example/webhooks/telegram", "no spaces please")


def test_without_a_configured_secret_every_process_derives_the_same(telegram: Telegram, bot_api: FakeTelegram) -> None:
    told = config.Telegram("1:a", None, "https://api.telegram.org")
    derived = webhook_secret(told, "house-key")
    assert derived == webhook_secret(told, "house-key") != webhook_secret(told, "other-key")
    assert webhook_secret(bot_api.settings, "house-key") == "telegram-webhook-secret"
    telegram.set_webhook("https://baobab.example/webhooks/telegram", derived)  # Telegram takes its characters.


def test_only_the_right_secret_is_the_same() -> None:
    assert same_secret("s3cret", "s3cret")
    assert not any(same_secret("s3cret", given) for given in (None, "", "s3cre", "s3cretS", "ü"))


# Reading updates.


def test_a_text_is_read(bot_api: FakeTelegram) -> None:
    update = bot_api.update(message=bot_api.message(WHO, "block room 3 "))
    inbound = parse(update)
    assert inbound is not None
    assert (inbound.external_id, inbound.sender, inbound.chat) == (str(update["update_id"]), WHO, WHO)
    assert (inbound.text, inbound.kind, inbound.tap, inbound.raw) == ("block room 3 ", "text", None, update)


def test_the_start_of_an_invited_person_keeps_its_code(bot_api: FakeTelegram) -> None:
    inbound = parse(bot_api.update(message=bot_api.message(WHO, "/start join-4711")))
    assert inbound is not None
    assert inbound.text == "/start join-4711"


def test_in_a_group_the_person_and_the_chat_differ(bot_api: FakeTelegram) -> None:
    message = bot_api.message("-500", "block room 3")
    message["from"]["id"] = 1001
    inbound = parse(bot_api.update(message=message))
    assert inbound is not None
    assert (inbound.sender, inbound.chat) == ("1001", "-500")


def test_a_tap_is_read(telegram: Telegram, bot_api: FakeTelegram) -> None:
    telegram.send(Outgoing("question", WHO, "Which?", UNDO))
    (shown,) = bot_api.inbox(WHO)
    update = bot_api.tap_on(WHO, shown, shown.buttons[1])
    inbound = parse(update)
    assert inbound is not None
    assert (inbound.kind, inbound.tap, inbound.tapped_message) == ("tap", "a:list", shown.id)
    assert inbound.tap_id == update["callback_query"]["id"]


def test_a_tap_on_a_message_telegram_no_longer_shows_is_read(bot_api: FakeTelegram) -> None:
    gone = {"message_id": 7, "date": 0, "chat": {"id": 1001, "type": "private"}}
    person = {"id": 1001, "is_bot": False, "first_name": "Amina"}
    query = {"id": "9", "from": person, "chat_instance": "1", "data": "a:undo", "message": gone}
    inbound = parse(bot_api.update(callback_query=query))
    assert inbound is not None
    assert (inbound.chat, inbound.tap, inbound.tapped_message) == ("1001", "a:undo", "7")


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"location": {"latitude": -1.28, "longitude": 36.82}}, "location"),
        ({"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}], "caption": "see"}, "image"),
        ({"contact": {"phone_number": "1", "first_name": "John"}}, "contact"),
        ({"group_chat_created": True}, "other"),
    ],
)
def test_what_came_instead_of_text_is_named(bot_api: FakeTelegram, told: dict[str, Any], kind: str) -> None:
    message = bot_api.message(WHO, "") | told
    del message["text"]
    inbound = parse(bot_api.update(message=message))
    assert inbound is not None
    assert (inbound.kind, inbound.text) == (kind, told.get("caption", ""))


def test_a_person_who_blocks_the_bot_is_noticed_and_one_who_comes_back_says_nothing(bot_api: FakeTelegram) -> None:
    def change(status: str, chat: int = 1001) -> dict[str, Any]:
        bot = {"id": 1, "is_bot": True, "first_name": "Dauda"}
        new: dict[str, Any] = {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})
        kind = "private" if chat > 0 else "group"
        return bot_api.update(
            my_chat_member={
                "chat": {"id": chat, "type": kind},
                "from": {"id": 1001, "is_bot": False, "first_name": "Amina"},
                "date": int(time.time()),
                "old_chat_member": {"user": bot, "status": "member"},
                "new_chat_member": new,
            }
        )

    blocked = parse(change("kicked"))
    assert blocked is not None
    assert (blocked.kind, blocked.sender) == ("blocked", "1001")
    assert parse(change("member")) is None
    assert parse(change("kicked", chat=-500)) is None


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1},
        {"update_id": 1, "edited_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
        {"update_id": 1, "something_new": {}},
        {"update_id": 1, "message": "not an object"},
        {},
    ],
)
def test_what_says_nothing_to_us_is_nothing(update: dict[str, Any]) -> None:
    assert parse(update) is None
