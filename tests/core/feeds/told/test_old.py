"""Events that are long over when they are first seen: some platforms show stays for half a year after they ended."""

import pytest

from core.feeds.told.happenings import Appeared
from tests.core.feeds.told.hotel import Link, seen


@pytest.mark.parametrize("platform", ["vrbo", "generic", "airbnb", "booking_com"])
def test_what_a_look_tells_of_is_known_after_it_even_when_it_was_over_long_ago(platform: str) -> None:
    link = Link(platform)
    old = seen(-9, -5, uid="old")
    told = [happening.told.number for happening in link.read(old) if isinstance(happening, Appeared)]
    assert {one.number for one in link.known.bookings} >= set(told)


@pytest.mark.parametrize("platform", ["vrbo", "generic", "airbnb"])
def test_what_is_over_is_told_once_while_it_is_shown(platform: str) -> None:
    link = Link(platform)
    old = seen(-9, -5, uid="old")
    link.read(old)
    assert link.read(old) == []
    assert link.read(old, hours=24) == []
