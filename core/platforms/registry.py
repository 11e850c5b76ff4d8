"""The platforms there are: those of the house, and those that other packages bring (entry points `dauda.platforms`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, distributions
from itertools import chain

from core.platforms import agoda, airbnb, booking_com, expedia, generic, gommt, vrbo
from core.platforms.base import Mode, Platform, Urgent
from core.platforms.checks import faults

GROUP = "dauda.platforms"
"""The group of entry points; each names a `Platform`."""


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """An installed platform that cannot be used: where it was found, and why not, for whoever wrote it."""

    name: str
    """Of the entry point."""
    value: str
    """What it names: `package.module:PLATFORM`."""
    why: str


class Registry(dict[str, Platform]):
    """Platforms by code. One that is on record and no longer there is shown by its code and kept by hand.

    Its links go on being served and nothing of it is read (R6); `in`, `get` and iteration do not know it.
    """

    def __missing__(self, code: str) -> Platform:
        return Platform(code, code, frozenset({Mode.MANUAL}), None, Urgent.CLOSE_BY_HAND)


OWN: Mapping[str, Platform] = {
    module.PLATFORM.code: module.PLATFORM for module in (airbnb, booking_com, vrbo, agoda, expedia, gommt, generic)
}


def installed(taken: Mapping[str, Platform]) -> tuple[dict[str, Platform], tuple[SwitchedOff, ...]]:
    """What other packages bring besides those of `taken`, by code, and what of it cannot be used. Raises nothing."""
    found: dict[str, Platform] = {}
    off: list[SwitchedOff] = []
    for entry in sorted(set(_entries(off)), key=lambda one: (one.name, one.value)):
        try:
            platform: Platform = entry.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - Somebody else's module may fail in any way.
            off.append(SwitchedOff(entry.name, entry.value, f"{type(error).__name__}: {error}"))
            continue
        why = faults(platform) or _clash(platform, [*taken.values(), *found.values()])
        if why:
            off.append(SwitchedOff(entry.name, entry.value, "; ".join(why)))
        else:
            found[platform.code] = platform
    return found, tuple(off)


def _entries(off: list[SwitchedOff]) -> Iterator[EntryPoint]:
    """The entry points of every installed package; a package whose own record is broken costs no other."""
    for package in distributions():
        try:
            yield from package.entry_points.select(group=GROUP)
        except Exception as error:  # noqa: BLE001 - As above.
            off.append(SwitchedOff("", "entry_points.txt", f"{type(error).__name__}: {error}"))


def _clash(platform: Platform, others: list[Platform]) -> list[str]:
    pairs = chain.from_iterable((("code", one.code), ("name", one.name)) for one in others)
    taken = {(what, said.casefold()) for what, said in pairs}
    return [
        f"{what} {said!r} is another platform's"
        for what, said in (("code", platform.code), ("name", platform.name))
        if (what, said.casefold()) in taken
    ]


_INSTALLED, SWITCHED_OFF = installed(OWN)
PLATFORMS = Registry({**OWN, **_INSTALLED})


def at(url: str) -> Platform | None:
    """The platform to whose site or calendar an address leads; None where that cannot be told."""
    return next((platform for platform in PLATFORMS.values() if platform.owns(url)), None)
