"""Sending WhatsApp messages: parts, buttons and rows, the numbered fallback, unknown outcomes looked up."""

import json
import time
from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime

from bot.messages import Choice, Outgoing, Sent
from bot.parts import Attempt, Progress, numbered, under_way
from bot.transports.base import Limits, split
from bot.transports.whatsapp import contents as forms
from bot.transports.whatsapp.contents import Contents, Shape, Shelf
from bot.transports.whatsapp.rest import Account, Answer
from core.config import Twilio
from core.errors import AuthFailed, Down, Outside, RefusedThere, Unsure
from core.logs import logger

PLAIN = 1600
"""Characters of a message without buttons (else 21617)."""
UNKNOWN_CONTENT = frozenset({"21655", "20404"})
"""Codes that say the account does not have the content."""
LONGEST_ATTEMPT = 600.0
"""Seconds within which a message we have no memory of may be the one a crash cut off."""
LEEWAY = 3.0
"""Seconds: Twilio's dates have no fractions."""
NOT_SENT = frozenset({"failed", "undelivered", "canceled"})

log = logger(__name__)


class WhatsApp:
    """WhatsApp as a transport; `status_callback` is the public address for reports, `timeout` in seconds."""

    name = "whatsapp"
    limits = Limits(text=PLAIN, buttons=forms.MOST_ROWS, label=forms.BUTTON_TITLE, keeps_numbers=False)

    def __init__(
        self,
        settings: Twilio,
        contents: Contents,
        status_callback: str | None = None,
        *,
        timeout: float = 10.0,
    ) -> None:
        self._settings = settings
        self._status_callback = status_callback
        self._account = Account(settings, timeout)
        self._shelf = Shelf(self._account, settings.account_sid, contents)
        self._progress = Progress()

    def send(self, message: Outgoing) -> Sent:
        """Send `message`; what was accepted in an earlier try of this process is not sent again.

        WhatsApp can neither acknowledge a tap nor take buttons back: `answers_tap`, `settles` need nothing.
        """
        before, last = parts(message)
        with under_way(self._progress.begin(message.reference)) as attempt:
            for part in before[len(attempt.ids) :]:
                attempt.ids.append(self._say(message.chat, part))
            if last is not None:
                self._offer(message, last, attempt)
        return Sent(self._progress.finish(message.reference))

    def find_sent(self, message: Outgoing) -> Sent | None:
        """Look the message up among the last ones Twilio took for this chat since we began to send it.

        Where only its first parts are found, they are remembered and the next `send` goes on behind them. Raises
        `Unsure` when Twilio does not tell.
        """
        attempt = self._progress.known(message.reference)
        begun = attempt is not None
        attempt = attempt or self._progress.begin(message.reference)
        recent = [
            answer
            for answer in self._recent(message.chat, attempt, since=attempt.begun if begun else None)
            if answer["sid"] not in message.others
        ]
        before, last = parts(message)
        found = _match(before, recent)
        if len(found) == len(before):
            left = [answer for answer in recent if answer["sid"] not in found]
            for bodies in _ways(last, message.choices):
                rest = _match(bodies, left)
                if len(rest) == len(bodies):
                    attempt.ids[:] = [*found, *rest]
                    return Sent(self._progress.finish(message.reference))
        if len(found) > len(attempt.ids):
            attempt.ids[:] = found
        return None

    def _recent(self, chat: str, attempt: Attempt, since: float | None) -> list[Answer]:
        """What Twilio took for `chat` since then (monotonic), less what is known to be other messages."""
        try:
            now, listed = self._account.sent_to(_address(chat))
        except Down as error:
            # Down would say that nothing was sent, which is what nobody knows.
            raise Unsure(**error.facts) from error
        longest = LONGEST_ATTEMPT if since is None else time.monotonic() - since + LEEWAY
        return [
            answer
            for answer in listed
            if answer.get("status") not in NOT_SENT
            and _age(answer, now) <= longest
            and (answer["sid"] in attempt.ids or not self._progress.finished(answer["sid"]))
        ]

    def close(self) -> None:
        """Close the connections."""
        self._account.close()

    def _offer(self, message: Outgoing, text: str, attempt: Attempt) -> None:
        """Send the last part with its choices; as numbered text when there is no content or it is refused."""
        shape = Shape(len(message.choices), text.count("\n") + 1)
        sid = self._content(shape)
        if sid is not None:
            try:
                attempt.ids.append(self._fill(message.chat, shape, sid, text, message.choices))
            except RefusedThere as refusal:
                # What is not the content's fault meets the plain text as well, and is raised then.
                reason = refusal.facts["reason"]
                log.warning("whatsapp.content_refused", shape=shape.name, reason=reason)
                if reason in UNKNOWN_CONTENT:
                    self._shelf.forget(shape, sid)
            else:
                return
        for part in split(_in_words(text, message.choices), PLAIN):
            attempt.ids.append(self._say(message.chat, part))

    def _content(self, shape: Shape) -> str | None:
        """The SID of the content for `shape`; None when it cannot be had now."""
        try:
            return self._shelf.sid(shape)
        except AuthFailed:
            raise
        except Outside as error:
            # Words with numbers now are worth more to a person who waits than buttons later.
            log.warning("whatsapp.content_missing", shape=shape.name, error=str(error))
            return None

    def _say(self, chat: str, text: str) -> str:
        return self._account.send({**self._envelope(chat), "Body": text})

    def _fill(self, chat: str, shape: Shape, sid: str, text: str, choices: Sequence[Choice]) -> str:
        variables = json.dumps(shape.variables(text, choices), ensure_ascii=False)
        return self._account.send({**self._envelope(chat), "ContentSid": sid, "ContentVariables": variables})

    def _envelope(self, chat: str) -> dict[str, str]:
        # From the number itself: a messaging service would take "cancel" for an opt-out.
        envelope = {"To": _address(chat), "From": self._settings.whatsapp_from}
        return envelope | {"StatusCallback": self._status_callback} if self._status_callback else envelope


