"""The fakes refuse what the real ones refuse; a suite against fakes that take everything would prove nothing."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.fakes import telegram_limits, twilio_limits
from tests.fakes.shown import Phones
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.twilio import ACCOUNT, SENDER, FakeTwilio

TO = "whatsapp:+254700000001"
QUICK = {"body": "{{1}}", "actions": [{"type": "QUICK_REPLY", "title": "{{2}}", "id": "{{3}}"}]}
RIGHT = {"1": "Which?", "2": "Undo", "3": "a:undo"}


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    """Give a Twilio account."""
    fake = FakeTwilio()
    yield fake
    fake.close()


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """Give a Telegram bot's account."""
    fake = FakeTelegram()
    yield fake
    fake.close()


def twilio_code(fake: FakeTwilio, **form: str) -> int:
    """Send a message; return Twilio's error code, 0 when it was taken."""
    url = f"{fake.settings.api_base_url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    answer = httpx.post(url, data={"To": TO, "From": SENDER} | form, auth=(ACCOUNT, fake.settings.auth_token))
    return 0 if answer.is_success else int(answer.json()["code"])


def content(fake: FakeTwilio, types: dict[str, Any]) -> httpx.Response:
    """Create a content."""
    told = {"friendly_name": "test", "language": "en", "types": types}
    url = f"{fake.settings.content_base_url}/v1/Content"
    return httpx.post(url, json=told, auth=(ACCOUNT, fake.settings.auth_token))


def test_both_fakes_have_the_same_face(twilio: FakeTwilio, telegram: FakeTelegram) -> None:
    phones: list[Phones] = [twilio, telegram]
    assert [fake.inbox("1001") for fake in phones] == [[], []]
    for fake in phones:
        with pytest.raises(AssertionError, match="no button"):
            fake.tap("1001", "Undo")
        with pytest.raises(AssertionError, match="0 messages, not 1"):
            fake.wait("1001", 1, 0.01)


def test_twilio_takes_a_right_message_and_refuses_wrong_credentials(twilio: FakeTwilio) -> None:
    assert twilio_code(twilio, Body="hello") == 0
    url = f"{twilio.settings.api_base_url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert httpx.post(url, data={"To": TO, "From": SENDER, "Body": "x"}).status_code == 401


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": "+254700000001", "Body": "x"}, 21211),
        ({"From": "hotel", "Body": "x"}, 21212),
        ({"Body": ""}, 21619),
        ({"Body": "x" * 1601}, 21617),
        ({"ContentSid": "HX" + "0" * 32}, 21655),
    ],
)
def test_twilio_refuses_a_wrong_message(twilio: FakeTwilio, form: dict[str, str], code: int) -> None:
    assert twilio_code(twilio, **form) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, 0),
        ({"1": ""}, 21656),
        ({"1": "two\nlines"}, 21656),
        ({"1": "a\tb"}, 21656),
        ({"1": "a" + " " * 5 + "b"}, 21656),
        ({"2": "x" * 21}, 63021),
        ({"3": "x" * 257}, 63021),
        ({"1": "x" * 1015}, 63021),
        ({"1": "x" * 1014}, 0),
    ],
)
def test_twilio_refuses_wrong_variables(twilio: FakeTwilio, change: dict[str, str], code: int) -> None:
    sid = content(twilio, {"twilio/quick-reply": QUICK}).json()["sid"]
    assert sum(map(len, RIGHT.values())) - len(RIGHT["1"]) == 1024 - 1014
    assert twilio_code(twilio, ContentSid=sid, ContentVariables=json.dumps(RIGHT | change)) == code


def test_twilio_refuses_four_buttons_equal_labels_and_eleven_rows(twilio: FakeTwilio) -> None:
    four = {"body": "b", "actions": [{"title": str(n), "id": str(n)} for n in range(4)]}
    equal = {"body": "b", "actions": [{"title": "Same", "id": "1"}, {"title": "same", "id": "2"}]}
    for shape in (four, equal):
        sid = content(twilio, {"twilio/quick-reply": shape}).json()["sid"]
        assert twilio_code(twilio, ContentSid=sid) == 63021
    rows = [{"item": str(n), "id": str(n), "description": "d"} for n in range(11)]
    assert content(twilio, {"twilio/list-picker": {"body": "b", "button": "x", "items": rows}}).status_code == 400


@pytest.mark.parametrize("wrong", [{"item": "x" * 25}, {"description": "x" * 73}, {"id": "x" * 201}])
def test_twilio_refuses_rows_that_are_too_long(wrong: dict[str, str]) -> None:
    row = {"item": "Room 1", "id": "a:1", "description": "1"}
    picker = {"body": "Which?", "button": "Rooms", "items": [row]}
    assert twilio_limits.rendered_code({"twilio/list-picker": picker}) is None
    assert twilio_limits.rendered_code({"twilio/list-picker": picker | {"items": [row | wrong]}}) == 63021


def telegram_said(fake: FakeTelegram, method: str, **asked: object) -> str:
    """Call `method`; return what was wrong, nothing when it was taken."""
    answer = httpx.post(f"{fake.settings.api_base_url}/bot{TOKEN}/{method}", json=asked)
    assert answer.is_success is answer.json()["ok"]
    return "" if answer.is_success else str(answer.json()["description"])


def buttons(*tokens: str) -> dict[str, object]:
    """Return a keyboard of one button a row."""
    return {"inline_keyboard": [[{"text": "Undo", "callback_data": token}] for token in tokens]}


def test_telegram_refuses_what_is_too_long_and_what_changes_nothing(telegram: FakeTelegram) -> None:
    assert telegram_said(telegram, "sendMessage", chat_id="1001", text="x" * 4096) == ""
    assert "too long" in telegram_said(telegram, "sendMessage", chat_id="1001", text="x" * 4097)
    assert "empty" in telegram_said(telegram, "sendMessage", chat_id="1001", text=" ")
    assert "not found" in telegram_said(telegram, "sendMessage", chat_id="amina", text="x")
    right = {"chat_id": "1001", "text": "x"}
    assert telegram_said(telegram, "sendMessage", **right, reply_markup=buttons("é" * 32)) == ""
    wrong = telegram_said(telegram, "sendMessage", **right, reply_markup=buttons("é" * 33))
    assert "BUTTON_DATA_INVALID" in wrong
    assert "too long" in telegram_said(telegram, "sendMessage", **right, reply_markup=buttons(*["t"] * 101))
    edit = {"chat_id": "1001", "message_id": telegram.sent[0].id}
    assert "not modified" in telegram_said(telegram, "editMessageReplyMarkup", **edit)
    assert telegram_said(telegram, "editMessageText", **edit, text="new") == ""
    assert telegram.sent[0].text == "new"


def test_telegram_knows_its_token_and_itself(telegram: FakeTelegram) -> None:
    url = telegram.settings.api_base_url
    assert httpx.get(f"{url}/bot1:wrong/getMe").status_code == 401
    assert httpx.get(f"{url}/bot{TOKEN}/getMe").json()["result"] == telegram_limits.BOT
    assert "too old" in telegram_said(telegram, "answerCallbackQuery", callback_query_id="7")


def test_telegram_polls_or_pushes_but_not_both(telegram: FakeTelegram) -> None:
    assert telegram_said(telegram, "setWebhook", url="https://baobab.example", secret_token="s") == ""
    assert "webhook is active" in telegram_said(telegram, "getUpdates", timeout=0)
