"""What all shapes have in common: frozen, closed to unknown fields, and texts that a database can keep."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from core.values import money

PLAIN = r"^[^\x00-\x1f\x7f]*$"
"""Without control characters: PostgreSQL keeps no NUL, and a name has no line break."""
LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""As `PLAIN`, but with line breaks."""
MOST_ID = 2**63 - 1
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
_VISIBLE = re.compile(r"\S")


def _not_blank(text: str) -> str:
    if not _VISIBLE.search(text):
        message = "must not be blank"
        raise ValueError(message)
    return text


Key = Annotated[int, Field(ge=1, le=MOST_ID)]
"""The number of a thing."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, pattern=PLAIN)]
Name = Annotated[Line, Field(min_length=1, max_length=200), AfterValidator(_not_blank)]
RoomName = Annotated[Line, Field(min_length=1, max_length=40), AfterValidator(_not_blank)]
Alias = Annotated[Line, Field(min_length=1, max_length=80), AfterValidator(_not_blank)]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
Note = Annotated[str, StringConstraints(strip_whitespace=True, pattern=LINES, max_length=1000)]
Amount = Annotated[
    str, Field(pattern=r"^[0-9]{1,11}(\.[0-9]{1,3})?$", description="A decimal number as text.", examples=["4500.00"])
]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
"""A local date of the property."""
Instant = Annotated[AwareDatetime, Field(ge=datetime.fromisoformat("2000-01-01T00:00:00+00:00"))]
"""With its offset; answered in UTC."""


class Answer(BaseModel):
    """What we say."""

    model_config = ConfigDict(frozen=True, from_attributes=True, use_attribute_docstrings=True)


class Order(BaseModel):
    """What we are told; a field that we do not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Money(Answer):
    """An amount with the currency's own number of digits."""

    amount: str = Field(examples=["4500.00"])
    currency: str = Field(examples=["KES"])

    @classmethod
    def of(cls, value: money.Money | None) -> "Money | None":
        """The same as JSON; None stays None."""
        return cls(amount=str(value.amount), currency=value.currency) if value is not None else None
