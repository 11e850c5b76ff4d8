"""Rates and selling in the dialogue: shown, set, stopped, started again."""

from dataclasses import replace
from decimal import Decimal

from bot.conversation.actions import Continue, Do, SellTypes, TypeNights
from bot.conversation.drafts import Draft
from bot.conversation.facts import Done, Facts, Refusal
from bot.conversation.rates import RateRun, RatesTold
from bot.conversation.receipts import receipt
from bot.conversation.states import Asking, Confirming, Idle
from bot.understanding import Intent
from core.rates.commands import SetRates, UndoRates
from core.rates.views import DayRate, Range
from core.staff.roles import Role
from core.values.money import Money
from tests.bot.conversation.samples import FACTS, PLACE, day, keys, labels, nights, said

KES = "KES"


def run(first: int = 0, count: int = 7, price: int | None = 4500, **more: object) -> RateRun:
    """What doubles cost."""
    money = Money(Decimal(price), KES) if price is not None else None
    return replace(RateRun(1, "Double", nights(first, count), money), **more)  # type: ignore[arg-type] # its fields.


def costing(*runs: RateRun, role: Role = Role.PROPERTY_ADMIN) -> Facts:
    """The facts with these prices."""
    return replace(FACTS, rates=runs or (run(),), place=replace(PLACE, role=role))


def set_(first: int, count: int, price: int, *, confirmed: bool = False, types: tuple[int, ...] = (1,)) -> SetRates:
    """The command that sets a price."""
    about = Range(day(first), day(first + count - 1))
    return SetRates(1, about, DayRate(price=Decimal(price)), type_ids=types, confirmed=confirmed)


def test_a_price_that_is_wholly_understood_is_set_at_once() -> None:
    done = said("rate double saturday 5000", facts=costing())
    assert (done.do, done.state) == ((set_(1, 1, 5000),), Idle())


def test_a_named_last_day_is_the_day_of_departure_r30() -> None:
    assert said("rate double 21–24 nov 5000", facts=costing()).do == (set_(1, 3, 5000),)


def test_a_price_ten_times_as_high_is_read_back_with_the_one_before() -> None:
    asked = said("rate double saturday 45000", facts=costing())
    assert keys(asked) == ["rates.ask", "rates.now", "rates.much"]
    assert asked.do == ()
    assert isinstance(asked.state, Confirming)
    assert asked.state.commands == (set_(1, 1, 45000, confirmed=True),)
    assert said("rate double saturday 44999", facts=costing()).do != ()


def test_many_nights_several_types_and_guesses_are_read_back() -> None:
    for text in (
        "rate double 5000 for 15 nights from saturday", "rate doubles and twins saturday 5000",
        "rate all rooms saturday 5000", "rate double 5000 for 3 nights", "rate double sturdy saturday 5000",
    ):  # fmt: skip
        asked = said(text, facts=costing())
        assert asked.do == (), text
        assert isinstance(asked.state, Confirming), text
        assert labels(asked) == ["offer.yes_set", "offer.no"]
    assert said("rate double 5000 for 14 nights from saturday", facts=costing()).do != ()


def test_what_is_missing_is_asked_for() -> None:
    asked = said("rate 5000 saturday", facts=costing())
    assert keys(asked) == ["puzzled"]
    asked = said("set rate saturday 5000", facts=costing())
    assert (keys(asked), labels(asked)) == (["rates.which_type"], ["offer.type", "offer.type", "offer.every_type"])
    assert isinstance(asked.state, Asking)
    assert said("doubles", asked.state, costing()).do == (set_(1, 1, 5000),)
    when = said("rate double 5000", facts=costing())
    assert (keys(when), when.state) == (
        ["rates.which_nights"],
        Asking(Draft(Intent.SET_RATE, types=("DBL",), price=Decimal(5000), currency=KES), "nights"),
    )
    assert said("saturday", when.state, costing()).do == (set_(1, 1, 5000),)


