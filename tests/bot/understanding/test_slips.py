"""Words dropped, doubled, swapped and joined, letters too: what still acts does what was meant.

A mutant that is a whole sentence of its own cannot be told from one ("remove block room 12" without "remove").
Those are listed; the receipt and the tap are there for them.
"""

from collections.abc import Iterator
from functools import cache

import pytest

from bot.understanding import Reading, understand
from tests.bot.understanding.hotels import hotel
from tests.bot.understanding.test_sentences import sentences

pytestmark = pytest.mark.xdist_group("slips")  # One process reads every mutant once.

SAYS_ANOTHER_VERB = {
    "9 leaving friday Jean-Pierre",
    "7 leaving friday",
    "John Kamau room 7 staying 2 nights kes 4500 0712 345 678",
    "cancel the on room 12",
    "block room 12 tomorrow",
    "block room 3",
    "blocking room 4",
    "cancel room 4",
    "room 6 is clean",
    "the guest of room 7 arrived",
}

Mutant = tuple[str, str, str]
"""What was done, the text after it, and the letters it was done to."""


def words_changed(words: list[str]) -> Iterator[Mutant]:
    for at, word in enumerate(words):
        before, after = words[:at], words[at + 1 :]
        yield "drop", " ".join(before + after), word
        yield "double", " ".join([*before, word, word, *after]), word
        if after:
            yield "swap", " ".join([*before, after[0], word, *after[1:]]), f"{word}{after[0]}"
            yield "join", " ".join([*before, word + after[0], *after[1:]]), f"{word}{after[0]}"


def letters_changed(words: list[str]) -> Iterator[Mutant]:
    for at, word in enumerate(words):
        for here, letter in enumerate(word):
            head, tail = word[:here], word[here + 1 :]
            changed = [("drop letter", head + tail, letter), ("double letter", head + letter * 2 + tail, letter)]
            if tail:
                changed.append(("swap letters", head + tail[0] + letter + tail[1:], letter + tail[0]))
            for how, mutant, what in changed:
                yield how, " ".join([*words[:at], mutant, *words[at + 1 :]]), what


def acting() -> list[str]:
    return [text for text, _ in sentences("en") if understand(text, hotel()).acts()]


@cache
def acting_mutants() -> list[tuple[str, Reading, Mutant, Reading]]:
    found = []
    for text in acting():
        meant = understand(text, hotel())
        words = text.split()
        for mutant in (*words_changed(words), *letters_changed(words)):
            read = understand(mutant[1], hotel())
            if read.acts():
                found.append((text, meant, mutant, read))
    return found


def test_no_slip_makes_a_message_do_something_else() -> None:
    other_verbs, other_rooms, other_days = set(), [], []
    seen = 0
    for text, meant, (how, mutant, what), read in acting_mutants():
        seen += 1
        if read.intent is not meant.intent:
            other_verbs.add(mutant)
        # A lost digit, or the letter of 12A, names another room or day that is as real.
        if any(letter.isdigit() for letter in what) or what in {"A", "a", "d"}:
            continue
        if not {*read.rooms, read.to_room} <= {*meant.rooms, meant.to_room, None}:
            other_rooms.append((text, mutant, read.rooms))
        told = {(read.start, meant.start), (read.end, meant.end), (read.nights, meant.nights)}
        # Without "until", the day that was the end is a start: a whole sentence again.
        if how != "drop" and any(said not in (None, intended) for said, intended in told):
            other_days.append((text, mutant))
    assert seen > 3000
    assert other_verbs == SAYS_ANOTHER_VERB
    assert other_rooms == []
    assert other_days == []


def test_no_slip_but_a_dropped_word_loses_the_days() -> None:
    lost = [
        mutant
        for _, meant, (how, mutant, _), read in acting_mutants()
        if how != "drop" and (meant.start or meant.end or meant.nights) and not (read.start or read.end or read.nights)
    ]
    assert lost == []


def test_unblocking_and_blocking_are_further_apart_than_a_slip_of_a_letter() -> None:
    for text in ("block room 3 tonight", "unblock room 3", "close 204", "open room 204", "reopen 204"):
        meant = understand(text, hotel()).intent
        for _, mutant, _ in letters_changed(text.split()):
            assert understand(mutant, hotel()).intent in (meant, None), mutant
