"""Telling staff of blocks that recur and could not be made, because somebody has the room."""

from bot import addressees
from bot.conversation.calendars_said import listed
from bot.conversation.says import Line, Say, line
from bot.outbound import Reply, write_alert
from core.db.work import UnitOfWork
from core.staff.roles import Role
from core.stays import skipped
from core.stays.reasons import Reason
from core.stays.skipped import LeftOut, Skipped


def tell(work: UnitOfWork, event_id: int) -> int:
    """Tell the staff of the property what one event left out, as far as it is still to come; how many were told."""
    found = skipped.told_by(work, event_id)
    if found is None:
        return 0
    people = addressees.of_property(work, found.property_id, Role.STAFF)
    for each in people:
        write_alert(work, each.conversation, Reply(said(found), each.facts))
    return len(people)


def said(found: Skipped) -> Say:
    """One line for each time that was left out."""
    room = line("word.room", name=found.room)
    head = (
        line("recurring.skipped_named", room=room, note=found.note)
        if found.note
        else line("recurring.skipped", room=room)
    )
    return Say((head, *listed([_time(one) for one in found.times])))


def _time(one: LeftOut) -> Line:
    if one.holder is None:
        return line("recurring.free_now", nights=one.nights)
    if not Reason(one.holder.reason).sells:
        return line("recurring.held", nights=one.nights, stay=one.holder)
    return line("recurring.taken", nights=one.nights, stay=one.holder)
