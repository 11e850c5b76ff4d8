"""Servers on this machine that answer byte by byte as a test says, and means that make them look far away."""

import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from socket import socket
from socketserver import BaseRequestHandler, ThreadingTCPServer
from tempfile import TemporaryDirectory
from threading import Thread
from time import sleep

import httpcore
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from core.feeds.fetch.answers import Stop, Trouble
from core.feeds.fetch.client import Bounds, Means

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
FAR = "93.184.216.34"
"""A public address; nothing is ever sent there, `Dial` connects to this machine instead."""
SHORT = Bounds(connect=2.0, total=2.0)

Says = Callable[[bytes], Iterable[bytes]]
"""From the head of a request to the pieces of the answer."""


class Server:
    """One running server: its port, and the heads of the requests it got."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[bytes] = []
        self.sent = 0
        self.names: list[str | None] = []

    @property
    def url(self) -> str:
        """Its address on this machine."""
        return f"http://127.0.0.1:{self.port}/a.ics"


@contextmanager
def serving(says: Says, certificate_for: str | None = None) -> Iterator[Server]:
    """Serve `says`, over TLS when a name for the certificate is given."""
    with ExitStack() as stack:
        context = stack.enter_context(_server_context(certificate_for)) if certificate_for else None
        server = Server(0)

        class Handler(BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    self.converse(context.wrap_socket(self.request, server_side=True) if context else self.request)

            def converse(self, peer: socket) -> None:
                with peer:
                    head = b""
                    while b"\r\n\r\n" not in head:
                        if not (data := peer.recv(65536)):
                            return
                        head += data
                    server.asked.append(head)
                    for piece in says(head):
                        peer.sendall(piece)
                        server.sent += len(piece)

        if context is not None:
            context.sni_callback = lambda _socket, name, _context: server.names.append(name)
        ThreadingTCPServer.allow_reuse_address = True
        running = stack.enter_context(ThreadingTCPServer(("127.0.0.1", 0), Handler))
        server.port = running.server_address[1]
        thread = Thread(target=running.serve_forever, args=(0.02,))
        thread.start()
        stack.callback(thread.join)
        stack.callback(running.shutdown)
        yield server


def answer(body: bytes = CALENDAR, status: str = "200 OK", length: int | None = None, **headers: str) -> bytes:
    """A whole answer; underscores in names of headers are dashes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def always(*pieces: bytes) -> Says:
    """Say the same to everybody."""
    return lambda _head: pieces


class Dial(httpcore.SyncBackend):
    """Takes a call for a public address to a server on this machine; other addresses swallow it. Remembers them all."""

    def __init__(self, *servers: tuple[tuple[str, int], Server]) -> None:
        self._servers = dict(servers)
        self.called: list[tuple[str, int]] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the server that stands for this address."""
        self.called.append((host, port))
        server = self._servers.get((host, port))
        if server is None:
            sleep(timeout or 0)
            raise httpcore.ConnectTimeout(host)
        return super().connect_tcp("127.0.0.1", server.port, timeout, local_address, socket_options)


def book(**names: str | list[str]) -> Callable[[str, float], list[str]]:
    """A resolver that knows these `.example` hosts."""
    known = {f"{name}.example": [found] if isinstance(found, str) else found for name, found in names.items()}

    def look(host: str, _seconds: float) -> list[str]:
        if host not in known:
            raise Stop(Trouble.DNS, host)
        return known[host]

    return look


def means(dial: Dial, bounds: Bounds = SHORT, **names: str | list[str]) -> Means:
    """Means for hosts that look far away; the certificates of `serving` are trusted."""
    return Means(bounds=bounds, resolve=book(**names), dial=dial, trust=trust)


@cache
def _authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority of the tests")])
    return key, _certificate(key, name, key, name, [(x509.BasicConstraints(ca=True, path_length=None), True)])


def _certificate(
    key: ec.EllipticCurvePrivateKey,
    name: x509.Name,
    by: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    extensions: list[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    made = made.not_valid_after(now + timedelta(days=1))
    for extension, critical in extensions:
        made = made.add_extension(extension, critical=critical)
    return made.sign(by, SHA256())


@contextmanager
def _server_context(host: str) -> Iterator[ssl.SSLContext]:
    signing, authority = _authority()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    names = x509.SubjectAlternativeName([x509.DNSName(host)])
    certificate = _certificate(key, name, signing, authority.subject, [(names, False)])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "chain.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
        context.load_cert_chain(file)
    yield context


@cache
def trust() -> ssl.SSLContext:
    """Trusts what `serving` shows, and nobody else."""
    return ssl.create_default_context(cadata=_authority()[1].public_bytes(Encoding.PEM).decode("ascii"))
