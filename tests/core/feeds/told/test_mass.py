"""Half a calendar gone at once is asked about (R13)."""

from dataclasses import replace

from core.feeds.told.happenings import Gone, MassDisappeared
from core.feeds.told.mass import doubt, lost_half
from core.feeds.told.values import State
from tests.core.feeds.told.hotel import Link, plain, seen

A, B, C, D = (seen(n, n + 2, f"HM{letter * 8}") for n, letter in ((10, "A"), (13, "B"), (16, "C"), (20, "D")))


def test_r13_three_of_four_gone_at_once_frees_nothing_and_asks_once() -> None:
    link = Link("airbnb")
    link.read(A, B, C, D)
    link.read(D)
    assert link.names() == ["Missing", "Missing", "Missing", "MassDisappeared"]
    assert link.first(MassDisappeared).known == 4
    assert len(link.first(MassDisappeared).gone) == 3
    for _ in range(23):
        assert link.same() == []
    assert link.busy() == [10, 11, 13, 14, 16, 17, 20, 21]


def test_r13_an_unanswered_question_frees_after_a_day_of_good_looks_and_says_so() -> None:
    link = Link("airbnb")
    link.read(A, B, C, D)
    link.read(D)
    for _ in range(24):
        link.same()
    assert link.names() == ["Gone", "Gone", "Gone", "QuestionSettled"]
    assert link.first(Gone).unanswered
    assert link.busy() == [20, 21]


def test_r13_it_never_frees_where_the_property_wants_to_be_asked() -> None:
    link = Link("airbnb")
    link.known = replace(link.known, waits_for_answer=True)
    link.read(A, B, C, D)
    link.read(D)
    for _ in range(100):
        assert link.same() == []
    link.say(gone=True)
    assert link.busy() == [20, 21]


def test_r13_a_calendar_that_is_wholly_empty_is_asked_about_and_comes_back() -> None:
    link = Link("booking_com")
    link.read(plain(10, 12), plain(14, 16), plain(18, 20))
    link.read()
    assert link.names()[-1] == "MassDisappeared"
    link.read(plain(10, 12), plain(14, 16), plain(18, 20))
    assert link.names() == ["CameBack", "CameBack", "CameBack", "QuestionSettled"]
    assert link.known.question is None


def test_r13_a_single_event_gets_the_usual_grace_even_when_it_was_the_only_one() -> None:
    link = Link("airbnb")
    link.read(A)
    link.read()
    assert link.names() == ["Missing"]
    link.same(hours=4)
    assert link.names() == ["Gone"]


def test_r13_one_of_three_is_no_mass() -> None:
    link = Link("airbnb")
    link.read(A, B, C)
    link.read(B, C)
    assert link.names() == ["Missing"]
    link.same(hours=4)
    assert link.names() == ["Gone"]


def test_r13_an_outage_that_begins_between_two_reads_counts_together() -> None:
    link = Link("airbnb")
    link.read(A, B, C, D)
    link.read(B, C, D)
    link.read(C, D)
    assert link.names() == ["Missing", "MassDisappeared"]


def test_r13_cancellations_a_day_apart_do_not_count_together() -> None:
    link = Link("airbnb")
    link.read(A, B, C, D)
    link.read(B, C, D)
    link.same(hours=4)
    link.read(C, D, hours=20)
    assert link.names() == ["Missing"]


def test_r13_yes_they_are_gone_frees_at_once() -> None:
    link = Link("airbnb")
    link.read(A, B, C, D)
    link.read(D)
    link.say(gone=True)
    assert link.names() == ["Gone", "Gone", "Gone", "QuestionSettled"]
    assert not link.first(Gone).unanswered
    assert link.busy() == [20, 21]


def test_r13_no_they_stand_keeps_them_until_they_end() -> None:
    link = Link("airbnb")
    link.read(A, B, C, D)
    link.read(D)
    link.say(gone=False)
    assert link.names() == ["QuestionSettled"]
    for _ in range(7 * 24):
        assert link.same() == []
    assert 10 in link.busy()
    link.same(hours=4 * 24)
    assert link.names() == ["Ended"]


def test_r13_a_kept_one_that_is_shown_again_is_an_ordinary_one_again() -> None:
    link = Link("airbnb")
    link.read(A, B, C, D)
    link.read(D)
    link.say(gone=False)
    link.read(A, D)
    assert link.names() == ["CameBack"]
    assert [told.state for told in link.known.bookings] == [State.THERE, State.KEPT, State.KEPT, State.THERE]


def test_r13_an_answer_without_a_question_does_nothing() -> None:
    link = Link("airbnb")
    link.read(A, B)
    before = link.known
    assert link.say(gone=True) == []
    assert link.known == before


def test_r13_what_heals_piece_by_piece_starts_its_grace_anew() -> None:
    link = Link("airbnb")
    link.read(A, B, C, D)
    link.read(D)
    link.read(A, B, D, hours=10)
    assert "QuestionSettled" in link.names()
    assert "Gone" not in link.names()
    link.same(hours=3)
    assert link.names() == []
    link.same(hours=1)
    assert link.names() == ["Gone"]


def test_r13_replaced_reservations_are_no_disappearance() -> None:
    link = Link("airbnb")
    link.read(A, B, C)
    link.read(*(seen(n, n + 2, f"HM{letter * 8}") for n, letter in ((10, "X"), (13, "Y"), (16, "Z"))))
    assert link.names() == ["Replaced", "Replaced", "Replaced"]


def test_r13_two_links_that_lose_half_in_one_round_are_asked_about_however_few_they_had() -> None:
    link = Link("airbnb")
    link.read(A)
    assert not lost_half(link.known)
    link.read()
    assert lost_half(link.known)
    looked = doubt(link.known)
    assert [type(happening).__name__ for happening in looked.happenings] == ["MassDisappeared"]
    link.known = looked.known
    link.same(hours=20)
    assert link.busy() == [10, 11]
    assert doubt(link.known).happenings == ()


def test_r13_less_than_half_is_no_sign_of_an_outage() -> None:
    link = Link("airbnb")
    link.read(A, B, C)
    link.read(A, B)
    assert not lost_half(link.known)


def test_r13_what_ends_while_the_question_is_open_does_not_ask_it_again() -> None:
    link = Link("booking_com")
    link.read(plain(1, 2), plain(2, 3), plain(4, 5), plain(8, 9), plain(12, 14))
    link.read(plain(8, 9), plain(12, 14))
    assert link.names()[-1] == "MassDisappeared"
    said = [type(happening).__name__ for _ in range(24) for happening in link.same()]
    assert said == ["Ended", "Gone", "Gone", "QuestionSettled"]
