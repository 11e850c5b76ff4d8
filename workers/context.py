"""What jobs work with, and how they are declared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.tools import Tools
from bot.transports.base import Transport
from core.db.work import Store
from core.feeds.fetch.client import USUAL_MEANS, Means
from core.outbox.effects import Effect
from core.outbox.service import Lease
from core.sealing import Sealer
from workers.bus.base import EventBus
from workers.calendars import Reader


@dataclass(frozen=True, slots=True)
class Context:
    """The house as a job sees it."""

    store: Store
    transports: Mapping[str, Transport]
    sealer: Sealer
    public_url: str
    means: Means = USUAL_MEANS
    """With what calendars are fetched."""
    allow_private: bool = False
    """Whether calendars of this machine may be fetched: tests and demo only."""
    reader: Reader = field(default_factory=Reader)
    is_public: bool = True
    """Whether the settings name `public_url`; else it holds on this machine only."""
    bus: EventBus | None = None
    """Where events are told on to other programs."""

    @property
    def tools(self) -> Tools:
        """What handling a message needs of it."""
        return Tools(self.sealer, self.public_url, self.is_public)


Job = Callable[[Context, Lease], None]
JOBS: dict[str, Job] = {}


def job(effect: type[Effect]) -> Callable[[Job], Job]:
    """Declare the function that does `effect`. It ends by `outbox.done` in its recording unit of work."""

    def declare(function: Job) -> Job:
        JOBS[effect.kind] = function
        return function

    return declare
