"""Whose reads count, and when a feed has gone unread: R7."""

from datetime import UTC, datetime, timedelta

import pytest

from core.feeds.readers import counts, is_silent, usual_gap

NOW = datetime(2026, 11, 20, 18, 40, tzinfo=UTC)
HOUR = 3600.0

BROWSERS = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Opera/9.80 (Android; Opera Mini/36.2; U; en) Presto/2.12.423 Version/12.16",
)
PREVIEWS = (
    "WhatsApp/2.24.20.89 A",
    "TelegramBot (like TwitterBot)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Twitterbot/1.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
)
MONITORS = (
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
    "Uptime-Kuma/1.23.13",
    "Blackbox Exporter/0.25.0",
    "check_http/v2.3.3 (nagios-plugins 2.3.3)",
)
PEOPLE = (
    "Google-Calendar-Importer",
    "iOS/17.5.1 (21F90) dataaccessd/1.0",
    "Mozilla/5.0 (X11) Thunderbird/128.3.0",
)
TOOLS = ("curl/8.5.0", "Wget/1.21.4", "Dauda/0.1 (+https://dauda.example)", "PostmanRuntime/7.42.0")
UNKNOWN = (
    "",
    "Java/17.0.9",
    "okhttp/4.12.0",
    "Go-http-client/2.0",
    "python-requests/2.32",
    "Ruby",
    "Some OTA Fetcher",
)


@pytest.mark.parametrize("agent", [*BROWSERS, *PREVIEWS, *MONITORS, *PEOPLE, *TOOLS])
def test_r07_a_read_by_somebody_else_does_not_count(agent: str) -> None:
    assert not counts("GET", agent)


@pytest.mark.parametrize("agent", UNKNOWN)
def test_r07_a_read_by_an_unknown_agent_counts(agent: str) -> None:
    assert counts("GET", agent)


@pytest.mark.parametrize("agent", UNKNOWN)
def test_r07_looking_at_the_headers_only_never_counts(agent: str) -> None:
    assert not counts("HEAD", agent)


def test_r07_the_first_gap_is_the_usual_one_and_later_ones_move_it() -> None:
    assert usual_gap(None, 2 * HOUR) == 2 * HOUR
    assert usual_gap(2 * HOUR, 3 * HOUR) == pytest.approx(2.2 * HOUR)


def test_r07_two_reads_within_a_minute_are_one_look() -> None:
    assert usual_gap(2 * HOUR, 5) == 2 * HOUR
    assert usual_gap(None, 5) is None


def test_r07_one_long_silence_does_not_teach_patience() -> None:
    assert usual_gap(2 * HOUR, 1000 * HOUR) == pytest.approx(2.8 * HOUR)


@pytest.mark.parametrize(
    ("hours", "usual", "silent"),
    [
        (5.9, None, False),
        (6.1, None, True),
        (6.1, 1.0, True),
        (6.1, 3.0, False),
        (8.9, 3.0, False),
        (9.1, 3.0, True),
    ],
)
def test_r07_a_feed_is_silent_after_three_usual_gaps_and_at_least_six_hours(
    hours: float, usual: float | None, *, silent: bool
) -> None:
    read_at = NOW - timedelta(hours=hours)

    assert is_silent(read_at, None if usual is None else usual * HOUR, NOW) is silent


def test_r07_a_feed_that_was_never_read_is_not_silent() -> None:
    assert not is_silent(None, None, NOW)
