"""Handling one inbound message: claim, understand, step, act, reply, all in one commit."""

import time
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot import choices, gather, inbox
from bot.act import act
from bot.conversation import receipts, states
from bot.conversation.actions import Action, Continue
from bot.conversation.facts import Facts
from bot.conversation.says import Say, line
from bot.conversation.step import step
from bot.conversation.turn import Doubtful, Pick, Puzzled, turn
from bot.inbox import Opened, Received
from bot.outbound import Reply, say
from bot.strangers import answer_stranger
from bot.tools import Tools
from bot.understanding import Hotel, understand
from core.clock import local_date
from core.db.work import Store, UnitOfWork
from core.errors import Busy, DaudaError
from core.events.service import By
from core.logs import correlated, logger
from core.outbox.service import Lease
from core.platforms.registry import PLATFORMS
from core.staff import queries as staff
from core.staff.models import ChatAddress
from core.staff.views import Place, Who
from core.values.contact import region_of

MOST_ATTEMPTS = 3
MOST_KILLS = 6
"""Attempts whose process ended. Several restarts in a row are likelier than a message that kills."""
BUSY_PAUSE = 0.2
_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Handled:
    """One message was handled; `leases` are its replies, to be sent by this process at once."""

    leases: tuple[Lease, ...]
    more: bool = False
    """Whether another message of the chat was waiting behind it."""


def handle_next(store: Store, tools: Tools, transport: str, chat: str) -> Handled | None:
    """Handle the oldest unhandled message of a chat; None when there is none.

    What fails is tried again and, the third time, answered with an apology, so that no message blocks its chat.
    """
    failure, key = "busy", "notice.busy"
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with ExitStack() as marks:
            try:
                return _handle(store, tools, transport, chat, marks)
            except Busy:
                time.sleep(BUSY_PAUSE * attempt)
            except Exception as error:  # noqa: BLE001 - whatever it is, the sender must be told.
                _log.exception("message_failed", attempt=attempt)
                failure, key = type(error).__name__, "notice.failed"
    return _give_up(store, transport, chat, failure, key)


def handle_left(store: Store, tools: Tools, transport: str, chat: str) -> Handled | None:
    """Handle a message that an earlier process left behind, as `handle_next` does.

    The attempt is counted before it is made: a message that kills its process is given up in the end.
    """
    with store.unit_of_work() as work:
        inbox.open_conversation(work, transport, chat)
        left = inbox.waiting(work, transport, chat)
        if not left:
            return None
        deadly = inbox.tried(work, left[0]).attempts > MOST_KILLS
    if deadly:
        return _give_up(store, transport, chat, "killed", "notice.failed")
    return handle_next(store, tools, transport, chat)


def _handle(store: Store, tools: Tools, transport: str, chat: str, marks: ExitStack) -> Handled | None:
    """Handle one message in one commit; what is logged until `marks` is closed tells of which."""
    with store.unit_of_work() as work:
        conversation = inbox.open_conversation(work, transport, chat)
        left = inbox.waiting(work, transport, chat)
        if not left:
            return None
        message = left[0]
        marks.enter_context(correlated(f"m{message.id}"))
        lease = _answer(work, tools, conversation, message)
        inbox.handled(work, message)
        inbox.keep(work, conversation)
    return Handled((lease,) if lease else (), len(left) > 1)


def _give_up(store: Store, transport: str, chat: str, failure: str, key: str) -> Handled | None:
    with store.unit_of_work() as work:
        conversation = inbox.open_conversation(work, transport, chat)
        left = inbox.waiting(work, transport, chat)
        if not left:
            return None
        message = left[0]
        inbox.handled(work, message, attempts=MOST_ATTEMPTS, error=failure)
        who = staff.identify(work.session, transport, (message.sender, *message.also))
        if who is None:
            return Handled((), len(left) > 1)
        reply = Reply(Say((line(key),)), gather.basics(work, who, who.place), message)
        with correlated(f"m{message.id}"):
            lease = say(work, conversation, reply)
    return Handled((lease,) if lease else (), len(left) > 1)


def _answer(work: UnitOfWork, tools: Tools, conversation: Opened, message: Received) -> Lease | None:
    """Answer one message; the lease of the reply, if there is one."""
    who, ids = staff.recognise(work.session, message.transport, (message.sender, *message.also))
    if who is None:
        return answer_stranger(work, conversation, message)
    _learn(work, who, message, ids)
    known = replace(gather.basics(work, who, _place(work, conversation, who)), alone=_is_alone(conversation, message))
    if message.kind == "blocked":
        return None
    if message.kind not in ("text", "tap"):
        return say(work, conversation, Reply(Say((line("notice.media"),)), known, message))
    try:
        meant, settles, known = _meant(work, tools, conversation, message, known)
    except (choices.TapUsed, choices.TapExpired, choices.TapForeign, choices.TapUnknown) as error:
        return say(work, conversation, Reply(Say((_tap_refused(work, error),)), known, message))
    by = By(who.person_id, message.transport)
    reply = _converse(work, tools, conversation, known, meant, by, message)
    if known.place != who.place and reply.say.lines:
        here = line("elsewhere", property=known.place.name)
        reply = replace(reply, say=replace(reply.say, lines=(here, *reply.say.lines)))
    return say(work, conversation, replace(reply, settles=settles))


