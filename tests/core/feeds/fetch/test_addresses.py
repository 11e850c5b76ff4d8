"""Which addresses are asked: the tables of what is not public, and of ways to write it."""

import socket
from time import monotonic, sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.feeds.fetch.addresses import checked, is_loopback, is_public, name_of, read, resolve
from core.feeds.fetch.answers import Stop, Trouble
from tests.core.feeds.fetch.servers import FAR, book

THIS_NETWORK = "0.0.0.0"  # noqa: S104 - nothing is bound here.
NOT_PUBLIC = [
    THIS_NETWORK, "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
    "127.0.0.1", "127.1.2.3", "127.255.255.255", "168.63.129.16", "169.254.0.1", "169.254.169.254", "169.254.170.2",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.31.196.1", "192.52.193.1",
    "192.88.99.1", "192.168.0.1", "192.168.255.255", "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:0:4136:e378::1",
    "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "2620:4f:8000::1",
    "3ffe::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    "ff0e::1", "4000::1", "", "localhost", "2130706433", "0177.0.0.1", "127.1", "8.8.8.8 ", "2606:4700::1%1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", FAR, "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
    "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
    "2001:200::1", "2001:4860:4860::8888", "2400:cb00::1", "2606:4700::1111", "2a00:1450::1", "3ffd::1",
]  # fmt: skip
NO_ADDRESSES = [
    "", "/a.ics", "a.ics", "file:///etc/passwd", "ftp://h.example/", "gopher://h.example/", "webcal://h.example/",
    "unix:///run/x", "javascript:1", "http:", "http://", "http:///a", "http:h.example", "http://:80/", "http://./",
    "http://h..example/", "http://.h.example/", "http://h.example../", "http://-h.example/", "http://h-.example/",
    f"http://{'a' * 64}.example/", f"http://{'a.' * 130}example/", "http://h.example/" + "a" * 5000,
    "http://h.example:22/", "http://h.example:8080/", "http://h.example:0/", "http://h.example:65536/",
    "http://h.example:x/", "http://h.example:-80/", "http://h.example:80:80/",
    "http://user@h.example/", "http://user:pw@h.example/", "http://@h.example/", "http://good.example@127.0.0.1/",
    "http://good.example\\@127.0.0.1/", "http://127.0.0.1\\@good.example/", "http://h.example\\.evil.example/",
    "http://h.example%00.evil.example/", "http://%31%32%37.0.0.1/", "http://h.exa mple/", "http://h.example/a b",
    "http://h.exam\tple/", "http://h.example/\r\nX:1", "http://h.example/\x00", "http://h.exam\u00adple/",
    "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0x7f.1/", "http://0177.0.0.1/",
    "http://017700000001/", "http://127.1/", "http://127.0.1/", "http://127.0.0.01/", "http://127.0.0.1.1/",
    "http://256.0.0.1/", "http://1.2.3.4.0x/", "http://a.1/", "http://0/", "http://0x/",
    "http://[::1/", "http://::1/", "http://[::1]x/", "http://[::1%25lo]/", "http://[fe80::1%eth0]/", "http://[v1.a]/",
    "http://[127.0.0.1]/", "http://[h.example]/", "http://[:::]/", "http://h[::1]/", "http://[]/",
    "http://h.example,i.example/", "http://h.example;i.example/", "http://h<>.example/", "http://xn--\u00fc.example/",
]  # fmt: skip
PRIVATE_HOSTS = [
    "127.0.0.1", "127.0.0.1.", "１２７.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fd00:ec2::254]",
    "169.254.169.254", "10.0.0.1", "192.168.1.1", THIS_NETWORK,
]  # fmt: skip


