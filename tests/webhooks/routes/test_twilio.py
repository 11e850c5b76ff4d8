"""What Twilio posts: verified, stored once, answered at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from bot.messages import Choice, Outgoing
from bot.transports.whatsapp import WhatsApp, rank
from tests.fakes.contents import ContentsInMemory
from tests.fakes.desk import DeskInMemory
from tests.fakes.serving import Served
from tests.fakes.twilio import FakeTwilio
from tests.webhooks.routes.conftest import PUBLIC_URL, application, environment
from webhooks.posted import MOST_BYTES

WHO = "+254700000001"
PATH = "/webhooks/twilio"


def test_a_message_is_stored_and_answered_with_an_empty_reply(fake_twilio: FakeTwilio, desk: DeskInMemory) -> None:
    form = fake_twilio.form(WHO, Body="block room 3")
    answer = fake_twilio.post(form, PATH, fake_twilio.sign(form))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text.endswith("<Response/>")
    (inbound,) = desk.accepted
    assert (inbound.transport, inbound.text, inbound.sender) == ("whatsapp", "block room 3", WHO)


@pytest.mark.parametrize("count", [2, 5])
def test_a_tap_brings_back_the_token_of_what_was_tapped(
    fake_twilio: FakeTwilio, desk: DeskInMemory, count: int
) -> None:
    transport = WhatsApp(fake_twilio.settings, ContentsInMemory())
    choices = tuple(Choice(f"Room {n}", f"a:{n}") for n in range(count))
    sent = transport.send(Outgoing("m1", f"whatsapp:{WHO}", "Which\nroom?", choices))
    transport.close()
    fake_twilio.tap(WHO, "Room 1")
    fake_twilio.tap(WHO, 1)
    assert [inbound.tap for inbound in desk.accepted] == ["a:1", "a:0"]
    assert {inbound.tapped_message for inbound in desk.accepted} == set(sent.message_ids)


def test_a_message_with_blank_fields_and_odd_characters_passes(fake_twilio: FakeTwilio, desk: DeskInMemory) -> None:
    fake_twilio.deliver(fake_twilio.form(WHO, Body="", NumMedia="1", MediaContentType0="image/jpeg"))
    fake_twilio.deliver(fake_twilio.form(WHO, Body=" कमरा 3 & 4 = 100% + غرفة\r\n"))
    assert [inbound.text for inbound in desk.accepted] == ["", " कमरा 3 & 4 = 100% + غرفة\r\n"]


def test_a_message_delivered_twice_is_stored_once_and_answered_alike(
    fake_twilio: FakeTwilio, desk: DeskInMemory
) -> None:
    form = fake_twilio.form(WHO, Body="block room 3")
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(fake_twilio.deliver, [form] * 8))
    assert answers == [200] * 8
    assert len(desk.accepted) == 1


@pytest.mark.parametrize("path", [PATH, f"{PATH}/status"])
def test_nothing_unsigned_or_tampered_is_stored(fake_twilio: FakeTwilio, desk: DeskInMemory, path: str) -> None:
    form = fake_twilio.form(WHO, Body="block room 3", MessageStatus="sent")
    right = fake_twilio.sign(form, path)
    tampered = form | {"Body": "unblock room 3"}
    for wrong, signature in ((form, None), (form, ""), (form, "nonsense"), (tampered, right)):
        assert fake_twilio.post(wrong, path, signature).status_code == 403
    assert (desk.accepted, desk.reports) == ([], [])
    assert fake_twilio.post(form, path, right).is_success


def test_a_signature_for_another_path_or_host_does_not_pass(fake_twilio: FakeTwilio, desk: DeskInMemory) -> None:
    form = fake_twilio.form(WHO, Body="block room 3", MessageStatus="sent")
    assert fake_twilio.post(form, f"{PATH}/status", fake_twilio.sign(form, PATH)).status_code == 403
    (url, _), signed = fake_twilio._connected(), fake_twilio.sign(form)
    fake_twilio.connect(url)  # Signed for the address behind the proxy, which nobody but us knows.
    assert fake_twilio.sign(form) != signed
    assert fake_twilio.deliver(form) == 403
    assert desk.accepted == []


def test_the_query_is_part_of_what_is_signed(fake_twilio: FakeTwilio) -> None:
    form = fake_twilio.form(WHO, Body="hello")
    assert fake_twilio.deliver(form, f"{PATH}?via=sandbox&n=1%2F2") == 200
    assert fake_twilio.post(form, f"{PATH}?via=sandbox", fake_twilio.sign(form)).status_code == 403


def test_when_it_cannot_be_stored_twilio_is_told_to_come_again(fake_twilio: FakeTwilio, desk: DeskInMemory) -> None:
    desk.broken = True
    form = fake_twilio.form(WHO, Body="block room 3")
    answer = fake_twilio.post(form, PATH, fake_twilio.sign(form))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert fake_twilio.deliver(form | {"MessageStatus": "sent"}, f"{PATH}/status") == 503
    desk.broken = False
    assert fake_twilio.deliver(form) == 200
    assert len(desk.accepted) == 1


def test_reports_in_any_order_and_twice_are_handed_on_for_their_rank(
    fake_twilio: FakeTwilio, desk: DeskInMemory
) -> None:
    transport = WhatsApp(fake_twilio.settings, ContentsInMemory(), f"{PUBLIC_URL}{PATH}/status")
    (sid,) = transport.send(Outgoing("m1", f"whatsapp:{WHO}", "hello")).message_ids
    transport.close()
    assert fake_twilio.report(sid, "read", "sent", "delivered", "sent") == [204] * 4
    assert [status for _, _, status, _ in desk.reports] == ["read", "sent", "delivered", "sent"]
    assert max((status for _, _, status, _ in desk.reports), key=rank) == "read"


def test_a_message_outside_the_24_hours_fails_by_a_report_with_its_code(
    fake_twilio: FakeTwilio, desk: DeskInMemory
) -> None:
    fake_twilio.close_window(WHO)
    transport = WhatsApp(fake_twilio.settings, ContentsInMemory(), f"{PUBLIC_URL}{PATH}/status")
    (sid,) = transport.send(Outgoing("m1", f"whatsapp:{WHO}", "hello")).message_ids
    transport.close()
    fake_twilio.close()
    assert desk.reports == [("whatsapp", sid, "failed", "63016")]
    assert fake_twilio.sent == []


def test_a_report_without_number_or_status_is_a_bad_request(fake_twilio: FakeTwilio, desk: DeskInMemory) -> None:
    assert fake_twilio.deliver({"MessageSid": "MM1", "AccountSid": "AC1"}, f"{PATH}/status") == 400
    assert fake_twilio.deliver({"MessageStatus": "sent", "AccountSid": "AC1"}) == 400
    assert (desk.reports, desk.accepted) == ([], [])


@pytest.mark.parametrize("size", ["announced", "unannounced"])
def test_a_post_that_is_too_large_is_read_no_further(app_url: str, desk: DeskInMemory, size: str) -> None:
    body = b"Body=" + b"a" * MOST_BYTES
    pieces = iter([body[:1000], body[1000:]])
    answer = httpx.post(
        f"{app_url}{PATH}", content=body if size == "announced" else pieces, headers={"X-Twilio-Signature": "x"}
    )
    assert answer.status_code == 413
    assert desk.accepted == []


@pytest.mark.parametrize("path", [PATH, f"{PATH}/status", "/webhooks/telegram"])
def test_without_settings_there_is_no_such_route(bare_url: str, path: str) -> None:
    assert httpx.post(f"{bare_url}{path}", data={"Body": "x"}, headers={"X-Twilio-Signature": "x"}).status_code == 404


def test_without_a_public_address_there_is_no_such_route(desk: DeskInMemory, tmp_path: Path) -> None:
    served = Served(application(desk, environment(tmp_path, "twilio")))
    assert httpx.post(f"{served.url}{PATH}", headers={"X-Twilio-Signature": "x"}).status_code == 404
    served.close()
