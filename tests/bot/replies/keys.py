"""Which wording the code asks for, read from its syntax: keys in full, families of keys, and the facts given."""

import ast
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.acts.dashboard import NoPublicAddress, NotAlone
from bot.choices import TapExpired, TapForeign, TapUnknown, TapUsed
from bot.conversation.calendar_receipts import ALREADY
from bot.conversation.intents import LANDED
from bot.tools import AddressGone
from bot.transports.registry import TRANSPORTS
from bot.understanding import DoubtKind, Intent
from core.access.warning import Fear
from core.conflicts import errors as conflicts
from core.conflicts.follow_ups import CANCEL_THERE, RELOCATE
from core.conflicts.views import AdviceKind, Cost, Severity
from core.errors import Invalid, NotAllowed, NotFound, Refused
from core.feeds.fetch.answers import Trouble
from core.imports.errors import BadEvent
from core.imports.reading import PARTIAL
from core.imports.replay import NotATimeline
from core.imports.runs import CHANGED, FAILED, UNCHANGED
from core.imports.service import CODES_ELSEWHERE, OUR_OWN
from core.imports.views import LinkState
from core.platforms.base import Export, Urgent
from core.rates import errors as rates
from core.setup.document import LANGUAGES
from core.staff.rules import RoleTooLow
from core.stays import blocks, recurring, undo
from core.stays.events import GuestCheckedIn, GuestOverstayed
from core.stays.reasons import Reason
from core.values.nights import NoNights

AREAS = (blocks, recurring)
"""Whose errors are among those that may be told, whatever else was imported before."""

KEYS = re.compile(r"[a-z_]+(\.[a-z_]+)*")
KEY = re.compile(r"[a-z_]+(\.[a-z_]+)+")
ROOT = Path(__file__).parents[3]
ASKS = frozenset({"line", "offer", "text"})
"""The functions whose first argument is a key."""
TAPS = frozenset(
    f"tap.{error.__name__.removeprefix('Tap').lower()}" for error in (TapUsed, TapExpired, TapForeign, TapUnknown)
)
"""`receive` makes these of the error's code."""
CHAT_AREAS = ("core.rates.", "core.stays.", "core.inventory.", "core.channels.", "core.imports.", conflicts.__name__)
"""Whose errors can refuse what was asked in the chat."""
OF_PLANS = (
    rates.NoPrice, rates.NoSuchRule, rates.NoSuchSeason, rates.TooManyAdults, rates.DerivesFromItself,
    rates.OtherCurrency, rates.StandardPlan, rates.PlanInUse,
)  # fmt: skip
ELSEWHERE = frozenset({BadEvent, NotATimeline, *OF_PLANS})
"""Errors of these areas that the chat cannot meet: registered events and plans come by the API, replays by the
command line."""
UNREADABLE = frozenset(
    {"empty", "html", "json", "no_calendar", "truncated", "unbalanced", "too_big", "too_many", PARTIAL, OUR_OWN}
    | {CODES_ELSEWHERE, "untried", "other"}
)
"""The reasons of `NotACalendar`, and what else may be wrong with a calendar that was fetched."""
TROUBLES = frozenset(f"{part}.{kind}" for part in ("trouble", "remedy") for kind in {*Trouble, *UNREADABLE})
"""`formats` makes these of what was wrong with a look."""
TOLD = frozenset(
    {
        "connected", "interval", "paused", "resumed", "mass_gone", "mass_kept", "joined", "not_joined",
        "closed_everywhere", "closed_there", "new_booking", "old_booking", "same_guest", "new_guest",
        "closed_elsewhere",
    }
)  # fmt: skip
"""What a command about calendars can have done."""
WAYS = frozenset({*AdviceKind, "dearer_room", "cancel_there"})
"""The ways out of a case; a better room may cost more, and a platform may have sold whom there is no room for."""
TASKS = frozenset({CANCEL_THERE, RELOCATE})
QUIETLY = frozenset({"stays.left", "stays.stays_on", "stays.absent"})
"""Guests who left, stay or never came, where no calendar shows it."""
HOUSE = (Reason.OWNER, Reason.WALK_IN, Reason.MAINTENANCE)
"""Why staff hold rooms; a guest's own booking is made elsewhere."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One place that asks for wording by a key in full; `open`: further facts come by `**`."""

    where: str
    key: str
    facts: frozenset[str]
    open: bool


def placeholders(text: str) -> set[str]:
    """Return the names of the facts that a wording needs."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def refusals() -> list[type[Refused | Invalid | NotFound | NotAllowed]]:
    """Return every error of the front desk's verbs: what `act` can be refused with."""
    found = [
        error
        for kind in (Refused, Invalid, NotFound, NotAllowed)
        for error in _below(kind)
        if error.__module__.startswith(CHAT_AREAS) and error not in ELSEWHERE
    ]
    return [*found, RoleTooLow, NoNights, AddressGone, NotAlone, NoPublicAddress]


