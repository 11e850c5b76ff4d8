"""Handling one inbound message: claim, understand, step, act, reply, all in one commit."""

import time
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass, replace
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
from core.staff.views import Who
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
    known = gather.basics(work, who, who.place)
    if message.kind == "blocked":
        return None
    if message.kind not in ("text", "tap"):
        return say(work, conversation, Reply(Say((line("notice.media"),)), known, message))
    try:
        meant, settles = _meant(work, tools, conversation, message, known)
    except (choices.TapUsed, choices.TapExpired, choices.TapForeign, choices.TapUnknown) as error:
        return say(work, conversation, Reply(Say((_tap_refused(work, error),)), known, message))
    by = By(who.person_id, message.transport)
    reply = _converse(work, tools, conversation, known, meant, by, message)
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
    conversation.state = states.out(taken.state)
    if not taken.do:
        return Reply(taken.say or Say(()), facts, message)
    outcome = act(work, tools, facts, taken.do, by)
    return Reply(receipts.receipt(taken.do, outcome, facts), facts, message)


def _meant(
    work: UnitOfWork, tools: Tools, conversation: Opened, message: Received, known: Facts
) -> tuple[Action | Doubtful | Puzzled, tuple[str, ...]]:
    """What the message asks for, and which earlier message's buttons it settles."""
    person = known.who.person_id
    if message.tap:
        taken = choices.take(work, message.tap, person)
        return taken.action, taken.settles
    reading = understand(message.text, _hotel(known), language=known.language)
    if reading.url is not None:
        reading = replace(reading, url=tools.hide(reading.url))
    state = _state(conversation, known)
    offered = choices.offered(work, conversation.id, work.now, asked=not isinstance(state, states.Idle))
    meant = turn(state, reading, offered, [room.name for room in known.rooms])
    if isinstance(meant, Pick):
        taken = choices.take(work, meant.token, person)
        return taken.action, taken.settles
    return meant, ()


def _state(conversation: Opened, known: Facts) -> states.State:
    """Where the dialogue stands: after an hour of silence a question is over, as its buttons are."""
    over = known.now - conversation.changed_at >= choices.CHOICE_TIME
    return states.Idle() if over else states.read(conversation.state)


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
