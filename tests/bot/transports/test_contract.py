"""What every transport in the registry does alike."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.messages import Choice, Outgoing
from bot.transports.registry import TRANSPORTS
from core.errors import AuthFailed, Down, RefusedThere, Unsure
from tests.bot.transports.conftest import BENCHES, Bench
from tests.fakes.twilio import FakeTwilio

CARD = "✅ Room 3 (Double) blocked\nFri 20 → Sat 21 Nov · 1 night\n\nAirbnb: in its calendar, not read yet"
NO_SERVER = {"console"}  # A terminal has no other side to fake.


def choices(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"Block room {n}", f"a:{n:012d}") for n in range(1, count + 1))


def message(bench: Bench, text: str = CARD, count: int = 0, reference: str = "m1") -> Outgoing:
    return Outgoing(reference, bench.chat, text, choices(count))


def test_every_transport_with_a_server_is_on_the_bench() -> None:
    assert set(TRANSPORTS) - NO_SERVER == set(BENCHES)


def test_a_short_text_arrives_as_it_is(bench: Bench) -> None:
    sent = bench.transport.send(message(bench))
    (shown,) = bench.inbox()
    assert (shown.text, shown.buttons, (shown.id,)) == (CARD, (), sent.message_ids)


def test_every_number_of_choices_arrives_as_buttons_under_the_same_text(bench: Bench) -> None:
    for count in range(1, min(bench.transport.limits.buttons, 30) + 1):
        bench.transport.send(message(bench, count=count, reference=f"m{count}"))
        shown = bench.inbox()[-1]
        assert shown.text == CARD
        assert [(button.label, button.token) for button in shown.buttons] == [
            (choice.label, choice.token) for choice in choices(count)
        ]
    assert len(bench.inbox()) == count


def test_more_choices_than_buttons_arrive_as_numbered_lines(bench: Bench) -> None:
    count = bench.transport.limits.buttons + 1
    bench.transport.send(message(bench, count=count))
    shown = bench.inbox()
    said = "\n".join(each.text for each in shown)
    assert not any(each.buttons for each in shown)
    assert all(f"\n{n} {choice.label}" in said for n, choice in enumerate(choices(count), start=1))


@pytest.mark.parametrize("count", [0, 2, 5])
def test_a_long_text_arrives_in_parts_without_loss_and_the_last_carries_the_buttons(bench: Bench, count: int) -> None:
    lines = [f"{n:04d} Room {n} is free from Friday to Sunday" for n in range(300)]
    sent = bench.transport.send(message(bench, "\n".join(lines), count))
    shown = bench.inbox()
    assert "\n".join(each.text for each in shown).split("\n") == lines
    assert all(len(each.text) <= bench.transport.limits.text for each in shown)
    assert sent.message_ids == tuple(each.id for each in shown)
    assert [len(each.buttons) for each in shown] == [0] * (len(shown) - 1) + [count]


@pytest.mark.parametrize("count", [1, 4])
def test_a_text_of_many_characters_outside_the_basic_plane_arrives(bench: Bench, count: int) -> None:
    text = "🟥🟩" * 1000
    bench.transport.send(message(bench, text, count))
    assert "".join(each.text for each in bench.inbox()) == text


@pytest.mark.parametrize("text", ["", " \n"])
def test_choices_without_words_still_arrive(bench: Bench, text: str) -> None:
    bench.transport.send(message(bench, text, 2))
    assert bench.inbox()[-1].labels == ["Block room 1", "Block room 2"]


def test_a_message_without_words_and_choices_only_tidies_up(bench: Bench) -> None:
    assert bench.transport.send(message(bench, "")).message_ids == ()
    assert bench.inbox() == []


def test_being_too_fast_is_down_for_as_long_as_they_say(bench: Bench) -> None:
    bench.too_fast(7)
    with pytest.raises(Down) as caught:
        bench.transport.send(message(bench))
    assert caught.value.facts["retry_after"] == 7
    assert bench.inbox() == []


def test_a_refusal_is_for_good_and_tells_no_number(bench: Bench) -> None:
    bench.never()
    with pytest.raises(RefusedThere) as caught:
        bench.transport.send(message(bench))
    assert caught.value.facts["reason"] in {"21610", "blocked"}
    assert "254700000001" not in str(caught.value)


def test_wrong_credentials_are_named(bench: Bench) -> None:
    fake = bench.fake
    if isinstance(fake, FakeTwilio):
        wrong = dataclasses.replace(fake.settings, auth_token="wrong")
        transport = type(bench.transport)(wrong, _Nothing())  # type: ignore[call-arg]
    else:
        other = dataclasses.replace(fake.settings, bot_token="1:wrong")
        transport = type(bench.transport)(other)  # type: ignore[call-arg]
    with pytest.raises(AuthFailed):
        transport.send(message(bench, count=2))
    transport.close()


class _Nothing:
    def get(self, *_: str) -> None:
        return None


@pytest.mark.parametrize("count", [0, 2])
def test_a_server_that_cannot_be_reached_is_down(bench: Bench, count: int) -> None:
    with bench.unreachable() as transport, pytest.raises(Down):
        transport.send(message(bench, count=count))


@pytest.mark.parametrize("kind", ["cut", "hang"])
@pytest.mark.parametrize("count", [0, 2])
def test_a_lost_answer_leaves_us_unsure(bench: Bench, kind: str, count: int) -> None:
    bench.fake.lose_answer(bench.call, "cut" if kind == "cut" else "hang")
    with pytest.raises(Unsure):
        bench.transport.send(message(bench, count=count))
    assert len(bench.inbox()) == 1


def test_a_server_error_leaves_us_unsure(bench: Bench) -> None:
    bench.broken()
    with pytest.raises(Unsure):
        bench.transport.send(message(bench))


def test_a_repeat_goes_on_behind_the_parts_that_were_accepted(bench: Bench) -> None:
    text = "\n".join(f"{n:04d} {'·' * 60}" for n in range(150))
    bench.transport.send(message(bench, text, 1, "other"))
    whole = [each.text for each in bench.inbox()]
    assert len(whole) > 2
    bench.fake.script.skip(bench.call)
    bench.too_fast(1)
    with pytest.raises(Unsure) as caught:
        bench.transport.send(message(bench, text, 1))
    assert caught.value.facts["retry_after"] == 1
    sent = bench.transport.send(message(bench, text, 1))
    assert [each.text for each in bench.inbox()] == whole * 2
    assert len(sent.message_ids) == len(whole)


def test_many_threads_send_at_once_and_everything_arrives_once(bench: Bench) -> None:
    def send(number: int) -> tuple[str, ...]:
        return bench.transport.send(message(bench, f"{number}\n.", number % 4, f"m{number}")).message_ids

    with ThreadPoolExecutor(8) as threads:
        ids = [each for ids in threads.map(send, range(40)) for each in ids]
    shown = bench.inbox()
    assert sorted(ids) == sorted(each.id for each in shown)
    assert sorted(int(each.text.split("\n")[0]) for each in shown) == list(range(40))
    assert all(len(each.buttons) == int(each.text.split("\n")[0]) % 4 for each in shown)


def test_closing_twice_is_closing_once(bench: Bench) -> None:
    bench.transport.send(message(bench))
    bench.transport.close()
    bench.transport.close()
