"""Reservations of an OTA that somebody registers one by one."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from core.feeds.reading import Status
from webhooks.schemas.base import Answer, Day, Line, Order
from webhooks.schemas.sync import ChannelBookingAnswer

LONGEST = timedelta(days=1100)
"""Three years: longer than the house plans ahead."""


class ImportedEvent(Order):
    """One reservation as its channel has it. The same one again changes nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "channel": "booking_com", "uid": "4035551234@booking.com", "start": "2026-11-20",
                    "end": "2026-11-23", "summary": "John Otieno", "status": "confirmed",
                }
            ]
        }
    )  # fmt: skip

    channel: Annotated[Line, Field(min_length=1, max_length=20)]
    """The platform's code."""
    uid: Annotated[Line, Field(min_length=1, max_length=500)]
    """The reservation's identity there. After its cancellation the same one is a new reservation."""
    start: Day
    """The first night."""
    end: Day
    """The day after the last night."""
    summary: Annotated[Line, Field(max_length=500)] = ""
    status: Status = Status.CONFIRMED

    @model_validator(mode="after")
    def _has_nights(self) -> Self:
        if not timedelta(0) < self.end - self.start <= LONGEST:
            message = "end must come after start, by three years at most"
            raise ValueError(message)
        return self


class RegisteredEvent(Answer):
    """What is on record of it now."""

    booking: ChannelBookingAnswer
    conflict_id: int | None
    """The conflict that its stay is in: somebody else has some of the nights."""
