"""The grammar: one pass over the items of a message, then the decisions that need the whole of it."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from bot.understanding import intents
from bot.understanding.amounts import bare_price, take_hour, take_nights, take_people, take_price, take_reference
from bot.understanding.cutting import cut_note, cut_phone, weigh_note
from bot.understanding.dates import settle_dates, take_dates
from bot.understanding.draft import Draft, World
from bot.understanding.guests import settle_guest, take_free, take_guest
from bot.understanding.items import Item, itemise
from bot.understanding.lexicon import Role, Vocabulary, vocabulary
from bot.understanding.normalise import tidy
from bot.understanding.reading import Doubt, DoubtKind, Hotel, Intent, Reading
from bot.understanding.roomnames import room_names
from bot.understanding.rooms import names_room, settle_bare, take_bare, take_rooms
from bot.understanding.spans import take_every, without_spans
from bot.understanding.typenames import take_types
from bot.understanding.webaddresses import cut_urls, is_calendar, platform_of

_Reader = Callable[[list[Item], int, World, Draft], int]

_FILLS = (
    Role.FILLER,
    Role.SMALL,
    Role.FOR,
    Role.ON,
    Role.IN,
    Role.AND,
    Role.FROM,
    Role.FROM_AFTER,
    Role.CHOICE,
)
_FILLS_TOO = (Role.DAY_PART, Role.GUEST, Role.QUESTION, Role.OPENING, Role.PRICE, Role.PEOPLE)
_NUMBERED = frozenset({Intent.CHECKLISTS, Intent.CONFLICTS})
"""What is asked for by its own number, which is then no room."""

_MOST_ITEMS = 300
"""What is longer was forwarded, not written to us, and would take long to read."""
_TIMED = frozenset({None, Intent.HOLD, Intent.WALK_IN, Intent.CHECK_IN, Intent.CHECK_OUT, Intent.QUIET_HOURS})
"""Where an hour of the day says something; elsewhere it may be a date misspelt."""


def understand(text: str, hotel: Hotel, *, language: str = "en") -> Reading:
    """What `text` says at `hotel`, in any language there is a lexicon for; `language` only breaks ties.

    Pure, and defined for every string: what is not understood leaves slots empty and doubts behind.
    """
    return read_with(vocabulary(), text, hotel, language=language)


def read_with(words: Vocabulary, text: str, hotel: Hotel, *, language: str) -> Reading:
    """`understand` with the words of other lexicons than the package's."""
    plain, urls = cut_urls(tidy(text))
    plain, phone = cut_phone(plain, hotel.region)
    names = room_names(hotel)
    items, spoken = itemise(plain, words, names, language)
    if len(items) > _MOST_ITEMS:
        return Reading(text, spoken, doubts=(Doubt(DoubtKind.UNEXPLAINED, ""),))
    items, note = cut_note(plain, without_spans(items))
    world = World(hotel, names.biggest, intents.possible(items), names_room(items))
    draft = Draft()
    _note_question(items, draft)
    _read(items, world, draft)
    if note is not None:
        weigh_note(note, draft)
    _take_urls(urls, world, draft)
    reading = Reading(text, spoken, phone=phone, url=next(iter(urls), None), note=note.text if note else None)
    return _settle(reading, world, draft)


def _take_urls(urls: tuple[str, ...], world: World, draft: Draft) -> None:
    """Which platform a pasted address tells, and whether it is a calendar's; two addresses are two messages."""
    if not urls:
        return
    told = platform_of(urls[0], world.hotel)
    draft.pasted = told is not None or is_calendar(urls[0])
    if told is not None:
        draft.platforms.append(told)
    if len(urls) > 1:
        draft.doubt(DoubtKind.TWO_VERBS, "")


def _note_question(items: list[Item], draft: Draft) -> None:
    """A question mark or a question word anywhere makes it a question; some verbs do so only as the first word."""
    words = [item for item in items if not item.sign and (item.has(Role.OPENING) or not item.has(Role.FILLER))]
    asking = [item for item in items if item.folded == "?" or item.has(Role.QUESTION)]
    if words and words[0].has(Role.OPENING):
        asking.insert(0, words[0])
    if asking:
        draft.asked = asking[0].text


def _read(items: list[Item], world: World, draft: Draft) -> None:
    readers: tuple[_Reader, ...] = (
        take_types,
        _take_end_verb,
        take_every,
        _take_now,
        take_reference,
        take_hour,
        take_price,
        _take_rooms_before_dates,
        _take_dates,
        take_rooms,
        take_nights,
        take_people,
        take_guest,
        _take_word,
        _take_number,
        take_free,
    )
    at = 0
    while at < len(items):
        for reader in readers:
            after = reader(items, at, world, draft)
            if after > at:
                at = after
                break
        else:
            if not items[at].sign:
                draft.doubt(DoubtKind.UNEXPLAINED, items[at].text)
            at += 1


def _take_rooms_before_dates(items: list[Item], at: int, world: World, draft: Draft) -> int:
    """Where a guest is moved, "to 5" names a room before it could name a day."""
    return take_rooms(items, at, world, draft) if world.moves and items[at].has(Role.TO) else at


def _take_now(items: list[Item], at: int, world: World, draft: Draft) -> int:
    """Where calendars are read, "now" says at once, and no day."""
    if not (items[at].has(Role.NOW) and world.reads_calendars):
        return at
    draft.now = True
    return at + 1


