"""Who is in a case, how much it hurries and whom the advice favours, without a database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.conflicts import rules
from core.conflicts.rules import DIRECT, FIRST, Group, Party
from core.stays.reasons import Reason
from tests.core.conflicts.parties import NOON, TODAY, case, nights, parties_by_chance, party


def _ids(found: Sequence[Group]) -> list[set[int]]:
    return [{party.stay_id for party in group.parties} for group in found]


def test_two_stays_that_want_one_night_are_a_case_about_that_night() -> None:
    group = case(party(2, 2, 2, contested=True), party(1, 0, 3))
    assert [party.stay_id for party in group.parties] == [1, 2]
    assert group.disputed == (TODAY + timedelta(2),)
    assert group.nights == nights(2, 1)
    assert group.room_id == 3


def test_a_departure_on_the_day_of_an_arrival_is_no_case() -> None:
    assert _ids(rules.groups([party(1, 0, 2), party(2, 2, 2, contested=True)], TODAY)) == [{2}]
    assert _ids(rules.groups([party(1, 0, 3), party(2, 2, 2, contested=True)], TODAY)) == [{1, 2}]


def test_stays_that_hold_their_nights_are_no_case() -> None:
    assert rules.groups([party(1, 0, 3), party(2, 2, 2)], TODAY) == []


def test_stays_of_two_rooms_are_no_case() -> None:
    elsewhere = replace(party(1, 0, 3), room_id=4)
    assert _ids(rules.groups([elsewhere, party(2, 0, 3, contested=True)], TODAY)) == [{2}]


def test_three_stays_that_want_one_night_are_one_case() -> None:
    parties = [party(1, 0, 3), party(2, 1, 2, contested=True), party(3, 2, 4, contested=True)]
    assert _ids(rules.groups(parties, TODAY)) == [{1, 2, 3}]


def test_two_holders_that_touch_the_same_contested_stay_are_in_its_case() -> None:
    group = case(party(1, 0, 2), party(2, 4, 2), party(3, 1, 4, contested=True))
    assert [party.stay_id for party in group.parties] == [1, 2, 3]
    assert group.disputed == (TODAY + timedelta(1), TODAY + timedelta(4))
    assert group.nights == nights(1, 4)


def test_two_overlaps_of_one_room_without_a_stay_in_both_are_two_cases() -> None:
    parties = [party(1, 0, 2), party(2, 1, 1, contested=True), party(3, 5, 2), party(4, 6, 3, contested=True)]
    assert _ids(rules.groups(parties, TODAY)) == [{1, 2}, {3, 4}]


def test_a_stay_that_came_between_two_cases_makes_them_one() -> None:
    parties = [party(1, 0, 2), party(2, 1, 1, contested=True), party(3, 5, 2), party(4, 6, 3, contested=True)]
    assert _ids(rules.groups([*parties, party(5, 1, 6, contested=True)], TODAY)) == [{1, 2, 3, 4, 5}]


def test_nights_that_are_over_are_no_case() -> None:
    over = [party(1, -3, 3), party(2, -2, 2, contested=True)]
    assert rules.groups(over, TODAY) == []
    assert _ids(rules.groups(over, TODAY - timedelta(1))) == [{1, 2}]


def test_nights_that_are_over_are_not_in_dispute() -> None:
    assert case(party(1, -3, 5), party(2, -2, 5, contested=True)).nights == nights(0, 2)


def test_a_contested_stay_that_nobody_stands_against_is_a_case_of_its_own() -> None:
    group = case(party(1, -1, 4, contested=True))
    assert _ids([group]) == [{1}]
    assert group.nights == nights(0, 3)


def test_r11_events_of_one_link_are_no_case() -> None:
    parties = [party(1, 0, 3, link_id=7), party(2, 1, 2, link_id=7, contested=True)]
    assert rules.groups(parties, TODAY) == []


def test_r11_one_code_told_twice_is_no_case() -> None:
    parties = [party(1, 0, 3, link_id=7, code="A"), party(2, 1, 2, link_id=7, code="A", contested=True)]
    assert rules.groups(parties, TODAY) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"link_id": 7, "code": "A"}, {"link_id": 7, "code": "B"}),
        ({"link_id": 7, "code": "A"}, {"link_id": 8, "code": "A"}),
        ({"link_id": 7}, {"link_id": 8}),
        ({"link_id": None}, {"link_id": None}),
    ],
)
def test_r11_two_codes_of_one_link_or_two_links_are_a_case(one: dict[str, object], other: dict[str, object]) -> None:
    parties = [party(1, 0, 3, **one), party(2, 1, 2, **other, contested=True)]
    assert _ids(rules.groups(parties, TODAY)) == [{1, 2}]


def test_r11_a_third_link_has_a_case_with_the_one_event_that_it_meets() -> None:
    told = [party(1, 0, 3, link_id=7), party(2, 1, 2, link_id=7, contested=True)]
    assert _ids(rules.groups([*told, party(3, 0, 1, link_id=8, contested=True)], TODAY)) == [{1, 3}]


@given(parties_by_chance())
def test_a_case_is_whatever_hangs_together(parties: list[Party]) -> None:
    left = {party.stay_id: {night for night in party.nights if night >= TODAY} for party in parties}
    against = {
        (one.stay_id, other.stay_id)
        for one in parties
        for other in parties
        if one.stay_id != other.stay_id and one.room_id == other.room_id
        and left[one.stay_id] & left[other.stay_id] and (one.contested or other.contested)
        and not (
            one.link_id and one.link_id == other.link_id
            and (not one.code or not other.code or one.code == other.code)
        )
    }  # fmt: skip
    found = rules.groups(parties, TODAY)
    seen = [stay_id for group in _ids(found) for stay_id in group]
    assert len(seen) == len(set(seen))
    assert {one for one, _ in against} <= set(seen)
    for group in found:
        stays = {party.stay_id for party in group.parties}
        assert stays == _hanging_together(min(stays), against)
        nights = {night for one, other in against if one in stays for night in left[one] & left[other]}
        assert set(group.disputed) == (nights or left[min(stays)])
        assert any(party.contested for party in group.parties)


def _hanging_together(first: int, against: set[tuple[int, int]]) -> set[int]:
    reached = {first}
    while more := {other for one, other in against if one in reached} - reached:
        reached |= more
    return reached


@given(parties_by_chance(), some.randoms())
def test_cases_do_not_depend_on_the_order_of_stays(parties: list[Party], chance: object) -> None:
    mixed = list(parties)
    chance.shuffle(mixed)  # type: ignore[attr-defined] # Hypothesis' random.Random.
    assert rules.groups(mixed, TODAY) == rules.groups(parties, TODAY)


BLOCK = Reason.OWNER
GUEST = Reason.GUEST


def _two(one: dict[str, object], other: dict[str, object]) -> Group:
    return case(party(1, 0, 3, **one), party(2, 1, 3, **other, contested=True))


@pytest.mark.parametrize(
    ("preference", "one", "other", "stay_id"),
    [
        (FIRST, {}, {}, 1),
        (FIRST, {"confirmed_at": NOON}, {"confirmed_at": NOON - timedelta(1)}, 2),
        (FIRST, {"source": "airbnb"}, {}, 1),
        (DIRECT, {"source": "airbnb"}, {}, 2),
        (DIRECT, {"source": "airbnb"}, {"source": "vrbo"}, 1),
        ("vrbo", {"source": "airbnb"}, {"source": "vrbo"}, 2),
        ("vrbo", {"source": "airbnb"}, {}, 1),
    ],
)
def test_the_preference_names_whom_the_advice_favours(
    preference: str, one: dict[str, object], other: dict[str, object], stay_id: int
) -> None:
    assert rules.preferred(_two(one, other), preference) == stay_id


@pytest.mark.parametrize("preference", [FIRST, DIRECT, "airbnb"])
def test_r23_a_checked_in_guest_comes_before_a_fact_and_a_fact_before_any_preference(preference: str) -> None:
    repair: dict[str, object] = {"reason": Reason.MAINTENANCE, "source": None}
    booked: dict[str, object] = {"source": "airbnb", "confirmed_at": NOON - timedelta(9)}
    assert rules.preferred(_two(booked, repair), preference) == 2
    assert rules.preferred(_two({**booked, "checked_in": True}, repair), preference) == 1


@given(parties_by_chance(), some.sampled_from([FIRST, DIRECT, "airbnb"]))
def test_whoever_does_not_give_way_has_its_nights(parties: list[Party], preference: str) -> None:
    for group in rules.groups(parties, TODAY):
        lost = rules.losers(group, preference, TODAY)
        kept = [party for party in group.parties if party not in lost]
        if len(group.parties) == 1:
            assert lost == group.parties
            continue
        assert rules.preferred(group, preference) in {party.stay_id for party in kept}
        assert not any(rules.disputed(one, other, TODAY) for one in kept for other in kept if one is not other)
        assert all(any(rules.disputed(one, other, TODAY) for other in kept) for one in lost)


def test_only_those_who_want_its_nights_lose_to_a_stay() -> None:
    group = case(party(1, 0, 2), party(2, 4, 2), party(3, 1, 4, contested=True))
    assert [party.stay_id for party in rules.rivals(group, 1, TODAY)] == [3]
    assert [party.stay_id for party in rules.rivals(group, 3, TODAY)] == [1, 2]


@pytest.mark.parametrize(
    ("one", "other", "alone"),
    [
        ({"reason": GUEST}, {"reason": BLOCK}, True),
        ({"reason": BLOCK}, {"reason": BLOCK}, True),
        ({"reason": BLOCK}, {"reason": GUEST}, False),
        ({"reason": GUEST}, {"reason": GUEST}, False),
        ({"reason": GUEST, "checked_in": True}, {"reason": Reason.MAINTENANCE}, False),
        ({"reason": Reason.MAINTENANCE}, {"reason": Reason.WALK_IN}, False),
    ],
)
def test_r22_only_a_block_gives_way_without_a_named_person(
    one: dict[str, object], other: dict[str, object], *, alone: bool
) -> None:
    assert rules.decides_itself(_two(one, other), FIRST, TODAY) is alone


def test_r22_a_stay_without_a_rival_is_never_decided_by_a_machine() -> None:
    assert not rules.decides_itself(case(party(1, 0, 2, reason=BLOCK, contested=True)), FIRST, TODAY)


@given(parties_by_chance(), some.sampled_from([FIRST, DIRECT, "airbnb"]))
def test_r22_a_machine_never_shadows_a_guest(parties: list[Party], preference: str) -> None:
    for group in rules.groups(parties, TODAY):
        if rules.decides_itself(group, preference, TODAY):
            favoured = rules.preferred(group, preference)
            rivals = rules.rivals(group, favoured, TODAY)
            assert rivals
            assert all(party.reason is BLOCK and not party.checked_in for party in rivals)
