"""Applying a setup file: all of it in one unit of work, or nothing."""

from core.db.work import UnitOfWork
from core.events.service import By
from core.sealing import Sealer
from core.setup.account import Account, Outcome
from core.setup.apply_channels import Setting, set_channels
from core.setup.apply_parts import set_parts
from core.setup.apply_rates import set_rates
from core.setup.apply_rooms import USUAL_WEEKEND, set_property, set_rooms
from core.setup.apply_staff import set_staff
from core.setup.document import Document
from core.setup.errors import WrongSetup


def apply(
    work: UnitOfWork,
    sealer: Sealer,
    document: Document,
    by: By,
    public_url: str | None = None,
    weekend: tuple[int, ...] = USUAL_WEEKEND,
) -> Outcome:
    """Bring the property to what `document` says; what it leaves out is kept, and named.

    The same document twice changes nothing the second time. `public_url`: where our own feeds are, so that none
    of them is imported; `weekend`: which nights are the weekend's at a new property that does not say. Raises
    `WrongSetup` with everything that does not fit what is there: the caller's unit of work must not commit then.
    """
    account = Account(document.source)
    place = set_property(work, document.property, account, by, weekend)
    set_rooms(work, place, document, account, by)
    set_parts(work, place, document, account, by)
    set_rates(work, place, document, account, by)
    set_staff(work, place, document, account, by)
    set_channels(Setting(work, sealer, place, account, by, public_url), document)
    if account.faults:
        raise WrongSetup(document.source.file, account.faults)
    work.session.flush()
    return Outcome(place.id, place.code, tuple(account.changes), tuple(account.kept), tuple(account.notes))
