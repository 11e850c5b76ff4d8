"""Statements that are built and compiled once, run past the ORM: what every message asks and every block writes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Delete, Dialect, Executable, Insert, Result, Select, Update
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.interfaces import DBAPICursor, DBAPIModule
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import ExpandedState, SQLCompiler

_Row = Mapping[str, Any]
_Asked = _Row | Sequence[_Row]
_Rows = Result[*tuple[Any, ...]]
_Process = Callable[[Any], Any]
_Values = Sequence[object] | Mapping[str, object]
_NOTHING: _Row = {}


def run(session: Session, statement: "Prepared | Executable", asked: _Asked | None = None) -> _Rows:
    """The rows of a statement of columns, never of entities, in the session's transaction (docs/decisions/0017).

    What is pending is written first, as `Session.execute` does it, at less than half of its cost. Building a statement
    takes longer than running it, so that `statement` should be built once and `asked` hold its parameters; one that is
    `Prepared` is not even compiled again.
    """
    session.flush()
    connection = session.connection()
    if isinstance(statement, Prepared):
        return statement.run(connection, asked or _NOTHING)
    return connection.execute(statement, asked)


class Prepared:
    """A statement that is compiled once an engine, and for each number of values in its lists (`IN`).

    SQLAlchemy compiles it, turns values into what the driver takes and back, and names the errors. What is left out is
    all that looks, at each execution, for what might be different this time.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update | Delete) -> None:
        self._statement = statement
        binds = (each for each in visitors.iterate(statement) if isinstance(each, BindParameter))
        self._lists = sorted({bind.key for bind in binds if bind.expanding and bind.required})
        self._shapes: dict[tuple[object, ...], _Shape] = {}

    def run(self, connection: Connection, asked: _Asked) -> _Rows:
        """Its rows for `asked`; several rows of parameters are for statements that tell nothing."""
        if isinstance(asked, Mapping):
            row = self._padded(asked) if self._lists else asked
            shape = self._shape(connection.dialect, row)
            return shape.run(connection, [shape.values(row)])
        if self._lists:
            message = "lists may be of different lengths: run it for each row"
            raise TypeError(message)
        shape = self._shape(connection.dialect, asked[0])
        return shape.run(connection, [shape.values(row) for row in asked])

    def _padded(self, row: _Row) -> _Row:
        """The row with as many values in each list as the next power of two: few lengths are ever compiled."""
        padded = dict(row)
        for name in self._lists:
            values = padded[name] = list(row[name])
            if values:
                values += values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values))
        return padded

    def _shape(self, dialect: Dialect, row: _Row) -> "_Shape":
        # An INSERT has the columns of its rows.
        names = tuple(row) if isinstance(self._statement, Insert) else ()
        key = (dialect.name, *names, *[len(row[name]) for name in self._lists])
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = _Shape(self._statement, dialect, row)
        return shape


class _Slot(NamedTuple):
    """Where a value comes from: a parameter, a place in one that is a list, or nowhere (then it is `fixed`)."""

    source: str | None
    at: int | None
    process: _Process | None
    fixed: object = None


class _Shape:
    """A compiled statement: its text, what its values are made from, and how its rows are read."""

    def __init__(self, statement: Any, dialect: Dialect, row: _Row) -> None:  # noqa: ANN401 - any of `Prepared`'s.
        written = {}
        if isinstance(statement, Insert):
            written = {"column_keys": [name for name in row if name in statement.table.c]}
            # PostgreSQL would tell the new key, asked or not.
            statement = statement if statement.exported_columns else statement.inline()
        compiled: SQLCompiler = statement.compile(dialect=dialect, **written)
        state = compiled.construct_expanded_state(dict(row))
        names = state.parameters if state.positiontup is None else state.positiontup
        self._sql = state.statement
        self._slots = _slots(compiled, state, names, row)
        self._names = tuple(names) if state.positiontup is None else None
        self._columns = statement.exported_columns.values()
        self._keys = SimpleResultMetaData(statement.exported_columns.keys())
        self._readers: list[tuple[int, _Process]] | None = None

    def values(self, row: _Row) -> _Values:
        """The parameters as the driver takes them."""
        found: list[object] = []
        for source, at, process, fixed in self._slots:
            if source is None:
                found.append(fixed)
                continue
            value = row[source] if at is None else row[source][at]
            found.append(value if process is None else process(value))
        return found if self._names is None else dict(zip(self._names, found, strict=True))

    def run(self, connection: Connection, rows: Sequence[_Values]) -> _Rows:
        """Carry it out for each of `rows`; the errors are SQLAlchemy's."""
        cursor = connection.connection.cursor()
        try:
            found = sent(cursor, self._sql, rows)
        except connection.dialect.loaded_dbapi.Error as error:
            raise _named(connection, cursor, self._sql, error) from error
        if self._readers is None:
            self._readers = self._readers_of(connection.dialect, cursor)
        cursor.close()
        return IteratorResult(self._keys, map(self._read, found) if self._readers else iter(found))

    def _readers_of(self, dialect: Dialect, cursor: DBAPICursor) -> list[tuple[int, _Process]]:
        """What is left to do after the driver, by column; it depends on what the driver takes the column for."""
        types = [described[1] for described in cursor.description or ()]
        readers = [
            column.type.dialect_impl(dialect).result_processor(dialect, type_)
            for column, type_ in zip(self._columns, types, strict=True)
        ]
        return [(at, reader) for at, reader in enumerate(readers) if reader is not None]

    def _read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for at, reader in self._readers or ():
            values[at] = reader(values[at])
        return tuple(values)


def sent(cursor: DBAPICursor, sql: str, rows: Sequence[Any]) -> Sequence[Sequence[Any]]:
    """What the driver answers; nothing to several rows of parameters."""
    if len(rows) == 1:
        cursor.execute(sql, rows[0])
        return cursor.fetchall() if cursor.description else ()
    cursor.executemany(sql, rows)
    return ()


def _slots(compiled: SQLCompiler, state: ExpandedState, names: Iterable[str], row: _Row) -> list[_Slot]:
    lists = state.parameter_expansion.items()
    places = {name: (source, at) for source, each in lists if source in row for at, name in enumerate(each)}
    defaults = {column.key: column.default for column in (*compiled.insert_prefetch, *compiled.update_prefetch)}
    slots = []
    for name in names:
        process = state.processors.get(name)
        if name in compiled.binds:
            process = compiled.binds[name].type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
        if name in places:
            slots.append(_Slot(*places[name], process))
        elif name in row:
            slots.append(_Slot(name, None, process))
        else:
            fixed = _plain(defaults[name]) if name in defaults else state.parameters[name]
            slots.append(_Slot(None, None, None, fixed if process is None else process(fixed)))
    return slots


def _plain(default: Any) -> object:  # noqa: ANN401 - SQLAlchemy's defaults have no type of their own.
    if not default.is_scalar:
        message = f"{default.column} is made anew for each row: name it in the row"
        raise TypeError(message)
    value: object = default.arg
    return value


def _named(connection: Connection, cursor: DBAPICursor, sql: str, error: DBAPIModule.Error) -> StatementError:
    """The driver's error as SQLAlchemy tells it; a connection that is gone is not used again."""
    dialect = connection.dialect
    gone = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
    told = DBAPIError.instance(
        sql, None, error, dialect.loaded_dbapi.Error,
        hide_parameters=True, connection_invalidated=gone, dialect=dialect,
    )  # fmt: skip
    if gone:
        connection.invalidate(error)
    return told
