"""Message templates made at a transport's account, remembered so that each is made once."""

from sqlalchemy import Table, delete

from bot.models import TransportContent
from core.db.prepared import run
from core.db.upsert import insert_new
from core.db.work import Store

_CONTENTS: Table = TransportContent.__table__  # type: ignore[assignment]


class KeptContents:
    """Template ids by account and name, in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, account_sid: str, name: str) -> str | None:
        """The id under which `name` was made at `account`."""
        with self._store.reading() as session:
            found = session.get(TransportContent, (account_sid, name))
            return found.sid if found is not None else None

    def put(self, account_sid: str, name: str, sid: str) -> str:
        """Remember `sid`; the id that counts, which is another's when two made it at once."""
        with self._store.unit_of_work() as work:
            row = {"account": account_sid, "name": name, "sid": sid}
            run(work.session, insert_new(work.session, _CONTENTS), row)
            return work.session.get_one(TransportContent, (account_sid, name), populate_existing=True).sid

    def forget(self, account_sid: str, name: str, sid: str) -> None:
        """Let go of `sid`, which the account no longer has."""
        with self._store.unit_of_work() as work:
            gone = (_CONTENTS.c.account == account_sid) & (_CONTENTS.c.name == name) & (_CONTENTS.c.sid == sid)
            work.session.execute(delete(_CONTENTS).where(gone))
