"""What a way out of a case costs the house, where platforms say so. Pure."""

from core.conflicts.views import AdviceKind, Cost

CANCELLING: dict[str, tuple[Cost, ...]] = {
    # Similar or better and nearby; transport, calls and the difference in price are the house's, the commission stays
    # due unless it is new or was overbooked fewer than five times in a year: partnerhelp.booking.com 213738709,
    # 212708829.
    "booking_com": (Cost.PRICE_DIFFERENCE, Cost.TRANSPORT, Cost.COMMISSION),
    # A part of the price by how near the arrival is, and the nights stay closed: airbnb.com/help/article/990.
    "airbnb": (Cost.FEE, Cost.NIGHTS_BLOCKED),
    # 10, 25 or 50 % by how near the arrival is, 50 USD at least; a double booking counts as the house's. Stated for
    # the United States, assumed elsewhere: help.vrbo.com, Partner Cancellation Fee Policy.
    "vrbo": (Cost.FEE,),
}
"""By platform, what a guest costs who cannot be given a room. A platform that is not here: nothing is known."""


def of(kind: AdviceKind, source: str | None, *, guest: bool = True) -> tuple[Cost, ...]:
    """What a way costs when a stay that `source` sold gives way; nothing known is an empty tuple."""
    if not guest:
        return ()
    match kind:
        case AdviceKind.MOVE | AdviceKind.RESHUFFLE:
            return ()
        case AdviceKind.SPLIT:
            return (Cost.GUEST_AGREES,)
        case AdviceKind.BETTER_ROOM:
            return (Cost.PRICE_DIFFERENCE,)
        case AdviceKind.RELOCATE:
            return CANCELLING.get(source or "", ())
