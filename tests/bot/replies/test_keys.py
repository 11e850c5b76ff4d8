"""Every key the code asks for has its wording, every wording is asked for, and gets the facts it names."""

import pytest

from bot.replies.words import FALLBACK, languages, wording
from tests.bot.replies.keys import TAPS, TROUBLES, asked, families, families_asked, placeholders, raised, spelled

WORDS = wording(FALLBACK)
SECTIONS = frozenset(key.partition(".")[0] for key in WORDS)
MADE = {pattern.replace("{}", "\0").split("\0")[0] + end for pattern, ends in families().items() for end in ends}
PLURALS = ("word.nights.", "word.bookings.")
MOST_LABEL = 20
"""Characters of a WhatsApp button."""


def test_every_key_in_the_code_has_wording() -> None:
    missing = {(call.where, call.key) for call in asked() if call.key not in WORDS}
    assert not missing
    assert not {key for key in spelled(SECTIONS) if key not in WORDS}


def test_a_key_without_wording_would_be_seen() -> None:
    found = {call.key for call in asked()}
    assert {"language.set", "offer.undo", "word.room", "notice.media"} <= found
    assert {"left.open", "extend.until_when"} <= spelled(SECTIONS)
    assert len(found) > 80


def test_every_key_that_is_put_together_has_wording() -> None:
    assert families_asked() == set(families())
    assert not {key for key in MADE | TAPS | TROUBLES if key not in WORDS}


def test_no_wording_is_dead() -> None:
    used = {call.key for call in asked()} | spelled(SECTIONS) | MADE | TAPS | TROUBLES
    assert set(WORDS) - used == set()


def test_every_wording_gets_the_facts_it_names() -> None:
    lacking = {
        (call.where, call.key, *sorted(placeholders(WORDS[call.key]) - call.facts))
        for call in asked()
        if call.key in WORDS and not call.open and placeholders(WORDS[call.key]) - call.facts
    }
    # Keys chosen beforehand are passed on by name; what they get is rendered in test_rendered.py.
    assert not lacking


def test_every_refusal_carries_the_facts_its_wording_names() -> None:
    places = [(where, code, facts) for where, code, facts in raised() if code != "night_taken"]
    assert len(places) > 15
    assert not [
        (where, code, need) for where, code, facts in places if (need := placeholders(WORDS[f"refused.{code}"]) - facts)
    ]


def test_a_fixed_label_fits_a_button() -> None:
    fixed = {key: text for key, text in WORDS.items() if key.startswith("offer.") and not placeholders(text)}
    assert len(fixed) > 10
    assert not {key: text for key, text in fixed.items() if len(text) > MOST_LABEL}


@pytest.mark.parametrize("language", languages())
def test_a_language_has_the_same_keys_and_placeholders_as_english(language: str) -> None:
    words = wording(language)
    plurals = {key for key in words if key.startswith(PLURALS)}
    assert set(words) - plurals == {key for key in WORDS if not key.startswith(PLURALS)}
    assert not {key for key in set(words) - plurals if placeholders(words[key]) != placeholders(WORDS[key])}


def test_a_language_that_is_not_there_is_answered_in_english() -> None:
    assert wording("xx") == WORDS
