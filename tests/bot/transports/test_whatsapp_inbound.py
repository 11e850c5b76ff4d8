"""Signatures, forms and delivery reports of Twilio."""

import itertools

import pytest
from twilio.request_validator import HMAC_SHA256, RequestValidator

from bot.transports.whatsapp import parse, rank, verify
from bot.transports.whatsapp.inbound import RANKS, NotAMessage

TOKEN = "twilio-auth-token"
URL = "https://baobab.example/webhooks/twilio?via=sandbox"
TAP = {
    "MessageSid": "SM1",
    "From": "whatsapp:+254700000001",
    "To": "whatsapp:+14155238886",
    "Body": "Undo",
    "NumMedia": "0",
    "ButtonText": "Undo",
    "ButtonPayload": "a:undo",
    "OriginalRepliedMessageSid": "MM7",
    "MessageType": "button",
    "ExternalUserId": "whatsapp:KE.1234567890123456",
    "WaId": "254700000001",
}
TEXT = {"MessageSid": "SM2", "From": "whatsapp:+254700000001", "Body": "block room 3 ", "NumMedia": "0"}


def signed(form: dict[str, str], url: str = URL, token: str = TOKEN, algorithm: str | None = None) -> str:
    return str(RequestValidator(token).compute_signature(url, form, algorithm))


def test_a_form_signed_by_twilio_passes_blank_fields_included() -> None:
    form = TAP | {"Body": "", "ButtonText": ""}
    assert verify(TOKEN, URL, form, signed(form))


def test_a_form_whose_blank_fields_were_dropped_fails() -> None:
    form = TAP | {"Body": ""}
    # The name of a blank field is signed too, so that it must not get lost on the way.
    assert not verify(TOKEN, URL, {key: value for key, value in form.items() if value}, signed(form))


@pytest.mark.parametrize("change", [{"Body": "Keep"}, {"ButtonPayload": "a:keep"}, {"Extra": "1"}])
def test_a_tampered_form_fails(change: dict[str, str]) -> None:
    assert not verify(TOKEN, URL, TAP | change, signed(TAP))


@pytest.mark.parametrize("signature", [None, "", "nonsense", "ü"])
def test_a_missing_or_senseless_signature_fails(signature: str | None) -> None:
    assert not verify(TOKEN, URL, TAP, signature)


def test_another_address_or_token_fails() -> None:
    assert not verify(TOKEN, "http://10.0.0.2/webhooks/twilio?via=sandbox", TAP, signed(TAP))
    assert not verify(TOKEN, URL, TAP, signed(TAP, token="another"))


def test_another_algorithm_fails_though_the_token_is_right() -> None:
    assert not verify(TOKEN, URL, TAP, signed(TAP, algorithm=HMAC_SHA256))


def test_a_tap_is_its_payload_before_it_is_its_label() -> None:
    inbound = parse(TAP)
    assert (inbound.kind, inbound.tap, inbound.tapped_message) == ("tap", "a:undo", "MM7")
    assert (inbound.external_id, inbound.sender, inbound.chat) == (
        "SM1", "+254700000001", "whatsapp:+254700000001",
    )  # fmt: skip
    assert inbound.also == ("KE.1234567890123456",)


def test_a_row_is_a_tap_too() -> None:
    row = TEXT | {"Body": "", "ListId": "a:room4", "ListTitle": "Room 4", "MessageType": "interactive"}
    assert (parse(row).tap, parse(row).text, parse(row).kind) == ("a:room4", "Room 4", "tap")


def test_a_payload_whose_slot_was_not_filled_counts_as_the_word_on_the_button() -> None:
    inbound = parse(TAP | {"ButtonPayload": "{{3}}"})
    assert (inbound.tap, inbound.text, inbound.kind) == (None, "Undo", "text")


def test_a_text_is_kept_as_it_was_written() -> None:
    inbound = parse(TEXT)
    assert (inbound.text, inbound.kind, inbound.tap, inbound.tapped_message) == ("block room 3 ", "text", None, None)
    assert inbound.also == ()


def test_a_person_without_a_number_is_known_by_their_user_id() -> None:
    hidden = "whatsapp:KE.1234567890123456"
    inbound = parse(TEXT | {"From": hidden, "ExternalUserId": hidden})
    assert (inbound.sender, inbound.chat, inbound.also) == ("KE.1234567890123456", hidden, ())


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"NumMedia": "1", "MediaContentType0": "image/jpeg"}, "image"),
        ({"NumMedia": "1", "MediaContentType0": "audio/ogg"}, "audio"),
        ({"NumMedia": "1"}, "media"),
        ({"Latitude": "-1.28", "Longitude": "36.82", "MessageType": "location"}, "location"),
        ({"MessageType": "contacts"}, "contacts"),
        ({"MessageType": "interactive"}, "text"),
        ({"NumMedia": ""}, "text"),
    ],
)
def test_what_came_instead_of_text_is_named(told: dict[str, str], kind: str) -> None:
    assert parse(TEXT | told).kind == kind


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
def test_a_form_without_sender_or_number_is_no_message(missing: str) -> None:
    with pytest.raises(NotAMessage) as caught:
        parse(TEXT | {missing: ""})
    assert caught.value.facts == {"missing": missing}


def test_reports_in_any_order_end_with_the_furthest_status() -> None:
    way = ["queued", "sending", "sent", "delivered", "read"]
    for order in itertools.permutations([*way, "sent"]):
        status = ""
        for told in order:
            status = told if rank(told) > rank(status) else status
        assert status == "read"


def test_a_failure_outranks_being_sent_but_not_having_arrived() -> None:
    assert rank("sent") < rank("failed") == rank("undelivered") < rank("delivered") < rank("read")
    assert rank("brand new status") == 0 < min(RANKS.values())
