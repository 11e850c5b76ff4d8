"""Lexicons: read strictly, from the package, in one form for all spellings of a word."""

import pytest

from bot.understanding.lexicon import Role, Tag, WrongLexicon, languages, phrase_of, read_lexicon, vocabulary
from bot.understanding.normalise import fold, tidy

HEAD = '[lexicon]\nlanguage = "xx"\n'


def test_a_lexicon_says_what_its_phrases_mean() -> None:
    lexicon = read_lexicon("xx.toml", HEAD + '[intents]\nblock = ["shut it"]\n[days]\n"-1" = ["gone"]\n')
    assert lexicon.phrases[("shut", "it")] == {Tag(Role.INTENT, "block")}
    assert lexicon.phrases[("gone",)] == {Tag(Role.DAY, "-1")}


@pytest.mark.parametrize(
    "body",
    [
        '[intents]\nblok = ["x"]',
        '[verbs]\nblock = ["x"]',
        '[words]\nrooom = ["x"]',
        '[days]\nsoon = ["x"]',
        '[room]\nx = ["x"]',
    ],
)
def test_a_section_or_key_nobody_knows_is_refused(body: str) -> None:
    with pytest.raises(WrongLexicon) as refused:
        read_lexicon("xx.toml", HEAD + body)
    assert refused.value.facts["file"] == "xx.toml"


def test_names_of_days_and_months_come_from_cldr_except_those_left_out() -> None:
    every = read_lexicon("xx.toml", HEAD + 'cldr = "hi_Latn"\n').phrases
    fewer = read_lexicon("xx.toml", HEAD + 'cldr = "hi_Latn"\ncldr_without = ["Ravi"]\n').phrases
    assert Tag(Role.WEEKDAY, "6") in every[("ravi",)]
    assert ("ravi",) not in fewer
    assert set(fewer) < set(every)


def test_the_package_brings_english() -> None:
    assert "en" in languages()
    assert "block" in vocabulary().by_first
    assert vocabulary() is vocabulary()


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Débloque", "debloque"),
        ("don’t", "dont"),
        ("أغسطس", "اغسطس"),
        ("إلى", "الي"),
        ("غرفة", "غرفه"),
        ("बंद", "बंद"),
        ("ＢＬＯＣＫ", "block"),
    ],
)
def test_two_spellings_of_a_word_are_one(typed: str, folded: str) -> None:
    assert fold(tidy(typed)) == folded


def test_digits_of_every_script_are_digits_and_words_of_hindi_stay_whole() -> None:
    assert tidy("कमरा ३ ٣ ３") == "कमरा 3 3 3"
    assert phrase_of("कमरा बंद") == ("कमरा", "बंद")


def test_two_words_that_differ_stay_apart() -> None:
    assert fold("funga") != fold("fungua")
    assert fold("मत") != fold("मात")