def parts(message: Outgoing) -> tuple[list[str], str | None]:
    """The texts that go without choices, and the last one that carries them (None when nothing does)."""
    choices, text = message.choices, message.text
    if not choices:
        return split(text, PLAIN), None
    if len(choices) > forms.MOST_ROWS:
        return split(numbered(text, choices), PLAIN), None
    if not forms.says_all(choices):
        # A button had no room for its words, so that the text says them in full.
        text = numbered(text, choices)
    before = split(text, PLAIN)
    last = before.pop() if before else forms.NOTHING
    *more, last = split(last, forms.room_for_text(choices)) or [last]
    lines = last.split("\n")
    if len(lines) > forms.MOST_LINES:
        more.append("\n".join(lines[: -forms.MOST_LINES]))
        last = "\n".join(lines[-forms.MOST_LINES :])
    return [*before, *more], last


def _in_words(last: str, choices: Sequence[Choice]) -> str:
    """The last part with its choices as numbered lines, which it has already where buttons are too short."""
    return numbered(last, choices) if forms.says_all(choices) else last


def _ways(last: str | None, choices: Sequence[Choice]) -> list[list[str]]:
    """The ways the last part may have been sent: with buttons, or in words."""
    return [[]] if last is None else [[last], split(_in_words(last, choices), PLAIN)]


def _address(chat: str) -> str:
    return chat if chat.startswith("whatsapp:") else f"whatsapp:{chat}"


def _match(bodies: Sequence[str], answers: Sequence[Answer]) -> list[str]:
    """The SIDs of `bodies` among `answers`, in order, up to the first that is not there."""
    left = list(answers)
    found: list[str] = []
    for body in bodies:
        answer = next((each for each in left if _told(each.get("body") or "") == _told(body)), None)
        if answer is None:
            break
        left.remove(answer)
        found.append(str(answer["sid"]))
    return found


def _told(body: str) -> str:
    """`body` without what travels differently: blank variables and runs of spaces."""
    return " ".join(body.replace(forms.NOTHING, "").split())


def _age(answer: Answer, now: datetime) -> float:
    """Seconds since Twilio took the message, by Twilio's own clock."""
    created = answer.get("date_created")
    return (now - parsedate_to_datetime(created)).total_seconds() if created else 0.0