def test_a_room_has_no_price_of_its_own() -> None:
    assert keys(said("rate room 3 saturday 5000", facts=costing())) == ["rates.by_type"]


def test_a_price_in_another_currency_is_not_taken() -> None:
    assert keys(said("rate double saturday usd 50", facts=costing())) == ["rates.other_currency"]


def test_nothing_is_set_on_a_question_a_not_or_an_or() -> None:
    for text in (
        "can we rate double saturday 5000?", "don't rate double saturday 5000", "rate double or twin saturday 5000",
        "rate double saturday 5000 for 2 adults", "stop sell double or twin saturday", "is double stop sell saturday?",
    ):  # fmt: skip
        assert said(text, facts=costing()).do == (), text


def test_whoever_may_not_is_told_at_once() -> None:
    staff = costing(role=Role.STAFF)
    assert said("rate double saturday 45000", facts=staff).do == (set_(1, 1, 45000),)
    assert said("start selling double saturday", facts=staff).do != ()


def test_rates_are_shown_by_type_and_run() -> None:
    whole = said("rates", facts=costing())
    assert keys(whole) == ["rates.header", "rates.whole"]
    several = said("rates double", facts=costing(run(0, 2), run(2, 5, 5000)))
    assert keys(several) == ["rates.header", "rates.run", "rates.run"]
    assert keys(said("rates", facts=replace(FACTS, rates=()))) == ["rates.none"]


def test_selling_is_stopped_at_once_and_started_after_a_yes() -> None:
    spans = (TypeNights(1, nights(1, 1)),)
    assert said("stop sell doubles saturday", facts=costing()).do == (SellTypes(spans, stop=True),)
    asked = said("start selling doubles saturday", facts=costing())
    assert keys(asked) == ["rates.ask_start"]
    assert isinstance(asked.state, Confirming)
    assert asked.state.commands == (SellTypes(spans, stop=False),)


def test_stopping_several_types_is_read_back() -> None:
    asked = said("stop sell everything saturday", facts=costing())
    assert keys(asked) == ["rates.ask_stop"]
    assert isinstance(asked.state, Confirming)


def test_instead_of_stopping_a_room_it_is_blocked() -> None:
    asked = said("stop sell room 3 saturday", facts=costing())
    assert keys(asked) == ["rates.stop_by_type"]
    assert asked.say is not None
    assert asked.say.offers[0].action == Continue(Draft(Intent.BLOCK, ("3",), start=day(1)))
    assert labels(asked)[1:] == ["offer.type", "offer.type", "offer.every_type"]


def test_nights_that_are_over_or_too_far_are_refused_before_anybody_is_asked() -> None:
    assert said("rate double 20 nov 2030 5000", facts=costing()).do == ()


def test_a_receipt_takes_back_what_it_tells() -> None:
    told = RatesTold("set", ("Double",), nights(1, 2), 2, Money(Decimal(5000), KES), UndoRates(9))
    say = receipt((set_(1, 2, 5000),), Done((), rates=(told,)), FACTS)
    assert [one.key for one in say.lines] == ["rates.told.set", "rates.by_hand"]
    assert [one.action for one in say.offers] == [Do((UndoRates(9),))]
    same = receipt((set_(1, 2, 5000),), Done((), rates=(replace(told, changed=0, undo=None),)), FACTS)
    assert ([one.key for one in same.lines], same.offers) == (["rates.same"], ())


def test_a_refusal_names_its_amounts_as_money() -> None:
    facts: dict[str, object] = {
        "type": "Double", "price": Decimal(1), "least": Decimal(3000), "most": None, "currency": KES,
    }  # fmt: skip
    (line,) = receipt((set_(1, 2, 1),), Refusal("outside_rails", facts), FACTS).lines
    assert (line.facts["price"], line.facts["least"]) == (Money(Decimal(1), KES), Money(Decimal(3000), KES))
    assert line.facts["most"] == "…"
