"""What is said unasked about the calendars we read: questions as cards, alerts, and one line for each booking. Pure.

Platforms are codes. A question is a card: a newer one of the same link takes its buttons over, and
`settled` takes them down.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.conversation.actions import Continue, Do
from bot.conversation.drafts import Draft
from bot.conversation.says import Line, Offer, Say, Subject, line, offer
from bot.understanding import Intent
from core.channels.views import Linked
from core.imports.commands import (
    AnswerMass,
    CloseElsewhere,
    JoinPreviews,
    PullNow,
    SettleClosure,
    SettleGuest,
    SettleLingering,
)
from core.imports.views import LinkHealth, LinkState
from core.stays.views import StayView
from core.values.nights import Nights

MASS, PREVIEW, BOOKING, CHANNEL = "mass", "preview", "channel_booking", "channel"
"""What such a card is of, for `Subject`: a link's question, a link's first read, one booking, a whole channel."""
MOST_LISTED = 6


def first_read(
    platform: str,
    linked: Linked,
    link_id: int,
    found: int,
    joinable: Sequence[Nights] = (),
    *,
    without_room: int = 0,
) -> Say:
    """What the first read of a calendar found (R16).

    `joinable`: the nights of those bookings that equal blocks made by hand. `without_room`: how many are cases now.
    """
    lines: list[Line] = [
        line("first_read.found" if found else "first_read.empty", platform=platform, linked=linked, count=found)
    ]
    if without_room:
        lines.append(line("first_read.without_room", count=without_room))
    if not joinable:
        return Say(tuple(lines))
    lines.append(line("first_read.same", count=len(joinable)))
    lines += listed([line("first_read.nights", nights=nights) for nights in joinable])
    offers = (
        offer("offer.yes_join", Do((JoinPreviews(link_id, join=True),))),
        offer("offer.no_join", Do((JoinPreviews(link_id, join=False),))),
    )
    return Say(tuple(lines), offers, card=Subject(PREVIEW, link_id))


def mass_question(
    platform: str,
    linked: Linked,
    link_id: int,
    lost: Sequence[StayView],
    known: int,
    *,
    gone: int = 0,
    frees_unanswered: bool = True,
) -> Say:
    """Ask whether it is real that half of a calendar vanished at once (R13).

    `lost` are the stays of what vanished; `gone` counts all of it, where closures vanished as well.
    """
    lines = [line("mass.ask", platform=platform, linked=linked, count=max(gone, len(lost)), known=known)]
    lines += listed([line("mass.lost", stay=stay) for stay in lost])
    lines.append(line("mass.freed_later" if frees_unanswered else "mass.waits"))
    offers = (
        offer("offer.mass_kept", Do((AnswerMass(link_id, gone=False),))),
        offer("offer.mass_gone", Do((AnswerMass(link_id, gone=True),))),
    )
    return Say(tuple(lines), offers, card=Subject(MASS, link_id))


def mass_settled(platform: str, linked: Linked, link_id: int) -> Say:
    """What had vanished is there again, or over: nobody need answer any more."""
    return Say((line("mass.settled", platform=platform, linked=linked),), over=(Subject(MASS, link_id).name,))


def mass_freed(platform: str, linked: Linked, link_id: int, freed: Sequence[StayView]) -> Say:
    """Nobody answered for a steady day, so what vanished is believed to be cancelled (R13)."""
    lines = [line("mass.freed", platform=platform, linked=linked, count=len(freed))]
    lines += listed([line("mass.lost", stay=stay) for stay in freed])
    return Say(tuple(lines), over=(Subject(MASS, link_id).name,))


def closure_question(platform: str, linked: Linked, booking_id: int, nights: Nights) -> Say:
    """Ask whether nights that a channel closed itself are closed everywhere, or only there (R11)."""
    offers = (
        offer("offer.closed_everywhere", Do((SettleClosure(booking_id, everywhere=True),))),
        offer("offer.closed_there", Do((SettleClosure(booking_id, everywhere=False),))),
    )
    asked = line("closure.ask", platform=platform, linked=linked, nights=nights)
    return Say((asked,), offers, card=Subject(BOOKING, booking_id))


def type_closed(platform: str, linked: Linked, nights: Nights) -> Say:
    """A channel closed a whole type itself: which of its rooms it means nobody can say, so nothing follows (R11)."""
    return Say((line("closure.of_type", platform=platform, linked=linked, nights=nights),))


def lingering_question(platform: str, linked: Linked, booking_id: int, nights: Nights, code: str | None = None) -> Say:
    """Ask whether a cancelled booking that its channel still shows is the old one or a new one (R15)."""
    offers = (
        offer("offer.old_booking", Do((SettleLingering(booking_id, new=False),))),
        offer("offer.new_booking", Do((SettleLingering(booking_id, new=True),))),
    )
    key = "lingering.ask_coded" if code else "lingering.ask"
    asked = line(key, platform=platform, linked=linked, nights=nights, code=code or "")
    return Say((asked,), offers, card=Subject(BOOKING, booking_id))


def guest_question(booking_id: int, stay: StayView, before: Nights) -> Say:
    """Ask whether a booking of which all nights changed is of the guest whose data we have (R14)."""
    offers = (
        offer("offer.same_guest", Do((SettleGuest(booking_id, same=True),))),
        offer("offer.new_guest", Do((SettleGuest(booking_id, same=False),))),
    )
    return Say((line("guest.ask", stay=stay, before=before),), offers, card=Subject(BOOKING, booking_id))


def stale_alert(channel_id: int, links: Sequence[LinkHealth], room_ids: Sequence[int] = (), times: int = 1) -> Say:
    """Calendars of one channel cannot be read (R19).

    `links`: the late or stale ones, the longest unread first; `room_ids` theirs; `times`: how often it was told.
    """
    worst = links[0]
    platform, linked = worst.platform, _together(link.linked for link in links)
    stale = any(link.state is LinkState.STALE for link in links)
    key = ("stale.since" if stale else "stale.late") if worst.good_at is not None else "stale.never"
    lines = [line(key, link=worst, platform=platform, linked=linked)]
    lines.append(line("sync.remedy", link=worst))
    if stale:
        lines.append(line("stale.blind", platform=platform))
    if times > 1:
        lines.append(line("stale.again", times=times))
    close = (offer("offer.close_elsewhere", Do((CloseElsewhere(platform),))),) if stale else ()
    offers: tuple[Offer, ...] = (
        *close,
        offer("offer.try_now", Do((PullNow(platform, tuple(room_ids)),))),
        offer("offer.pause", Continue(Draft(Intent.PAUSE, platform=platform)), platform=platform),
    )
    if not stale:
        show = Draft(Intent.SYNC_LOG, rooms=worst.linked.rooms, platform=platform)
        offers = (*offers, offer("offer.show_log", Continue(show)))
    return Say(tuple(lines), offers, card=Subject(CHANNEL, channel_id))


def works_again(channel_id: int, platform: str, linked: Sequence[Linked], since: datetime) -> Say:
    """Calendars that staff were told of are read again. `since`: the last good read before."""
    said = line("stale.works_again", platform=platform, linked=_together(linked), at=since)
    return Say((said,), over=(Subject(CHANNEL, channel_id).name,))


def booking_came(stay: StayView) -> Line:
    """A channel sold nights of a room."""
    return line("news.came_without_room" if stay.state == "contested" else "news.came", stay=stay)


def booking_changed(stay: StayView, before: Nights) -> Line:
    """A channel's booking has other nights."""
    return line("news.changed_without_room" if stay.state == "contested" else "news.changed", stay=stay, before=before)


