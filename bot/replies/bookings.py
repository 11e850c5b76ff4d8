"""How a booking is named, as a clerk tells them apart: who sold it, its number there, the guest. Asked by `formats`."""

from bot.replies.voices import Voice
from core.platforms.registry import PLATFORMS
from core.stays.reasons import Reason
from core.stays.views import StayView

PARTS = frozenset({"booked", "platform", "mark", "entry"})
SOLD = frozenset({"small", "whom", "who", "", "story"})
"""Parts that name a stay by who sold it, where somebody did; that the importer entered it says nothing."""


def names(view: StayView, part: str) -> bool:
    """Whether `part` of a stay is told here."""
    return part in PARTS or (view.source is not None and part in SOLD)


def told(voice: Voice, view: StayView, part: str) -> str:
    """`booked`: "Airbnb HMX8XQ5R5A · Mary"; `platform`; `mark`: its number or guest; `entry`: as there; `small`."""
    match part:
        case "platform":
            return sold_by(view)
        case "mark":
            return _mark(view)
        case "entry":
            return " · ".join(filter(None, (view.reference, view.guest, voice.text("word.when", {"stay": view}))))
        case "small":
            return f"{view.room}: {_mark(view)}"
        case _:
            return booked(voice, view)


def booked(voice: Voice, view: StayView) -> str:
    """Who wants the room: "Airbnb HMX8XQ5R5A · Mary", "walk-in · John", "John", "held by the house"."""
    if view.source is not None:
        return " · ".join(filter(None, (f"{sold_by(view)} {view.reference or ''}".strip(), view.guest)))
    if view.reason == Reason.GUEST and view.guest:
        return view.guest
    return " · ".join(filter(None, (voice.text(f"word.{view.reason}", {}), view.guest)))


def sold_by(view: StayView) -> str:
    """The name of the platform that sold a stay; its code where the platform is not known any more."""
    platform = PLATFORMS.get(view.source or "")
    return platform.name if platform else view.source or ""


def _mark(view: StayView) -> str:
    return view.reference or view.guest or sold_by(view) or view.room
