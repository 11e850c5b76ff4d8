"""Every table, so that migrations and tests see them all; the bot's own are added by `bot.models`' importers."""

from core.channels import models as channels
from core.conflicts import models as conflicts
from core.db.base import Base
from core.events import models as events
from core.feeds import models as feeds
from core.inventory import models as inventory
from core.outbox import models as outbox
from core.properties import models as properties
from core.staff import models as staff
from core.stays import models as stays

AREAS = (properties, staff, stays, inventory, events, outbox, channels, feeds, conflicts)
TABLES = Base.metadata.tables
