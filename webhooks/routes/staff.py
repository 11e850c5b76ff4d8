"""The people of a property: taken on, changed, and let go."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from core.db.work import UnitOfWork
from core.staff import joining, lists, service
from core.staff.errors import NoSuchMember
from core.staff.joining import MemberChange
from core.staff.models import Membership
from webhooks.api.caller import Act, Calling
from webhooks.api.described import needing
from webhooks.api.paging import Page, Paging
from webhooks.deps import Stored
from webhooks.schemas.base import Key
from webhooks.schemas.staff import InvitationAnswer, MemberAnswer, MemberJoined, MemberOrder, MemberPatch

router = APIRouter(prefix="/api", tags=["staff"])


@router.get("/staff", operation_id="list_staff", **needing(Act.READ_STAFF, also=(404,)))
def list_staff(
    caller: Calling,
    store: Stored,
    window: Paging,
    property_id: Key | None = None,
    left: Annotated[bool, Query(description="With those who left.")] = False,  # noqa: FBT002 - a query's flag.
) -> Page[MemberAnswer]:
    """The people of one property, or of all of which the caller is an admin."""
    ids = caller.properties(Act.READ_STAFF, property_id)
    with store.reading() as session:
        found = lists.members(session, ids, window.after, window.fetch, revoked=left)
    return window.page(found, lambda one: one[1].membership_id, lambda one: MemberAnswer.of(one[1], one[0]))


@router.post("/staff", operation_id="add_member", status_code=201, **needing(Act.CHANGE_STAFF, also=(404, 409)))
def add_member(order: MemberOrder, caller: Calling, store: Stored) -> MemberJoined:
    """Take somebody on. The answer holds a one-time code by which they link their chat."""
    caller.must(order.property_id, Act.CHANGE_STAFF)
    wanted = MemberChange(order.name, order.role, order.email, order.language)
    with store.unit_of_work() as work:
        member, invitation = joining.join(work, order.property_id, wanted, caller.by)
        return MemberJoined(member=_answer(work, member.id), invitation=InvitationAnswer.of(invitation))


@router.patch("/staff/{member_id}", operation_id="change_member", **needing(Act.CHANGE_STAFF, also=(404, 409)))
def change_member(member_id: Key, order: MemberPatch, caller: Calling, store: Stored) -> MemberAnswer:
    """Change somebody's role here, or what is known of them. Nobody gives or takes a role above their own."""
    wanted = MemberChange(order.name, order.role, order.email, order.language)
    with store.unit_of_work() as work:
        caller.theirs(work.session.get(Membership, member_id), Act.CHANGE_STAFF, NoSuchMember(asked=member_id))
        joining.change(work, member_id, wanted, caller.by)
        return _answer(work, member_id)


@router.delete(
    "/staff/{member_id}", operation_id="remove_member", status_code=204, **needing(Act.CHANGE_STAFF, also=(404, 409))
)
def remove_member(member_id: Key, caller: Calling, store: Stored) -> Response:
    """End somebody's rights at once. The last admin of a property stays."""
    with store.unit_of_work() as work:
        caller.theirs(work.session.get(Membership, member_id), Act.CHANGE_STAFF, NoSuchMember(asked=member_id))
        service.revoke(work, member_id, caller.by)
    return Response(status_code=204)


def _answer(work: UnitOfWork, member_id: int) -> MemberAnswer:
    work.session.flush()
    found = lists.member(work.session, member_id)
    if found is None:
        raise NoSuchMember(asked=member_id)
    return MemberAnswer.of(found[1], found[0])
