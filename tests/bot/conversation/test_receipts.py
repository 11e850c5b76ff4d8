"""What is said after a command: what was done, what each channel knows, and the way back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.actions import Continue, Do
from bot.conversation.drafts import Draft
from bot.conversation.facts import Done, Facts, Refusal, Told
from bot.conversation.receipts import receipt
from bot.conversation.says import Say
from bot.understanding import Intent
from core.channels.views import Knows
from core.imports.commands import ConnectCalendar
from core.platforms.base import Mode, Urgent
from core.platforms.registry import PLATFORMS
from core.stays.commands import BlockRoom, ExtendStay, MoveStay, UndoChanges
from tests.bot.conversation.samples import FACTS, PLACE, ROOMS, day, nights, room_id, stay
from tests.support.hotel import NOW

ORDER = BlockRoom(room_id("3"), nights(5, 1))
UNDO = UndoChanges((9,))


def told(kind: str = "stays.blocked", first: int = 5, count: int = 1, **more: object) -> Told:
    """Return one change of room 3."""
    made = Told(kind, 9, stay("3", first, count), "Double", (day(first), day(first + count)), {2: 4})
    return replace(made, **more)  # type: ignore[arg-type] # the fields are checked by the dataclass.


def knows(platform: str = "airbnb", mode: Mode = Mode.ICAL, *, linked: bool = True, read: bool = False) -> Knows:
    """Return what a channel knows of the change."""
    return Knows(PLATFORMS[platform], mode, linked=linked, read_at=NOW if read else None, has_read=read)


def keys(say: Say) -> list[str]:
    """Return the wording keys of a message."""
    return [line.key for line in say.lines]


def after(kind: str, channel: Knows, *, undone: bool = False, first: int = 5, facts: Facts = FACTS) -> str:
    """Return the wording key of what one channel knows after a change."""
    commands = (UNDO,) if undone else (ORDER,)
    return keys(receipt(commands, Done((told(kind, first),), (channel,)), facts))[-1]


def test_a_receipt_tells_the_change_then_each_channel_and_offers_the_way_back() -> None:
    say = receipt((ORDER,), Done((told(),), (knows(), knows("gommt", Mode.MANUAL))), FACTS)
    assert keys(say) == ["done.stays.blocked", "knows.not_read", "knows.by_hand"]
    undo, more = say.offers
    assert (undo.label.key, undo.action) == ("offer.undo", Do((UndoChanges((9,)),)))
    assert (more.label.key, more.action) == ("offer.one_more_night", Do((ExtendStay(11, 5, day(7)),)))


def test_a_guest_s_details_are_read_back() -> None:
    with_guest = told(stay=stay("3", 5, 1, guest="John", phone="+254712345678"))
    assert keys(receipt((ORDER,), Done((with_guest,)), FACTS)) == ["done.stays.blocked", "done.details"]


def test_several_changes_are_told_together_and_undone_together() -> None:
    say = receipt((ORDER, ORDER), Done((told(), told(event_id=10))), FACTS)
    assert keys(say) == ["done.stays.blocked"] * 2
    assert [offer.action for offer in say.offers] == [Do((UndoChanges((9, 10)),))]


def test_r23_whoever_lost_a_room_is_named() -> None:
    lost = told(displaced=(stay("3", 5, 2, guest="Mary"),))
    assert keys(receipt((ORDER,), Done((lost,)), FACTS)) == ["done.stays.blocked", "done.displaced"]


@pytest.mark.parametrize("kind", ["stays.blocked", "stays.extended", "stays.moved"])
def test_r26_a_closing_for_tonight_names_the_quickest_way_of_each_platform(kind: str) -> None:
    for platform in PLATFORMS.values():
        channel = replace(knows(), platform=platform)
        assert after(kind, channel, first=0) == f"knows.urgent.{platform.urgent}"
        assert after(kind, channel) == "knows.not_read"
    assert {platform.urgent for platform in PLATFORMS.values()} == set(Urgent)


@pytest.mark.parametrize("kind", ["stays.unblocked", "stays.shortened"])
def test_r26_an_opening_is_never_urgent(kind: str) -> None:
    assert after(kind, knows(), first=0) == "knows.opens_late"
    assert after(kind, knows("gommt", Mode.MANUAL), first=0) == "knows.by_hand_open"


def test_r26_a_channel_that_has_read_it_needs_nobody() -> None:
    assert after("stays.blocked", knows(read=True), first=0) == "knows.read"


def test_a_room_without_a_feed_is_said_to_be_not_connected() -> None:
    assert after("stays.blocked", knows(linked=False), first=0) == "knows.no_link"


@pytest.mark.parametrize(
    ("now", "first", "urgent"),
    [
        # 21:40 in Nairobi: tomorrow's check-in is within a day, the one after is not.
        (NOW, 1, True),
        (NOW, 2, False),
        # 09:00: tonight is, tomorrow's check-in is 29 hours away.
        (datetime(2026, 11, 20, 6, tzinfo=UTC), 0, True),
        (datetime(2026, 11, 20, 6, tzinfo=UTC), 1, False),
        # 01:00 on Saturday, still Friday's business day.
        (datetime(2026, 11, 20, 22, tzinfo=UTC), 0, True),
        (datetime(2026, 11, 20, 22, tzinfo=UTC), 1, True),
        (datetime(2026, 11, 20, 22, tzinfo=UTC), 2, False),
    ],
)
def test_r26_soon_is_by_the_property_s_clock(now: datetime, first: int, urgent: bool) -> None:  # noqa: FBT001
    key = after("stays.blocked", knows(), first=first, facts=replace(FACTS, now=now))
    assert (key == "knows.urgent.refresh_import") is urgent


def test_r26_west_of_greenwich_tomorrow_is_not_the_day_after() -> None:
    # 20:00 on Friday in Los Angeles is 04:00 on Saturday in UTC.
    facts = replace(
        FACTS, now=datetime(2026, 11, 21, 4, tzinfo=UTC), place=replace(PLACE, timezone="America/Los_Angeles")
    )
    assert after("stays.blocked", knows(), first=2, facts=facts) == "knows.not_read"
    assert after("stays.blocked", knows(), first=1, facts=facts) == "knows.urgent.refresh_import"


def test_r26_a_stay_that_began_earlier_is_urgent_for_tonight() -> None:
    assert after("stays.extended", knows(), first=-3) == "knows.not_read"
    long = Done((told("stays.moved", -3, 6),), (knows(),))
    assert keys(receipt((ORDER,), long, FACTS))[-1] == "knows.urgent.refresh_import"


@pytest.mark.parametrize(
    ("kind", "by_feed", "by_hand"),
    [
        ("stays.blocked", "knows.opens", "knows.by_hand_reopen"),
        ("stays.unblocked", "knows.never_opened", "knows.by_hand_reclose"),
    ],
)
def test_r25_an_undo_tells_what_each_channel_makes_of_it(kind: str, by_feed: str, by_hand: str) -> None:
    assert after(kind, knows(), undone=True) == by_feed
    assert after(kind, knows("gommt", Mode.MANUAL), undone=True) == by_hand
    assert after(kind, knows(linked=False), undone=True) == "knows.no_link"


def test_r25_an_undo_names_who_had_read_the_earlier_state_and_offers_no_undo() -> None:
    say = receipt((UNDO,), Done((told(read_by=(("Airbnb", NOW - timedelta(minutes=2)),)),)), FACTS)
    assert (keys(say), say.offers) == (["undone.stays.blocked", "undone.read_by"], ())


def taken(*commands: BlockRoom | MoveStay | ExtendStay | UndoChanges, free: int = 5) -> Say:
    """Return what is said when somebody else has the night."""
    holder = stay("3", 5, 2, guest="Mary")
    return receipt(commands, Refusal("night_taken", {"night": day(5), "stay_id": 11}, holder, ROOMS[:free]), FACTS)


def test_a_taken_night_names_its_holder_and_offers_free_rooms_that_do_it() -> None:
    say = taken(ORDER)
    assert keys(say) == ["refused.night_taken"]
    first, second, anyway, show = say.offers
    assert (first.action, second.action) == (Do((replace(ORDER, room_id=1),)), Do((replace(ORDER, room_id=2),)))
    assert anyway.action == Do((replace(ORDER, insist=True),))
    assert show.action == Continue(Draft(Intent.STATUS, ("3",)))


def test_a_block_that_was_insisted_on_is_not_offered_again() -> None:
    insisted = taken(replace(ORDER, insist=True))
    assert [offer.label.key for offer in insisted.offers] == ["offer.block_room"] * 2 + ["offer.show_room"]


def test_whose_a_linked_calendar_is_in_another_house_is_not_told() -> None:
    order = ConnectCalendar(2, "airbnb", "sealed")
    here: dict[str, object] = {"platform": "airbnb", "room": "4", "property": FACTS.place.code}
    assert keys(receipt((order,), Refusal("address_linked", here), FACTS)) == ["refused.address_linked"]
    kind = {**here, "room": None, "type": "DBL", "type_name": "Double"}
    assert keys(receipt((order,), Refusal("address_linked", kind), FACTS)) == ["refused.address_linked_type"]
    there = receipt((order,), Refusal("address_linked", {**here, "property": "acacia"}), FACTS)
    assert (keys(there), dict(there.lines[0].facts)) == (["refused.address_linked_elsewhere"], {})


def test_a_taken_room_for_a_move_offers_rooms_to_move_to() -> None:
    say = taken(MoveStay(12, 1, room_id("3")), free=1)
    assert [offer.label.key for offer in say.offers] == ["offer.move_to", "offer.show_room"]


def test_no_free_room_is_said_where_one_was_looked_for() -> None:
    assert keys(taken(ORDER, free=0)) == ["refused.night_taken", "refused.none_free"]
    assert keys(taken(ExtendStay(12, 1, day(8)), free=0)) == ["refused.night_taken"]


def test_of_several_rooms_none_is_done_and_that_is_said() -> None:
    say = taken(ORDER, replace(ORDER, room_id=3))
    assert keys(say) == ["refused.night_taken", "refused.nothing_done"]
    assert [offer.label.key for offer in say.offers] == ["offer.show_room"]


def test_r25_an_undo_whose_nights_were_taken_says_that_it_was_not_done() -> None:
    assert keys(taken(UNDO, free=0)) == ["refused.not_undone", "refused.night_taken"]


def test_any_other_refusal_is_told_by_its_code() -> None:
    say = receipt((ORDER,), Refusal("changed_meanwhile", {"stay_id": 11}), FACTS)
    assert (keys(say), say.offers) == (["refused.changed_meanwhile"], ())


def test_a_new_language_is_confirmed_in_words() -> None:
    assert keys(receipt((), Done((), language="en"), FACTS)) == ["language.set"]
