"""Each thing once, for a route that carries out what its caller may send twice.

`once: Once` in the route's arguments, and as its last line `return once.answer(store, 201, do)`, where `do(work)`
carries it out in one unit of work and gives what is answered. The same request with the same `Idempotency-Key` is then
answered as it was the first time, with `Idempotency-Replayed: true`; with another body it is 422.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from core.access import idempotency
from core.access.idempotency import Answer
from core.db.work import Store, UnitOfWork
from webhooks.api.caller import Calling

REPLAYED = "Idempotency-Replayed"
_ASKED = "Does it once, however often it is sent with this key, for 24 hours."


@dataclass(frozen=True, slots=True)
class OnceOnly:
    """What a request is told from others by; None when it came without a key."""

    request: idempotency.Request | None

    def answer(self, store: Store, status: int, do: Callable[[UnitOfWork], BaseModel]) -> Response:
        """Do it and answer, or answer as before. Raises `KeyReused`, `Busy`, and what `do` raises."""
        with store.unit_of_work() as work:
            if self.request is None:
                return _response(Answer(status, do(work).model_dump_json()))
            before = idempotency.claim(work, self.request)
            if before is not None:
                return _response(before, replayed=True)
            given = Answer(status, do(work).model_dump_json())
            idempotency.keep(work, self.request, given)
        return _response(given)


async def once(
    request: Request,
    caller: Calling,
    key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", min_length=1, max_length=120, pattern=r"^[\x21-\x7e]+$", description=_ASKED),
    ] = None,
) -> OnceOnly:
    """What tells this request from others."""
    if key is None:
        return OnceOnly(None)
    route = f"{request.method} {request.url.path}"[:200]
    body = await request.body()
    return OnceOnly(idempotency.Request(caller.name, route, key, _plain(body) + request.url.query.encode()))


Once = Annotated[OnceOnly, Depends(once)]


def _plain(body: bytes) -> bytes:
    """The body without what JSON leaves open: spaces, and the order of an object's fields."""
    try:
        return json.dumps(json.loads(body), sort_keys=True).encode()
    except ValueError:
        return body


def _response(answer: Answer, *, replayed: bool = False) -> Response:
    headers = {REPLAYED: "true"} if replayed else None
    return Response(answer.body, answer.status, headers, media_type="application/json")