def nobody(host: str, _seconds: float) -> list[str]:
    """Know no name: a literal must never be looked up."""
    raise AssertionError(host)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_on_the_public_internet_is_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_lies_just_beside_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_nothing_is_public_that_python_knows_as_not_global(address: object) -> None:
    found = getattr(address, "is_global", False) and not getattr(address, "is_multicast", True)
    assert found or not is_public(str(address))


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_we_would_ask_is_not_asked(text: str) -> None:
    with pytest.raises(Stop) as stop:
        read(text)
    assert stop.value.kind == Trouble.WRONG_ADDRESS


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
def test_no_way_to_write_a_private_host_gets_through(host: str) -> None:
    url = read(f"http://{host}/a.ics")
    with pytest.raises(Stop) as stop:
        checked(url.raw_host.decode(), 80, nobody, 1, allow_private=False)
    assert stop.value.kind == Trouble.REFUSED_ADDRESS


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("https://www.airbnb.com/calendar/ical/1.ics?t=a%2Fb&locale=en", None),
        ("HTTPS://ICAL.Booking.COM/v1/export?t=x", "https://ical.booking.com/v1/export?t=x"),
        ("  https://h.example/a.ics\n", "https://h.example/a.ics"),
        ("https://h.example:443/a", "https://h.example/a"),
        ("http://h.example:80", "http://h.example/"),
        ("https://h.example:80/a", None),
        ("https://h.example./a", "https://h.example/a"),
        ("https://h.example/a#part", "https://h.example/a"),
        ("https://h.example/../a/./b", "https://h.example/a/b"),
        ("https://h.example?t=1", "https://h.example/?t=1"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://BÜCHER.example/ä?t=ö", "https://xn--bcher-kva.example/%C3%A4?t=%C3%B6"),
        ("https://ｈ.example/a", "https://h.example/a"),
        ("https://under_score.example/a", None),
        ("https://93.184.216.34/a", None),
        ("https://[2606:4700:0:0::1111]/a", "https://[2606:4700::1111]/a"),
    ],
)
def test_an_address_is_read_in_one_way(text: str, meant: str | None) -> None:
    url = read(text)
    asked = f"{url.scheme}://{url.netloc.decode()}{url.raw_path.decode()}"
    assert asked == (meant or text)
    assert name_of(text) == url.raw_host.decode()


@given(st.text(max_size=40), st.sampled_from(["", "http://", "https://", "http://[", "http://a@", "https://h.example"]))
def test_no_text_makes_the_reading_fail_otherwise(text: str, before: str) -> None:
    try:
        url = read(before + text)
    except Stop as stop:
        kind = stop.kind
    else:
        kind = Trouble.WRONG_ADDRESS
        assert url.raw_host.isascii()
        assert read(str(url)).raw_host == url.raw_host
    assert kind == Trouble.WRONG_ADDRESS


def test_any_port_is_for_this_machine_alone() -> None:
    assert read("http://127.0.0.1:8000/", any_port=True).port == 8000
    assert checked("127.0.0.1", 8000, nobody, 1, allow_private=True) == ("127.0.0.1",)
    for host, port in (("10.0.0.1", 80), (FAR, 8000), ("169.254.169.254", 80), ("::ffff:127.0.0.1", 80)):
        with pytest.raises(Stop) as stop:
            checked(host, port, nobody, 1, allow_private=True)
        assert stop.value.kind == Trouble.REFUSED_ADDRESS


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine_is_known_by_its_loopback(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["::ffff:127.0.0.1", "10.0.0.1", THIS_NETWORK, "localhost", "::"])
def test_nothing_else_is_this_machine(address: str) -> None:
    assert not is_loopback(address)


@pytest.mark.parametrize("hidden", ["127.0.0.1", "10.0.0.1", "::1", "fe80::1%eth0"])
@pytest.mark.parametrize("place", [0, 1, 12])
def test_one_private_address_among_public_ones_refuses_the_name(hidden: str, place: int) -> None:
    found = [f"93.184.216.{n}" for n in range(12)]
    assert len(checked("h.example", 443, book(h=found), 1, allow_private=False)) == 8
    found.insert(place, hidden)
    with pytest.raises(Stop) as stop:
        checked("h.example", 443, book(h=found), 1, allow_private=False)
    assert stop.value.kind == Trouble.REFUSED_ADDRESS


def test_a_name_without_addresses_is_unknown() -> None:
    with pytest.raises(Stop) as stop:
        checked("h.example", 443, book(h=[]), 1, allow_private=False)
    assert stop.value.kind == Trouble.DNS


def test_the_machine_s_resolver_is_asked() -> None:
    assert set(resolve("localhost", 5)) <= {"127.0.0.1", "::1"}


def test_a_name_that_is_unknown_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_given: object, **_named: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Stop, match="not known") as stop:
        resolve("h.example", 5)
    assert stop.value.kind == Trouble.DNS


def test_a_resolver_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_given: object, **_named: object) -> list[object]:
        sleep(3)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    began = monotonic()
    with pytest.raises(Stop) as stop:
        resolve("h.example", 0.1)
    assert stop.value.kind == Trouble.TIMEOUT
    assert monotonic() - began < 2
