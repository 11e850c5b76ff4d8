"""Telling staff that calendars cannot be read, again when nobody mends it, and once when they can (R19)."""

from bot import addressees
from bot.conversation import calendars_said
from bot.conversation.says import Say
from bot.outbound import Reply, cards, write_alert
from core.db.work import UnitOfWork
from core.imports import watching
from core.imports.health import Word
from core.imports.watching import News
from core.staff.roles import Role
from core.staff.rules import is_at_least


def tell_stale_calendars(work: UnitOfWork) -> int:
    """Write what is to be said of calendars now; how many messages."""
    return sum(_tell(work, news) for news in watching.watch(work))


def _tell(work: UnitOfWork, news: News) -> int:
    """Tell the staff; the admins too when the word goes to them, or when there is nobody else."""
    everybody = addressees.of_property(work, news.property_id, Role.STAFF)
    staff = [each for each in everybody if not is_at_least(each.facts.place.role, Role.PROPERTY_ADMIN)]
    told = everybody if news.to_admins or not staff else staff
    if news.word is Word.WORKS_AGAIN:
        # Whoever has the alert still open, however it reached them.
        subject = calendars_said.settled(calendars_said.CHANNEL, news.channel_id)[0]
        told = [each for each in everybody if cards(work.session, subject, each.conversation.id)] or told
    for each in told:
        write_alert(work, each.conversation, Reply(_said(news, work), each.facts))
    return len(told)


def _said(news: News, work: UnitOfWork) -> Say:
    if news.word is Word.WORKS_AGAIN:
        linked = tuple(link.linked for link in news.links)
        return calendars_said.works_again(news.channel_id, news.links[0].platform, linked, news.since or work.now)
    return calendars_said.stale_alert(news.channel_id, news.links, news.room_ids, news.times)
