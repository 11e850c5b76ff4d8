"""How the reading of the calendars goes: one screen a property, worst first, and the log of one calendar."""

from collections import Counter
from collections.abc import Sequence

from bot.conversation.actions import Continue, Do
from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.conversation.says import Line, Offer, Say, line, offer
from bot.conversation.states import Idle
from bot.conversation.steps import Step
from bot.understanding import Intent
from core.channels.views import Linked
from core.imports.commands import PullNow, ResumeChannel
from core.imports.views import LinkHealth, LinkState

MOST_LINES = 12
"""More links than this are summed up where all is well."""
MOST_TROUBLES = 10
MOST_REMEDIES = 2
BAD = (LinkState.STALE, LinkState.LATE)


def status(draft: Draft, facts: Facts) -> Step:
    """How each link is read, both ways."""
    found = _named(draft, facts)
    if not found:
        known = line("sync.none_of", platform=draft.platform) if draft.platform else line("sync.none")
        return Step(Idle(), Say((known,)))
    troubled = [link for link in found if link.state is not LinkState.FRESH or link.question]
    fine = [link for link in found if link not in troubled]
    lines = [line_of(link) for link in troubled[:MOST_TROUBLES]]
    if len(troubled) > MOST_TROUBLES:
        lines.append(line("sync.more", count=len(troubled) - MOST_TROUBLES))
    lines += _remedies(troubled)
    lines += [line_of(link) for link in fine] if len(found) <= MOST_LINES else _summed(fine)
    return Step(Idle(), Say(tuple(lines), offers_of(found[0], facts)))


def log(_draft: Draft, facts: Facts) -> Step:
    """The newest looks at the calendars that were named."""
    if not facts.looks:
        return Step(Idle(), Say((line("sync.no_log"),)))
    lines: list[Line] = []
    for at, look in enumerate(facts.looks):
        before = facts.looks[at - 1] if at else None
        if before is None or (before.platform, before.linked) != (look.platform, look.linked):
            lines.append(line("log.of", look=look))
        lines.append(line(f"log.{look.outcome}", look=look))
    return Step(Idle(), Say(tuple(lines), _try_now(facts.looks[0].platform, facts.looks[0].linked, facts)))


def line_of(link: LinkHealth) -> Line:
    """One link in one line."""
    if link.question:
        return line("sync.question", link=link)
    if not link.imports and link.state in (LinkState.FRESH, LinkState.WAITING):
        return line("sync.feed_only" if link.read_at else "sync.feed_unread", link=link)
    if link.state in BAD:
        return line("sync.late" if link.good_at else "sync.never", link=link)
    if link.state is LinkState.FRESH and link.trouble is not None:
        return line("sync.fresh_but", link=link)
    if link.state is LinkState.WAITING and link.trouble is not None:
        return line("sync.never", link=link)
    if link.state is LinkState.PAUSED and link.good_at is None:
        return line("sync.paused_unread", link=link)
    return line(f"sync.is.{link.state}", link=link)


def offers_of(worst: LinkHealth, facts: Facts) -> tuple[Offer, ...]:
    """What can be done about the link that is worst off."""
    platform, room = worst.platform, worst.linked.rooms
    show_log = offer("offer.show_log", Continue(Draft(Intent.SYNC_LOG, rooms=room, platform=platform)))
    match worst.state:
        case LinkState.STALE | LinkState.LATE:
            stop = offer("offer.pause", Continue(Draft(Intent.PAUSE, platform=platform)), platform=platform)
            return (*_try_now(platform, worst.linked, facts), stop, show_log)
        case LinkState.PAUSED:
            return (offer("offer.resume", Do((ResumeChannel(platform),)), platform=platform),)
        case LinkState.NOT_READ_BY_OTA:
            return (offer("offer.feed_link", Continue(Draft(Intent.FEED_LINK, rooms=room, platform=platform))),)
        case _:
            return (offer("offer.sync_now", Do((PullNow(),))), show_log) if worst.imports else ()


def _named(draft: Draft, facts: Facts) -> list[LinkHealth]:
    """The links that were asked about, worst first."""
    worst = list(LinkState)[::-1]
    rooms = [room.name for room in facts.rooms]
    meant = facts.meant(draft.rooms, draft.types)
    found = [
        link
        for link in facts.health
        if (not meant or facts.sells(link.linked, meant))
        and (draft.platform is None or link.platform == draft.platform)
    ]
    return sorted(
        found,
        key=lambda link: (
            worst.index(link.state), not link.question, rooms.index(link.room) if link.room in rooms else len(rooms),
        ),
    )  # fmt: skip


def _remedies(links: Sequence[LinkHealth]) -> list[Line]:
    """What to do about each kind of trouble, once."""
    kinds = {link.trouble: link for link in reversed(links) if link.state in BAD}
    return [line("sync.remedy", link=link) for link in list(kinds.values())[:MOST_REMEDIES]]


def _summed(links: Sequence[LinkHealth]) -> list[Line]:
    counts = Counter(link.platform for link in links)
    return [line("sync.all_fine", platform=platform, count=count) for platform, count in counts.items()]


def _try_now(platform: str, linked: Linked, facts: Facts) -> tuple[Offer, ...]:
    # Any room of a type stands for it: who reads its calendars reads the type's.
    known = next((each.room_id for each in facts.rooms if facts.sells(linked, (each.name,))), None)
    command = PullNow(platform, (known,)) if known is not None else PullNow(platform)
    return (offer("offer.try_now", Do((command,))),)
