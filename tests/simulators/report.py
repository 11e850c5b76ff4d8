"""What a simulated run came to, in numbers and, where something is wrong, in sentences."""

from collections import Counter
from dataclasses import dataclass, field
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
    echo_questions: int = 0
    """Conflicts that were only our own closure come back, where no look could prove it (R10)."""
    asked: Counter[str] = field(default_factory=Counter)
    """What staff were told or asked about calendars, by its kind."""
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
            f"nights closed needlessly {self.needless}, only our block {self.echo_questions}",
            f"decisions {dict(self.decisions)}, questions and news {dict(self.asked)}",
            f"pulls {dict(self.pulls)}, reads {dict(self.reads)}",
            f"front desk {dict(self.acts)}",
            f"faults {len(self.faults)}",
            *self.faults[:20],
        ]
        return "\n".join(lines)


def _share(waits: list[timedelta], share: float) -> str:
    """The wait that `share` of all do not exceed."""
    if not waits:
        return "none"
    return str(waits[min(len(waits) - 1, int(share * len(waits)))]).partition(".")[0]
