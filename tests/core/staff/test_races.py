"""Two people at the same moment: a code links one phone, and an admin is left."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from core.db.work import UnitOfWork
from core.errors import DaudaError
from core.events.service import By
from core.staff import service
from core.staff.members import members
from core.staff.models import ChatAddress
from core.staff.roles import Role
from tests.core.setup.house import House
from tests.support.rounds import rounds

pytestmark = pytest.mark.race


def at_once(house: House, *acts: Callable[[UnitOfWork], object]) -> list[str | None]:
    """Let every act happen in a unit of work of its own, all begun together; the refusals' codes."""
    start = Barrier(len(acts))

    def one(act: Callable[[UnitOfWork], object]) -> str | None:
        start.wait(timeout=30)
        try:
            with house.store.unit_of_work() as work:
                act(work)
        except DaudaError as error:
            return error.code
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_a_code_sent_from_several_phones_links_one(house: House) -> None:
    house.setup()
    for number in range(rounds(quick=3, check=20, soak=200)):
        with house.store.unit_of_work() as work:
            code = service.invite(work, house.place().id, f"Guest {number}", By()).code
            before = work.session.scalar(select(func.count()).select_from(ChatAddress)) or 0

        def redeem(phone: str, code: str = code) -> Callable[[UnitOfWork], object]:
            return lambda work: service.redeem(work, code, "whatsapp", phone)

        told = at_once(house, *(redeem(f"+2547{number + 1:04d}{phone:04d}") for phone in range(4)))
        assert sorted(map(str, told)) == ["None", "code_used", "code_used", "code_used"]
        assert house.rows()["chat_addresses"] == before + 1


def test_two_admins_who_revoke_each_other_leave_one(house: House) -> None:
    house.setup()
    place = house.place().id
    for _ in range(rounds(quick=3, check=20, soak=200)):
        with house.store.unit_of_work() as work:
            service.invite(work, place, "Brian", By(), Role.PROPERTY_ADMIN)
            service.invite(work, place, "Amina", By(), Role.PROPERTY_ADMIN)
        with house.store.reading() as session:
            ids = [one.membership_id for one in members(session, place)]

        def revoke(membership_id: int) -> Callable[[UnitOfWork], object]:
            return lambda work: service.revoke(work, membership_id, By())

        told = at_once(house, *map(revoke, ids))
        assert sorted(map(str, told)) == ["None", "last_admin"]
        with house.store.reading() as session:
            assert len(members(session, place)) == 1
