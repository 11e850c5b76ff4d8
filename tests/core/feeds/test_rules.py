"""What a feed shows: R1, R2, R4, R5, R6."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.feeds.rules import RoomFacts, Shown, StayNight, TypeDay, harmless, horizon, shown
from core.values.nights import ONE_NIGHT, Nights

TODAY = date(2026, 11, 20)
WITHIN = horizon(TODAY)
CHANGED = datetime(2026, 11, 20, 18, 40, tzinfo=UTC)
EMPTY = RoomFacts(room_id=3, removed=False, changed_at=CHANGED)


def november(day: int) -> date:
    """The day of the month in which the tests play."""
    return date(2026, 11, day)


def stay(uid: str, arrival: date, departure: date, *, sells: bool = True) -> list[StayNight]:
    """The nights of a stay, as held."""
    return [StayNight(night, uid, sells, CHANGED) for night in Nights(arrival, departure)]


def day(night: date, *, free: int, keep_back: int = 0, contested: int = 0, stop_sell: bool = False) -> TypeDay:
    """A counted night."""
    return TypeDay(night, stop_sell, free, keep_back, contested)


def nights_of(events: list[Shown]) -> set[date]:
    """All nights that events show."""
    return {night for event in events for night in event.nights}


def spans(events: list[Shown]) -> list[tuple[str, date, date]]:
    """Events as (uid, arrival, departure)."""
    return [(event.uid, event.nights.arrival, event.nights.departure) for event in events]


def test_r01_a_held_night_is_an_event_of_its_stay() -> None:
    events = shown(replace(EMPTY, held=stay("aa", november(21), november(24))), WITHIN)

    assert events == [Shown("aa.3@dauda", Nights(november(21), november(24)), CHANGED, "Reserved")]


def test_r01_a_block_says_not_available() -> None:
    events = shown(replace(EMPTY, held=stay("aa", november(21), november(22), sells=False)), WITHIN)

    assert [event.summary for event in events] == ["Not available"]


def test_r01_nights_closed_for_several_reasons_are_one_event() -> None:
    facts = replace(
        EMPTY,
        contested=[november(21)],
        days=[day(november(22), free=2, stop_sell=True), day(november(23), free=1, keep_back=1)],
    )

    assert spans(shown(facts, WITHIN)) == [("closed-2026-11-21.3@dauda", november(21), november(24))]


def test_r01_the_last_free_room_is_busy_while_a_stay_of_its_type_waits() -> None:
    assert nights_of(shown(replace(EMPTY, days=[day(november(21), free=1, contested=1)]), WITHIN)) == {november(21)}


def test_r01_one_more_free_room_opens_the_night() -> None:
    assert shown(replace(EMPTY, days=[day(november(21), free=2, contested=1)]), WITHIN) == []


def test_r01_a_closed_night_inside_a_stay_is_shown_once() -> None:
    facts = replace(EMPTY, held=stay("aa", november(21), november(24)), days=[day(november(22), free=0)])

    assert spans(shown(facts, WITHIN)) == [("aa.3@dauda", november(21), november(24))]


def test_r02_what_the_link_told_is_not_told_back() -> None:
    facts = replace(EMPTY, held=stay("aa", november(21), november(24)), told=list(Nights(november(21), november(24))))

    assert shown(facts, WITHIN) == []


def test_r02_subtracting_nothing_would_echo() -> None:
    held = stay("aa", november(21), november(24))

    assert nights_of(shown(replace(EMPTY, held=held), WITHIN)) == set(Nights(november(21), november(24)))


def test_r02_a_stay_extended_at_the_desk_shows_the_night_the_link_does_not_know() -> None:
    told = list(Nights(november(21), november(23)))
    facts = replace(EMPTY, held=stay("aa", november(21), november(24)), told=told)

    assert nights_of(shown(facts, WITHIN)) == {november(23)}


def test_r02_a_second_run_of_one_stay_has_a_name_of_its_own() -> None:
    facts = replace(EMPTY, held=stay("aa", november(21), november(26)), told=[november(23)])

    assert spans(shown(facts, WITHIN)) == [
        ("aa.3@dauda", november(21), november(23)),
        ("aa.3-2026-11-24@dauda", november(24), november(26)),
    ]


def test_r04_a_late_opening_leaves_the_event_as_it_was() -> None:
    whole = stay("aa", november(21), november(24))
    before = shown(replace(EMPTY, held=whole), WITHIN)

    assert shown(replace(EMPTY, held=whole[:1], late=whole[1:]), WITHIN) == before
    assert shown(replace(EMPTY, held=whole[:1]), WITHIN) != before


def test_r04_a_night_taken_again_belongs_to_the_new_stay() -> None:
    facts = replace(EMPTY, held=stay("bb", november(22), november(23)), late=stay("aa", november(21), november(23)))

    assert spans(shown(facts, WITHIN)) == [
        ("aa.3@dauda", november(21), november(22)),
        ("bb.3@dauda", november(22), november(23)),
    ]


def test_r05_the_horizon_runs_from_yesterday_over_24_months() -> None:
    assert horizon(TODAY) == Nights(date(2026, 11, 19), date(2028, 11, 20))
    assert len(horizon(date(2028, 2, 29))) > 700


def test_r05_nights_outside_the_horizon_are_not_shown() -> None:
    facts = replace(
        EMPTY,
        held=[
            *stay("aa", november(10), november(12)),
            *stay("bb", WITHIN.departure, WITHIN.departure + ONE_NIGHT),
        ],
        days=[day(november(18), free=0), day(WITHIN.departure, free=0)],
        contested=[november(17)],
    )

    assert shown(facts, WITHIN) == []


def test_r05_a_running_stay_keeps_its_event_from_day_to_day() -> None:
    facts = replace(EMPTY, held=stay("aa", november(15), november(24)))

    assert spans(shown(facts, WITHIN)) == [("aa.3@dauda", november(15), november(24))]
    assert shown(facts, horizon(TODAY + ONE_NIGHT)) == shown(facts, WITHIN)


def test_r05_a_second_run_keeps_its_name_when_the_first_is_over() -> None:
    facts = replace(EMPTY, held=[*stay("aa", november(15), november(17)), *stay("aa", november(21), november(24))])

    assert spans(shown(facts, WITHIN)) == [("aa.3-2026-11-21@dauda", november(21), november(24))]


def test_r05_a_running_closure_keeps_its_name_while_days_go_by() -> None:
    facts = replace(EMPTY, days=[day(november(n), free=0) for n in range(10, 30)])

    (today,) = shown(facts, WITHIN)
    (tomorrow,) = shown(facts, horizon(TODAY + ONE_NIGHT))

    assert today.uid == tomorrow.uid == "closed.3@dauda"
    assert today.nights.departure == tomorrow.nights.departure == november(30)


def test_r06_a_removed_room_is_busy_throughout_whatever_was_told() -> None:
    facts = replace(EMPTY, removed=True, told=list(Nights(november(21), november(24))))

    assert spans(shown(facts, WITHIN)) == [("closed.3@dauda", WITHIN.arrival, WITHIN.departure)]


def test_the_event_of_an_empty_feed_is_over_in_every_zone() -> None:
    event = harmless(3, TODAY, CHANGED)

    assert not event.nights.overlaps(WITHIN)
    # Where the day begins last it is still yesterday, and the night was over that morning.
    assert event.nights.departure <= TODAY - ONE_NIGHT


offsets = st.integers(min_value=-20, max_value=60)
some_nights = st.frozensets(offsets.map(lambda n: TODAY + timedelta(days=n)), max_size=40)


@given(
    held=st.dictionaries(offsets, st.sampled_from(["aa", "bb", "cc"]), max_size=40),
    late=st.dictionaries(offsets, st.sampled_from(["aa", "dd"]), max_size=10),
    contested=some_nights,
    closed=some_nights,
    told=some_nights,
)
def test_r01_r02_events_are_exactly_the_busy_nights_that_the_link_did_not_tell(
    held: dict[int, str],
    late: dict[int, str],
    contested: frozenset[date],
    closed: frozenset[date],
    told: frozenset[date],
) -> None:
    def nights(found: dict[int, str]) -> list[StayNight]:
        return [
            StayNight(TODAY + timedelta(days=n), uid, sells=True, changed_at=CHANGED)
            for n, uid in sorted(found.items())
        ]

    facts = RoomFacts(
        room_id=3,
        removed=False,
        changed_at=CHANGED,
        held=nights(held),
        late=nights(late),
        contested=contested,
        days=[day(night, free=0) for night in closed],
        told=told,
    )
    events = shown(facts, WITHIN)

    stays = {TODAY + timedelta(days=n) for n in (*held, *late)}
    busy = {night for night in stays | contested | closed if night in WITHIN}
    assert {night for night in nights_of(events) if night in WITHIN} == busy - told
    assert sum(len(event.nights) for event in events) == len(nights_of(events))
    assert len({event.uid for event in events}) == len(events)
    assert events == sorted(events, key=lambda event: (event.nights.arrival, event.uid))
