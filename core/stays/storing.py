"""Storing a new stay by one prepared statement: the session's own way takes three times as long."""

from sqlalchemy import ColumnDefault, Table, insert
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict

from core.db.prepared import Prepared, run
from core.db.work import UnitOfWork
from core.stays.models import Stay

_STAYS: Table = Stay.__table__  # type: ignore[assignment]
_INSERT = Prepared(insert(_STAYS).returning(_STAYS.c.id))
_UNSAID: dict[str, object] = {
    column.name: column.default.arg if isinstance(column.default, ColumnDefault) else None
    for column in _STAYS.columns
    if not column.primary_key
} | {"revision": 1}


def store(work: UnitOfWork, stay: Stay) -> None:
    """Insert `stay`, of which nobody knows yet, at its first revision; from now on the session keeps it."""
    said = instance_dict(stay)
    row = _UNSAID | {name: value for name, value in said.items() if name in _UNSAID and value is not None}
    # Every column is there afterwards, so that nothing of it has to be read back.
    said.update(row, id=run(work.session, _INSERT, row).scalar_one())
    make_transient_to_detached(stay)
    work.session.add(stay)
