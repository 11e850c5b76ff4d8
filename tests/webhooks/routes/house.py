"""The API over two example hotels, and people and keys who call it with real credentials."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from httpx import ASGITransport, BaseTransport, Client, Request, Response

from core.access import keys, sessions, tokens
from core.access.entering import Kind
from core.access.keys import NewKey
from core.access.permissions import FOR_KEYS
from core.access.sessions import Origin
from core.config import load
from core.db.work import Store
from core.events.service import By
from core.staff.roles import Role
from core.stays import booked, holding
from core.stays.booked import Booked
from tests.fakes.desk import DeskInMemory
from tests.support.desk import nights
from tests.support.hotel import Hotel, make_hotel, open_store
from webhooks.app import create

SECRET = "a key for tests"
"""As `tests.support.hotel.SEALER`, so that the sealed addresses of the hotels open."""
BAOBAB: Mapping[str, Role] = MappingProxyType(
    {"Amina": Role.STAFF, "Juma": Role.PROPERTY_ADMIN, "Zawadi": Role.SUPER_ADMIN}
)
ACACIA: Mapping[str, Role] = MappingProxyType({"Otieno": Role.PROPERTY_ADMIN, "Wanjiru": Role.STAFF})


class InProcess(BaseTransport):
    """Hands requests to an application on a loop of its own, without a socket in between."""

    def __init__(self, app: FastAPI, portal: BlockingPortal) -> None:
        self._asked = ASGITransport(app, client=("127.0.0.1", 4711))
        self._portal = portal

    def handle_request(self, request: Request) -> Response:
        """Answer one request, read to its end."""

        async def answer() -> Response:
            given = await self._asked.handle_async_request(request)
            return Response(given.status_code, headers=given.headers, content=await given.aread())

        return self._portal.call(answer)


@dataclass(frozen=True, slots=True)
class Api:
    """Two hotels behind one application; `baobab` is where most happens, `acacia` the neighbour."""

    app: FastAPI
    store: Store
    baobab: Hotel
    acacia: Hotel
    client: Client
    tokens: dict[str, str] = field(default_factory=dict)

    def person(self, name: str) -> dict[str, str]:
        """Return the header with which somebody calls who has logged in."""
        if name not in self.tokens:
            person_id = {**self.baobab.people, **self.acacia.people}[name]
            with self.store.unit_of_work() as work:
                opened = sessions.start(work, person_id, Kind.API, Origin("127.0.0.1", "tests"))
                self.tokens[name] = sessions.give_tokens(work, opened, tokens.signing_keys(SECRET)).access
        return {"Authorization": f"Bearer {self.tokens[name]}"}

    def key(self, *scopes: str, property_id: int | None = None) -> dict[str, str]:
        """Return the header with which a key of Baobab calls that has these scopes, or all there are."""
        wanted = NewKey(property_id or self.baobab.property_id, "tests", scopes or tuple(map(str, FOR_KEYS)))
        with self.store.unit_of_work() as work:
            text, _ = keys.make(work, wanted, By(self.baobab.people["Juma"], "tests"))
        return {"X-API-Key": text}

    def ask(self, method: str, path: str, who: str = "Juma", told: object = None, **query: object) -> Response:
        """Return what is answered to somebody."""
        params: Any = {key: value for key, value in query.items() if value is not None}
        return self.client.request(method, path, headers=self.person(who), params=params, json=told)

    def get(self, path: str, who: str = "Juma", **query: object) -> Any:  # noqa: ANN401 - JSON.
        """Return the JSON of what must be there."""
        answer = self.ask("GET", path, who, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, told: object = None, who: str = "Juma", status: int = 201) -> Any:  # noqa: ANN401 - as above.
        """Return the JSON of what must be done."""
        answer = self.ask("POST", path, who, told)
        assert answer.status_code == status, answer.text
        return answer.json()

    def refused(self, answer: Response) -> tuple[int, str]:
        """Return the status and code of a problem, which must be one."""
        assert answer.headers["Content-Type"] == "application/problem+json", answer.text
        told = answer.json()
        assert set(told) == {"type", "title", "status", "code", "detail", "facts"}
        return answer.status_code, told["code"]


@contextmanager
def open_api(url: str, folder: Path, **environ: str) -> Iterator[Api]:
    """Give the API over two new hotels in the migrated database at `url`."""
    given = {
        "DAUDA_VAR_DIR": str(folder), "DAUDA_DATABASE_URL": url, "DAUDA_SECRET_KEY": SECRET,
        "DAUDA_PUBLIC_URL": "https://baobab.example", "DAUDA_API_RATE_LIMIT": "0", **environ,
    }  # fmt: skip
    with open_store(url) as store:
        baobab = make_hotel(store, staff=BAOBAB)
        acacia = make_hotel(store, {"1": "DBL", "2": "DBL"}, code="acacia", staff=ACACIA, links=[("airbnb", "1")])
        app = create(load(given, dotenv=None), store, DeskInMemory())
        with start_blocking_portal() as portal:
            transport = InProcess(app, portal)
            with Client(base_url="http://baobab.example", transport=transport, timeout=20) as client:
                yield Api(app, store, baobab, acacia, client)


def clash(api: Api, room: str, first: int = 5, who: str = "Juma") -> Any:  # noqa: ANN401 - JSON.
    """Return a new conflict at the hotel of `who`: a walk-in of ours, and a booking of Airbnb's that came after it."""
    hotel = api.acacia if who in api.acacia.people else api.baobab
    wanted = nights(first, 2)
    block = {"arrival": str(wanted.arrival), "departure": str(wanted.departure), "reason": "walk_in", "guest": "Mary"}
    api.post(f"/api/listings/{hotel.rooms[room]}/blocks", block, who)
    with api.store.unit_of_work() as work:
        sold = Booked(wanted, "airbnb", f"HM{hotel.rooms[room]}{first}")
        booked.arrive(work, holding.room_of(work, hotel.rooms[room]), sold, By())
    return api.get("/api/conflicts", who, status="open")["items"][0]
