"""Messages as every transport sees them: what came in, what goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message or tap as a transport delivered it, already verified.

    `external_id` is unique within `transport` and names the delivery (Twilio's MessageSid, Telegram's update_id): a
    repeated delivery is the same message. `sender` is the id the transport knows the person by, `also` further ids of
    the same person (WhatsApp's business-scoped user id), `chat` where an answer goes.
    """

    transport: str
    external_id: str
    sender: str
    chat: str
    text: str = ""
    tap: str | None = None
    """The opaque token of the tapped choice."""
    tap_id: str | None = None
    """What the transport wants acknowledged (Telegram's callback query id)."""
    tapped_message: str | None = None
    """The transport's id of the message whose choice was tapped."""
    also: tuple[str, ...] = ()
    kind: str = "text"
    """`text`, `tap`, or what else came: `image`, `location`, `blocked` (the person blocked the bot)."""
    raw: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing the reader can do: a button with its opaque token (≤ 64 bytes), also reachable by number and word."""

    label: str
    token: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to hand to a transport. `reference` is ours and stable over retries."""

    reference: str
    chat: str
    text: str
    choices: tuple[Choice, ...] = ()
    answers_tap: str | None = None
    """A tap to acknowledge before sending (Telegram shows a spinner until then)."""
    settles: tuple[str, ...] = ()
    """Transport ids of earlier messages whose buttons are over and should go."""
    others: frozenset[str] = frozenset()
    """Transport ids known to be other messages of the chat, however alike: none of them is this one found again."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What the transport said: the ids of the parts it accepted, in order; the last one carries the buttons."""

    message_ids: tuple[str, ...]
