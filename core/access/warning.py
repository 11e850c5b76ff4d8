"""Letting the admins of somebody's properties know that their login was copied, or its password is being guessed."""

from enum import StrEnum

from sqlalchemy import select

from core.db.work import UnitOfWork
from core.outbox import service as outbox
from core.outbox.effects import WarnOfLogin
from core.outbox.models import Due


class Fear(StrEnum):
    """What happened."""

    COPIED = "copied"
    """A refresh token came a second time."""
    GUESSED = "guessed"
    """So many wrong passwords came that the account was shut for a while."""


def copied(work: UnitOfWork, person_id: int) -> None:
    """Warn of a copied login; its session ends, so that there is one warning of each."""
    outbox.add(work, WarnOfLogin(person_id, Fear.COPIED))


def guessed(work: UnitOfWork, person_id: int) -> None:
    """Warn, once a day, of a password that is being guessed: whoever does it goes on for hours."""
    key = f"{WarnOfLogin.kind}:{Fear.GUESSED}:{person_id}:{work.now.date()}"
    if work.session.scalar(select(Due.id).where(Due.key == key)) is None:
        outbox.add(work, WarnOfLogin(person_id, Fear.GUESSED), key=key)
