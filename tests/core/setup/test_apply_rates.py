"""Applying `[[rate_plan]]` and `[[season]]`, and which nights are the weekend's."""

from datetime import date
from decimal import Decimal

from core.rates import queries, quotes
from core.setup.account import What
from core.setup.errors import Why
from core.values.nights import Nights
from tests.core.setup.house import BAOBAB, House, whats, whys

RATES = """
[[rate_plan]]
code = "nr"
name = "Non-refundable"
parent = "BB"
percent = "-10"

[[rate_plan]]
code = "bb"
parent = "standard"
amount = 500
types = ["dbl"]

[[season]]
name = "Christmas"
first_night = 2026-12-20
last_night = "2027-01-04"
yearly = true
percent = 20
"""
CHRISTMAS, AFTER = date(2027, 12, 24), date(2028, 1, 5)


def price(house: House, code: str, night: date) -> Decimal:
    """What a night in a double costs in a plan."""
    place = house.place()
    with house.store.reading() as session:
        about = queries.house(session, place.id)
        plan = next(plan for plan in about.plans if plan.code == code)
        stay = Nights(night, date.fromordinal(night.toordinal() + 1))
        found = quotes.quote(session, place.id, about.types[0].type_id, stay, None, 0, plan.plan_id, date(2026, 11, 20))
        return found.total


def test_a_first_setup_makes_the_standard_plan(house: House) -> None:
    house.setup()
    with house.store.reading() as session:
        (plan,) = queries.house(session, house.place().id).plans
    assert (plan.code, plan.plan_id is not None) == ("standard", True)
    assert house.place().weekend_days == [4, 5]
    assert house.setup().changes == ()


def test_plans_and_seasons_are_made_in_any_order_and_the_second_time_nothing_changes(house: House) -> None:
    done = house.setup(BAOBAB + RATES)
    made = [what for what in whats(done.changes) if what.startswith(("plan", "season"))]
    assert made == [What.PLAN_MADE, What.PLAN_MADE, What.SEASON_MADE]
    assert [price(house, code, CHRISTMAS) for code in ("standard", "bb", "nr")] == [5400, 5900, 5310]
    assert price(house, "nr", AFTER) == 4500
    before = house.rows()
    assert house.setup(BAOBAB + RATES).changes == ()
    assert house.rows() == before


def test_what_differs_is_changed_and_told(house: House) -> None:
    house.setup(BAOBAB + RATES)
    other = RATES.replace('"-10"', '"-20"').replace("percent = 20", "percent = 30").replace("amount = 500", "")
    done = house.setup(BAOBAB + other)
    assert [(told.what, told.facts["fields"]) for told in done.changes] == [
        (What.PLAN_CHANGED, ["amount"]),
        (What.PLAN_CHANGED, ["percent"]),
        (What.SEASON_CHANGED, ["percent"]),
    ]
    assert price(house, "nr", CHRISTMAS) == Decimal(5850) * 8 / 10


def test_a_season_without_a_change_of_price_has_none(house: House) -> None:
    house.setup(BAOBAB + RATES)
    house.setup(BAOBAB + RATES.replace("percent = 20", ""))
    assert price(house, "standard", CHRISTMAS) == 4500


def test_what_the_file_leaves_out_is_kept_and_named(house: House) -> None:
    house.setup(BAOBAB + RATES)
    done = house.setup()
    assert {What.PLAN_KEPT, What.SEASON_KEPT} <= {told.what for told in done.kept}
    assert price(house, "nr", CHRISTMAS) == 5310


def test_faults_of_rates_are_told_at_their_keys(house: House) -> None:
    wrong = RATES.replace('"BB"', '"bbb"').replace('"dbl"', '"dlb"')
    assert sorted(whys(house.refused(BAOBAB + wrong))) == [
        ("rate_plan.parent", Why.UNKNOWN_PLAN),
        ("rate_plan.types", Why.UNKNOWN_TYPE),
    ]
    assert house.rows()["rate_plans"] == 0


def test_a_file_that_makes_no_sense_is_refused_before_anything_is_looked_at(house: House) -> None:
    wrong = """
[[rate_plan]]
code = "x"
percent = "ten"
[[rate_plan]]
code = "X"
amount = 3
[[season]]
name = "S"
first_night = 2026-12-20
last_night = 2026-12-01
[[season]]
name = "T"
first_night = "soon"
last_night = 2026-12-20T10:00:00
price = 3
"""
    assert sorted(whys(house.refused(BAOBAB + wrong))) == sorted(
        [
            ("rate_plan.percent", Why.NO_CHANGE_OF_RATE),
            ("season.first_night", Why.NO_DAY),
            ("season.last_night", Why.WRONG_TYPE),
            ("season.price", Why.UNKNOWN_KEY),
            ("rate_plan.code", Why.TWICE),
            ("rate_plan.amount", Why.WRONG_PLAN),
            ("season.last_night", Why.BACKWARDS),
        ]
    )


def test_the_standard_plan_cannot_be_derived_or_given_up(house: House) -> None:
    text = BAOBAB + '\n[[rate_plan]]\ncode = "standard"\nactive = false\n'
    assert whys(house.refused(text)) == [("rate_plan.code", Why.WRONG_PLAN)]


def test_the_weekend_is_set_and_kept(house: House) -> None:
    text = BAOBAB.replace('language = "en"\n', 'language = "en"\nweekend = ["thu", "Friday"]\n', 1)
    house.setup(text)
    assert house.place().weekend_days == [3, 4]
    assert house.setup().changes == ()
    assert house.place().weekend_days == [3, 4]
    assert whys(house.refused(text.replace("thu", "noday"))) == [("property.weekend", Why.NO_WEEKDAY)]
