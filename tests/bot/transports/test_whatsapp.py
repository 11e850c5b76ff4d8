"""Buttons, rows, contents and unknown outcomes on WhatsApp."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.messages import Choice, Outgoing
from bot.transports.whatsapp import WhatsApp
from bot.transports.whatsapp.contents import Shape
from core.errors import Down, RefusedThere, Unsure
from tests.bot.transports.conftest import TIMEOUT
from tests.fakes.contents import ContentsInMemory
from tests.fakes.twilio import ACCOUNT, FakeTwilio

WHO = "+254700000001"
CHAT = f"whatsapp:{WHO}"
UNDO = (Choice("Undo", "a:undo"), Choice("Checklist 14", "a:list"))


def outgoing(text: str = "Room 3 blocked\n1 night", *, reference: str = "m1", **more: object) -> Outgoing:
    choices = more.get("choices", ())
    assert isinstance(choices, tuple)
    return Outgoing(reference, CHAT, text, choices)


def with_labels(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(label, f"t{n}") for n, label in enumerate(labels))


def test_up_to_three_choices_are_quick_replies_and_up_to_ten_rows_of_a_list(
    twilio: FakeTwilio, whatsapp: WhatsApp
) -> None:
    for count in (3, 4, 10):
        labels = [f"Room {n}" for n in range(count)]
        whatsapp.send(outgoing("Which?", reference=f"m{count}", choices=with_labels(*labels)))
    assert [list(content["types"]) for content in twilio.contents.values()] == [
        ["twilio/quick-reply"], ["twilio/list-picker"], ["twilio/list-picker"],
    ]  # fmt: skip
    assert [content["friendly_name"] for content in twilio.contents.values()] == [
        "dauda_qr3", "dauda_list4", "dauda_list10",
    ]  # fmt: skip


def test_a_shape_is_created_once_however_many_threads_need_it(twilio: FakeTwilio) -> None:
    kept = ContentsInMemory()
    transport = WhatsApp(twilio.settings, kept, timeout=5.0)
    with ThreadPoolExecutor(8) as threads:
        references = [f"m{n}" for n in range(24)]
        list(threads.map(lambda ref: transport.send(outgoing(reference=ref, choices=UNDO)), references))
    transport.close()
    assert len(twilio.contents) == 1
    assert kept.kept == {(ACCOUNT, "qr2x2"): next(iter(twilio.contents))}
    assert len(twilio.sent) == 24


def test_two_processes_that_create_at_once_keep_one_and_delete_the_other(twilio: FakeTwilio) -> None:
    kept = _SlowContents()
    pair = [WhatsApp(twilio.settings, kept, timeout=5.0) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        sends = [threads.submit(each.send, outgoing(reference=f"m{n}", choices=UNDO)) for n, each in enumerate(pair)]
        for send in sends:
            send.result()
    for transport in pair:
        transport.close()
    assert list(kept.kept.values()) == list(twilio.contents)
    assert [shown.labels for shown in twilio.sent] == [["Undo", "Checklist 14"]] * 2


class _SlowContents(ContentsInMemory):
    """Contents that nobody finds before both have looked, and nobody keeps before both have created."""

    def __init__(self) -> None:
        super().__init__()
        self._both = threading.Barrier(2, timeout=10)

    def get(self, account_sid: str, name: str) -> str | None:
        found = super().get(account_sid, name)
        self._both.wait()
        return found

    def put(self, account_sid: str, name: str, sid: str) -> str:
        self._both.wait()
        return super().put(account_sid, name, sid)


def test_a_content_of_the_same_name_and_form_is_adopted(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    whatsapp.send(outgoing(choices=UNDO))
    made = list(twilio.contents)
    later = WhatsApp(twilio.settings, ContentsInMemory(), timeout=TIMEOUT)
    later.send(outgoing(reference="m2", choices=UNDO))
    later.close()
    assert list(twilio.contents) == made


def test_a_content_on_a_later_page_of_the_list_is_found(twilio: FakeTwilio) -> None:
    shape = Shape(2, 2)
    for n in range(600):
        name = shape.friendly_name if n == 599 else f"somebody's {n}"
        sid = f"HX{n:032x}"
        twilio.contents[sid] = {"sid": sid, "friendly_name": name, "types": shape.types(), "variables": {}}
    transport = WhatsApp(twilio.settings, ContentsInMemory(), timeout=5.0)
    transport.send(outgoing(choices=UNDO))
    transport.close()
    assert len(twilio.contents) == 600


def test_a_content_of_the_same_name_and_another_form_is_left_alone(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    types = {"twilio/quick-reply": {"body": "Buy {{1}}", "actions": [{"title": "Yes", "id": "y"}]}}
    twilio.contents["HX" + "f" * 32] = {"friendly_name": "dauda_qr2x2", "types": types, "sid": "HX" + "f" * 32}
    whatsapp.send(outgoing(choices=UNDO))
    assert twilio.inbox(WHO)[-1].labels == ["Undo", "Checklist 14"]


def test_a_content_deleted_at_twilio_means_numbers_once_and_a_new_content_then(
    twilio: FakeTwilio, whatsapp: WhatsApp
) -> None:
    whatsapp.send(outgoing(choices=UNDO))
    twilio.contents.clear()
    whatsapp.send(outgoing(reference="m2", choices=UNDO))
    assert twilio.inbox(WHO)[-1].text == "Room 3 blocked\n1 night\n1 Undo\n2 Checklist 14"
    whatsapp.send(outgoing(reference="m3", choices=UNDO))
    assert twilio.inbox(WHO)[-1].labels == ["Undo", "Checklist 14"]


def test_when_contents_cannot_be_created_the_choices_go_as_numbers_without_waiting_again(
    twilio: FakeTwilio, whatsapp: WhatsApp
) -> None:
    twilio.refuse("list contents", 503, 20503)
    for n in range(2):
        whatsapp.send(outgoing(reference=f"m{n}", choices=UNDO))
    assert [shown.text for shown in twilio.sent] == ["Room 3 blocked\n1 night\n1 Undo\n2 Checklist 14"] * 2
    assert twilio.contents == {}


@pytest.mark.parametrize("code", [21656, 63021, 63005, 99999])
def test_a_refused_content_goes_as_numbers(twilio: FakeTwilio, whatsapp: WhatsApp, code: int) -> None:
    twilio.refuse("messages", 400, code)
    whatsapp.send(outgoing(choices=UNDO))
    assert twilio.inbox(WHO)[-1].text == "Room 3 blocked\n1 night\n1 Undo\n2 Checklist 14"


def test_what_is_not_the_contents_fault_is_raised(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    twilio.opted_out.add(CHAT)
    with pytest.raises(RefusedThere) as caught:
        whatsapp.send(outgoing(choices=UNDO))
    assert caught.value.facts["reason"] == "21610"


def test_long_labels_are_cut_in_the_middle_stay_different_and_stand_in_full_in_the_text(
    twilio: FakeTwilio, whatsapp: WhatsApp
) -> None:
    labels = ["Move John Kamau to room 4", "Move John Kamau to room 12A"]
    whatsapp.send(outgoing("Where to?", choices=with_labels(*labels)))
    (shown,) = twilio.inbox(WHO)
    assert shown.labels == ["Move John… to room 4", "Move John… room 12A"]
    assert shown.text == "Where to?\n1 Move John Kamau to room 4\n2 Move John Kamau to room 12A"


def test_labels_that_would_become_equal_are_told_apart_by_their_number(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    whatsapp.send(outgoing("Which?", choices=with_labels("Keep the guest of Airbnb", "Keep the boss of Airbnb")))
    whatsapp.send(outgoing("Which?", reference="m2", choices=with_labels("Same", "same")))
    assert [len(set(shown.labels)) for shown in twilio.sent] == [2, 2]
    assert all(len(label) <= 20 for shown in twilio.sent for label in shown.labels)


def test_rows_repeat_a_long_label_in_their_description(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    labels = [f"Move the guests of room {n} to the garden house" for n in range(4)]
    whatsapp.send(outgoing("Which?", choices=with_labels(*labels)))
    (picker,) = (content["types"]["twilio/list-picker"] for content in twilio.contents.values())
    assert len(picker["items"]) == 4
    assert all(len(label) <= 24 for label in twilio.sent[0].labels)
    assert twilio.sent[0].text == "Which?"


def test_ten_long_rows_leave_room_for_the_text_which_then_says_them_in_full(
    twilio: FakeTwilio, whatsapp: WhatsApp
) -> None:
    labels = [f"Move the guests of room {n} to the garden house behind the kitchen" for n in range(10)]
    whatsapp.send(outgoing("Which?", choices=with_labels(*labels)))
    said = "\n".join(shown.text for shown in twilio.sent)
    assert all(label in said for label in labels)
    assert len(twilio.sent[-1].buttons) == 10


def test_a_text_of_many_lines_goes_ahead_and_its_last_lines_carry_the_buttons(
    twilio: FakeTwilio, whatsapp: WhatsApp
) -> None:
    text = "\n".join(str(n) for n in range(40))
    whatsapp.send(outgoing(text, choices=UNDO))
    assert [len(shown.buttons) for shown in twilio.sent] == [0, 2]
    assert "\n".join(shown.text for shown in twilio.sent) == text


@pytest.mark.parametrize("text", ["a\tb", "a" + " " * 9 + "b", "one\n\n\ntwo", "\n\nlate"])
def test_tabs_runs_of_spaces_and_blank_lines_do_not_cost_the_buttons(
    twilio: FakeTwilio, whatsapp: WhatsApp, text: str
) -> None:
    whatsapp.send(outgoing(text, choices=UNDO))
    (shown,) = twilio.sent
    assert shown.labels == ["Undo", "Checklist 14"]
    assert shown.text.split() == text.split()


# Unknown outcomes.


@pytest.mark.parametrize("choices", [(), UNDO], ids=["plain", "buttons"])
def test_a_message_whose_answer_was_lost_is_found(
    twilio: FakeTwilio, whatsapp: WhatsApp, choices: tuple[Choice, ...]
) -> None:
    twilio.lose_answer("messages")
    with pytest.raises(Unsure):
        whatsapp.send(outgoing(choices=choices))
    found = whatsapp.find_sent(outgoing(choices=choices))
    assert found is not None
    assert found.message_ids == (twilio.sent[0].id,)


def test_a_message_that_never_reached_twilio_is_not_found(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    twilio.refuse("messages", 500, 20500)
    with pytest.raises(Unsure):
        whatsapp.send(outgoing())
    assert whatsapp.find_sent(outgoing()) is None


def test_an_equal_message_sent_before_is_not_mistaken_for_it(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    whatsapp.send(outgoing())
    twilio.refuse("messages", 500, 20500)
    with pytest.raises(Unsure):
        whatsapp.send(outgoing(reference="m2"))
    assert whatsapp.find_sent(outgoing(reference="m2")) is None


def test_after_a_restart_an_equal_message_of_an_hour_ago_is_not_mistaken_for_it(twilio: FakeTwilio) -> None:
    for age, found in ((3600, False), (60, True)):
        first = WhatsApp(twilio.settings, ContentsInMemory(), timeout=TIMEOUT)
        first.send(outgoing())
        first.close()
        twilio.messages[-1]["date_created"] = format_datetime(datetime.now(UTC) - timedelta(seconds=age))
        restarted = WhatsApp(twilio.settings, ContentsInMemory(), timeout=TIMEOUT)
        assert (restarted.find_sent(outgoing()) is not None) is found
        restarted.close()


def test_a_message_that_failed_was_not_sent(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    twilio.lose_answer("messages")
    with pytest.raises(Unsure):
        whatsapp.send(outgoing())
    twilio.messages[-1]["status"] = "failed"
    assert whatsapp.find_sent(outgoing()) is None


def test_where_only_the_first_part_arrived_the_rest_is_sent(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    long = outgoing("\n".join(f"{n:03d} {'·' * 60}" for n in range(60)), choices=UNDO)
    twilio.lose_answer("messages")
    with pytest.raises(Unsure):
        whatsapp.send(long)
    assert whatsapp.find_sent(long) is None
    sent = whatsapp.send(long)
    assert [shown.id for shown in twilio.sent] == list(sent.message_ids)
    assert len(sent.message_ids) == len({shown.text for shown in twilio.sent}) > 1


def test_a_message_that_went_as_numbers_is_found(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    twilio.refuse("messages", 400, 63005)
    twilio.lose_answer("messages")
    with pytest.raises(Unsure):
        whatsapp.send(outgoing(choices=UNDO))
    assert whatsapp.find_sent(outgoing(choices=UNDO)) is not None


def test_a_look_up_that_fails_leaves_us_unsure(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    twilio.refuse("list", 503, 20503)
    with pytest.raises(Unsure):
        whatsapp.find_sent(outgoing())


def test_a_pause_is_asked_for_where_the_sender_is_too_fast(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    twilio.refuse("messages", 400, 63018)
    with pytest.raises(Down) as caught:
        whatsapp.send(outgoing(choices=UNDO))
    assert caught.value.facts["retry_after"] == 30
    assert twilio.sent == []


def test_reports_are_asked_for_where_we_can_be_reached(twilio: FakeTwilio) -> None:
    address = "https://baobab.example/webhooks/twilio/status"
    transport = WhatsApp(twilio.settings, ContentsInMemory(), address, timeout=TIMEOUT)
    transport.send(outgoing())
    transport.close()
    assert twilio.messages[-1]["status_callback"] == address
