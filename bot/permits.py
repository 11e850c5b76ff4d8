"""Which permission each command of the chat needs; whether it is given is decided in `core.access.permissions`."""

from bot.conversation.actions import Command, OpenDashboard, PartyIsIn, SellTypes, SetLanguage
from core.access.permissions import Act
from core.conflicts.commands import (
    DecideLater,
    KeepStay,
    MoveParties,
    OnlyOurBlock,
    SameBooking,
    TickFollowUp,
    UndoDecision,
)
from core.imports.commands import (
    AnswerMass,
    CloseElsewhere,
    ConnectCalendar,
    JoinPreviews,
    PauseChannel,
    PullNow,
    ResumeChannel,
    SetInterval,
    SettleClosure,
    SettleGuest,
    SettleLingering,
)
from core.rates.commands import SetRates, UndoRates
from core.stays.commands import (
    BlockRoom,
    CheckIn,
    CheckOut,
    ExtendStay,
    GuestLeft,
    GuestStaysOn,
    MoveStay,
    NoShow,
    ShortenStay,
    UnblockRoom,
    UndoChanges,
)

NEEDS: dict[type[Command], Act] = {
    BlockRoom: Act.CHANGE_STAYS,
    UnblockRoom: Act.CHANGE_STAYS,
    ExtendStay: Act.CHANGE_STAYS,
    ShortenStay: Act.CHANGE_STAYS,
    MoveStay: Act.CHANGE_STAYS,
    CheckIn: Act.CHANGE_STAYS,
    CheckOut: Act.CHANGE_STAYS,
    GuestLeft: Act.CHANGE_STAYS,
    GuestStaysOn: Act.CHANGE_STAYS,
    NoShow: Act.CHANGE_STAYS,
    UndoChanges: Act.CHANGE_STAYS,
    KeepStay: Act.DECIDE_CONFLICTS,
    MoveParties: Act.DECIDE_CONFLICTS,
    SameBooking: Act.DECIDE_CONFLICTS,
    OnlyOurBlock: Act.DECIDE_CONFLICTS,
    DecideLater: Act.DECIDE_CONFLICTS,
    UndoDecision: Act.DECIDE_CONFLICTS,
    TickFollowUp: Act.DECIDE_CONFLICTS,
    PartyIsIn: Act.DECIDE_CONFLICTS,
    ConnectCalendar: Act.CHANGE_CHANNELS,
    SetInterval: Act.RUN_CHANNELS,
    PauseChannel: Act.RUN_CHANNELS,
    ResumeChannel: Act.RUN_CHANNELS,
    PullNow: Act.RUN_CHANNELS,
    AnswerMass: Act.RUN_CHANNELS,
    JoinPreviews: Act.RUN_CHANNELS,
    SettleClosure: Act.RUN_CHANNELS,
    SettleLingering: Act.RUN_CHANNELS,
    SettleGuest: Act.RUN_CHANNELS,
    CloseElsewhere: Act.RUN_CHANNELS,
    SetRates: Act.CHANGE_RATES,
    UndoRates: Act.CHANGE_RATES,
    SellTypes: Act.CHANGE_INVENTORY,
    SetLanguage: Act.CHANGE_OWN,
    OpenDashboard: Act.CHANGE_OWN,
}
"""By the type of the command; a test holds that none is missing."""
