"""What a decision left to be done at a channel or with a guest: listed, reminded of, ticked (R15, R20, R24). Pure."""

from datetime import datetime

from bot.conversation.actions import Do
from bot.conversation.says import Line, Offer, Say, Subject, line, offer
from core.conflicts.commands import TickFollowUp
from core.conflicts.views import FollowUpView

KIND = "follow_up"


def subject_of(task: FollowUpView) -> Subject:
    """What its reminders are cards of."""
    return Subject(KIND, task.follow_up_id)


def told(task: FollowUpView) -> Line:
    """The task in one line: where, which booking, which nights."""
    return line(f"task.{task.kind}", stay=task.stay)


def ticked(task: FollowUpView) -> Offer:
    """Saying that the task is done, where it is the only one."""
    return offer(f"offer.task.{task.kind}", Do((TickFollowUp(task.follow_up_id),)))


def ticked_one(task: FollowUpView) -> Offer:
    """Saying which of several tasks is done."""
    return offer(f"offer.task_of.{task.kind}", Do((TickFollowUp(task.follow_up_id),)), stay=task.stay)


def reminder(task: FollowUpView) -> Say:
    """A task that nobody has ticked yet."""
    return Say((line("task.again", at=task.made_at), told(task)), (ticked(task),), card=subject_of(task))


def done(task: FollowUpView, by: str | None, at: datetime) -> Say:
    """The task is done: by a person, or seen in the channel's own calendar."""
    if by is None:
        return Say((line("task.seen", stay=task.stay, at=at),), over=(subject_of(task).name,))
    return Say((line("task.done", stay=task.stay, person=by, at=at),), over=(subject_of(task).name,))
