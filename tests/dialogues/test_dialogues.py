"""Every dialogue file, played over every transport: the same words, the same buttons, the same feeds."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.dialogues.script import Calendar, Feed, Hears, Later, Turn, read
from tests.dialogues.stage import PEOPLE, TRANSPORTS, Stage, stage

NAMES = {"console": "the console", "whatsapp": "WhatsApp", "telegram": "Telegram"}
FILES = sorted((Path(__file__).parent / "scripts").glob("*.txt"))


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_dialogue_is_played_as_written(file: Path, transport: str, sqlite_url: str, tmp_path: Path) -> None:
    _play(file, transport, sqlite_url, tmp_path)


@pytest.mark.parametrize("file", FILES[:3], ids=lambda file: file.stem)
def test_the_dialogue_is_the_same_on_postgresql(file: Path, postgresql_url: str, tmp_path: Path) -> None:
    _play(file, "whatsapp", postgresql_url, tmp_path)


def _play(file: Path, transport: str, database_url: str, var_dir: Path) -> None:
    script = read(file)
    heard: Counter[str] = Counter()
    with stage(script, transport, database_url, var_dir) as set_:
        set_.pass_time(timedelta(0))
        heard.update({who: len(set_.phones.inbox(set_.who(who))) for who in PEOPLE})
        for step in script.steps:
            match step:
                case Turn():
                    _turn(set_, step, heard)
                case Hears():
                    _hears(set_, step, heard)
                case Calendar(platform, room, shown):
                    set_.look(platform, room, shown)
                case Later(by):
                    set_.pass_time(by)
                case Feed(room, shown, platform):
                    assert f"feed {room}> {set_.feed(room, platform)}" == f"feed {room}> {shown}"
        for who in PEOPLE:
            assert set_.phones.inbox(set_.who(who))[heard[who] :] == [], f"{who} was told more"


def _hears(set_: Stage, hears: Hears, heard: Counter[str]) -> None:
    told = set_.phones.inbox(set_.who(hears.who))[heard[hears.who] :]
    assert told, f"{hears.who} was told nothing instead of {hears.answer}"
    heard[hears.who] += 1
    assert told[0].text.splitlines() == hears.answer, f"{hears.who} was told:\n{told[0].text}"
    assert told[0].labels == hears.buttons, f"{hears.who}: {told[0].labels}"


def _turn(set_: Stage, turn: Turn, told: Counter[str]) -> None:
    who = set_.who(turn.who)
    before = len(set_.phones.inbox(who))
    unheard = set_.phones.inbox(who)[told[turn.who] :]
    assert not unheard, f"{turn.who} was told before: {unheard}"
    if turn.tap is not None:
        set_.phones.tap(who, turn.tap)
    else:
        set_.phones.say(who, turn.text)
    set_.settle()
    heard = set_.phones.inbox(who)[before:]
    told[turn.who] += len(heard)
    said = turn.text or f"[{turn.tap}]"
    if turn.silent:
        assert not heard, f"{said}: {heard}"
        return
    assert len(heard) == 1, f"{said}: {heard}"
    answer = heard[0].text.splitlines()
    expected = [line.replace("TRANSPORT", NAMES[set_.transport]) for line in turn.answer]
    assert answer == expected, f"{said}:\n" + heard[0].text
    assert heard[0].labels == turn.buttons, f"{said}: {heard[0].labels}"
