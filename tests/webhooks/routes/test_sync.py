"""What channels told and how they were read, over the API; and having them brought up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.channels import syncing as wishes
from core.channels.models import Channel
from core.feeds.fetch.client import Means
from core.outbox import service as outbox
from core.outbox.effects import SyncChannels
from core.outbox.models import Due
from core.rates.models import RatePlan
from tests.support.calendars import calendar, reserved
from tests.support.desk import nights
from tests.support.hotel import SEALER, clock_of
from tests.webhooks.routes.house import Api
from tests.workers.ota import SHORT, Ota, Says
from webhooks.routes import sync
from workers import house
from workers.context import Context
from workers.jobs import syncing
from workers.puller import Puller
from workers.running import run

RANGE = {"startDate": "2026-11-20", "endDate": "2026-12-20"}


@contextmanager
def context_of(api: Api) -> Iterator[Context]:
    """Give what jobs work with; every name there is leads to this machine."""
    made = house.context(api.app.state.settings, api.store, SEALER, {})
    means = Means(bounds=SHORT, resolve=lambda _host, _seconds: ["127.0.0.1"], clock=api.store.clock)
    try:
        yield replace(made, means=means, allow_private=True)
    finally:
        made.reader.close()


@contextmanager
def pulled(api: Api, body: bytes) -> Iterator[Ota]:
    """Have Airbnb's calendar of room 3, which says `body`, read by a running puller."""
    ota = Ota()
    ota.shows("3", body)
    told = {"listing_id": api.baobab.rooms["3"], "import_url": ota.url("ota.example", "3")}
    api.post(f"/api/channels/{channel(api)}/links", told)
    with context_of(api) as context:
        puller = Puller(context, interval=0.05, threads=2)
        puller.start()
        try:
            yield ota
        finally:
            puller.stop()
            ota.close()


def channel(api: Api, platform: str = "airbnb") -> int:
    found: int = next(one["id"] for one in api.get("/api/channels")["items"] if one["platform"] == platform)
    return found


def outcome(api: Api, status: int = 200) -> Any:  # noqa: ANN401 - JSON.
    return api.post(f"/api/channels/{channel(api)}/sync-bookings", RANGE, "Amina", status)


def test_syncing_bookings_reads_the_calendars_and_counts_what_they_tell(api: Api) -> None:
    body = calendar(reserved(nights(5, 2), "AAAAAAAA"), reserved(nights(40, 2), "BBBBBBBB"))
    with pulled(api, body) as ota:
        told = outcome(api)
        assert (told["success"], told["recordsProcessed"], told["recordsFailed"], told["errors"]) == (True, 1, 0, [])
        assert ota.times("3") >= 1
        ota.says["3"] = Says(status=500)
        clock_of(api.store).advance(timedelta(seconds=1))
        told = outcome(api)
    assert (told["success"], told["recordsSuccess"], told["recordsFailed"]) == (False, 0, 1)
    (error,) = told["errors"]
    assert error["link_id"] == api.baobab.links["airbnb", "3"]
    newest, *_, first = api.get("/api/channel-sync-logs", "Amina")["items"]
    assert (newest["outcome"], newest["trouble"], newest["status"]) == ("failed", error["code"], 500)
    assert (first["outcome"], first["appeared"]) == ("changed", 2)
    assert api.get("/api/channel-sync-logs", outcome="failed")["items"] == [newest]
    assert api.get("/api/channel-sync-logs", "Otieno")["items"] == []


def test_what_a_channel_wrote_is_shown_on_request_and_masked_for_staff(api: Api) -> None:
    with pulled(api, calendar(reserved(nights(5, 2), "AAAAAAAA"))):
        outcome(api)
    (told,) = api.get("/api/channel-bookings", "Amina")["items"]
    assert (told["kind"], told["reference"], told["taken_as"], told["raw"]) == (
        "reservation", "HMAAAAAAAA", "stay", None,
    )  # fmt: skip
    admin = api.get("/api/channel-bookings", "Juma", raw="true")["items"][0]["raw"]
    staff = api.get("/api/channel-bookings", "Amina", raw="true")["items"][0]["raw"]
    assert "SUMMARY:Reserved" in admin
    assert "Reserved" not in staff
    assert "DTSTART;VALUE=DATE:20261125" in staff
    other = channel(api, "booking_com")
    assert api.get("/api/channel-bookings", channel_id=other)["items"] == []
    assert api.get("/api/channel-bookings", listing_id=api.baobab.rooms["3"], believed="true")["items"] == [told]
    assert api.get("/api/channel-bookings", believed="false")["items"] == []
    assert api.get("/api/channel-bookings", "Otieno")["items"] == []


def test_a_calendar_that_nobody_reads_in_time_is_told_as_not_read(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "PATIENCE", 0.1)
    answer = api.ask("POST", f"/api/channels/{channel(api)}/sync-bookings", told=RANGE)
    assert api.refused(answer) == (409, "nothing_to_read")
    told = {"listing_id": api.baobab.rooms["3"], "import_url": "https://ota.example/3.ics"}
    api.post(f"/api/channels/{channel(api)}/links", told)
    assert outcome(api)["errors"] == [{"link_id": api.baobab.links["airbnb", "3"], "code": "not_read_yet"}]
    monkeypatch.setattr(sync, "PATIENCE", 60.0)
    for _ in range(sync.MOST_WAITING):
        sync._WAITING.acquire()
    try:
        assert outcome(api)["errors"][0]["code"] == "not_read_yet"
    finally:
        sync._WAITING.release(sync.MOST_WAITING)
    wrong = api.ask("POST", f"/api/channels/{channel(api)}/sync-bookings", told={**RANGE, "endDate": "2026-11-01"})
    assert api.refused(wrong) == (422, "invalid")
    foreign = api.ask("POST", f"/api/channels/{channel(api)}/sync-bookings", "Otieno", RANGE)
    assert api.refused(foreign) == (404, "no_such_channel")


