"""What people say and are told, in every language, read before somebody waits for it."""

from bot.replies import words
from bot.understanding.lexicon import vocabulary


def prepare() -> None:
    """Read every lexicon and every wording, which this process then keeps."""
    vocabulary()
    for language in words.languages():
        words.wording(language)
