"""What the documents quote from the chat is understood, and is answered word for word as they show it."""

from datetime import date
from pathlib import Path

import pytest

from bot.conversation.flows.other import SPOKEN
from bot.conversation.intents import LANDED
from bot.understanding import Hotel, Intent, understand
from core.setup.document import LANGUAGES
from tests.architecture.source import ROOT
from tests.docs.pages import blocks, page, rows, sections
from tests.docs.playing import SPOKEN as LINE
from tests.docs.playing import front_desk, replayed

FRIDAY = date(2026, 11, 20)
TYPES = {"Double": "DBL", "DBL": "DBL"}
HOTEL = Hotel(rooms=("1", "2", "3", "12A"), aliases={}, today=FRIDAY, calendar_day=FRIDAY, types=TYPES)
PLAYED = [
    pytest.param(block, id=f"{name}-{number}")
    for name in ("README.md", "docs/chat.md")
    for number, block in enumerate(blocks(page(name), "chat"), start=1)
    if "bot> " in block
]


def phrases() -> list[str]:
    """Return the lines of docs/chat.md that are shown as something to write."""
    lines = (line for block in blocks(page("docs/chat.md"), "chat") for line in block.splitlines())
    return [line.removeprefix("> ") for line in lines if line.startswith("> ")]


def meant(phrase: str) -> Intent | None:
    """Return what a phrase asks for; None when it leaves a doubt. A room alone asks how it stands."""
    reading = understand(phrase, HOTEL, language="en")
    if reading.doubts:
        return None
    return Intent.STATUS if reading.intent is None and reading.rooms else reading.intent


@pytest.mark.parametrize("phrase", phrases())
def test_a_phrase_to_write_is_understood_without_a_doubt(phrase: str) -> None:
    assert meant(phrase) in LANDED


@pytest.mark.parametrize("phrase", ["dont block room 3", "block room 99 tonight", "lovely weather", "backup now"])
def test_a_phrase_that_is_not_done_is_seen(phrase: str) -> None:
    assert meant(phrase) not in LANDED


def test_every_command_that_has_landed_has_a_phrase() -> None:
    assert set(LANDED) - {meant(phrase) for phrase in phrases()} == set()


def test_each_block_of_chat_is_a_dialogue_or_phrases() -> None:
    strange = [
        line
        for name in ("README.md", "docs/chat.md")
        for block in blocks(page(name), "chat")
        for line in block.splitlines()
        if not line.startswith(("     ", "bot> ") if "bot> " in block else "> ") and not LINE.match(line)
    ]
    assert strange == []


@pytest.mark.parametrize("dialogue", PLAYED)
def test_a_dialogue_goes_as_it_is_shown(tmp_path: Path, dialogue: str) -> None:
    with front_desk(tmp_path, setup()) as talk:
        assert replayed(talk, dialogue) == dialogue


def test_an_answer_that_is_made_up_is_seen(tmp_path: Path) -> None:
    dialogue = "Amina> undo\nbot> Everything is undone."
    with front_desk(tmp_path, setup()) as talk:
        assert replayed(talk, dialogue) != dialogue


def setup() -> str:
    """Return the setup file of the README: the hotel of every dialogue."""
    return blocks(page("README.md"), "toml")[0]


def test_the_languages_are_those_of_the_lexicons_and_of_the_wording() -> None:
    listed = {cells[0].split("`")[1]: cells[1:] for cells in rows(sections(page("docs/chat.md"), 2)["Languages"])}
    lexicons = {path.stem.partition("-")[0] for path in (ROOT / "bot/understanding/lexicons").glob("*.toml")}
    wording = {path.stem for path in (ROOT / "bot/replies/wording").glob("*.toml")}
    assert set(SPOKEN) <= wording
    assert listed == {
        code: ["yes" if code in lexicons else "not yet", "yes" if code in SPOKEN else "not yet"] for code in LANGUAGES
    }
