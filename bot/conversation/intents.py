"""Which intents have a use case behind them."""

from bot.understanding import Intent

LANDED = frozenset(
    {
        Intent.BLOCK, Intent.WALK_IN, Intent.UNBLOCK, Intent.EXTEND, Intent.SHORTEN, Intent.MOVE,
        Intent.AVAILABILITY, Intent.ARRIVALS, Intent.DEPARTURES, Intent.IN_HOUSE, Intent.CONFLICTS, Intent.STATUS,
        Intent.CHECK_IN, Intent.CHECK_OUT, Intent.NO_SHOW,
        Intent.WHO_DID, Intent.UNDO, Intent.FEED_LINK, Intent.LANGUAGE, Intent.DASHBOARD, Intent.HELP,
        Intent.SYNC_STATUS, Intent.SYNC_LOG, Intent.SYNC_NOW, Intent.SYNC_EVERY, Intent.PAUSE, Intent.RESUME,
        Intent.CONNECT,
        Intent.RATES, Intent.SET_RATE, Intent.STOP_SELL, Intent.START_SELL,
    }
)  # fmt: skip