def test_a_channel_without_an_interface_says_what_to_do_instead(api: Api) -> None:
    night: dict[str, object] = {"roomType": "DBL", "date": "2026-11-20"}
    manual = {"property_id": api.baobab.property_id, "platform": "gommt", "mode": "manual"}
    by_hand = api.post("/api/channels", manual)["id"]
    for number, verb, what, instead in (
        (channel(api), "availability", {"available": 1}, "feed"),
        (channel(api), "rates", {"rate": "4500.00"}, "by_hand"),
        (by_hand, "availability", {"available": 0}, "by_hand"),
    ):
        answer = api.ask("POST", f"/api/channels/{number}/sync-{verb}", "Amina", {**night, **what})
        assert api.refused(answer) == (409, "no_interface")
        assert answer.json()["facts"]["instead"] == instead
    path = f"/api/channels/{channel(api)}/sync-availability"
    assert api.refused(api.ask("POST", path, told={**night, "roomType": "SUITE", "available": 1})) == (
        404, "no_such_type",
    )  # fmt: skip
    assert api.refused(api.ask("POST", path, told={**night, "available": -1})) == (422, "invalid")


def queued(api: Api, entity: str, number: int, who: str = "Juma") -> Any:  # noqa: ANN401 - as `Api.ask`.
    told = {"entityType": entity, "entityId": number, "operation": "update", "data": {"clean": True}}
    return api.ask("POST", "/api/sync/queue", who, told)


def counts(api: Api, who: str = "Juma") -> tuple[int, int, bool]:
    told = api.get("/api/sync/status", who)
    return told["pendingCount"], told["failedCount"], told["isProcessing"]


def test_a_queued_thing_is_done_by_a_job_and_counted_meanwhile(api: Api) -> None:
    answer = queued(api, "room", api.baobab.rooms["3"])
    assert (answer.status_code, answer.json()["success"]) == (202, True)
    assert (counts(api), counts(api, "Otieno")) == ((1, 0, False), (0, 0, False))
    with context_of(api) as context:
        with api.store.unit_of_work() as work:
            (lease,) = outbox.lease(work, 1, only=[answer.json()["id"]])
        assert counts(api) == (1, 0, True)
        assert run(context, lease)
    assert counts(api) == (0, 0, False)


def test_what_failed_three_times_is_given_up_and_tried_again_on_request(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    due_id = queued(api, "room", api.baobab.rooms["3"]).json()["id"]

    def fails(*_: object) -> int:
        raise RuntimeError("the channel is away")

    monkeypatch.setattr(wishes, "bring", fails)
    with context_of(api) as context:
        for tries in range(syncing.TRIES):
            assert counts(api) == (1, 0, False)
            if tries:
                hastened = api.post("/api/sync/process", None, "Juma", 200)
                assert hastened == {"success": True, "hastened": 1, "replayed": 0}
            with api.store.unit_of_work() as work:
                (lease,) = outbox.lease(work, 1, only=[due_id])
            assert not run(context, lease)
    assert counts(api) == (0, 1, False)
    assert api.post("/api/sync/process", None, "Otieno", 200)["replayed"] == 0
    assert api.post("/api/sync/process", None, "Juma", 200) == {"success": True, "hastened": 0, "replayed": 1}
    assert counts(api) == (1, 0, False)


def test_what_cannot_be_queued_is_refused_and_nothing_is_stored(api: Api) -> None:
    with api.store.unit_of_work() as work:
        plan = RatePlan(property_id=api.baobab.property_id, code="STD", name="Standard", made_at=work.now)
        work.session.add(plan)
        work.session.flush()
        plan_id = plan.id
    for entity, number, who, refusal in (
        ("room", api.acacia.rooms["1"], "Juma", (404, "no_such_entity")),
        ("reservation", 999, "Juma", (404, "no_such_entity")),
        ("guest", 999, "Juma", (404, "no_such_entity")),
        ("rate", plan_id, "Otieno", (404, "no_such_entity")),
        ("rate", plan_id, "Amina", (403, "role_too_low")),
        ("invoice", 1, "Juma", (422, "invalid")),
    ):
        assert api.refused(queued(api, entity, number, who)) == refusal
    assert queued(api, "rate", plan_id).status_code == 202
    kigelia = {"code": "kigelia", "name": "Kigelia House", "timezone": "Africa/Kampala", "currency": "UGX"}
    place = api.post("/api/properties", kigelia, "Zawadi")["id"]
    kind = api.post("/api/room-types", {"property_id": place, "code": "DBL", "name": "Double"}, "Zawadi")["id"]
    room = api.post("/api/listings", {"property_id": place, "room_type_id": kind, "name": "1"}, "Zawadi")["id"]
    assert api.refused(queued(api, "room", room, "Zawadi")) == (409, "no_channels")
    with api.store.reading() as session:
        stored = [due.facts["entity"] for due in session.query(Due).filter_by(kind=SyncChannels.kind)]
        assert (stored, session.query(Channel).filter_by(property_id=place).count()) == (["rate"], 0)
