"""Money: an exact decimal with its currency's own number of digits."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from babel.numbers import get_currency_precision, list_currencies

from core.errors import Invalid


class NotMoney(Invalid):
    """The amount is no number, is negative, or the currency is unknown."""


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` in `currency` (ISO 4217), rounded to the currency's digits (UGX 0, KES 2, KWD 3)."""

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, amount: Decimal | str, currency: str) -> "Money":
        """Read `amount`; raises `NotMoney`."""
        if currency not in list_currencies():
            raise NotMoney(amount=str(amount), currency=currency)
        try:
            value = Decimal(amount)
            digits = smallest(currency)
            if value < 0 or not value.is_finite():
                raise NotMoney(amount=str(amount), currency=currency)
            return cls(value.quantize(digits, ROUND_HALF_EVEN), currency)
        except InvalidOperation:
            raise NotMoney(amount=str(amount), currency=currency) from None


def smallest(currency: str) -> Decimal:
    """The smallest amount of `currency` (UGX 1, KES 0.01, KWD 0.001), which amounts in it are rounded to."""
    return Decimal(1).scaleb(-get_currency_precision(currency))