def booking_gone(stay: StayView) -> Line:
    """A channel's booking was cancelled there."""
    return line("news.gone", stay=stay)


def booking_stayed(stay: StayView) -> Line:
    """A channel no longer has a booking whose guest is in the house: it stays (R12)."""
    return line("news.stayed", stay=stay)


def booking_shorter(stay: StayView, departure: date) -> Line:
    """A channel lets a booking end on an earlier day, but its guest is in the house: the nights stay (R12)."""
    return line("news.shorter", stay=stay, day=departure)


def news(lines: Sequence[Line]) -> Say:
    """Several lines of news in one message."""
    return Say(listed(lines))


def refused_link(platform: str, linked: Linked, why: str) -> Say:
    """The first read of a calendar was refused. `why`: a kind of trouble, such as `our_own` or `codes_elsewhere`."""
    again = Draft(Intent.CONNECT, rooms=linked.rooms, platform=platform, types=(linked.type,) if linked.type else ())
    lines = (
        line("first_read.refused", platform=platform, linked=linked, trouble=why),
        line("first_read.remedy", trouble=why),
    )
    return Say(lines, (offer("offer.other_address", Continue(again)),))


def settled(kind: str, number: int) -> tuple[str, ...]:
    """What `Say.over` names to take the buttons of such a question down."""
    return (Subject(kind, number).name,)


def _together(several: Iterable[Linked]) -> tuple[Linked, ...]:
    """Links as one message names them: the rooms in one go, then the types."""
    several = tuple(several)
    rooms = [one.room for one in several if one.room is not None]
    types = (one for one in several if one.room is None)
    return (*((Linked(", ".join(rooms)),) if rooms else ()), *types)


def listed(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The first of many lines, and how many more there are."""
    if len(lines) <= MOST_LISTED:
        return tuple(lines)
    return (*lines[: MOST_LISTED - 1], line("look.more", count=len(lines) - MOST_LISTED + 1))
