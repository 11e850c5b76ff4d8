"""The bell behind live sockets: rung after every commit that told of something, heard in every serving process.

It says only that there is something new, so a ring that is lost delays nothing for long: whoever listens looks by
itself now and then. Without Redis it is heard in this process alone, which then is the only one.
"""

import threading
from collections.abc import Callable
from contextlib import closing

import redis

from core.logs import logger

CHANNEL = "dauda:events"
PATIENCE = 5.0
"""Seconds between two tries to reach Redis again."""
WAIT = 1.0
Heard = Callable[[], None]
_log = logger(__name__)


class Bell:
    """One per process. `ring` never waits and never fails; the threads that talk to Redis start when needed."""

    def __init__(self, redis_url: str | None = None) -> None:
        self._url = redis_url
        self._listeners: list[Heard] = []
        self._guard = threading.Lock()
        self._rung = threading.Event()
        self._closing = threading.Event()
        self._threads: dict[str, threading.Thread] = {}

    def ring(self) -> None:
        """Something was committed."""
        self._tell()
        if self._url is not None:
            self._rung.set()
            self._thread("bell-rings", self._publish)

    def listen(self, heard: Heard) -> Callable[[], None]:
        """Call `heard`, from any thread, when it rings here or elsewhere; gives back how to stop that."""
        with self._guard:
            self._listeners.append(heard)
        if self._url is not None:
            self._thread("bell-heard", self._subscribe)

        def stop() -> None:
            with self._guard:
                self._listeners.remove(heard)

        return stop

    def close(self) -> None:
        """Let the threads end."""
        self._closing.set()
        self._rung.set()
        for thread in self._threads.values():
            thread.join(timeout=WAIT + PATIENCE)

    def _tell(self) -> None:
        with self._guard:
            listeners = tuple(self._listeners)
        for heard in listeners:
            heard()

    def _thread(self, name: str, run: Callable[[redis.Redis], None]) -> None:
        if name in self._threads:
            return
        with self._guard:
            if name not in self._threads:
                self._threads[name] = threading.Thread(target=self._again, args=(run,), name=name, daemon=True)
                self._threads[name].start()

    def _again(self, run: Callable[[redis.Redis], None]) -> None:
        assert self._url is not None  # noqa: S101 - there is no thread without it.
        while not self._closing.is_set():
            try:
                with closing(redis.Redis.from_url(self._url, socket_timeout=PATIENCE)) as client:
                    run(client)
            except redis.RedisError as error:
                _log.warning("bell_failed", error=type(error).__name__)
                self._closing.wait(WAIT)

    def _publish(self, client: redis.Redis) -> None:
        while not self._closing.is_set():
            self._rung.wait()
            # Many commits at once are one ring.
            self._rung.clear()
            client.publish(CHANNEL, b"")

    def _subscribe(self, client: redis.Redis) -> None:
        with client.pubsub(ignore_subscribe_messages=True) as heard:  # type: ignore[no-untyped-call] # redis leaves it untyped.
            heard.subscribe(CHANNEL)
            while not self._closing.is_set():
                if heard.get_message(timeout=WAIT) is not None:
                    self._tell()