def families() -> Mapping[str, frozenset[str]]:
    """Return the keys that are put together, by the pattern in the code."""
    kinds = undo.UNDOABLE
    return {
        "done.{}": frozenset({*kinds, GuestCheckedIn.kind, GuestOverstayed.kind, *QUIETLY}),
        "undone.{}": frozenset(kinds),
        "deed.{}": frozenset(kinds),
        "departure.{}": frozenset({"left", "stays", "over"}),
        "departure.{}_by": frozenset({"left_by", "stays_by"}),
        "doubt.{}": frozenset({*DoubtKind, "either_or_days"}),
        "conflict.double.{}": frozenset(Severity),
        "conflict.alone.{}": frozenset(Severity),
        "conflict.party.{}": frozenset({"holds", "waits", "in_room"}),
        "conflict.best.{}": WAYS,
        "conflict.or.{}": WAYS - {"relocate", "cancel_there"},
        "conflict.cost.{}": frozenset(Cost),
        "conflict.stands.{}": frozenset({"checked_in", "ticked", "dropped", "over", "changed"}),
        "task.{}": TASKS,
        "task.ticked.{}": TASKS,
        "offer.task.{}": TASKS,
        "offer.task_of.{}": TASKS,
        "refused.{}": frozenset(error.code for error in refusals()),
        "knows.urgent.{}": frozenset(Urgent),
        "block.ask.{}": frozenset(HOUSE),
        "word.{}": frozenset({*Reason, *TRANSPORTS, "console"}),
        "word.whom.{}": frozenset(Reason),
        "word.verb.{}": frozenset(Reason),
        "word.nights.{}": frozenset({"one", "other"}),
        "word.bookings.{}": frozenset({"one", "other"}),
        "calendars.{}": TOLD,
        "notice.login.{}": frozenset(Fear),
        "rates.told.{}": frozenset({"set", "stopped", "started", "taken_back"}),
        "calendars.{}_already": frozenset(f"{what}_already" for what in ALREADY),
        "sync.is.{}": frozenset(set(LinkState) - {LinkState.LATE, LinkState.STALE}),
        "log.{}": frozenset({CHANGED, UNCHANGED, PARTIAL, FAILED}),
        "connect.choose.{}": frozenset(Export),
        "word.{}.{}": frozenset(
            {f"intent.{intent}" for intent in set(Intent) - LANDED} | {f"language.{code}" for code in LANGUAGES}
        ),
    }


def families_asked() -> set[str]:
    """Return the patterns by which the code puts keys together."""
    return {pattern for tree in _trees().values() for node in ast.walk(tree) if (pattern := _pattern(node))}


def asked() -> Iterator[Asked]:
    """Give every call that names a key in full."""
    for where, tree in _trees().items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and _name(node) in ASKS and node.args):
                continue
            if isinstance(node.args[0], ast.Constant) and KEYS.fullmatch(str(node.args[0].value)):
                named = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                named |= _in_dict(node)
                spread = any(keyword.arg is None for keyword in node.keywords)
                yield Asked(f"{where}:{node.lineno}", str(node.args[0].value), named, spread)


def spelled(sections: frozenset[str]) -> set[str]:
    """Return every text in the code that begins with the name of a section and a dot: keys, wherever they stand."""
    return {
        node.value
        for tree in _trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value.partition(".")[0] in sections and KEY.fullmatch(node.value)
    }


def raised() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Give each place in the core that raises one of `refusals`: where, the code, the names of its facts."""
    codes = {error.__name__: error.code for error in refusals()}
    for path in sorted((ROOT / "core").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _name(node.exc) in codes:
                facts = frozenset(keyword.arg for keyword in node.exc.keywords if keyword.arg)
                yield f"{path.name}:{node.lineno}", codes[_name(node.exc)], facts


@cache
def _trees() -> Mapping[str, ast.Module]:
    folders = ("bot/conversation", "bot/replies")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")] + list((ROOT / "bot").glob("*.py"))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(paths)}


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _in_dict(call: ast.Call) -> frozenset[str]:
    """`voice.text(key, {"name": …})` gives its facts as a dictionary."""
    if len(call.args) == 1 or not isinstance(call.args[1], ast.Dict):
        return frozenset()
    return frozenset(str(key.value) for key in call.args[1].keys if isinstance(key, ast.Constant))


def _pattern(node: ast.AST) -> str:
    """A text put together that begins like a key, with {} for what is filled in."""
    if not isinstance(node, ast.JoinedStr) or not isinstance(node.values[0], ast.Constant):
        return ""
    parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
    begins = parts[0].partition(".")
    return "".join(parts) if begins[1] and begins[0].isidentifier() and " " not in parts[0] else ""


def _below(kind: type[Refused | Invalid | NotFound | NotAllowed]) -> list[type]:
    return [each for child in kind.__subclasses__() for each in (child, *_below(child))]
