"""Every table, so that migrations and tests see them all; the bot's own are added by `bot.models`' importers."""

from core.access import models as access
from core.channels import models as channels
from core.conflicts import models as conflicts
from core.db.base import Base
from core.events import models as events
from core.feeds import models as feeds
from core.inventory import models as inventory
from core.outbox import models as outbox
from core.properties import models as properties
from core.rates import models as rates
from core.reservations import models as reservations
from core.staff import models as staff
from core.stays import models as stays

AREAS = (access, properties, staff, stays, inventory, events, outbox, channels, feeds, conflicts, reservations, rates)
TABLES = Base.metadata.tables
