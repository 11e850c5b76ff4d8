"""An ASGI application served on loopback from a thread."""

import socket
import threading
import time

import httpx
import uvicorn
from starlette.types import ASGIApp

PATIENCE = 10.0


class Served:
    """`app` behind a real HTTP server from construction until `close`; `url` is where. `sockets`: live ones, too."""

    def __init__(self, app: ASGIApp, *, sockets: bool = False) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            app, log_config=None, log_level="critical", lifespan="auto", ws="auto" if sockets else "none"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="served", daemon=True
        )
        self._thread.start()
        until = time.monotonic() + PATIENCE
        while not self._server.started:
            if time.monotonic() > until or not self._thread.is_alive():
                raise RuntimeError("the server did not start")
            time.sleep(0.005)

    def close(self, *, wait: bool = True) -> None:
        """Stop serving; without `wait` the thread ends by itself a moment later."""
        self._server.should_exit = True
        if not wait:
            return
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            self._server.force_exit = True
            self._thread.join(PATIENCE)
        self._socket.close()


def caller() -> httpx.Client:
    """Return a client for servers on loopback; it loads no certificates, which takes longer than a call."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(timeout=PATIENCE, verify=False, limits=limits)  # noqa: S501 - plain HTTP only.
