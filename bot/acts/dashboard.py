"""The one-time link to the dashboard, for the person who asks, in a chat that nobody else reads."""

from bot.conversation.facts import Facts, LoginLink
from bot.tools import Tools
from core.access import links
from core.db.work import UnitOfWork
from core.errors import Refused
from core.events.service import By


class NotAlone(Refused):
    """Others read this chat, and whoever opens the link is let in as the person who asked."""


class NoPublicAddress(Refused):
    """The settings do not say where the dashboard is to be reached. Facts: `setting`."""


def open_for(work: UnitOfWork, tools: Tools, facts: Facts, by: By) -> LoginLink:
    """A new link for the person of `facts`. Raises `NotAlone` and `NoPublicAddress`."""
    if not facts.alone:
        raise NotAlone
    if not tools.is_public:
        raise NoPublicAddress(setting="DAUDA_PUBLIC_URL")
    made = links.make(work, facts.who.person_id, by)
    lasts = made.expires_at - work.now
    return LoginLink(tools.hide_code(made.code), int(lasts.total_seconds()))
