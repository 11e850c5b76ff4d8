"""How prices and selling read: runs of nights of a type, and what commands about them did."""

from bot.conversation.rates import RateRun, RatesTold
from bot.replies import formats
from bot.replies.voices import Voice, reads


@reads(RateRun)
def run(voice: Voice, view: RateRun, part: str) -> str:
    """`type`, `price` ("KES 4,500" or that there is none), `nights`, `limits` (minimum stay, not sold)."""
    match part:
        case "price":
            return formats.money(voice, view.price) if view.price is not None else voice.text("word.no_price", {})
        case "nights":
            return formats.nights(voice, view.nights)
        case "limits":
            limits = [voice.text("word.min_stay", {"count": view.min_stay})] if view.min_stay > 1 else []
            if view.closed:
                limits.append(voice.text("word.not_sold", {}))
            return "".join(f" · {limit}" for limit in limits)
        case _:
            return view.type_name


@reads(RatesTold)
def told(voice: Voice, view: RatesTold, part: str) -> str:
    """`types`, `nights`, `price`."""
    match part:
        case "price":
            return formats.money(voice, view.price) if view.price is not None else ""
        case "nights":
            return formats.nights(voice, view.nights)
        case _:
            return ", ".join(view.types)
