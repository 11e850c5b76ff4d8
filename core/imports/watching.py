"""Watching over the reading of calendars: who is told what, once for a channel and not once for each of its rooms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import func, select

from core.channels.models import Channel, LinkImport, SyncRun
from core.db.work import UnitOfWork
from core.imports import health, runs, timetable
from core.imports.health import Told, Word
from core.imports.lines import Line, lines, worth_a_look
from core.imports.views import LinkHealth
from core.properties.models import Room


@dataclass(frozen=True, slots=True)
class News:
    """What staff are to be told of some calendars of one channel."""

    word: Word
    property_id: int
    channel_id: int
    links: tuple[LinkHealth, ...]
    """The longest unread first."""
    room_ids: tuple[int, ...]
    """The rooms that the links sell, in their order."""
    times: int
    """How often they have been told of in a row, this time included."""
    to_admins: bool
    """Whether the admins are told as well, because the staff were told before or the calendar is stale."""
    since: datetime | None = None
    """The last good read before the trouble, where all is well again and the log still has it."""


def watch(work: UnitOfWork) -> tuple[News, ...]:
    """What staff of every property are to be told now; it counts as told with this transaction.

    Where one calendar of a channel can be read again, its other failing ones are looked at at once.
    """
    found = lines(work.session, worth_a_look(work.session, work.now))
    said: list[News] = []
    for _, group in groupby(found, key=lambda line: line.channel.id):
        several = list(group)
        said += _late(work, several)
        said += _works_again(work, several)
    return tuple(said)


def _late(work: UnitOfWork, several: Sequence[Line]) -> list[News]:
    words = {line.link.id: word for line in several if (word := _word(line, work.now)) in (Word.LATE, Word.STALE)}
    if not words:
        return []
    named = [line for line in several if line.link.id in words]
    # The channel's other calendars that fail will be late within the interval: one message tells of all.
    channel = named[0].channel
    failing = (Channel.id == channel.id) & (LinkImport.failures > 0) & (LinkImport.alerts == 0)
    named += [line for line in lines(work.session, failing) if line.link.id not in words]
    alerts = 0
    for line in named:
        memory = _memory(line)
        memory.alerts, memory.alerted_at = memory.alerts + 1, work.now
        alerts = max(alerts, memory.alerts)
    word = Word.STALE if Word.STALE in words.values() else Word.LATE
    return [_news(work, word, named, alerts)]


def _works_again(work: UnitOfWork, several: Sequence[Line]) -> list[News]:
    again = [line for line in several if _word(line, work.now) is Word.WORKS_AGAIN]
    if not again:
        return []
    read_at = max(line.good_at for line in again if line.good_at is not None)
    others = [line for line in several if line.failing and line not in again]
    untried = [
        line.link.id for line in others if line.memory and line.memory.tried_at and line.memory.tried_at < read_at
    ]
    timetable.pull_soon(work, untried)
    if untried and work.now - read_at < health.GATHERED_FOR:
        return []
    since = min((at for line in again if (at := _good_before(work, line)) is not None), default=None)
    alerts = max(_memory(line).alerts for line in again)
    for line in again:
        memory = _memory(line)
        memory.alerts, memory.alerted_at = 0, None
    return [_news(work, Word.WORKS_AGAIN, again, alerts, since)]


def _word(line: Line, now: datetime) -> Word | None:
    memory = line.memory
    told = Told(memory.alerts, memory.alerted_at) if memory is not None else Told()
    return health.word_on(line.reading, told, now, good_at=line.good_at)


def _good_before(work: UnitOfWork, line: Line) -> datetime | None:
    """The end of the last good looks before staff were told."""
    last = select(func.max(SyncRun.last_at)).where(
        SyncRun.link_id == line.link.id, SyncRun.outcome.in_((runs.CHANGED, runs.UNCHANGED)),
        SyncRun.last_at < _memory(line).alerted_at,
    )  # fmt: skip
    return work.session.scalar(last)


def _memory(line: Line) -> LinkImport:
    assert line.memory is not None  # noqa: S101 - nobody is told of what was never tried, and a try is remembered.
    return line.memory


def _news(work: UnitOfWork, word: Word, named: Sequence[Line], times: int, since: datetime | None = None) -> News:
    longest_first = sorted(named, key=lambda line: line.reading.since or line.link.made_at)
    channel = longest_first[0].channel
    return News(
        word, channel.property_id, channel.id, tuple(line.view(work.now) for line in longest_first),
        _rooms(work, longest_first), times, health.reaches_admins(word, times), since,
    )  # fmt: skip


def _rooms(work: UnitOfWork, named: Sequence[Line]) -> tuple[int, ...]:
    """The rooms of the links; of a type any one stands for it: who reads its calendar reads the type's."""
    any_of = select(Room.type_id, func.min(Room.id)).group_by(Room.type_id)
    types = [line.kind.id for line in named if line.kind is not None]
    first = dict(work.session.execute(any_of.where(Room.type_id.in_(types))).all()) if types else {}
    found = (line.room.id if line.room is not None else first.get(line.link.type_id or 0) for line in named)
    return tuple(room_id for room_id in found if room_id is not None)
