"""The servers of the tests: unprivileged, killable, and gone with the run."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from tests.support import redis, run, servers
from tests.support.postgres import Postgres, connect
from tests.support.redis import RedisServer

ROOT = Path(__file__).resolve().parents[2]


def test_a_fresh_database_is_empty_and_ours_alone(postgres_url: str) -> None:
    with connect(postgres_url) as connection:
        count = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert count == (0,)
        version = connection.execute("SHOW server_version_num").fetchone()
        assert version is not None
        assert int(version[0]) >= 150000


def test_committed_rows_outlive_a_killed_postgresql(postgres_server: Postgres) -> None:
    with connect(postgres_server.url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (3)")
    postgres_server.kill()
    with pytest.raises(psycopg.OperationalError):
        connect(postgres_server.url)
    postgres_server.start()
    with connect(postgres_server.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(3,)]


def test_a_killed_redis_starts_again_on_its_port(redis_server: RedisServer) -> None:
    with Redis.from_url(redis_server.url) as client:
        client.set("nudge", "1")
    redis_server.kill()
    assert not redis_server.answers()
    redis_server.start()
    assert redis_server.answers()


def test_redis_is_empty_at_first(redis_url: str) -> None:
    with Redis.from_url(redis_url, decode_responses=True) as client:
        assert client.dbsize() == 0
        client.set("left", "over")


@pytest.mark.skipif(os.getuid() != 0, reason="only root has rights to give up")
def test_servers_do_not_run_as_root(postgres_server: Postgres) -> None:
    assert postgres_server.process is not None
    assert Path(f"/proc/{postgres_server.process.pid}").stat().st_uid != 0


def test_a_server_that_cannot_start_says_why(redis_server: RedisServer) -> None:
    rival = RedisServer()
    rival.port = redis_server.port
    rival.answers = lambda: False  # type: ignore[method-assign]  # The port's owner would answer for it.
    try:
        with pytest.raises(RuntimeError, match="Address already in use"):
            rival.start()
    finally:
        rival.stop()


def test_a_shared_server_that_cannot_start_says_why() -> None:
    place = run.scratch("none")
    with pytest.raises(RuntimeError, match="No such file or directory"):
        run.keep("none", ["/nowhere/redis-server"], signal.SIGTERM, place, lambda: False)
    assert not place.exists()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_no_server_outlives_a_killed_run(ending: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        textwrap.dedent("""
            import pathlib, time
            from tests.support import redis, run
            run.begin()
            print(redis.start_shared().rpartition(":")[2], run.folder(), flush=True)
            time.sleep(60)
        """)
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        port, folder = process.stdout.readline().decode().split()
        kept = run.notes_of(Path(folder) / "redis.kept")
        assert servers.alive(kept.keeper)
        process.send_signal(ending)
    run.wait_until(lambda: not kept.folder.exists(), f"the end of Redis on port {port}")
    run.wait_until(lambda: not servers.alive(kept.keeper), "the end of its keeper")
    assert not redis.answers(f"redis://127.0.0.1:{port}")
    shutil.rmtree(folder)
