"""Where redirects may lead, and names that change what they stand for."""

import pytest
from httpcore import SyncBackend

from core.feeds.fetch.addresses import is_public
from core.feeds.fetch.answers import Ask, Failed, Fetched, Trouble
from core.feeds.fetch.client import Means, fetch
from tests.core.feeds.fetch.servers import CALENDAR, FAR, SHORT, Dial, Says, Server, always, answer, means, serving

NEAR = "93.184.216.35"
"""Another public address."""


def to(place: str, status: str = "302 Found") -> bytes:
    """An answer that sends the reader elsewhere."""
    return answer(b"", status, Location=place)


def by_path(**pages: bytes) -> Says:
    """Say what belongs to the path that is asked for."""
    return lambda head: [pages[head.split(b" ")[1].decode().strip("/").partition("?")[0]]]


def followed(server: Server, url: str = "http://hotel.example/a") -> object:
    """What comes of asking `server` under two names."""
    dial = Dial(((FAR, 80), server), ((NEAR, 80), server))
    return fetch(Ask(url), means(dial, hotel=FAR, other=NEAR, inside="10.0.0.1", both=[FAR, "127.0.0.1"]))


@pytest.mark.parametrize("status", ["301 x", "302 x", "303 x", "307 x", "308 x"])
@pytest.mark.parametrize(
    "place", ["/b", "b", "//other.example/b", "http://other.example/b", "http://OTHER.example./b#c"]
)
def test_a_redirect_is_followed(status: str, place: str) -> None:
    with serving(by_path(a=to(place, status), b=answer())) as server:
        said = followed(server)
    assert isinstance(said, Fetched)
    assert said.body == CALENDAR
    assert server.asked[1].startswith(
        b"GET /b HTTP/1.1\r\nHost: " + (b"other" if "other" in place.lower() else b"hotel")
    )


def test_three_redirects_are_followed_and_not_a_fourth() -> None:
    with serving(by_path(a=to("/b"), b=to("/c"), c=to("/d"), d=answer())) as server:
        assert isinstance(followed(server), Fetched)
    with serving(by_path(z=to("/a"), a=to("/b"), b=to("/c"), c=to("/d"), d=answer())) as server:
        said = followed(server, "http://hotel.example/z")
    assert isinstance(said, Failed)
    assert said.kind == Trouble.REDIRECT
    assert len(server.asked) == 4


def test_a_loop_ends() -> None:
    with serving(always(to("/a"))) as server:
        said = followed(server)
    assert isinstance(said, Failed)
    assert (said.kind, len(server.asked)) == (Trouble.REDIRECT, 4)


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("http://127.0.0.1/b", Trouble.REFUSED_ADDRESS), ("http://[::1]/b", Trouble.REFUSED_ADDRESS),
        ("http://169.254.169.254/latest/meta-data/", Trouble.REFUSED_ADDRESS),
        ("http://[::ffff:169.254.169.254]/", Trouble.REFUSED_ADDRESS),
        ("http://inside.example/b", Trouble.REFUSED_ADDRESS), ("http://both.example/b", Trouble.REFUSED_ADDRESS),
        ("//inside.example/b", Trouble.REFUSED_ADDRESS), ("http://2130706433/b", Trouble.REDIRECT),
        ("http://127.0.0.1:22/", Trouble.REDIRECT), ("http://other.example:8080/b", Trouble.REDIRECT),
        ("http://user:pw@other.example/b", Trouble.REDIRECT), ("file:///etc/passwd", Trouble.REDIRECT),
        ("gopher://other.example/", Trouble.REDIRECT), ("http://[::1/", Trouble.REDIRECT), ("", Trouble.REDIRECT),
        ("http://other.example\\@inside.example/b", Trouble.REDIRECT), ("http://other.example/a b", Trouble.REDIRECT),
        ("http://\xff/", Trouble.DNS), ("http://\xad/", Trouble.REDIRECT), ("javascript:alert(1)", Trouble.REDIRECT),
    ],
)  # fmt: skip
def test_a_redirect_to_where_we_would_not_go_is_not_followed(place: str, why: Trouble) -> None:
    with serving(by_path(a=to(place), b=answer())) as server:
        said = followed(server)
    assert isinstance(said, Failed)
    assert said.kind == why
    assert len(server.asked) == 1


def test_a_redirect_without_a_place_is_told() -> None:
    with serving(always(answer(b"", "302 Found"))) as server:
        said = followed(server)
    assert isinstance(said, Failed)
    assert said.kind == Trouble.REDIRECT


def test_a_redirect_may_lead_to_safety_and_not_back() -> None:
    with (
        serving(by_path(a=to("https://other.example/b"), c=answer())) as plain,
        serving(by_path(b=answer(), d=to("http://hotel.example/c")), certificate_for="other.example") as safe,
    ):
        given = means(Dial(((FAR, 80), plain), ((NEAR, 443), safe)), hotel=FAR, other=NEAR)
        assert isinstance(fetch(Ask("http://hotel.example/a"), given), Fetched)
        said = fetch(Ask("https://other.example/d"), given)
    assert isinstance(said, Failed)
    assert said.kind == Trouble.REDIRECT
    assert len(plain.asked) == 1


def test_no_cookie_and_no_referrer_travels_with_a_redirect() -> None:
    first = answer(b"", "302 Found", Location="//other.example/b", Set_Cookie="a=1; Path=/")
    with serving(by_path(a=first, b=answer())) as server:
        assert isinstance(followed(server, "http://hotel.example/a?t=secret"), Fetched)
    assert b"ookie" not in server.asked[1]
    assert b"secret" not in server.asked[1]


class Rebinding:
    """A name that is public at the first look and this machine from then on."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self, _host: str, _seconds: float) -> list[str]:
        """Answer as an attacker's DNS does."""
        self.looks += 1
        return [FAR if self.looks == 1 else "127.0.0.1"]


def test_a_name_that_changes_between_check_and_call_gains_nothing() -> None:
    with serving(always(answer())) as server, serving(always(answer(b"the secret of this machine"))) as inside:
        dial = Dial(((FAR, 80), server), (("127.0.0.1", 80), inside))
        rebinding = Rebinding()
        given = Means(bounds=SHORT, resolve=rebinding, dial=dial)
        said = fetch(Ask("http://hotel.example/"), given)
        assert isinstance(said, Fetched)
        assert (said.body, rebinding.looks, dial.called) == (CALENDAR, 1, [(FAR, 80)])
        again = fetch(Ask("http://hotel.example/"), given)
    assert isinstance(again, Failed)
    assert again.kind == Trouble.REFUSED_ADDRESS
    assert inside.asked == []


def test_a_name_that_changes_between_redirects_gains_nothing() -> None:
    with serving(always(to("/b"))) as server, serving(always(answer())) as inside:
        dial = Dial(((FAR, 80), server), (("127.0.0.1", 80), inside))
        said = fetch(Ask("http://hotel.example/a"), Means(bounds=SHORT, resolve=Rebinding(), dial=dial))
    assert isinstance(said, Failed)
    assert said.kind == Trouble.REFUSED_ADDRESS
    assert inside.asked == []


def test_who_checks_and_then_resolves_again_is_fooled() -> None:
    rebinding = Rebinding()
    with serving(always(answer(b"the secret of this machine"))) as inside:
        assert all(is_public(one) for one in rebinding("hotel.example", 1))
        (address,) = rebinding("hotel.example", 1)
        stream = SyncBackend().connect_tcp(address, inside.port, 2)
        stream.write(b"GET / HTTP/1.1\r\n\r\n")
        assert b"the secret of this machine" in stream.read(65536)
        stream.close()
