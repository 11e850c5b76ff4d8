"""Sync status: one line a link, the worst first, and what can be done about it; and the log."""

import pytest

from bot.conversation.actions import Continue, Do
from bot.conversation.drafts import Draft
from bot.replies.render import render
from bot.replies.voices import Voice
from bot.understanding import Intent
from core.feeds.fetch.answers import Trouble
from core.imports.commands import PullNow
from core.imports.views import LinkHealth, LinkState
from tests.bot.conversation.calendars import link, look, reading
from tests.bot.conversation.samples import NAMES, keys, labels, room_id, said
from tests.support.hotel import NOW

VOICE = Voice("en", "Africa/Nairobi", NOW)
FINE = link()
STALE = link(LinkState.STALE, link_id=2, platform="booking_com", trouble="timeout")


def shown(text: str, *links: LinkHealth) -> list[str]:
    """Return the lines that a question is answered with."""
    step = said(text, facts=reading(health=links))
    assert step.say is not None
    return render(step.say, VOICE).text.splitlines()


def test_a_good_read_and_a_stale_one_read_as_a_clerk_would_say_it() -> None:
    assert shown("sync status", FINE, STALE) == [
        "⚠️ Booking.com · room 3: no good read since 21:28 – its server does not answer",
        "→ Nothing to do for a while: I go on trying.",
        "Airbnb · room 3: read 12 min ago, 7 bookings ✔",
    ]


@pytest.mark.parametrize(
    ("one", "line"),
    [
        (link(bookings=1), "Airbnb · room 3: read 12 min ago, 1 booking ✔"),
        (link(trouble="dns"),
         "Airbnb · room 3: read 12 min ago, 7 bookings; the last try failed: its server is not found"),
        (link(LinkState.WAITING, good_at=None), "Airbnb · room 3: connected, not read yet"),
        (link(LinkState.WAITING, good_at=None, trouble="html"),
         "⚠️ Airbnb · room 3: never read yet – the address shows a web page, no calendar"),
        (link(LinkState.PAUSED), "⏸ Airbnb · room 3: paused, last read 21:28"),
        (link(LinkState.PAUSED, good_at=None), "⏸ Airbnb · room 3: paused, never read"),
        (link(LinkState.NOT_READ_BY_OTA),
         "⚠️ Airbnb · room 3: read 12 min ago, but Airbnb has not read ours since 20:40"),
        (link(LinkState.LATE, good_at=None), "⚠️ Airbnb · room 3: never read yet – nothing has tried to read it"),
        (link(imports=False), "Airbnb · room 3: reads our calendar, last at 20:40; its own is not connected"),
        (link(imports=False, read_at=None), "Airbnb · room 3: has not read our calendar yet; its own is not connected"),
        (link(question=True), "❓ Airbnb · room 3: a question of mine waits for an answer (7 bookings known)"),
    ],
)  # fmt: skip
def test_a_link_is_told_in_one_line(one: LinkHealth, line: str) -> None:
    assert shown("sync status", one)[0] == line


@pytest.mark.parametrize("kind", [*Trouble, "html", "empty", "partial", "our_own", "what nobody has seen yet"])
def test_every_kind_of_trouble_has_words_and_a_way_out(kind: str) -> None:
    line, remedy = shown("sync status", link(LinkState.LATE, trouble=kind))
    assert line.startswith("⚠️ Airbnb · room 3: no good read since 21:28 – ")
    assert remedy.startswith("→ ")
    assert remedy.endswith(".")


def test_r19_the_worst_link_can_be_tried_paused_and_looked_into() -> None:
    taken = said("sync status", facts=reading(health=(FINE, STALE)))
    assert labels(taken) == ["offer.try_now", "offer.pause", "offer.show_log"]
    assert taken.say is not None
    assert [offer.action for offer in taken.say.offers] == [
        Do((PullNow("booking_com", (room_id("3"),)),)),
        Continue(Draft(Intent.PAUSE, platform="booking_com")),
        Continue(Draft(Intent.SYNC_LOG, rooms=("3",), platform="booking_com")),
    ]


@pytest.mark.parametrize(
    ("one", "offered"),
    [
        (FINE, ["offer.sync_now", "offer.show_log"]),
        (link(LinkState.PAUSED), ["offer.resume"]),
        (link(LinkState.NOT_READ_BY_OTA), ["offer.feed_link"]),
        (link(imports=False), []),
    ],
)
def test_what_is_offered_fits_how_it_stands(one: LinkHealth, offered: list[str]) -> None:
    assert labels(said("sync status", facts=reading(health=(one,)))) == offered


def test_a_room_or_a_platform_can_be_asked_about() -> None:
    other = link(room="4")
    assert shown("sync room 4", FINE, other, STALE) == ["Airbnb · room 4: read 12 min ago, 7 bookings ✔"]
    assert len(shown("is airbnb in sync?", FINE, other, STALE)) == 2
    assert shown("did vrbo read it?", FINE) == ["No VRBO calendar is connected for that."]
    assert shown("sync status") == ["No calendar is connected."]


def test_many_links_fit_one_screen() -> None:
    links = [link(link_id=number, room=name) for number, name in enumerate(NAMES * 8)]
    lines = shown("sync status", *links, STALE)
    assert len(lines) == 3
    assert lines[-1] == "Airbnb: 40 more read in time ✔"
    bad = [link(LinkState.LATE, link_id=number, room=name, trouble="dns") for number, name in enumerate(NAMES * 8)]
    text = "\n".join(shown("sync status", *bad))
    assert len(text) < 1024
    assert "… and 30 more with trouble" in text


def test_the_log_tells_what_each_look_brought() -> None:
    looks = (
        look(),
        look("failed", trouble="status_5xx", status=503, times=3),
        look("changed", appeared=2, gone=1, times=1),
        look("partial", trouble="partial", times=1, room="4"),
    )
    taken = said("sync log", facts=reading(looks=looks))
    assert taken.say is not None
    assert render(taken.say, VOICE).text.splitlines() == [
        "Airbnb · room 3:",
        "21:10 – 21:40 · read, nothing new ×2",
        "21:10 – 21:40 · failed: its server has trouble (HTTP 503) ×3",
        "21:10 – 21:40 · read: +2 ~0 −1",
        "Airbnb · room 4:",
        "21:10 – 21:40 · not believed: an entry in it cannot be read",
    ]
    assert keys(said("sync log", facts=reading())) == ["sync.no_log"]
