"""What people said before of bookings that may be only our own closure come back (R10): it teaches the link.

What is taught ranks the ways out and is told with the question. It answers none: an event that nobody can tell from a
booking remains one until a person says otherwise, each time.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.channels.models import ChannelBooking
from core.conflicts.commands import OnlyOurBlock
from core.conflicts.models import Conflict, ConflictParty
from core.conflicts.views import CaseState

LATEST = 50
"""So many decisions of a property are looked at, the latest first."""


def only_our_block(session: Session, property_id: int, stay_ids: Collection[int]) -> set[int]:
    """Those of the stays whose link's calendar showed only our block the last time that somebody was asked."""
    links = _links(session, stay_ids)
    if not links:
        return set()
    last = _last_words(session, property_id)
    return {stay_id for stay_id, link_id in links.items() if last.get(link_id) == OnlyOurBlock.__name__}


def _links(session: Session, stay_ids: Collection[int]) -> dict[int, int]:
    """By stay, the link that told of it without a code."""
    query = select(ChannelBooking.stay_id, ChannelBooking.link_id).where(
        ChannelBooking.stay_id.in_(stay_ids), ChannelBooking.code.is_(None)
    )
    return {stay_id: link_id for stay_id, link_id in session.execute(query) if stay_id is not None}


def _last_words(session: Session, property_id: int) -> dict[int, str]:
    """By link, the last decision on a case in which its booking may have been an echo; what was undone is none."""
    query = (
        select(Conflict.id, Conflict.decision)
        .where(Conflict.property_id == property_id, Conflict.state == CaseState.DECIDED)
        .order_by(Conflict.ended_at.desc(), Conflict.id.desc())
        .limit(LATEST)
    )
    decided = [(case_id, decision or {}) for case_id, decision in session.execute(query)]
    parties = (
        select(ConflictParty.conflict_id, ConflictParty.stay_id)
        .where(ConflictParty.conflict_id.in_([case_id for case_id, _ in decided]), ConflictParty.left_at.is_(None))
        .order_by(ConflictParty.stay_id)
    )
    stays: dict[int, list[int]] = {}
    for case_id, stay_id in session.execute(parties):
        stays.setdefault(case_id, []).append(stay_id)
    by_stay = _links(session, [stay_id for of_case in stays.values() for stay_id in of_case])
    # What was only our block stands for no stay any more: the decision names what the channel had told.
    by_booking = _links_of(session, [number for _, decision in decided for number in _bookings(decision)])
    last: dict[int, str] = {}
    for case_id, decision in decided:
        links = [by_stay.get(stay_id) for stay_id in stays.get(case_id, ())]
        links += [by_booking.get(number) for number in _bookings(decision)]
        for link_id in links:
            if link_id is not None:
                last.setdefault(link_id, str(decision.get("command")))
    return last


def _bookings(decision: dict[str, object]) -> Iterable[int]:
    told = decision.get("bookings")
    is_echo = decision.get("command") == OnlyOurBlock.__name__
    return [number for number in told if isinstance(number, int)] if is_echo and isinstance(told, list) else []


def _links_of(session: Session, booking_ids: Collection[int]) -> dict[int, int]:
    query = select(ChannelBooking.id, ChannelBooking.link_id).where(ChannelBooking.id.in_(booking_ids))
    return {booking_id: link_id for booking_id, link_id in session.execute(query)}  # noqa: C416 - no pairs to mypy.
