"""Reading one calendar: the one door from bytes to a snapshot."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from core.feeds.reading import lenient, plain
from core.feeds.reading.days import Unreadable
from core.feeds.reading.lenient import Draft
from core.feeds.reading.recurrence import Budget, occurrences
from core.feeds.reading.snapshot import Event, Flag, NotACalendar, Options, Problem, Reason, Snapshot
from core.feeds.reading.text import MOST_EVENTS, MOST_OF_A_LINE, framed

Key = tuple[str, date | None]


def read(body: bytes, zone: str, options: Options) -> Snapshot:
    """What `body` says about a property in `zone` (an IANA name).

    Raises `NotACalendar`, whatever the bytes, and nothing else. An event that cannot be read becomes a problem of the
    snapshot and costs no other event.
    """
    taken = framed(body)
    here = ZoneInfo(zone)
    problems: list[Problem] = []
    events: list[Event] = []
    drafts: list[Draft] = []
    for block in taken.blocks:
        event = plain.read(block, options)
        if event is not None:
            events.append(event)
            continue
        try:
            draft = lenient.read(block, here, options)
        except Exception as error:  # noqa: BLE001 - A broken value raises many kinds, and one event is not the calendar.
            problems.append(_problem(block, error))
            continue
        if draft.recurs:
            drafts.append(draft)
        else:
            events.append(draft.event)
    if drafts:
        events += _expanded(drafts, events, here, options, problems)
    return _snapshot(events, problems, taken.made_by, recurring=bool(drafts))


def _snapshot(
    events: Iterable[Event], problems: Sequence[Problem], made_by: tuple[str, ...], *, recurring: bool
) -> Snapshot:
    kept = sorted(_each_once(list(events)), key=_order)
    if len(kept) > MOST_EVENTS:
        raise NotACalendar(reason="too_many")
    return Snapshot(
        events=tuple(event for event in kept if event.takes_nights),
        left_out=tuple(event for event in kept if not event.takes_nights),
        problems=tuple(problems),
        made_by=made_by,
        recurring=recurring,
    )


def _each_once(events: list[Event]) -> list[Event]:
    """Of events with one UID and occurrence the one with the highest SEQUENCE; where that does not decide, all."""
    many = {key for key, count in Counter(map(_key, events)).items() if count > 1}
    if not many:
        return events
    highest: dict[Key, int] = {}
    for event in events:
        highest[_key(event)] = max(event.sequence, highest.get(_key(event), 0))
    left = dict.fromkeys(e for e in events if _key(e) not in many or not e.uid or e.sequence == highest[_key(e)])
    still = Counter(map(_key, left))
    return [
        replace(event, flags=event.flags | {Flag.DUPLICATE_UID}) if event.uid and still[_key(event)] > 1 else event
        for event in left
    ]


def _expanded(
    drafts: list[Draft], events: list[Event], zone: ZoneInfo, options: Options, problems: list[Problem]
) -> list[Event]:
    """The instances of recurring events, less those that `events` put elsewhere or take back (RECURRENCE-ID)."""
    moved = {_key(event) for event in events if event.occurrence is not None}
    budget, found = Budget(), list[Event]()
    newest: dict[str | None, int] = {}
    for draft in drafts:
        newest[draft.event.uid] = max(draft.event.sequence, newest.get(draft.event.uid, 0))
    for draft in drafts:
        if draft.event.uid and draft.event.sequence < newest[draft.event.uid]:
            continue
        try:
            instances = occurrences(draft, zone, options, budget)
        except Exception as error:  # noqa: BLE001 - As in `read`.
            problems.append(_problem(draft.event.raw, error))
            continue
        found += (event for event in instances if not event.uid or _key(event) not in moved)
        if len(found) > MOST_EVENTS:
            raise NotACalendar(reason="too_many")
    return found


def _problem(block: str, error: Exception) -> Problem:
    reason, detail = Reason.UNREADABLE, f"{type(error).__name__}: {error}"
    if isinstance(error, Unreadable):
        reason, detail = error.facts["reason"], error.facts.get("detail", "")
    elif isinstance(error, OverflowError):
        reason = Reason.OUT_OF_RANGE
    try:
        uid, summary = lenient.named(block)
    except Unreadable:
        uid, summary = None, ""
    return Problem(uid, summary, reason, detail[:200], block[:MOST_OF_A_LINE])


def _key(event: Event) -> Key:
    return event.uid or "", event.occurrence


def _order(event: Event) -> tuple[date, date, str, date]:
    return event.start, event.end, event.uid or "", event.occurrence or date.min
