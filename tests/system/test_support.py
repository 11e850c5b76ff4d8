"""What the tests stand on keeps its word: skips, rounds, closed doors, servers from elsewhere."""

import os
import socket
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Integer, create_engine, literal_column, make_url, select

from core.staff import passwords
from tests.support import binaries, postgres, run
from tests.support.postgres import Postgres
from tests.support.rounds import rounds
from tests.support.shared import found_in


def test_shared_material_that_is_there_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.ics").write_text("")
    assert found_in(tmp_path, "a.ics") == tmp_path / "a.ics"


def test_shared_material_that_is_absent_skips_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception):
        found_in(tmp_path, "a.ics")


def test_on_ci_nothing_is_skipped_for_what_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=r"a\.ics"):
        found_in(tmp_path, "a.ics")


@pytest.mark.parametrize(("size", "count"), [("quick", 1), ("check", 2), ("soak", 3)])
def test_each_size_has_its_rounds(monkeypatch: pytest.MonkeyPatch, size: str, count: int) -> None:
    monkeypatch.setenv("DAUDA_TEST_ROUNDS", size)
    assert rounds(1, 2, 3) == count


def test_an_unknown_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAUDA_TEST_ROUNDS", "many")
    with pytest.raises(ValueError, match="many"):
        rounds(1, 2, 3)


def test_only_in_tests_passwords_are_hashed_cheaply() -> None:
    found = spec_from_file_location("core.staff.passwords_as_shipped", passwords.__file__)
    assert found is not None
    assert found.loader is not None
    shipped = module_from_spec(found)
    found.loader.exec_module(shipped)
    cost = PasswordHasher().memory_cost
    assert cost >= 65_536  # KiB
    assert PasswordHasher().check_needs_rehash(shipped.hashed("a long password")) is False
    assert passwords.is_outdated(shipped.hashed("a long password"))


def test_a_statement_is_compiled_once_for_all_engines_of_a_kind(tmp_path: Path) -> None:
    asked = select(literal_column("1", Integer).label("compiled_once"))
    found = []
    for name in ("a.db", "b.db"):
        engine = create_engine(f"sqlite:///{tmp_path / name}")
        with engine.connect() as connection:
            found.append(connection.execute(asked).context.compiled)
        engine.dispose()
    assert found[0] is found[1]


def test_temporary_files_go_only_where_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not run.roomy(tmp_path / "none")
    monkeypatch.setattr(run, "ROOM", 1)
    assert run.roomy(tmp_path) == (not os.statvfs(tmp_path).f_flag & os.ST_NOEXEC)
    monkeypatch.setattr(run, "ROOM", 1 << 62)
    assert not run.roomy(tmp_path)


def test_no_test_reaches_the_outside() -> None:
    # The address is one for documentation (RFC 5737), so that nobody is bothered should the guard be off.
    with socket.socket() as door, pytest.raises(Warning, match="A test tried to use"):
        door.connect(("192.0.2.1", 80))


def test_loopback_is_open_to_tests() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()[:2]).close()


def test_postgresql_starts_from_a_folder_that_only_root_may_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "open_to_all", lambda _: False)
    server = Postgres()
    try:
        server.start()
        assert postgres.answers(server.url)
    finally:
        server.stop()


def test_a_folder_closed_to_others_is_noticed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not binaries.open_to_all(closed / "program")
    assert binaries.open_to_all(Path("/usr/bin/env"))


def test_a_given_server_is_used_instead_of_our_own(postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(postgres.URL_VARIABLE, postgres_server.url.replace("+psycopg", ""))
    url = postgres.create_database(postgres.server_url())
    assert make_url(url).port == postgres_server.port
    assert make_url(url).drivername == "postgresql+psycopg"
    postgres.drop_database(url)
