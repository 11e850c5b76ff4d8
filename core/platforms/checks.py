"""What a platform must satisfy before anything is believed through it: ours by test, installed ones when loaded."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from core.platforms.base import LEAST_INTERVAL, MOST_INTERVAL, Export, Mode, Platform, Urgent
from core.platforms.dialect import Dialect, Identity, Kind
from core.values.nights import Nights

LONGEST_CODE, LONGEST_NAME = 20, 40
RESERVED = frozenset({"first", "direct"})
"""What the preference in conflicts may be besides a platform's code."""
MEASURED_GRACE, MEASURED_LOOKS = timedelta(hours=4), 2
"""What suffices where somebody measured how long a calendar's events stay away (R12); else it is more."""
LEAST_GRACE = timedelta(hours=1)
MUST_STATE = frozenset({"R3", "R7", "R10", "R11", "R12", "R14", "R19", "R26"})
"""The rules that a platform with a calendar states (R32)."""
MUST_STATE_BY_HAND = frozenset({"R26", "R27"})
"""Those of one without."""
_NOBODYS = "calendar.example"
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_RULE = re.compile(r"R[1-9]\d?")


def faults(platform: Platform) -> list[str]:
    """What is wrong with `platform`, in the words of whoever writes one; empty when it can be used."""
    if not isinstance(platform, Platform):
        return [f"is a {type(platform).__name__}, no core.platforms.base.Platform"]
    try:
        return [
            *_named(platform),
            *_kept(platform),
            *_timed(platform),
            *_recognised(platform),
            *_stated(platform),
            *(_spoken(platform.dialect) if platform.dialect is not None else ()),
        ]
    except Exception as error:  # noqa: BLE001 - A value of a wrong type breaks where it is looked at, in any way.
        return [f"a value cannot be used: {type(error).__name__}: {error}"]


def _named(platform: Platform) -> Iterator[str]:
    if not _CODE.fullmatch(platform.code) or len(platform.code) > LONGEST_CODE:
        yield f"code {platform.code!r} is not small letters, digits and _, {LONGEST_CODE} at most"
    if platform.code in RESERVED:
        yield f"code {platform.code!r} means something else where conflicts are set"
    if not platform.name.isprintable() or not 0 < len(platform.name.strip()) <= LONGEST_NAME:
        yield f"name {platform.name!r} is not 1 to {LONGEST_NAME} printable characters"


def _kept(platform: Platform) -> Iterator[str]:
    modes: object = platform.modes
    if not isinstance(modes, frozenset) or not all(isinstance(mode, Mode) for mode in modes):
        yield "modes is no frozenset of Mode"
    elif Mode.MANUAL not in platform.modes:
        yield "modes lack MANUAL: a person must be able to keep it (R27)"
    elif (Mode.ICAL in platform.modes) != (platform.dialect is not None):
        yield "it has a dialect exactly when ICAL is among its modes"
    if not isinstance(platform.urgent, Urgent):
        yield "urgent is no Urgent"
    if not isinstance(platform.export_choice, Export | None):
        yield "export_choice is no Export"
    if platform.most_links is not None and platform.most_links < 1:
        yield "most_links is less than one"


def _timed(platform: Platform) -> Iterator[str]:
    if not LEAST_INTERVAL <= platform.least_interval <= platform.usual_interval <= MOST_INTERVAL:
        yield f"not {LEAST_INTERVAL} <= least_interval <= usual_interval <= {MOST_INTERVAL} seconds"
    hours = platform.usual_read_hours
    if hours is not None and not (0 < hours <= 24 and Mode.ICAL in platform.modes):  # noqa: PLR2004 - a day.
        yield "usual_read_hours is 1 to 24, and None where it reads no calendar"


def _recognised(platform: Platform) -> Iterator[str]:
    for pattern in (*platform.hosts, *platform.calendar_paths):
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"{pattern!r} is no regular expression: {error}"
            return
    if platform.owns(f"https://{_NOBODYS}/"):
        yield "hosts take any address for its own"
    for step in (*platform.export_menu, *platform.import_menu):
        if not step.strip() or not step.isprintable():
            yield f"a step of a menu cannot be shown: {step!r}"


def _stated(platform: Platform) -> Iterator[str]:
    must = MUST_STATE if platform.dialect is not None else MUST_STATE_BY_HAND
    if platform.hosts:
        must |= {"R17"}
    missing = sorted(must - {one.rule for one in platform.stated}, key=lambda rule: int(rule[1:]))
    if missing:
        yield f"states nothing of {', '.join(missing)} (R32)"
    for one in platform.stated:
        if not _RULE.fullmatch(one.rule) or not one.source.strip():
            yield f"a statement needs a rule's number and a source: {one!r}"


def _spoken(dialect: Dialect) -> Iterator[str]:
    verified = {one.rule for one in dialect.statements if one.verified}
    if not isinstance(dialect.identity, Identity):
        yield "identity is no Identity"
    if any(not word or word != word.casefold().strip() for word in dialect.block_words):
        yield "block_words are compared in small letters without spaces around them"
    if dialect.tells_kinds != bool(dialect.block_words):
        yield "tells_kinds needs block_words, and without it they are not used (R10)"
    if dialect.tells_kinds and "R10" not in verified:
        yield "tells_kinds is believed only where somebody has seen it: R10 is not verified"
    if dialect.code is not None and re.compile(dialect.code).groups != 1:
        yield "code needs exactly one group"
    if (dialect.identity is Identity.CODE) != (dialect.code is not None):
        yield "identity CODE needs a code to be found, and no other identity does"
    if any(number is not None and number < 1 for number in (dialect.longest_stay, dialect.far_days)):
        yield "longest_stay and far_days count from one"
    if dialect.grace < LEAST_GRACE or dialect.looks < MEASURED_LOOKS:
        yield f"grace is at least {LEAST_GRACE}, and looks at least {MEASURED_LOOKS} (R12)"
    elif "R12" not in verified and (dialect.grace <= MEASURED_GRACE or dialect.looks <= MEASURED_LOOKS):
        yield f"R12 is not verified: grace must be more than {MEASURED_GRACE}, looks more than {MEASURED_LOOKS}"
    night = Nights(date(2026, 1, 1), date(2026, 1, 2))
    if not isinstance(dialect.kind("", night, coded=False, far=False), Kind):
        yield "kind answers with no Kind"
