"""The bell: heard here at once, elsewhere over Redis, and never in anybody's way."""

import threading
import time

from tests.support.redis import RedisServer
from workers.bell import Bell

PATIENCE = 10.0


def test_it_is_heard_in_this_process_without_redis() -> None:
    bell, heard = Bell(), threading.Event()
    stop = bell.listen(heard.set)
    bell.ring()
    assert heard.is_set()
    heard.clear()
    stop()
    bell.ring()
    assert not heard.is_set()
    bell.close()


def test_it_is_heard_elsewhere_again_after_redis_was_away(redis_server: RedisServer) -> None:
    here, there, heard = Bell(redis_server.url), Bell(redis_server.url), threading.Event()
    there.listen(heard.set)
    try:
        _ring_until(here, heard)
        redis_server.kill()
        heard.clear()
        begun = time.monotonic()
        here.ring()
        assert time.monotonic() - begun < 0.5
        redis_server.start()
        _ring_until(here, heard)
    finally:
        here.close()
        there.close()


def _ring_until(bell: Bell, heard: threading.Event) -> None:
    until = time.monotonic() + PATIENCE
    while not heard.wait(0.1):
        assert time.monotonic() < until, "nobody heard it"
        bell.ring()
