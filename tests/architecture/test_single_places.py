"""Things that are done in one place only: committing, reading the environment, asking the clock."""

import ast

import pytest

from tests.architecture.source import Module, parsed, shipped


def calls(module: Module) -> list[tuple[int, str]]:
    """Give each call in `module` with its line: `a.b(…)` as "a.b"."""
    found = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    return [(node.lineno, ast.unparse(node.func)) for node in found]


def commits(module: Module) -> list[str]:
    """Return where `module` calls something's `commit`."""
    return [f"{module.path}:{line}" for line, name in calls(module) if name.endswith(".commit")]


def environment_reads(module: Module) -> list[str]:
    """Return where `module` looks at the environment."""
    looked = ("os.environ", "os.getenv", "environ", "getenv")
    nodes = [node for node in ast.walk(module.tree) if isinstance(node, ast.Attribute | ast.Name)]
    return [f"{module.path}:{node.lineno}" for node in nodes if ast.unparse(node) in looked]


def clock_reads(module: Module) -> list[str]:
    """Return where `module` asks the machine for the date or the time of day."""
    asked = ("datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time")
    return [f"{module.path}:{line}" for line, name in calls(module) if name.endswith(asked)]


def imports_of(module: Module, name: str) -> list[str]:
    """Return where `module` imports `name` or something in it."""
    return [
        f"{module.path}:{node.lineno}"
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == name for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == name)
    ]


def nights_written(module: Module) -> list[str]:
    """Return where `module` makes, changes or deletes rows of held nights and counted days."""
    rows, found = {"RoomNight", "InventoryDay", "ChannelDay", "LateDay"}, []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            first = ast.unparse(node.args[0]).split(".")[0] if node.args else ""
            if name in rows or (name in {"insert", "update", "delete", "insert_new"} and first in rows):
                found.append(f"{module.path}:{node.lineno}")
    return found


def elsewhere(place: str) -> list[Module]:
    """Return the shipped modules other than `place`."""
    return [module for module in shipped() if module.path != place]


def test_only_the_unit_of_work_commits() -> None:
    assert [where for module in elsewhere("core/db/work.py") for where in commits(module)] == []


def test_the_unit_of_work_does_commit() -> None:
    (work,) = [module for module in shipped() if module.path == "core/db/work.py"]
    assert commits(work) != []


def test_only_the_inventory_writes_nights_and_days() -> None:
    modules = [module for module in shipped() if not module.path.startswith("core/inventory/")]
    assert [where for module in modules for where in nights_written(module)] == []


@pytest.mark.parametrize("text", ["RoomNight(room_id=1)", "delete(InventoryDay)", "update(RoomNight).values(x=1)"])
def test_a_written_night_is_seen(text: str) -> None:
    assert nights_written(parsed("m.py", text)) == ["m.py:1"]
    assert nights_written(parsed("m.py", "select(RoomNight.night)")) == []


def test_only_the_settings_read_the_environment() -> None:
    # The Telegram library and dramatiq take some opt-ins from the environment alone, so these set them there.
    allowed = {"core/config.py", "bot/transports/telegram/__init__.py", "workers/broker.py"}
    found = [where for module in shipped() if module.path not in allowed for where in environment_reads(module)]
    assert found == []


def test_only_the_clock_asks_for_the_time() -> None:
    assert [where for module in elsewhere("core/clock.py") for where in clock_reads(module)] == []


def test_nothing_imports_the_command_line() -> None:
    assert [where for module in shipped() for where in imports_of(module, "dauda")] == []


def test_nothing_shipped_imports_the_tests() -> None:
    assert [where for module in shipped() for where in imports_of(module, "tests")] == []


@pytest.mark.parametrize("text", ["session.commit()", "self.a.session.commit()"])
def test_a_commit_is_seen(text: str) -> None:
    assert commits(parsed("m.py", text)) == ["m.py:1"]
    assert commits(parsed("m.py", "session.rollback()")) == []


@pytest.mark.parametrize("text", ["os.environ['A']", "os.getenv('A')", "a = dict(environ)"])
def test_a_read_of_the_environment_is_seen(text: str) -> None:
    assert environment_reads(parsed("m.py", text)) == ["m.py:1"]


@pytest.mark.parametrize("text", ["datetime.now(UTC)", "dt.datetime.now()", "date.today()"])
def test_a_look_at_the_clock_is_seen(text: str) -> None:
    assert clock_reads(parsed("m.py", text)) == ["m.py:1"]
    assert clock_reads(parsed("m.py", "clock.now()")) == []


@pytest.mark.parametrize("text", ["import dauda", "from dauda import main", "import dauda.x"])
def test_an_import_of_the_command_line_is_seen(text: str) -> None:
    assert imports_of(parsed("m.py", text), "dauda") == ["m.py:1"]
    assert imports_of(parsed("m.py", "import core.dauda"), "dauda") == []
