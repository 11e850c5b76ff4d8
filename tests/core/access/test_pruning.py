"""What has served its time goes, and what has not stays."""

from datetime import timedelta

from core.access import links, pruning, sessions
from core.access.entering import Kind
from core.access.models import AccessSession, LoginLink, RefreshToken
from core.access.sessions import Why
from core.events.service import By
from tests.core.access.conftest import KEYS, ORIGIN, House


def start(house: House) -> None:
    """Open a session and make a link."""
    with house.store.unit_of_work() as work:
        sessions.give_tokens(work, sessions.start(work, house.amina, Kind.API, ORIGIN), KEYS)
        links.make(work, house.amina, By())


def left(house: House) -> tuple[list[int], list[int], int]:
    """Return the sessions left after pruning, those with tokens left, and how many links are."""
    with house.store.unit_of_work() as work:
        pruning.prune(work)
    with house.store.reading() as session:
        kept = [one.id for one in session.query(AccessSession).order_by(AccessSession.id)]
        tokens = [one.session_id for one in session.query(RefreshToken).order_by(RefreshToken.id)]
        return kept, tokens, session.query(LoginLink).count()


def test_ended_and_old_sessions_go_a_month_later_with_their_tokens(house: House) -> None:
    start(house)
    start(house)
    with house.store.unit_of_work() as work:
        sessions.end(work, 1, house.amina, Why.ENDED, By())
    assert left(house) == ([1, 2], [1, 2], 2)
    house.clock.advance(pruning.SESSIONS_KEPT + timedelta(seconds=1))
    start(house)
    assert left(house) == ([2, 3], [2, 3], 1)
    house.clock.advance(sessions.LASTS)
    assert left(house) == ([3], [3], 0)
