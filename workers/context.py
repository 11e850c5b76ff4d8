"""What jobs work with, and how they are declared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.transports.base import Transport
from core.db.work import Store
from core.outbox.effects import Effect
from core.outbox.service import Lease
from core.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Context:
    """The house as a job sees it."""

    store: Store
    transports: Mapping[str, Transport]
    sealer: Sealer
    public_url: str


Job = Callable[[Context, Lease], None]
JOBS: dict[str, Job] = {}


def job(effect: type[Effect]) -> Callable[[Job], Job]:
    """Declare the function that does `effect`. It ends by `outbox.done` in its recording unit of work."""

    def declare(function: Job) -> Job:
        JOBS[effect.kind] = function
        return function

    return declare
