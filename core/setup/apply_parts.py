"""Applying `[room_type.parts]`: which rooms are made of others."""

from sqlalchemy import delete, select

from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.inventory import parts
from core.inventory.models import RoomPart
from core.properties.models import Property, Room, RoomType
from core.setup import events as happenings
from core.setup import rooms
from core.setup.account import Account, What
from core.setup.document import Document, folded, nearest
from core.setup.errors import Why
from core.setup.lines import Path


def set_parts(work: UnitOfWork, place: Property, document: Document, account: Account, by: By) -> None:
    """Make each room that the file names be of exactly the parts it names; the others are kept, and named.

    The types of all rooms concerned are locked before anything is judged. A room with nights to come stays as it is.
    """
    query = select(Room).where(Room.property_id == place.id, Room.removed_at.is_(None)).order_by(Room.position, Room.id)
    known = {folded(room.name): room for room in work.session.scalars(query)}
    wanted: dict[int, tuple[Path, list[Room]]] = {}
    for entry in document.room_types:
        for name, names in entry.parts.items():
            whole = known.get(folded(name))
            if whole is not None:
                path = (*entry.path, "parts", name)
                wanted[whole.id] = path, _known(known, names, path, account)
    had = parts.of_property(work.session, place.id)
    changing = {whole: (path, of) for whole, (path, of) in wanted.items() if _differ(had, whole, of)}
    of_id = {room.id: room for room in known.values()}
    rooms.lock(
        work,
        place,
        {of_id[each].type_id for whole, (_, of) in changing.items() for each in (whole, *(r.id for r in of))},
    )
    for whole_id, (path, of) in changing.items():
        _set(work, place, of_id[whole_id], of, path, account, by)
    _refuse_chains(work, place, wanted, of_id, account)
    for whole_id in had.of:
        if whole_id not in wanted and whole_id in of_id:
            named = [of_id[part].name for part in had.of[whole_id] if part in of_id]
            account.keep(What.PARTS_KEPT, room=of_id[whole_id].name, parts=named)


def _known(known: dict[str, Room], names: tuple[str, ...], path: Path, account: Account) -> list[Room]:
    found = []
    for number, name in enumerate(names):
        room = known.get(folded(name))
        if room is None:
            near = nearest(name, [one.name for one in known.values()])
            account.fault((*path, number), Why.UNKNOWN_ROOM, value=name, nearest=near)
        else:
            found.append(room)
    return found


def _differ(had: parts.Parts, whole_id: int, of: list[Room]) -> bool:
    return {room.id for room in of} != set(had.of.get(whole_id, ()))


def _set(work: UnitOfWork, place: Property, whole: Room, of: list[Room], path: Path, account: Account, by: By) -> None:
    try:
        rooms.refuse_in_use(work, place, whole)
    except rooms.RoomInUse as error:
        account.fault(path, Why.WHOLE_IN_USE, **error.facts)
        return
    before = work.session.scalars(select(RoomPart.part_id).where(RoomPart.whole_id == whole.id)).all()
    work.session.execute(delete(RoomPart).where(RoomPart.whole_id == whole.id))
    work.session.add_all(RoomPart(whole_id=whole.id, part_id=part.id, property_id=place.id) for part in of)
    work.session.flush()
    parts.forget(work.session)
    rooms.recount(work, place, (), {whole.id, *before, *(part.id for part in of)})
    named = tuple(part.name for part in of)
    account.change(What.PARTS_SET if named else What.PARTS_ENDED, room=whole.name, parts=list(named))
    code = work.session.get_one(RoomType, whole.type_id).code
    happening = happenings.RoomPartsSet(whole.name, code, named)
    events.record(work, happening, whole.id, property_id=place.id, by=by)


def _refuse_chains(
    work: UnitOfWork,
    place: Property,
    wanted: dict[int, tuple[Path, list[Room]]],
    of_id: dict[int, Room],
    account: Account,
) -> None:
    """Parts are no wholes: what somebody holds of a room must be one look away."""
    now = parts.of_property(work.session, place.id)
    for whole, of in now.of.items():
        for part in of:
            if part in now.of:
                path = wanted[whole][0] if whole in wanted else wanted[part][0] if part in wanted else ()
                account.fault(path, Why.PART_IS_WHOLE, room=of_id[part].name)
