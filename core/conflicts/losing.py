"""What becomes of the stays that a decision leaves without the nights in dispute (R15, R20, R22)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from core.conflicts import follow_ups
from core.conflicts.deciding import TakenUp, is_block
from core.db.work import UnitOfWork
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import handing
from core.inventory import service as inventory
from core.stays import holding
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.values.nights import runs


def give_way(
    work: UnitOfWork, taken: TakenUp, winner: Stay, losers: Sequence[Stay], by: By
) -> tuple[list[int], dict[str, Any]]:
    """Let `winner` have all its nights of the room; the tasks that the losers leave, and what an undo must know.

    A loser keeps what it holds besides, shadowed, until its channel drops it; a block of the house gives up just the
    nights in dispute.
    """
    for loser in losers:
        holding.shadow(work, loser)
    lost = _take(work, taken, winner)
    tasks: list[int] = []
    blocks: dict[str, Any] = {}
    for loser in losers:
        if is_block(loser):
            blocks[str(loser.id)] = _cut(work, taken, loser, winner)
        else:
            tasks.append(follow_ups.make(work, loser, by, taken.case.id).id)
            holding.bequeath(work, loser)
    dates = {str(stay_id): [night.isoformat() for night in nights] for stay_id, nights in lost.items()}
    return tasks, {"lost": dates, "blocks": blocks}


def _take(work: UnitOfWork, taken: TakenUp, winner: Stay) -> dict[int, list[date]]:
    """Give the winner what it waits for; the nights that others lost with it, by stay."""
    if winner.state != StayState.CONTESTED:
        return {}
    lacks = [night for night in holding.lacking(work, winner, winner.nights) if night >= taken.today]
    lost = handing.hand_over(work, winner, taken.room, lacks)
    inventory.retake(work, winner, taken.room, sorted(set(lacks) - {night for gone in lost.values() for night in gone}))
    for stay_id in lost:
        holder = work.session.get_one(Stay, stay_id)
        if holder.state == StayState.HOLDING:
            holder.state = StayState.CONTESTED
        holding.touch(work, holder)
    winner.state = holding.state_of(work, winner)
    holding.touch(work, winner)
    feeds.close(work, taken.room.id, lacks, winner.id)
    return lost


def _cut(work: UnitOfWork, taken: TakenUp, block: Stay, winner: Stay) -> dict[str, Any]:
    """Leave a block the nights that the winner does not want; what lies behind them becomes a block of its own.

    The dates it had, where its own part ended before the next one began (`until`), and what is left of it.
    """
    before = {"arrival": block.arrival.isoformat(), "departure": block.departure.isoformat()}
    pieces = runs(night for night in block.nights if night < taken.today or night not in winner.nights)
    if not pieces:
        block.state = StayState.RELEASED
        holding.touch(work, block)
        return before | {"until": before["departure"], "left": None}
    for piece in pieces[1:]:
        holding.stand_again(work, holding.part(work, block, piece))
    block.arrival, block.departure = pieces[0].arrival, pieces[0].departure
    holding.stand_again(work, block)
    until = pieces[1].arrival.isoformat() if len(pieces) > 1 else before["departure"]
    return before | {"until": until, "left": [block.arrival.isoformat(), block.departure.isoformat()]}
