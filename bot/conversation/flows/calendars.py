"""The calendars we read: connect, pause and resume, how often, now, and how it goes."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.actions import Command, Continue, Do, Leave
from bot.conversation.calendars import ReadChannel
from bot.conversation.drafts import Draft
from bot.conversation.facts import Facts
from bot.conversation.flows.rates import kinds
from bot.conversation.says import Line, Offer, Say, line, offer
from bot.conversation.states import Asking, Confirming, Idle
from bot.conversation.steps import Step
from core.channels.views import Linked
from core.imports.commands import ConnectCalendar, PauseChannel, PullNow, ResumeChannel, SetInterval
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS

MOST_OFFERED = 8
QUARTER, HALF, HOUR = 900, 1800, 3600


def connect(draft: Draft, facts: Facts) -> Step:
    """Read a room's or a type's calendar from now on; asks for it, the platform and the address. Admins only."""
    if facts.place.role == "staff":
        return Step(Idle(), Say((line("connect.not_allowed"),)))
    listing = _listing(draft, facts)
    if listing is None:
        return _which_room(draft, facts)
    if draft.platform is None:
        return _which_platform(draft)
    platform = PLATFORMS[draft.platform]
    if Mode.ICAL not in platform.modes:
        return Step(Idle(), Say((line("connect.no_calendar", platform=draft.platform),)))
    rooms = facts.meant(draft.rooms, draft.types)
    if len(rooms) > 1 and platform.one_unit_per_type:
        # Said before anybody looks for an address (R3).
        return _room_by_room(draft, listing, facts)
    if draft.url is None:
        asked = [line("connect.paste", platform=draft.platform, linked=listing)]
        if platform.export_menu:
            asked.append(line("connect.menu", platform=draft.platform, steps=" → ".join(platform.export_menu)))
        if platform.export_choice is not None:
            asked.append(line(f"connect.choose.{platform.export_choice}"))
        return Step(Asking(draft, "url"), Say(tuple(asked)))
    if listing.room is not None:
        command = ConnectCalendar(facts.room(listing.room).room_id, draft.platform, draft.url)
    else:
        command = ConnectCalendar(None, draft.platform, draft.url, facts.room(rooms[0]).type_id)
    if _is_read(draft.platform, listing, facts):
        replaces = line("connect.replace", platform=draft.platform, linked=listing)
        return _confirm(draft, command, replaces, "offer.yes_replace")
    return Step(Idle(), do=(command,))


def every(draft: Draft, facts: Facts) -> Step:
    """Read the calendars of a platform, or of all, so often from now on."""
    if draft.rooms or draft.types:
        return _whole(draft)
    found = _channels(draft, facts)
    if isinstance(found, Step):
        return found
    if draft.every is None:
        spans = (QUARTER, HALF, HOUR)
        offers = tuple(offer("offer.every", Continue(replace(draft, every=span)), every=span) for span in spans)
        return Step(Asking(draft, "every"), Say((line("sync.how_often"),), offers))
    return Step(Idle(), do=tuple(SetInterval(channel.platform, draft.every) for channel in found))


def pause(draft: Draft, facts: Facts) -> Step:
    """Stop reading a platform's calendars, after reading it back: what is sold there meanwhile is not seen."""
    if draft.rooms or draft.types:
        return _whole(draft)
    found = _channels(draft, facts)
    if isinstance(found, Step):
        return found
    active = [channel for channel in found if channel.active]
    if not active:
        return Step(Idle(), Say((line("sync.paused_already", platforms=_names(found)),), _resumes(found)))
    if len(active) > 1:
        return _which_channel(draft, active)
    platform = active[0].platform
    asked = line("pause.ask", platform=platform, linked=active[0].linked)
    return _confirm(replace(draft, platform=platform), PauseChannel(platform), asked, "offer.yes_pause")


def resume(draft: Draft, facts: Facts) -> Step:
    """Read a paused platform's calendars again, at once."""
    if draft.rooms or draft.types:
        return _whole(draft)
    found = _channels(draft, facts)
    if isinstance(found, Step):
        return found
    paused = [channel for channel in found if not channel.active]
    if not paused:
        return Step(Idle(), Say((line("sync.not_paused", platforms=_names(found)),)))
    if len(paused) > 1:
        return _which_channel(draft, paused)
    return Step(Idle(), do=(ResumeChannel(paused[0].platform),))


def now(draft: Draft, facts: Facts) -> Step:
    """Read calendars at once: of the rooms, the types and the platform that were named, or all."""
    found = _channels(draft, facts)
    if isinstance(found, Step):
        return found
    if not any(channel.active for channel in found):
        return Step(Idle(), Say((line("sync.is_paused", platforms=_names(found)),), _resumes(found)))
    meant = facts.meant(draft.rooms, draft.types)
    return Step(Idle(), do=(PullNow(draft.platform, tuple(facts.room(name).room_id for name in meant)),))


