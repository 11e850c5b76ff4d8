"""Reading a dialogue file: who writes or taps what, what the bot says, what calendars show, and time passing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

HEAD = re.compile(r"hotel: (?P<hotel>\w+) · now: \w{3} (?P<now>\d{4}-\d\d-\d\d \d\d:\d\d)")
SAYS = re.compile(r"(?P<who>[A-Z]\w+)> (?P<text>.*)")
TAPS = re.compile(r"(?P<who>[A-Z]\w+) taps \[(?P<label>[^\]]+)\]")
HEARS = re.compile(r"(?P<who>[A-Z]\w+) hears> (?P<text>.*)")
LATER = re.compile(r"\((?P<minutes>\d+) minutes later\)")
MEANWHILE = "(meanwhile)"
FEED = re.compile(r"(?:(?P<platform>\w+) )?feed (?P<room>\w+)> (?P<shown>.*)")
CALENDAR = re.compile(r"(?P<platform>[a-z_]+) (?P<room>\w+)> (?P<shown>.*)")
BUTTON = re.compile(r"\[([^\]]+)\]")
ZONE = ZoneInfo("Africa/Nairobi")


@dataclass(slots=True)
class Turn:
    """Something a person does, and what the bot says to it."""

    who: str
    text: str = ""
    tap: str | None = None
    answer: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)

    @property
    def silent(self) -> bool:
        """Whether no answer is expected."""
        return not self.answer


@dataclass(slots=True)
class Hears:
    """What the bot says to somebody who said nothing: the next message that they have not been asked about yet."""

    who: str
    answer: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a platform's calendar of a room shows when it is read now."""

    platform: str
    room: str
    shown: str


@dataclass(frozen=True, slots=True)
class Later:
    """Time passes, and what is due is done."""

    by: timedelta


@dataclass(frozen=True, slots=True)
class Feed:
    """What a platform's feed of a room shows: runs of busy nights."""

    room: str
    shown: str
    platform: str = "airbnb"


@dataclass(frozen=True, slots=True)
class Script:
    """One dialogue."""

    hotel: str
    now: datetime
    steps: list[Turn | Hears | Calendar | Later | Feed]


def read(path: Path) -> Script:
    """Read a dialogue file. An answer is `bot> …` with its further lines indented; the last may hold [buttons]."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    head = HEAD.fullmatch(lines[0])
    assert head is not None, f"{path.name}: the first line must name the hotel and the time"
    now = datetime.strptime(head["now"], "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
    return Script(head["hotel"], now, list(_steps(path, lines[1:])))


def _steps(path: Path, lines: list[str]) -> Iterator[Turn | Hears | Calendar | Later | Feed]:
    turn: Turn | Hears | None = None
    for line in lines:
        if line.startswith(("bot> ", "     ")):
            assert turn is not None, f"{path.name}: the bot speaks first: {line}"
            _heard(turn, line[5:])
            continue
        if turn is not None:
            yield turn
            turn = None
        if found := TAPS.fullmatch(line):
            turn = Turn(found["who"], tap=found["label"])
        elif found := HEARS.fullmatch(line):
            turn = Hears(found["who"])
            _heard(turn, found["text"])
        elif found := SAYS.fullmatch(line):
            turn = Turn(found["who"], found["text"])
        elif found := LATER.fullmatch(line):
            yield Later(timedelta(minutes=int(found["minutes"])))
        elif line == MEANWHILE:
            yield Later(timedelta(0))
        elif found := FEED.fullmatch(line):
            yield Feed(found["room"], found["shown"], found["platform"] or "airbnb")
        elif found := CALENDAR.fullmatch(line):
            yield Calendar(found["platform"], found["room"], found["shown"])
        else:
            message = f"{path.name}: not understood: {line}"
            raise AssertionError(message)
    if turn is not None:
        yield turn


def _heard(turn: Turn | Hears, line: str) -> None:
    labels = BUTTON.findall(line)
    if labels and not BUTTON.sub("", line).strip():
        turn.buttons += labels
    else:
        turn.answer.append(line)
