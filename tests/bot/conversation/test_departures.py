"""Check-out is done at once where it is understood; a no-show, a day to come and a guess are read back."""

from dataclasses import replace

import pytest

from bot.conversation.states import Confirming, Idle
from core.stays.commands import CheckOut, NoShow
from core.stays.reasons import Reason
from core.stays.views import StayView
from tests.bot.conversation.samples import FACTS, day, keys, knowing, labels, said, stay


def guest(room: str = "3", first: int = -1, count: int = 3, *, checked_in: bool = True, **more: object) -> StayView:
    """Return a walk-in's stay."""
    more = {"guest": "John", "reason": Reason.WALK_IN, **more}
    return stay(room, first, count, checked_in=checked_in, **more)


JOHN = guest()


@pytest.mark.parametrize(
    "text", ["check out room 3", "checkout 3", "room 3 has left", "John has left", "check out today 3"]
)
def test_a_check_out_is_done_at_once(text: str) -> None:
    assert said(text, facts=knowing(JOHN)).do == (CheckOut(JOHN.stay_id, JOHN.revision),)


@pytest.mark.parametrize(
    "text", ["don't check out room 3", "has room 3 checked out?", "late checkout room 3", "room 3 or 4 has left"]
)
def test_what_is_no_check_out_does_nothing(text: str) -> None:
    assert said(text, facts=knowing(JOHN)).do == ()


def test_what_was_not_wholly_understood_is_read_back() -> None:
    step = said("check out room 3 zzz", facts=knowing(JOHN))
    assert (keys(step), labels(step)) == (["check_out.ask"], ["offer.yes_check_out", "offer.no"])
    assert isinstance(step.state, Confirming)


def test_of_yesterday_it_is_read_back() -> None:
    assert keys(said("room 3 checked out yesterday", facts=knowing(JOHN))) == ["check_out.ask"]


def test_a_day_to_come_is_when_the_guest_will_leave() -> None:
    facts = knowing(JOHN)
    assert keys(said("check out room 3 on sunday", facts=facts)) == ["check_out.as_planned"]
    earlier, later = said("check out room 3 tomorrow", facts=facts), said("check out room 3 on monday", facts=facts)
    assert (keys(earlier), keys(later)) == (["shorten.ask"], ["extend.ask"])


def test_two_guests_who_are_in_one_room_are_asked_about() -> None:
    mary = guest(first=0, stay_id=12, guest="Mary")
    step = said("check out room 3", facts=knowing(JOHN, mary))
    assert keys(step)[0] == "change.which_stay"


def test_several_rooms_are_checked_out_together() -> None:
    mary = guest("4", stay_id=12, guest="Mary")
    step = said("check out rooms 3 and 4", facts=knowing(JOHN, mary))
    assert step.do == (CheckOut(11, 5), CheckOut(12, 5))
    alone = said("check out rooms 3 and 4", facts=knowing(JOHN))
    assert (keys(alone), alone.do) == (["check_out.nobody_in", "refused.nothing_done"], ())
    both = (JOHN, mary, replace(mary, stay_id=13))
    assert keys(said("check out rooms 3 and 4", facts=knowing(*both)))[0] == "change.one_at_a_time"


def test_a_guest_who_was_never_checked_in_has_not_to_be_checked_out() -> None:
    left = guest(first=-2, count=2, checked_in=False)
    assert keys(said("check out room 3", facts=knowing(listed=(left,)))) == ["check_out.leaves_anyway"]
    step = said("check out room 3", facts=knowing(listed=(guest(checked_in=False),)))
    assert (keys(step), labels(step)) == (["check_out.never_in"], ["offer.open_rest"])


def test_who_is_not_there_is_said() -> None:
    assert keys(said("check out room 3")) == ["check_out.nobody_in"]
    assert keys(said("Mary has left")) == ["check_out.nobody_named"]
    assert keys(said("check out")) == ["check_out.who_nobody"]
    assert keys(said("no show room 3")) == ["no_show.nobody_in"]
    assert keys(said("Mary did not come")) == ["no_show.nobody_named"]
    assert keys(said("no show")) == ["no_show.who_nobody"]


def test_who_left_is_asked_with_those_first_who_were_to_leave() -> None:
    due = guest("4", -2, 2, stay_id=12, guest="Mary")
    for known, offered in ((knowing(JOHN, due), due), (knowing(JOHN), JOHN)):
        step = said("check out", facts=known)
        assert keys(step) == ["check_out.who"]
        assert step.say is not None
        assert [offer.label.facts["stay"] for offer in step.say.offers] == [offered]


@pytest.mark.parametrize(
    "text", ["no show room 3", "room 3 did not come", "room 3 didn't come yet", "John is a no-show"]
)
def test_a_no_show_is_read_back(text: str) -> None:
    step = said(text, facts=knowing(guest(first=0, checked_in=False)))
    assert (keys(step), labels(step)) == (["no_show.ask"], ["offer.yes_no_show", "offer.no"])
    assert isinstance(step.state, Confirming)
    assert step.state.commands == (NoShow(11, 5),)


def test_a_no_show_whose_nights_are_over_opens_nothing() -> None:
    facts = knowing(guest(first=-1, count=1, checked_in=False))
    assert keys(said("room 3 did not come yesterday", facts=facts)) == ["no_show.ask_over"]


def test_a_no_show_of_somebody_who_is_in_or_comes_later_is_none() -> None:
    assert keys(said("no show room 3", facts=knowing(listed=(JOHN,)))) == ["no_show.is_in"]
    later = guest(first=2, checked_in=False)
    step = said("no show room 3", facts=knowing(listed=(later,)))
    assert (keys(step), step.state) == (["no_show.not_yet"], Idle())
    assert step.say is not None
    assert step.say.lines[0].facts["day"] == day(2)


@pytest.mark.parametrize("text", ["don't mark room 3 as no show", "no show room 3 or 4"])
def test_what_is_no_no_show_asks_nothing_to_be_opened(text: str) -> None:
    step = said(text, facts=knowing(guest(first=0, checked_in=False)))
    assert "no_show.ask" not in keys(step)
    assert not isinstance(step.state, Confirming)


def test_which_guest_is_asked_where_none_is_named() -> None:
    step = said("no show", facts=replace(FACTS, stays=(guest(first=0, checked_in=False),)))
    assert (keys(step), labels(step)) == (["no_show.who"], ["offer.stay"])
