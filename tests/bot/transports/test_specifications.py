"""Our requests are what the vendors' own descriptions of their interfaces ask for."""

import pytest

from bot.messages import Choice, Outgoing
from bot.transports.telegram import Telegram
from bot.transports.whatsapp import WhatsApp
from tests.bot.transports.conftest import TIMEOUT
from tests.bot.transports.specification import Specification
from tests.fakes.contents import ContentsInMemory
from tests.fakes.telegram import FakeTelegram
from tests.fakes.twilio import FakeTwilio
from tests.support.shared import shared

MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
WHO = "whatsapp:+254700000001"


def choices(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"Room {n}", f"a:{n}") for n in range(count))


def test_messages_are_what_twilio_describes(twilio: FakeTwilio) -> None:
    description = Specification(shared("specs/twilio_api_v2010.json"))
    transport = WhatsApp(twilio.settings, ContentsInMemory(), "https://baobab.example/status", timeout=TIMEOUT)
    for count in (0, 2, 7):
        transport.send(Outgoing(f"m{count}", WHO, "Which\nroom?", choices(count)))
    transport.close()
    assert len(twilio.asked) == 3
    assert [description.problems(MESSAGES, form, FORM) for form in twilio.asked] == [[], [], []]


def test_contents_are_what_twilio_describes(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    description = Specification(shared("specs/twilio_content_v1.json"))
    for count in range(1, 11):
        whatsapp.send(Outgoing(f"m{count}", WHO, "Which\nroom?", choices(count)))
    assert len(twilio.contents) == 10
    for made in twilio.contents.values():
        asked = {name: value for name, value in made.items() if name not in {"sid", "account_sid"}}
        assert description.problems("/v1/Content", asked, JSON) == []


def test_telegrams_calls_are_what_it_describes(telegram: Telegram, bot_api: FakeTelegram) -> None:
    description = Specification(shared("specs/telegram_openapi_slim.json"))
    telegram.send(Outgoing("m1", "1001", "Which?", choices(5)))
    (shown,) = bot_api.inbox("1001")
    tap = bot_api.tap_on("1001", shown, shown.buttons[0])["callback_query"]["id"]
    telegram.send(Outgoing("m2", "1001", "Done", answers_tap=tap, settles=(shown.id,)))
    telegram.set_webhook("https://baobab.example/webhooks/telegram", "s3cret")
    telegram.delete_webhook()
    telegram.begin_updates(None, 0).result()
    assert {method for method, _ in bot_api.calls} == {
        "sendMessage", "answerCallbackQuery", "editMessageReplyMarkup", "setWebhook", "deleteWebhook", "getUpdates",
    }  # fmt: skip
    for method, asked in bot_api.calls:
        assert description.problems(f"/bot{{token}}/{method}", asked, JSON) == [], method


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"Body": "x"}, "body.To: missing"),
        ({"To": WHO, "ContentSid": "HX1"}, "body.ContentSid: 3 characters"),
        ({"To": WHO, "Buttons": "2"}, "Buttons: not described"),
    ],
)
def test_what_twilio_does_not_describe_is_found(form: dict[str, str], wrong: str) -> None:
    description = Specification(shared("specs/twilio_api_v2010.json"))
    assert wrong in description.problems(MESSAGES, form, FORM)


def test_contents_and_calls_that_are_not_described_are_found() -> None:
    contents = Specification(shared("specs/twilio_content_v1.json"))
    wrong = {"language": "en", "types": {"twilio/quick-reply": {"body": "b", "actions": [{"label": "x"}]}}}
    assert contents.problems("/v1/Content", wrong, JSON) == [
        "body.types.twilio/quick-reply.actions[0].title: missing",
        "body.types.twilio/quick-reply.actions[0].label: not allowed",
    ]
    calls = Specification(shared("specs/telegram_openapi_slim.json"))
    assert calls.problems("/bot{token}/sendMessage", {"chat_id": 1, "text": "x" * 4097}, JSON) == [
        "body.text: 4097 characters"
    ]
