"""What to say when a night is taken: who holds it, and which rooms are free instead."""

from sqlalchemy.orm import Session

from core.inventory.service import NightTaken
from core.properties import queries as properties
from core.properties.models import Room
from core.stays import queries, rules
from core.values.nights import Nights

MOST_ROOMS = 10


def explained(session: Session, room_id: int, nights: Nights, refusal: NightTaken) -> NightTaken:
    """`refusal` with two more facts: `held_by` and `free_instead`, the nearest in kind first.

    No guest is named: a problem goes where logs and error trackers are.
    """
    stay_id = refusal.facts.get("stay_id")
    holder = queries.stay(session, stay_id) if stay_id is not None else None
    held_by = None
    if holder is not None:
        held_by = {
            "stay_id": holder.stay_id, "reason": holder.reason, "source": holder.source,
            "arrival": holder.arrival, "departure": holder.departure, "checked_in": holder.checked_in,
        }  # fmt: skip
    return NightTaken(**refusal.facts, held_by=held_by, free_instead=_free(session, room_id, nights))


def _free(session: Session, room_id: int, nights: Nights) -> list[dict[str, object]]:
    wanted = next(iter(properties.rooms_by_id(session, [room_id])), None)
    room = session.get(Room, room_id)
    if wanted is None or room is None:
        return []
    busy = queries.busy_rooms(session, room.property_id, nights)
    free = [one for one in properties.rooms(session, room.property_id) if one.room_id not in busy]
    return [
        {"listing_id": one.room_id, "name": one.name, "room_type": one.type_name}
        for one in rules.rooms_instead(wanted, free)[:MOST_ROOMS]
    ]
