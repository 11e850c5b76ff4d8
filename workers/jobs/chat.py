"""Messages out, and messages that a crash left unhandled."""

from datetime import timedelta

from bot import inbox
from bot.outgoing import as_sent, claim
from bot.receive import handle_left
from core.errors import Down
from core.outbox import service as outbox
from core.outbox.effects import Say, SweepChats
from core.outbox.service import Lease
from workers.context import Context, job
from workers.running import run

SWEEP_AFTER = timedelta(seconds=5)


@job(Say)
def say(context: Context, lease: Lease) -> None:
    """Hand one message to its transport; when an earlier attempt ended unknown, look first whether it arrived."""
    assert isinstance(lease.effect, Say)  # noqa: S101 - the registry keys jobs by the effect's kind.
    ready = claim(context.store, lease, context.sealer, context.public_url)
    if ready is not None:
        transport = context.transports.get(ready.transport)
        if transport is None:
            raise Down(retry_after=60, reason=f"{ready.transport} is not set up here")
        sent = (transport.find_sent(ready.outgoing) if ready.unsure else None) or transport.send(ready.outgoing)
        with context.store.unit_of_work() as work:
            if outbox.done(work, lease):
                as_sent(work, lease.effect.message_id, sent)
        return
    with context.store.unit_of_work() as work:
        outbox.done(work, lease)


@job(SweepChats)
def sweep(context: Context, lease: Lease) -> None:
    """Handle what is unhandled in every chat; the process that stored it may have been killed."""
    with context.store.reading() as session:
        since = context.store.clock.now() - SWEEP_AFTER
        chats = inbox.waiting_chats(session, tuple(context.transports), since)
    for transport, chat in chats:
        while (handled := handle_left(context.store, context.tools, transport, chat)) is not None:
            for reply in handled.leases:
                run(context, reply)
    with context.store.unit_of_work() as work:
        outbox.done(work, lease)
