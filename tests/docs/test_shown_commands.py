"""What the documents tell people to type on a shell works as it is written."""

import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from tests.architecture.source import ROOT
from tests.docs.pages import CODE, blocks, page, sections, without_blocks
from tests.docs.playing import front_desk
from tests.support.shared import missing

STAYS_RUNNING = {"chat", "serve"}


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run this Python in `folder` with no settings but the folder's own."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=kept, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_readmes_commands_set_the_hotel_up(tmp_path: Path) -> None:
    (tmp_path / "baobab.toml").write_text(blocks(page("README.md"), "toml")[0], encoding="utf-8")
    lines = (line for block in blocks(page("README.md"), "sh") for line in block.splitlines())
    shown = [shlex.split(line, comments=True)[1:] for line in lines if line.startswith(".venv/bin/dauda ")]
    tried = [arguments for arguments in shown if arguments[0] not in STAYS_RUNNING]
    assert [arguments[0] for arguments in tried] == ["setup", "feeds", "staff"]
    said = [run(["-m", "dauda", *arguments], tmp_path) for arguments in tried]
    assert [answer.returncode for answer in said] == [0, 0, 0], [answer.stderr for answer in said]
    assert "made property baobab" in said[0].stdout
    assert re.fullmatch(r"http://\S+/ics/\S+\.ics\n", said[1].stdout)
    assert re.search(r"join [A-Z]+", said[2].stdout)


def test_the_backup_by_hand_is_whole_and_holds_the_newest_change(tmp_path: Path) -> None:
    if find_spec("pysqlite3") is None:
        missing("there is no wheel of pysqlite3 for this machine")
    text = sections(page("docs/operations.md"), 2)["Backup"]
    script = re.search(r"-c '\n(.*?)'\n", text, re.DOTALL)
    assert script is not None
    with front_desk(tmp_path / "var", blocks(page("README.md"), "toml")[0]) as talk:
        talk("block room 3 tonight")
        answer = run(["-c", script[1]], tmp_path)
        assert (answer.stdout, answer.stderr) == ("ok\n", "")
        assert (tmp_path / "var" / "secret.key").exists()
        held = "from pysqlite3 import dbapi2 as s; print(s.connect('dauda-backup.db').execute('{}').fetchone()[0])"
        query = "SELECT count(*) FROM room_nights"
        assert run(["-c", held.format(query)], tmp_path).stdout == "1\n"


def test_the_log_lines_worth_an_alert_are_written_somewhere() -> None:
    told = sections(page("docs/operations.md"), 2)["Logs"].partition("Worth an alert:")[2]
    names = {name for name in CODE.findall(without_blocks(told)) if re.fullmatch(r"[a-z]+[._][a-z_]+", name)}
    rooms = ("core", "bot", "workers", "webhooks", "commands")
    source = "\n".join(path.read_text(encoding="utf-8") for room in rooms for path in (ROOT / room).rglob("*.py"))
    assert len(names) > 5
    assert [name for name in sorted(names) if f'"{name}"' not in source] == []
