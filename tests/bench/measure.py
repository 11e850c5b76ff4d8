"""Measuring fairly on a noisy machine: rounds that alternate, medians, rows that say their limit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Literal

ROUNDS = 5
HEAD = ("what", "subject", "peer", "ratio", "limit", "ok")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: two measured values, their ratio and what it may be.

    `limit` bounds the ratio or, where there is no peer, the subject itself; None: only told. `at` says from which side.
    """

    what: str
    subject: float
    peer: float | None = None
    limit: float | None = None
    at: Literal["most", "least"] = "most"
    unit: str = ""

    @property
    def ratio(self) -> float | None:
        """Subject over peer."""
        return self.subject / self.peer if self.peer else None

    @property
    def ok(self) -> bool:
        """Whether the limit is kept; nothing can break a limit that there is not."""
        value = self.subject if self.peer is None else self.ratio
        if self.limit is None:
            return True
        if value is None:
            return False
        return value <= self.limit if self.at == "most" else value >= self.limit

    def cells(self) -> tuple[str, ...]:
        """The row as texts, in the order of `HEAD`."""
        if self.limit is None:
            limit, ok = "-", "-"
        else:
            sign = "≤" if self.at == "most" else "≥"
            unit = f" {self.unit}" if self.peer is None else ""
            limit, ok = f"{sign} {number(self.limit)}{unit}", "yes" if self.ok else "NO"
        ratio = "-" if self.ratio is None else number(self.ratio)
        return self.what, self._with_unit(self.subject), self._with_unit(self.peer), ratio, limit, ok

    def _with_unit(self, value: float | None) -> str:
        return "-" if value is None else f"{number(value)} {self.unit}".rstrip()


def number(value: float) -> str:
    """Three figures are all that a shared machine can tell."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def written(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table that a terminal can be read in, too."""
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = [f"| {' | '.join(text.ljust(width) for text, width in zip(line, widths, strict=True))} |" for line in cells]
    return "\n".join([lines[0], f"|{'|'.join('-' * (width + 2) for width in widths)}|", *lines[1:]])


Taken = dict[str, list[float]]


def interleaved(contestants: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median of each contestant over `rounds` in which all take their turn, after one that counts for nothing."""
    taken: Taken = {name: [] for name in contestants}
    for each in range(rounds + 1):
        # Whoever began the last round ends this one: what drifts meets all alike.
        order = list(contestants)[:: 1 if each % 2 else -1]
        for name in order:
            value = contestants[name]()
            if each:
                taken[name].append(value)
    return {name: median(values) for name, values in taken.items()}


def p99(values: Sequence[float]) -> float:
    """The value that one of a hundred exceeds."""
    return quantiles(values, n=100, method="inclusive")[98]


def held(measure: Callable[[], list[Row]]) -> list[Row]:
    """What `measure` finds, or finds the second time when a limit was missed: once may have been the neighbours."""
    rows = measure()
    return rows if all(row.ok for row in rows) else measure()
