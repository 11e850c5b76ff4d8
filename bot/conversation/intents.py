"""Which intents have a use case behind them."""

from bot.understanding import Intent

LANDED = frozenset(
    {
        Intent.BLOCK, Intent.WALK_IN, Intent.UNBLOCK, Intent.EXTEND, Intent.SHORTEN, Intent.MOVE,
        Intent.AVAILABILITY, Intent.ARRIVALS, Intent.DEPARTURES, Intent.IN_HOUSE, Intent.CONFLICTS, Intent.STATUS,
        Intent.WHO_DID, Intent.UNDO, Intent.FEED_LINK, Intent.LANGUAGE, Intent.HELP,
    }
)  # fmt: skip
