"""What a simulated run came to, in numbers and, where something is wrong, in sentences."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta


@dataclass(slots=True)
class Report:
    """Counted while the simulation runs."""

    seed: str
    hotel_days: int
    sales: int = 0
    """By guests at OTAs and at the front desk."""
    double_sales: int = 0
    """Sales of a night that somebody else had."""
    conflicts: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    waits: list[timedelta] = field(default_factory=list)
    """From the second sale to the conflict."""
    needless: int = 0
    """Nights found closed without a reason."""
    echoes: int = 0
    """Our own closures, come back and known for that."""
    echo_questions: int = 0
    """Conflicts that were only our own closure come back, where no look could prove it (R10)."""
    hidden: int = 0
    """Sales taken for our closure come back, since an outage hid them from the look that proved it (R10)."""
    asked: Counter[str] = field(default_factory=Counter)
    """What staff were told or asked about calendars, by its kind."""
    answers: Counter[str] = field(default_factory=Counter)
    """What they answered, and what was refused."""
    same_questions: int = 0
    """Conflicts of one guest with himself, who was entered by hand before the channel told of him (R16)."""
    pulls: Counter[str] = field(default_factory=Counter)
    """By how they ended."""
    reads: Counter[int] = field(default_factory=Counter)
    """The OTAs' reads of our feeds, by status."""
    acts: Counter[str] = field(default_factory=Counter)
    """What the front desk did, and what was refused."""
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        waits = sorted(self.waits)
        lines = [
            f"seed {self.seed}: {self.hotel_days} hotel-days",
            f"sales {self.sales}, double sales {self.double_sales}, conflicts {self.conflicts}",
            f"time to conflict: p50 {_share(waits, 0.5)}, p99 {_share(waits, 0.99)}",
            f"nights closed needlessly {self.needless}",
            f"echoes {self.echoes}, only our block {self.echo_questions}, same booking {self.same_questions}",
            f"hidden sales taken for echoes {self.hidden}",
            f"decisions {_said(self.decisions)}, questions and news {_said(self.asked)}, answers {_said(self.answers)}",
            f"pulls {_said(self.pulls)}, reads {dict(self.reads)}",
            f"front desk {_said(self.acts)}",
            f"faults {len(self.faults)}",
            *self.faults[:20],
        ]
        return "\n".join(lines)


def total(reports: Sequence[Report]) -> Report:
    """Several runs as one; its seed names them all, and each fault its run's."""
    made = Report(" ".join(one.seed for one in reports), 0)
    for one in reports:
        for kept in fields(Report):
            value = getattr(one, kept.name)
            if isinstance(value, (int, Counter)):
                setattr(made, kept.name, getattr(made, kept.name) + value)
        made.waits += one.waits
        made.faults += [f"{one.seed}: {fault}" for fault in one.faults]
    return made


def _said(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counted.items())) or "none"


def _share(waits: list[timedelta], share: float) -> str:
    """The wait that `share` of all do not exceed."""
    if not waits:
        return "none"
    return str(waits[min(len(waits) - 1, int(share * len(waits)))]).partition(".")[0]
