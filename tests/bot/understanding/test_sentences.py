"""The sentences that stand beside each lexicon: every slot of every reading."""

from importlib import resources

import pytest

from bot.understanding import Intent, understand
from bot.understanding.lexicon import languages
from tests.bot.understanding.hotels import hotel, told


def sentences(language: str) -> list[tuple[str, dict[str, str]]]:
    file = resources.files("bot.understanding").joinpath("lexicons", f"{language}.sentences.tsv")
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    pairs = [line.split("\t") for line in lines[1:]]
    return [(text, dict(slot.split("=", 1) for slot in said.split(" | ") if slot)) for text, said in pairs]


@pytest.mark.parametrize("language", languages())
def test_every_sentence_of_a_lexicon_is_read_whole(language: str) -> None:
    expected = sentences(language)
    assert len(expected) >= 120
    read = [(text, told(understand(text, hotel(), language=language))) for text, _ in expected]
    assert [pair for pair in read if pair not in expected] == []


def test_the_english_sentences_cover_every_intent() -> None:
    covered = {slots.get("intent") for _, slots in sentences("en")}
    assert {intent.value for intent in Intent} <= covered


def test_a_sentence_with_another_reading_is_noticed() -> None:
    text, expected = sentences("en")[0]
    assert told(understand(f"{text} tomorrow", hotel())) != expected
