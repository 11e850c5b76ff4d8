"""Who reads our feeds: whether a reader counts as the platform itself, and when a feed has gone unread (R7).

The agents of the platforms' readers are in no public record, so nobody is recognised by name: whoever knows
the secret address counts unless its agent says that it is somebody else. Below is how those call themselves.
"""

from datetime import datetime, timedelta

PREVIEWS = (
    "bot", "crawler", "spider", "preview", "whatsapp", "facebookexternalhit", "facebookcatalog", "slack",
    "meta-externalagent", "telegram", "viber", "skype", "snapchat", "vkshare", "line-poker", "kakaotalk",
    "iframely", "embedly", "mastodon", "cardyb", "google-safety", "googleimageproxy", "google-read-aloud",
    "virustotal",
)  # fmt: skip
"""Messengers that look at an address somebody sent, search engines and scanners."""
MONITORS = (
    "uptime", "pingdom", "statuscake", "site24x7", "newrelicpinger", "datadogsynthetics", "blackbox", "gatus",
    "prometheus", "stackdriver", "route53", "healthcheck", "health-check", "health check", "kube-probe",
    "googlehc", "checkly", "zabbix", "nagios", "check_http", "freshping", "hetrixtools", "updown.io",
    "cronitor", "envoy/hc", "monitor", "better stack", "betterstack", "catchpoint",
)  # fmt: skip
PEOPLE = (
    "google-calendar-importer", "dataaccessd", "calendaragent", "thunderbird", "outlook", "microsoft office",
    "icsx5", "davx5", "nextcloud", "evolution", "fantastical",
)  # fmt: skip
"""Calendar applications: staff who subscribed to the feed on their own phone."""
TOOLS = ("dauda", "curl/", "wget/", "httpie/", "postmanruntime", "insomnia/", "wrk/", "apachebench")
"""Agents that begin so are our own or somebody at a terminal."""
ENGINES = ("applewebkit", "gecko/", "chrome/", "safari/", "firefox/", "trident/", "msie ", "presto/")

BURST = 60.0
"""Seconds within which several reads are one look."""
WEIGHT = 0.2
"""What a new gap counts in the moving average."""
QUIET_AT_LEAST = timedelta(hours=6)
QUIET_GAPS = 3


def counts(method: str, agent: str) -> bool:
    """Whether a full answer to this reader counts as read by the platform (R7).

    Full is a 200, or a 304 for the current version.
    """
    if method != "GET":
        return False
    said = agent.lower()
    if said.startswith(TOOLS) or _is_browser(said):
        return False
    return not any(name in said for names in (PREVIEWS, MONITORS, PEOPLE) for name in names)


def usual_gap(usual: float | None, gap: float) -> float | None:
    """The moving average of the seconds between two reads after one more `gap`.

    Reads within a minute are one look. A long gap counts as at most three usual ones: an outage at the
    platform must not teach us to be patient with the next.
    """
    if gap < BURST:
        return usual
    if usual is None:
        return gap
    return usual + WEIGHT * (min(gap, QUIET_GAPS * usual) - usual)


def is_silent(read_at: datetime | None, usual: float | None, now: datetime) -> bool:
    """Whether the feed went unread for three times its usual gap, at least 6 h: the platform dropped it (R7).

    A feed never read is not silent: it was not connected yet.
    """
    if read_at is None:
        return False
    return now - read_at > max(QUIET_AT_LEAST, QUIET_GAPS * timedelta(seconds=usual or 0.0))


def _is_browser(said: str) -> bool:
    if said.startswith("opera/"):
        return True
    return said.startswith("mozilla/") and any(engine in said for engine in ENGINES)