def _listing(draft: Draft, facts: Facts) -> Linked | None:
    """The one room or the one type that is meant; None where it is neither, or several."""
    if draft.rooms:
        meant = facts.meant(draft.rooms, draft.types)
        return Linked(meant[0]) if len(meant) == 1 else None
    if len(draft.types) != 1:
        return None
    named = (kind for kind in kinds(facts) if kind.code in draft.types)
    return next((Linked(type=kind.code, type_name=kind.name) for kind in named), None)


def _which_room(draft: Draft, facts: Facts) -> Step:
    names = tuple(room.name for room in facts.rooms)
    named = facts.meant(draft.rooms, draft.types)
    bare = replace(draft, rooms=(), types=())
    shown = [room for room in facts.rooms if not named or room.name in named][:MOST_OFFERED]
    offers = tuple(offer("offer.room", Continue(replace(bare, rooms=(room.name,))), room=room) for room in shown)
    key = "connect.one_room" if named else "connect.which_room"
    return Step(Asking(bare, "room"), Say((line(key, rooms=names),), offers))


def _room_by_room(draft: Draft, listing: Linked, facts: Facts) -> Step:
    """The platform sells rooms one by one: they are offered instead, and an address that was pasted is one room's."""
    asked = _which_room(draft, facts)
    names = facts.meant((), draft.types)
    no = line("refused.one_unit_per_type", platform=draft.platform, type=listing.type_name, rooms=len(names))
    return replace(asked, say=Say((no,), asked.say.offers)) if asked.say else asked


def _which_platform(draft: Draft) -> Step:
    known = [code for code, platform in PLATFORMS.items() if Mode.ICAL in platform.modes]
    offers = tuple(
        offer("offer.platform", Continue(replace(draft, platform=code)), platform=code) for code in known[:MOST_OFFERED]
    )
    return Step(Asking(draft, "platform"), Say((line("connect.which_platform"),), offers))


def _which_channel(draft: Draft, channels: Sequence[ReadChannel]) -> Step:
    offers = tuple(
        offer("offer.platform", Continue(replace(draft, platform=channel.platform)), platform=channel.platform)
        for channel in channels[:MOST_OFFERED]
    )
    return Step(Asking(draft, "platform"), Say((line("sync.which_platform"),), offers))


def _channels(draft: Draft, facts: Facts) -> tuple[ReadChannel, ...] | Step:
    """The channels that are meant, of which some calendar is read; else what to say."""
    meant = facts.meant(draft.rooms, draft.types)
    found = tuple(
        channel
        for channel in facts.channels
        if channel.linked
        and (draft.platform is None or channel.platform == draft.platform)
        and (not meant or _sells(channel, meant, facts))
    )
    if found:
        return found
    named = line("sync.none_of", platform=draft.platform) if draft.platform else line("sync.none")
    how = line("sync.how_to_connect", room=draft.rooms[0] if draft.rooms else _first(facts))
    return Step(Idle(), Say((named, how) if facts.place.role != "staff" else (named,)))


def _sells(channel: ReadChannel, rooms: Sequence[str], facts: Facts) -> bool:
    """Whether a calendar of the channel is one in which some of these rooms are sold."""
    if set(rooms) & set(channel.rooms):
        return True
    return any(facts.sells(linked, rooms) for linked in channel.linked if linked.room is None)


def _whole(draft: Draft) -> Step:
    """A room or a type alone is not paused or paced: the platform as a whole is."""
    again = replace(draft, rooms=(), types=())
    offers = (offer("offer.whole", Continue(again)), offer("offer.no", Leave()))
    return Step(Asking(again, "platform"), Say((line("sync.not_by_room"),), offers))


def _resumes(channels: Sequence[ReadChannel]) -> tuple[Offer, ...]:
    return tuple(
        offer("offer.resume", Do((ResumeChannel(channel.platform),)), platform=channel.platform) for channel in channels
    )


def _names(channels: Sequence[ReadChannel]) -> str:
    return ", ".join(PLATFORMS[channel.platform].name for channel in channels)


def _first(facts: Facts) -> str:
    return facts.rooms[0].name if facts.rooms else "3"


def _is_read(platform: str, listing: Linked, facts: Facts) -> bool:
    return any(
        channel.platform == platform and (listing.room in channel.rooms or listing.type_name in channel.types)
        for channel in facts.channels
    )


def _confirm(draft: Draft, command: Command, asked: Line, yes: str) -> Step:
    offers = (offer(yes, Do((command,))), offer("offer.no", Leave()))
    return Step(Confirming(draft, (command,)), Say((asked,), offers))
