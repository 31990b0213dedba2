"""`/workspace_users`: people in workspaces. They are called members everywhere but on the wire."""

from __future__ import annotations

from typing import Annotated

from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import Meta, Struct, UnsetType

from hourhand.api.http import CallerGiven, House
from hourhand.api.v8 import messages
from hourhand.api.v8.users import UserOut
from hourhand.api.v8.wire import Data, Moment, PathId, View, Wrapper, delete, get, path_id, post, put, said, shown
from hourhand.core import invitations, members, money, people, removals
from hourhand.core.people import Person
from hourhand.languages import translator


class WorkspaceUserIn(Struct):
    """A workspace user as it is sent. A null changes nothing."""

    admin: bool | None = None

    def changes(self) -> members.Changes:
        return members.Changes(admin=said(self.admin))


class WorkspaceUserBody(Wrapper[WorkspaceUserIn]):
    """The wrapper of a workspace user that is sent."""

    workspace_user: WorkspaceUserIn | None = None


class WorkspaceUserOut(Struct):
    """A workspace user as one of the workspace sees them. What is null is shown."""

    id: int
    uid: int
    wid: int
    admin: bool
    owner: bool
    active: bool
    email: str
    timezone: str
    inactive: bool
    at: Moment
    name: str
    group_ids: list[int]
    rate: int | float | None
    labour_cost: int | float | None
    invite_url: str | None
    invitation_code: str | None
    avatar_file_name: str | None
    can_be_removed: bool
    server_deleted_at: Moment | UnsetType

    @classmethod
    def of(cls, person: Person, view: View, house: House) -> WorkspaceUserOut:
        member, account = person.member, person.account
        code = invitations.code(house.vault, member.id, person.sealed_invitation)
        return cls(
            id=member.id,
            uid=member.account_id,
            wid=member.workspace_id,
            admin=member.admin,
            owner=member.role == "owner",
            active=member.active,
            email=account.email,
            timezone=account.timezone,
            inactive=account.disabled_at is not None,
            at=view.time(member.at),
            name=account.name,
            group_ids=person.group_ids,
            rate=None if member.rate is None else money.decimal(member.rate),
            labour_cost=None if member.labour_cost is None else money.decimal(member.labour_cost),
            invite_url=code and house.settings.base_url + invitations.path(code),
            invitation_code=code,
            avatar_file_name=None,
            can_be_removed=person.removable,
            server_deleted_at=shown(member.deleted_at and view.time(member.deleted_at)),
        )


class InvitationIn(Struct):
    """Whom to invite, by their addresses."""

    emails: list[Annotated[str, Meta(extra_json_schema={"format": "email"})]] | None = None


class InvitationAnswer(Data[list[WorkspaceUserOut]]):
    """Those who were invited, and a line about each who was not."""

    notifications: list[str]


@get("/workspaces/{workspace_id:str}/workspace_users")
async def list_workspace_members(caller: CallerGiven, workspace_id: PathId) -> list[WorkspaceUserOut]:
    """The workspace users of a workspace, invited ones included."""
    view = View.of(caller)
    found = await caller.read(people.of_workspace, path_id("workspace", workspace_id))
    return [WorkspaceUserOut.of(person, view, caller.house) for person in found]


@post("/workspaces/{workspace_id:str}/invite")
async def invite_to_workspace(
    caller: CallerGiven, workspace_id: PathId, data: JSONBody[InvitationIn]
) -> InvitationAnswer:
    """Invite people by mail, for admins; `notifications` tell who was not invited, and why."""
    vault, emails = caller.house.vault, data.emails or []
    invited = await caller.write(invitations.invite, vault, path_id("workspace", workspace_id), emails)
    found = await caller.read(people.detailed, invited.members) if invited.members else []
    view, say = View.of(caller), translator(caller.account.language)
    return InvitationAnswer(
        data=[WorkspaceUserOut.of(person, view, caller.house) for person in found],
        notifications=[messages.message(problem, say) for problem in invited.problems],
    )


@get("/workspaces/{workspace_id:str}/users")
async def list_workspace_users(caller: CallerGiven, workspace_id: PathId) -> list[UserOut]:
    """The profiles of a workspace's people, the caller's last; for its admins."""
    view = View.of(caller)
    found = await caller.read(people.colleagues, path_id("workspace", workspace_id))
    return [UserOut.of(account, view, caller.house) for account in found]


@put("/workspace_users/{workspace_user_id:str}")
async def update_workspace_user(
    caller: CallerGiven, workspace_user_id: PathId, data: JSONBody[WorkspaceUserBody]
) -> Data[WorkspaceUserOut]:
    """Make somebody an admin, or no longer one; for admins of the workspace."""
    changes = data.sent().changes()
    member = await caller.write(members.update, path_id("workspace_user", workspace_user_id), changes)
    [person] = await caller.read(people.detailed, [member])
    return Data(WorkspaceUserOut.of(person, View.of(caller), caller.house))


@delete("/workspace_users/{workspace_user_id:str}")
async def delete_workspace_user(caller: CallerGiven, workspace_user_id: PathId) -> None:
    """Take somebody out of a workspace; their time stays. For its admins, and for oneself."""
    await caller.write(removals.remove_member, path_id("workspace_user", workspace_user_id))


ROUTES: list[HTTPRouteHandler] = [
    list_workspace_members,
    invite_to_workspace,
    list_workspace_users,
    update_workspace_user,
    delete_workspace_user,
]
