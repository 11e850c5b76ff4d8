"""What is left after the kills, compared with what was acknowledged: messages, events, answers, nights, feeds."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Conversation, InboundMessage, OutgoingMessage
from core.channels.models import ChannelLink
from core.events.models import Event
from core.feeds import service as feeds
from core.inventory.models import RoomNight
from core.outbox.models import Due
from core.properties.models import Room
from core.sealing import Sealer
from tests.fakes.twilio import FakeTwilio
from tests.system.crash.careless import MARK
from tests.system.crash.house import House
from tests.system.crash.phones import Phone, Written, span


@dataclass(frozen=True, slots=True)
class Books:
    """One reading of everything the loop is about."""

    inbound: list[InboundMessage]
    events: list[Event]
    said: list[tuple[Due, OutgoingMessage, str]]
    """Each answer with its row of the outbox and its chat."""
    held: set[tuple[str, date]]


def read(session: Session) -> Books:
    """Read the books."""
    outgoing = {message.id: message for message in session.scalars(select(OutgoingMessage))}
    chats = {one.id: one.chat for one in session.scalars(select(Conversation))}
    dues = session.scalars(select(Due).where(Due.kind == "chat.say").order_by(Due.id)).all()
    nights = select(Room.name, RoomNight.night).join(RoomNight, RoomNight.room_id == Room.id)
    return Books(
        list(session.scalars(select(InboundMessage).order_by(InboundMessage.id))),
        list(session.scalars(select(Event).where(Event.kind.like("stays.%")).order_by(Event.id))),
        [
            (due, message, chats[message.conversation_id])
            for due in dues
            for message in [outgoing[int(str(due.facts["message_id"]))]]
        ],
        {(name, night) for name, night in session.execute(nights)},
    )


def faults(books: Books, phones: Sequence[Phone], twilio: FakeTwilio) -> list[str]:
    """Everything that is not as it must be; empty when nothing was lost, torn or done twice."""
    written = [one for phone in phones for one in phone.written]
    found = [*_messages(books, written), *_outcomes(books, written), *undelivered(books, twilio)]
    wanted = {night for phone in phones for night in phone.known.held()}
    found += [f"lost: {room} on {night} is not held" for room, night in sorted(wanted - books.held)]
    found += [f"{room} on {night} is held, and nobody wants it" for room, night in sorted(books.held - wanted)]
    return found


def _messages(books: Books, written: Sequence[Written]) -> Iterator[str]:
    """Each acknowledged message is there once, handled; so is what was stored without reaching an answer."""
    stored = Counter(message.external_id.partition(MARK)[0] for message in books.inbound)
    yield from (f"lost: {one.text!r} is not stored" for one in written if not stored[one.sid])
    if len(books.inbound) > len(written):
        yield f"{len(books.inbound)} messages are stored, {len(written)} were written"
    yield from (f"m{one.id} is not handled" for one in books.inbound if one.handled_at is None)
    yield from (f"m{one.id} failed: {one.error}" for one in books.inbound if one.error)


def _outcomes(books: Books, written: Sequence[Written]) -> Iterator[str]:
    """Each message made exactly its event and exactly its answer, in one commit."""
    events: dict[str | None, list[Event]] = {}
    said: dict[str | None, list[OutgoingMessage]] = {}
    for event in books.events:
        events.setdefault(event.correlation, []).append(event)
    for due, message, _ in books.said:
        said.setdefault(due.correlation, []).append(message)
    meant = {one.sid: one for one in written}
    for row in books.inbound:
        one, mark = meant.get(row.external_id.partition(MARK)[0]), f"m{row.id}"
        made = [event.kind for event in events.pop(mark, [])]
        answers = [message.text for message in said.pop(mark, [])]
        if one is None:
            continue
        if made != ([one.event] if one.event else []):
            yield f"{mark} {one.text!r} made {made}"
        if len(answers) != 1 or not answers[0].startswith(one.answer):
            yield f"{mark} {one.text!r} was answered {answers}"
    yield from (f"events of nobody's message: {mark}" for mark in events)
    yield from (f"answers to nobody's message: {mark}" for mark in said)


def undelivered(books: Books, twilio: FakeTwilio) -> Iterator[str]:
    """Every answer is on its phone; twice at most where a sender was killed."""
    phones = {shown.id: shown for shown in twilio.sent}
    counted = Counter(number for _, message, _ in books.said for number in message.message_ids)
    for due, message, chat in books.said:
        if message.sent_at is None or due.closed_at is None or due.buried:
            yield f"answer {message.id} is not sent: {due.error}"
        for number in message.message_ids:
            if number not in phones or phones[number].chat != chat:
                yield f"answer {message.id} is said to be sent as {number}, which is not on {chat}"
            if counted[number] > 1:
                yield f"answer {message.id} shares {number} with another one: it was never sent"
    may_repeat = {(chat, message.text.split("\n", 1)[0]) for due, message, chat in books.said if due.attempts > 1}
    for shown in phones.values():
        if shown.id not in counted and (shown.chat, shown.text.split("\n", 1)[0]) not in may_repeat:
            yield f"{shown.chat} was told {shown.text!r} again, for no reason"


def repeated(books: Books, twilio: FakeTwilio) -> int:
    """How many messages are on a phone once more than written."""
    return len(twilio.sent) - sum(len(message.message_ids) for _, message, _ in books.said)


def feed_paths(session: Session, house: House) -> dict[str, str]:
    """Where the feed of each room is served, by the room's name."""
    sealer, found = Sealer(house.settings["DAUDA_SECRET_KEY"]), {}
    for link_id, room in session.execute(select(ChannelLink.id, Room.name).join(Room, Room.id == ChannelLink.room_id)):
        address = feeds.live_address(session, link_id)
        assert address is not None
        found[room] = f"/ics/{feeds.token_of(address, sealer)}.ics"
    return found


def wrong_feeds(paths: Mapping[str, str], house: House, phones: Sequence[Phone]) -> list[str]:
    """The rooms whose feed shows other nights than those held, and those whose opening can still be undone."""
    wanted = {night for phone in phones for night in phone.known.held() | phone.known.late}
    after = min(phone.today for phone in phones)
    shown = {room: busy(house.get(path).content, after) for room, path in paths.items()}
    return [
        f"the feed of room {room} shows {sorted(nights)}"
        for room, nights in shown.items()
        if nights != {night for name, night in wanted if name == room}
    ]


def busy(calendar: bytes, today: date) -> set[date]:
    """The nights from today on that a feed shows as taken, read by a library that did not write it."""
    events = Calendar.from_ical(calendar).events
    shown = {night for event in events for night in span(event.start, event.end)}
    return {night for night in shown if night >= today}  # A feed without events shows one that is over.