def _converse(
    work: UnitOfWork,
    tools: Tools,
    conversation: Opened,
    known: Facts,
    meant: Action | Doubtful | Puzzled,
    by: By,
    message: Received,
) -> Reply:
    facts = known
    state = _state(conversation, known)
    draft = meant.draft if isinstance(meant, Continue) else getattr(state, "draft", None)
    if draft is not None:
        more: dict[str, Any] = gather.needed(work, known, draft)
        facts = replace(known, **more)
    taken = step(state, meant, facts)
    elsewhere = known.place.property_id if known.place != known.who.place else None
    at = states.asked_at(conversation.state) if taken.state == state else elsewhere
    conversation.state = states.out(taken.state, at)
    if not taken.do:
        return Reply(taken.say or Say(()), facts, message)
    outcome = act(work, tools, facts, taken.do, by)
    return Reply(receipts.receipt(taken.do, outcome, facts), facts, message)


def _meant(
    work: UnitOfWork, tools: Tools, conversation: Opened, message: Received, known: Facts
) -> tuple[Action | Doubtful | Puzzled, tuple[str, ...], Facts]:
    """What the message asks for, which earlier message's buttons it settles, and what is known where it is meant."""
    if message.tap:
        return _taken(work, message.tap, known)
    reading = understand(message.text, _hotel(known), language=known.language)
    if reading.url is not None:
        reading = replace(reading, url=tools.hide(reading.url))
    if known.place != known.who.place and reading.intent is not None and reading.url is None:
        # Whoever asks for something else than they were asked about means the house they speak for.
        conversation.state = states.out(states.Idle())
        return _meant(work, tools, conversation, message, _at(work, known, known.who.place))
    state = _state(conversation, known)
    offered = choices.offered(work, conversation.id, work.now, asked=not isinstance(state, states.Idle))
    meant = turn(state, reading, offered, [room.name for room in known.rooms])
    return _taken(work, meant.token, known) if isinstance(meant, Pick) else (meant, (), known)


def _taken(work: UnitOfWork, token: str, known: Facts) -> tuple[Action, tuple[str, ...], Facts]:
    """A choice is about the property it was offered for, whichever one is spoken of otherwise."""
    taken = choices.take(work, token, known.who.person_id)
    place = next((place for place in known.who.places if place.property_id == taken.property_id), known.place)
    return taken.action, taken.settles, known if place == known.place else _at(work, known, place)


def _at(work: UnitOfWork, known: Facts, place: Place) -> Facts:
    """What is known where the same person is meant to speak of another property."""
    return replace(gather.basics(work, known.who, place), alone=known.alone)


def _place(work: UnitOfWork, conversation: Opened, who: Who) -> Place:
    """The property that is spoken of: that of the question which is open, else the one this address speaks for."""
    at = states.asked_at(conversation.state) if not _is_over(work.now, conversation) else None
    return next((place for place in who.places if place.property_id == at), who.place)


def _state(conversation: Opened, known: Facts) -> states.State:
    """Where the dialogue stands: after an hour of silence a question is over, as its buttons are."""
    return states.Idle() if _is_over(known.now, conversation) else states.read(conversation.state)


def _is_over(now: datetime, conversation: Opened) -> bool:
    return now - conversation.changed_at >= choices.CHOICE_TIME


def _is_alone(conversation: Opened, message: Received) -> bool:
    """Whether the sender and we are alone: a private chat is named after its person, a group is not."""
    ids = (message.sender, *message.also)
    return conversation.chat in {staff.chat_of(message.transport, each) for each in ids}


def _hotel(known: Facts) -> Hotel:
    place = known.place
    return Hotel(
        rooms=tuple(room.name for room in known.rooms),
        aliases={alias: room.name for room in known.rooms for alias in room.aliases},
        today=known.today,
        calendar_day=local_date(known.now, place.timezone),
        currency=place.currency,
        region=region_of(place.timezone) or "KE",
        platforms=tuple(PLATFORMS),
        types={name: room.type_code for room in known.rooms for name in (room.type_name, room.type_code) if name},
    )


def _learn(work: UnitOfWork, who: Who, message: Received, known: Collection[str]) -> None:
    """Remember further ids of a known sender: WhatsApp may hide the phone number one day."""
    for other in message.also:
        if other not in known:
            work.session.add(ChatAddress(person_id=who.person_id, transport=message.transport, external_id=other))
            work.session.flush()


def _tap_refused(work: UnitOfWork, error: DaudaError) -> Any:  # noqa: ANN401
    facts = dict(error.facts)
    if "person_id" in facts:
        person_id = int(facts.pop("person_id") or 0)
        facts["person"] = staff.names(work.session, [person_id]).get(person_id, "")
    return line(error.code.replace("tap_", "tap."), **facts)
