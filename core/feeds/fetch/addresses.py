"""Which addresses may be asked: one reading of the URL, and the public internet only."""

import re
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import SplitResult, urlsplit, urlunsplit

import httpx
import idna

from core.feeds.fetch.answers import Stop, Trouble

USUAL_PORTS = {"http": 80, "https": 443}
LONGEST_URL = 4096
LONGEST_NAME = 253
MOST_ADDRESSES = 8
"""All are checked; this many are tried."""

Resolve = Callable[[str, float], Sequence[str]]
"""From a host's ASCII name and the seconds it may take to its addresses; raises `Stop`."""

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_BRACKETS = re.compile(r"\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\](?::[0-9]*)?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

# IANA's special-purpose registries and what only looks public. Written out, since `is_global` differs between
# versions of Python and knows neither the registries' relays nor the clouds.
_NOT_PUBLIC_V4 = [
    ip_network(one)
    for one in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared behind carriers' NAT; one cloud keeps its metadata there
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # looks public: the host of a virtual machine at Azure
        "169.254.0.0/16",  # link-local; most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
]
_PUBLIC_V6 = ip_network("2000::/3")
"""All of IPv6 that is given out for machines; loopback, mapped, NAT64, link-local and the like lie outside."""
_NOT_PUBLIC_V6 = [
    ip_network(one)
    for one in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: any IPv4 address inside
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # 6bone, given back
        "3fff::/20",  # documentation
    )
]


def is_public(address: str) -> bool:
    """Whether `address` (an IP literal) is a machine on the public internet. What is no literal is not."""
    match _literal(address):
        case IPv4Address() as found:
            return not any(found in network for network in _NOT_PUBLIC_V4)
        case IPv6Address(scope_id=None) as found:
            return found in _PUBLIC_V6 and not any(found in network for network in _NOT_PUBLIC_V6)
        case _:
            return False


def is_loopback(address: str) -> bool:
    """Whether `address` is this machine itself (mapped forms are not meant)."""
    found = _literal(address)
    return found is not None and found.is_loopback and getattr(found, "ipv4_mapped", None) is None


def _literal(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None


def read(text: str, *, any_port: bool = False) -> httpx.URL:
    """Read an address that a person typed or a server redirected to; the host in it is ASCII and lower case.

    This is the only reading: what is checked, resolved, asked and named in TLS comes from its result, so that two
    readers cannot differ about it. Raises `Stop` (WRONG_ADDRESS).
    """
    try:
        parts = _parts(text)
        host = _host(parts.hostname or "")
        if parts.port not in (None, *USUAL_PORTS.values()) and not any_port:
            raise _wrong(f"port {parts.port}")
        netloc = f"[{host}]" if ":" in host else host
        if parts.port is not None:
            netloc += f":{parts.port}"
        return httpx.URL(urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, "")))
    except (ValueError, httpx.InvalidURL) as error:
        # The message may quote the address, which is a secret.
        raise _wrong(type(error).__name__) from None


def _wrong(raw: str) -> Stop:
    return Stop(Trouble.WRONG_ADDRESS, raw)


def _parts(text: str) -> SplitResult:
    text = text.strip()
    if len(text) > LONGEST_URL:
        raise _wrong("too long")
    # Browsers, libraries and servers disagree about these, which is how one host is checked and another asked.
    if any(char.isspace() or not char.isprintable() for char in text):
        raise _wrong("a space or a control character")
    parts = urlsplit(text)
    if parts.scheme not in USUAL_PORTS:
        raise _wrong("neither http nor https")
    if "@" in parts.netloc:
        raise _wrong("a user or password before the host")
    if "[" in parts.netloc and not _BRACKETS.fullmatch(parts.netloc):
        raise _wrong("no name of a host")
    return parts


def _host(host: str) -> str:
    """`host` as ASCII in lower case: a name, or an IP literal in its usual form. Raises `Stop`."""
    if ":" in host:
        return str(IPv6Address(host))
    try:
        name = idna.encode(host, uts46=True).decode("ascii") if not host.isascii() else host.lower()
    except idna.IDNAError:
        raise _wrong("no name of a host") from None
    name = name.removesuffix(".")
    labels = name.split(".")
    if len(name) > LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise _wrong("no name of a host")
    if _NUMBER.fullmatch(labels[-1]):
        # The C library also takes 2130706433, 0x7f.1 and 0177.0.0.1 for 127.0.0.1.
        return str(IPv4Address(name))
    return name


def name_of(text: str) -> str | None:
    """The host in an address, as `read` sees it, for pacing and for logs; None when it is no address we would ask."""
    try:
        return read(text, any_port=True).raw_host.decode("ascii")
    except Stop:
        return None


def resolve(host: str, seconds: float) -> Sequence[str]:
    """The addresses of `host`, as the machine's resolver orders them (RFC 6724). Raises `Stop` (DNS, TIMEOUT).

    The resolver knows no timeout, so it runs in a thread of its own, which is left behind when it takes too long.
    """
    answers: SimpleQueue[Sequence[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            # As bytes: for text Python would apply its own, older IDNA.
            found = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)
        except OSError as error:
            answers.put(error)
        else:
            answers.put([str(address[0]) for *_, address in found])

    Thread(target=ask, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise Stop(Trouble.TIMEOUT, f"{host}: no answer from DNS") from None
    if isinstance(answer, OSError):
        raise Stop(Trouble.DNS, f"{host}: {answer.strerror}")
    return answer


def checked(host: str, port: int, resolve: Resolve, seconds: float, *, allow_private: bool) -> Sequence[str]:
    """The addresses of `host` to connect to, every one of them checked. Raises `Stop`.

    One that is not public refuses them all: a name that stands for both is an attack or a mistake.
    """
    literal = _literal(host)
    found = tuple(dict.fromkeys([host] if literal else resolve(host, seconds)))
    if not found:
        raise Stop(Trouble.DNS, f"{host}: no address")
    for address in found:
        usual = port in USUAL_PORTS.values()
        if (usual and is_public(address)) or (allow_private and is_loopback(address)):
            continue
        raise Stop(Trouble.REFUSED_ADDRESS, f"{host}: {address} port {port}")
    return found[:MOST_ADDRESSES]
