"""Money: exact, in its currency's own digits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.values.money import Money, NotMoney


@pytest.mark.parametrize(
    ("amount", "currency", "kept"),
    [
        ("4500", "KES", "4500.00"),
        ("4500.005", "KES", "4500.00"),
        ("4500.015", "KES", "4500.02"),
        ("4500.4", "UGX", "4500"),
        ("12.3456", "KWD", "12.346"),
        ("0", "EUR", "0.00"),
    ],
)
def test_an_amount_has_the_digits_of_its_currency(amount: str, currency: str, kept: str) -> None:
    assert str(Money.of(amount, currency).amount) == kept


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "-Infinity", "a lot", "", "1e999999"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(NotMoney) as refused:
        Money.of(amount, "KES")
    assert refused.value.facts == {"amount": amount, "currency": "KES"}


@pytest.mark.parametrize("currency", ["XYZW", "kes", "", "12"])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(NotMoney):
        Money.of("1", currency)


@given(some.decimals(0, 10**9, allow_nan=False, places=2))
def test_an_amount_in_the_currencys_digits_stays_as_it_is(amount: Decimal) -> None:
    assert Money.of(amount, "EUR").amount == amount
