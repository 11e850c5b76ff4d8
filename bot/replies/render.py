"""From what is said to the text and the labels of its choices."""

from dataclasses import dataclass

from bot.conversation.says import Line, Say
from bot.replies.voices import Voice


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in words; `labels` are those of its offers, in order."""

    text: str
    labels: tuple[str, ...] = ()


def render(say: Say, voice: Voice) -> Rendered:
    """Put `say` into the words of `voice`."""
    lines = [words(line, voice) for line in say.lines]
    return Rendered("\n".join(line for line in lines if line), tuple(words(each.label, voice) for each in say.offers))


def words(line: Line, voice: Voice) -> str:
    """One line of wording."""
    return voice.text(line.key, line.facts)