def _take_dates(items: list[Item], at: int, world: World, draft: Draft) -> int:
    """Days, unless the word before them is the verb itself ("room 3 leaves on friday")."""
    verb = items[at].has(Role.INTENT) and items[at].has(Role.UNTIL)
    return at if verb else take_dates(items, at, world, draft)


def _take_end_verb(items: list[Item], at: int, world: World, draft: Draft) -> int:
    """Days after a verb of leaving: beside another verb ("walk-in John leaving friday") it says until when."""
    item = items[at]
    if not item.has(Role.INTENT) or not item.has(Role.UNTIL) or not world.intents - set(item.values[Role.INTENT]):
        return at
    return take_dates(items, at, world, draft)


def _take_word(items: list[Item], at: int, world: World, draft: Draft) -> int:
    """Verbs and answers, platforms, languages, and the words that fill a sentence without deciding anything."""
    item = items[at]
    after = intents.take_intent(items, at, draft)
    if item.has(Role.PLATFORM) and item.value(Role.PLATFORM) in world.hotel.platforms:
        # "booking" is a platform only where no other is named: "airbnb booking room 3".
        if not (item.has(Role.WEAK) and draft.platforms):
            draft.platforms.append(item.value(Role.PLATFORM))
        after = at + 1
    if item.has(Role.LANGUAGE):
        draft.languages.append(item.value(Role.LANGUAGE))
        after = at + 1
    # "Connect room 3 to Airbnb" leads to a platform; where something is sold, "to" may end a range.
    leads = (Role.INTENT, Role.LANGUAGE, *((Role.PLATFORM,) if world.reads_calendars else ()))
    led = item.has(Role.TO) and at + 1 < len(items) and items[at + 1].has(*leads)
    if led or item.has(*_FILLS, *_FILLS_TOO):
        after = at + 1
    return after


def _take_number(items: list[Item], at: int, world: World, draft: Draft) -> int:
    """A number that nothing around it explains: a price, a choice, or perhaps a room."""
    item = items[at]
    if item.has(Role.ORDINAL):
        draft.picks.append(int(item.value(Role.ORDINAL)))
        return at + 1
    if not item.digits:
        return at
    if bare_price(item, world):
        draft.prices.append((Decimal(item.number or 0), world.hotel.currency))
        return at + 1
    return take_bare(items, at, world, draft)


def _bare_answer(draft: Draft) -> int | None:
    """The number a text is about when it stands for itself: an answer, or the number of a checklist or conflict."""
    said = [item.number for group in draft.bare for item in group] + [*draft.picks]
    if len(said) != 1 or draft.rooms or draft.to_rooms:
        return None
    listed = any(value in _NUMBERED for values in draft.intents for value in values)
    asks_nothing = not (draft.intents or draft.weak or draft.starts or draft.ends or draft.nights or draft.free)
    return said[0] if listed or asks_nothing else None


def _settle(reading: Reading, world: World, draft: Draft) -> Reading:
    number = _bare_answer(draft)
    if number is None:
        settle_bare(world, draft)
    intent = intents.settle_intent(draft)
    settle_guest(intent, draft)
    intents.settle_doubts(intent, draft)
    settle_dates(intent, world, draft)
    intents.settle_nights(intent, draft)
    _doubt_extra(intent, draft)
    rooms = list(dict.fromkeys(draft.rooms))
    return replace(
        reading,
        intent=intent,
        rooms=tuple(rooms),
        to_room=draft.to_rooms[0] if draft.to_rooms else None,
        start=draft.starts[0][0] if draft.starts else None,
        end=draft.ends[0][0] if draft.ends else None,
        end_is_last_night=draft.last_night,
        nights=draft.nights[0] if draft.nights else None,
        guest=draft.guest,
        price=draft.prices[0][0] if draft.prices else None,
        currency=draft.prices[0][1] if draft.prices else None,
        reason=draft.reasons[0] if draft.reasons else None,
        platform=draft.platforms[0] if draft.platforms else None,
        reference=draft.reference,
        said_language=draft.languages[0] if draft.languages else None,
        number=number,
        answer=intents.settle_answer(intent, draft),
        hour=draft.hours[0] if draft.hours else None,
        every=draft.every[0] if draft.every else None,
        types=tuple(draft.types),
        every_type=draft.every_type,
        doubts=tuple(draft.doubts),
        asks=draft.asked is not None,
    )


def _doubt_extra(intent: Intent | None, draft: Draft) -> None:
    """What was said twice and differently, and a number word that picks nothing."""
    for said in (draft.to_rooms, draft.prices, draft.platforms, draft.languages, draft.hours, draft.every):
        if len(set(said)) > 1:
            draft.doubt(DoubtKind.UNEXPLAINED, " ".join(map(str, said)))
    if draft.hours and intent not in _TIMED:
        draft.doubt(DoubtKind.UNEXPLAINED, str(draft.hours[0]))
    if intent is Intent.MOVE and not draft.to_rooms and len(set(draft.rooms)) > 1:
        draft.doubt(DoubtKind.AMBIGUOUS_ROOM, ", ".join(draft.rooms))
    if draft.picks and (intent is not None or len(draft.picks) > 1):
        draft.doubt(DoubtKind.UNEXPLAINED, " ".join(map(str, draft.picks)))
