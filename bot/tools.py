"""What handling a message needs besides the database; the composition root passes it down."""

from dataclasses import dataclass

from core.errors import NotFound
from core.sealing import BrokenSeal, Sealer

SEALED_FOR = "chat.calendar_address"
CODES_SEALED_FOR = "chat.login_code"


class AddressGone(NotFound):
    """The calendar's address was written too long ago: our key does not open it any more."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The house's seals and its public address."""

    sealer: Sealer
    public_url: str
    is_public: bool = True
    """False: nobody has said where the house is to be reached, and `public_url` holds on this machine only."""

    def hide(self, url: str) -> str:
        """A calendar's address as the dialogue keeps it: states and buttons lie in the database, and it is secret."""
        return self.sealer.seal(url, SEALED_FOR)

    def hide_code(self, code: str) -> str:
        """The code of a login link as its message keeps it until it is sent: it opens the dashboard."""
        return self.sealer.seal(code, CODES_SEALED_FOR)

    def reveal(self, hidden: str) -> str:
        """What `hide` was given. Raises `AddressGone`."""
        try:
            return self.sealer.unseal(hidden, SEALED_FOR)
        except BrokenSeal:
            raise AddressGone from None
