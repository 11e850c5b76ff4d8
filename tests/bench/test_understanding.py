"""How long it takes to understand a message."""

import time
from itertools import chain
from statistics import median

import pytest

from bot.understanding import understand
from bot.understanding.lexicon import languages
from tests.bench.conftest import Hold
from tests.bench.measure import ROUNDS, Row, p99
from tests.bot.understanding.hotels import hotel
from tests.bot.understanding.test_sentences import sentences

pytestmark = pytest.mark.bench
MOST_US = 1_000


def test_a_message_is_understood_in_a_millisecond(hold: Hold) -> None:
    hold(_understood)


def _understood() -> list[Row]:
    place = hotel()
    said = [(language, text) for language in languages() for text, _ in sentences(language)]
    took: dict[tuple[str, str], list[float]] = {}
    for each in range(ROUNDS + 1):
        for language, text in said:
            began = time.perf_counter()
            understand(text, place, language=language)
            if each:
                took.setdefault((language, text), []).append((time.perf_counter() - began) * 1e6)
    medians = {key: median(values) for key, values in took.items()}
    all_of_them = list(chain.from_iterable(took.values()))
    return [
        Row(f"understanding, median of {len(medians)} sentences", median(medians.values()), None, MOST_US, unit="µs"),
        Row("  its p99", p99(all_of_them), unit="µs"),
        *(
            Row(f"  in {language}", median(v for (spoken, _), v in medians.items() if spoken == language), unit="µs")
            for language in languages()
        ),
    ]
