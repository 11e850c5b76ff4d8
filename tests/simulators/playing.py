"""One simulated run from its first guest to the judge's last look."""

from pathlib import Path

from tests.simulators.court import Court
from tests.simulators.desk import FrontDesk
from tests.simulators.guests import Guests
from tests.simulators.plan import Plan
from tests.simulators.report import Report
from tests.simulators.world import open_world


def play(plan: Plan, database_url: str, var_dir: Path) -> Report:
    """Run `plan` on a migrated, empty database; what it came to. The same plan comes to the same."""
    with open_world(plan, database_url, var_dir) as world:
        desk = FrontDesk(world)
        court = Court(world, desk)
        court.begin()
        Guests(world).begin()
        desk.begin()
        world.run()
        court.end()
        return world.report
