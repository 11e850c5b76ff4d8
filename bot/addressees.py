"""Who is told something nobody asked for, and in which chat: where each last wrote, else at their first address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from bot import gather, inbox
from bot.conversation.facts import Facts
from bot.inbox import Opened
from bot.models import Conversation
from core.db.work import UnitOfWork
from core.staff import queries as staff
from core.staff.models import ChatAddress, Membership
from core.staff.roles import Role
from core.staff.rules import is_at_least

TERMINAL = "console"
"""Somebody sits at it only while they type, so that it counts where a person has nothing else."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """One person, in the chat where they are reached; the conversation is locked."""

    facts: Facts
    conversation: Opened


def of_property(work: UnitOfWork, property_id: int, at_least: Role) -> list[Addressee]:
    """Everybody of a property with at least this role, each once, their chats locked in one order for everybody."""
    found: list[Addressee] = []
    for address in sorted(_addresses(work.session, property_id, at_least), key=lambda each: each.id):
        who = staff.identify(work.session, address.transport, (address.external_id,))
        place = next((place for place in who.places if place.property_id == property_id), None) if who else None
        if who is not None and place is not None:
            chat = staff.chat_of(address.transport, address.external_id)
            conversation = inbox.open_conversation(work, address.transport, chat)
            found.append(Addressee(gather.basics(work, who, place), conversation))
    return found


def _addresses(session: Session, property_id: int, at_least: Role) -> list[ChatAddress]:
    """The one address of each person."""
    query = (
        select(ChatAddress, Membership.role)
        .join(Membership, Membership.person_id == ChatAddress.person_id)
        .where(Membership.property_id == property_id, Membership.revoked_at.is_(None))
        .order_by(ChatAddress.transport == TERMINAL, ChatAddress.id)
    )
    people: dict[int, list[ChatAddress]] = {}
    for address, role in session.execute(query):
        if is_at_least(Role(role), at_least):
            people.setdefault(address.person_id, []).append(address)
    wrote = _wrote(session, [address for addresses in people.values() for address in addresses])
    return [_best(addresses, wrote) for addresses in people.values()]


def _best(addresses: list[ChatAddress], wrote: dict[tuple[str, str], datetime]) -> ChatAddress:
    phones = [address for address in addresses if address.transport != TERMINAL] or addresses
    used = [address for address in phones if _chat(address) in wrote]
    return max(used, key=lambda address: wrote[_chat(address)]) if used else phones[0]


def _wrote(session: Session, addresses: list[ChatAddress]) -> dict[tuple[str, str], datetime]:
    """When something was last written in each chat, by transport and chat."""
    chats = [_chat(address) for address in addresses]
    query = select(Conversation).where(tuple_(Conversation.transport, Conversation.chat).in_(chats))
    return {(each.transport, each.chat): each.changed_at for each in session.scalars(query)}


def _chat(address: ChatAddress) -> tuple[str, str]:
    return address.transport, staff.chat_of(address.transport, address.external_id)
