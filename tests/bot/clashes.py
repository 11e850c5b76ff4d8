"""A clash of two guests on the phones of the example hotel, and what is sent because of it."""

from sqlalchemy import select

from bot.messages import Outgoing
from core.outbox import service as outbox
from core.outbox.effects import PullFeed
from core.stays.models import Stay
from tests.bot.phones import CHATS, Phones
from workers.running import run


def work_off(phones: Phones) -> list[Outgoing]:
    """Do what is due; return what was sent because of it."""
    before = len(phones.receiver.sent)
    while True:
        with phones.store.unit_of_work() as work:
            leases = outbox.lease(work, 50, but=(PullFeed.kind,))
        for lease in leases:
            assert run(phones.desk._context, lease), lease
        if not leases:
            return phones.receiver.sent[before:]


def clash(phones: Phones) -> dict[str, Outgoing]:
    """Let Juma block a room although Mary has it; return the card that each of the two was sent, by name."""
    phones.say("Amina", "room 3 walk-in tonight Mary")
    refused = phones.say("Juma", "room 3 walk-in tonight John")
    phones.tap("Juma", refused, "Block anyway")
    return by_name(work_off(phones))


def by_name(sent: list[Outgoing]) -> dict[str, Outgoing]:
    """Return what was sent by who got it; one message each."""
    names = {chat: name for name, chat in CHATS.items()}
    found = {names[message.chat]: message for message in sent}
    assert len(found) == len(sent), sent
    return found


def states(phones: Phones) -> dict[str | None, str]:
    """Return what became of the stays, by guest."""
    with phones.store.reading() as session:
        return {stay.guest: stay.state for stay in session.scalars(select(Stay))}
