"""An independent judge of reservations: what the tables say, in plain SQL, with nothing of `core.reservations`."""

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import Connection, text

from core.db.work import Store

_SOLD = "(s.reason IN ('guest', 'walk_in') OR s.source IS NOT NULL)"


def must_be_right(store: Store) -> None:
    """Fail, naming every fault, unless reservations, their stays, prices and revisions say the same."""
    with store.database.read.connect() as connection:
        found = [*_homeless(connection), *_spans(connection), *_prices(connection), *_revisions(connection)]
    assert not found, "\n".join(found)


def _homeless(connection: Connection) -> Iterator[str]:
    query = text(f"SELECT s.id FROM stays s WHERE {_SOLD} AND s.reservation_id IS NULL AND s.state <> 'released'")
    for (stay_id,) in connection.execute(query):
        yield f"stay {stay_id} is a guest's and has no reservation"
    query = text("SELECT s.id FROM stays s WHERE s.reservation_id IS NOT NULL AND NOT " + _SOLD)
    for (stay_id,) in connection.execute(query):
        yield f"stay {stay_id} is the house's own and has a reservation"


def _spans(connection: Connection) -> Iterator[str]:
    query = text(
        "SELECT r.id, r.state, r.arrival, r.departure, MIN(s.arrival), MAX(s.departure) FROM reservations r "
        "JOIN stays s ON s.reservation_id = r.id WHERE s.state <> 'released' "
        "GROUP BY r.id, r.state, r.arrival, r.departure"
    )
    for number, state, arrival, departure, first, last in connection.execute(query):
        if (str(arrival), str(departure)) != (str(first), str(last)):
            yield f"reservation {number} ({state}) is said to be {arrival} to {departure} and is {first} to {last}"
    query = text(
        "SELECT r.id, r.state FROM reservations r WHERE r.state NOT IN ('cancelled', 'no_show', 'checked_out') "
        "AND NOT EXISTS (SELECT 1 FROM stays s WHERE s.reservation_id = r.id AND s.state <> 'released')"
    )
    for number, state in connection.execute(query):
        yield f"reservation {number} is {state} and has no stay"


def _prices(connection: Connection) -> Iterator[str]:
    sums = text(
        "SELECT s.id, s.price, SUM(p.amount) FROM stays s JOIN stay_prices p ON p.stay_id = s.id "
        "WHERE s.state <> 'released' AND p.night >= s.arrival AND p.night < s.departure GROUP BY s.id, s.price"
    )
    for stay_id, price, total in connection.execute(sums):
        if price is None or Decimal(str(price)) != Decimal(str(total)):
            yield f"stay {stay_id} costs {price}, and its nights {total}"
    totals = text(
        "SELECT r.id, r.total, SUM(s.price) FROM reservations r JOIN stays s ON s.reservation_id = r.id "
        "WHERE s.state <> 'released' GROUP BY r.id, r.total"
    )
    for number, total, parts in connection.execute(totals):
        known = [Decimal(str(one)) if one is not None else None for one in (total, parts)]
        if known[0] != known[1]:
            yield f"reservation {number} costs {total}, and its stays {parts}"


def _revisions(connection: Connection) -> Iterator[str]:
    query = text(
        "SELECT r.id, r.number, COUNT(v.id), COALESCE(MAX(v.number), 0) FROM reservations r "
        "LEFT JOIN reservation_revisions v ON v.reservation_id = r.id GROUP BY r.id, r.number"
    )
    for number, revision, written, last in connection.execute(query):
        if (written, last) != ((0, 0) if revision == 1 else (revision, revision)):
            yield f"reservation {number} is at revision {revision}; {written} are written, the last is {last}"
