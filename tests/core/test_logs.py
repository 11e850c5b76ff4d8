"""Log lines: masked in every key and text, and correlated."""

import json
import logging
from collections.abc import Iterator

import pytest

from core import logs

LEFT_ALONE = (
    "room 12A on 2026-11-20 at 18:40:05.123456", "MM0000000000000000000000000000003d", "listening on 127.0.0.1:8000",
    "lease 17, attempt 3 of 12", "stays.blocked", "0 of 1000000 rows",
)  # fmt: skip


@pytest.fixture
def configured() -> Iterator[None]:
    """Put the logging of the test run back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    yield
    root.handlers = before
    root.setLevel(level)


@pytest.mark.parametrize(
    ("text", "canary"),
    [
        ("to whatsapp:+254712345678 failed", "254712345678"),
        ("call 0712 345 678", "0712 345 678"),
        ("call +254-712-345-678 now", "345"),
        ("mail amina@baobab.example", "amina"),
        ("GET /ics/AbC-d_e.f1.ics 200", "AbC-d_e"),
        ("POST /login/AbC-d_e1 404", "AbC-d_e1"),
        ("X-API-Key: dauda_AbC-d_e1x7Yq3a", "AbC-d_e1"),
        ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl", "eyJzdWIi"),
        ("POST https://api.telegram.org/bot123456:AAbb-cc/sendMessage", "AAbb"),
        ("token 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "AAHdq"),
        ("card 4111 1111 1111 1111", "1111"),
        ("postgresql://dauda:hunter22@db/dauda", "hunter22"),
        ("error\nDETAIL:  Failing row contains (7, Wanjiku, null).", "Wanjiku"),
        ("Stay(guest='Wanjiku O\\'Hara', note=None)", "Wanjiku"),
        ("{'phone': \"unknown number\", 'guest': 'Wanjiku'}", "Wanjiku"),
        ("the secret is k3y-of-the-house", "k3y-of-the-house"),
    ],
)
def test_what_must_not_be_read_is_masked(text: str, canary: str) -> None:
    assert canary in text
    assert canary not in logs.mask(text, ["k3y-of-the-house"])


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_helps_stays_readable(text: str) -> None:
    assert logs.mask(text, ["k3y-of-the-house"]) == text


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("log_format", ["json", "text"])
def test_lines_of_ours_and_of_libraries_and_tracebacks_are_masked(
    capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    logs.configure("json" if log_format == "json" else "text", hidden=["k3y-of-the-house"])
    logs.logger("ours").warning("sent", guest="Wanjiku", to="+254712345678", facts={"guest": "Wanjiku"})
    logging.getLogger("a.library").error("could not reach %s", "https://api/bot123456:AAbb-cc/x")
    try:
        int("amina@baobab.example has k3y-of-the-house")
    except ValueError:
        logs.logger("ours").exception("failed")
    told = capsys.readouterr().err
    assert "ValueError" in told
    for canary in ("Wanjiku", "254712345678", "AAbb", "amina", "k3y-of-the-house"):
        assert canary not in told


@pytest.mark.usefixtures("configured")
def test_every_line_inside_carries_the_correlation(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json")
    with logs.correlated("m7"):
        assert logs.correlation() == "m7"
        logs.logger("ours").warning("inside")
        logging.getLogger("a.library").warning("inside too")
    logs.logger("ours").warning("outside")
    first, second, third = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["correlation"], second["correlation"]) == ("m7", "m7")
    assert "correlation" not in third
    assert logs.correlation() is None


def test_a_correlation_is_made_where_none_is_given() -> None:
    with logs.correlated() as one, logs.correlated() as other:
        assert one != other
        assert logs.correlation() == other
