"""`/project_users`: who works on a project.

`fields` in a body asks for a member that an answer has only then: `fullname`.
"""

from __future__ import annotations

from decimal import Decimal

from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import UNSET, Struct, UnsetType

from hourhand.api.http import CallerGiven
from hourhand.api.v8.wire import (
    Data,
    Moment,
    PathId,
    PathIds,
    View,
    Wrapper,
    delete,
    get,
    ids_sent,
    path_id,
    path_ids,
    post,
    put,
    said,
    shown,
)
from hourhand.core import money, project_members
from hourhand.core.project_members import Changes, Draft, ProjectMember


class ProjectUserIn(Struct):
    """A project user as it is sent; `uid` may be several, joined by commas. On update, where and who are ignored."""

    pid: int | None = None
    uid: int | str | None = None
    wid: int | None = None
    manager: bool | None = None
    rate: Decimal | UnsetType | None = UNSET
    fields: str | None = None

    def draft(self) -> Draft:
        return Draft(
            project_id=self.pid or None,
            account_ids=ids_sent("uid", self.uid),
            workspace_id=self.wid or None,
            manager=self.manager is True,
            rate=None if self.rate is UNSET else self.rate,
        )

    def changes(self) -> Changes:
        return Changes(manager=said(self.manager), rate=self.rate)

    def asks_for(self, field: str) -> bool:
        return field in (self.fields or "").replace(",", " ").split()


class ProjectUserBody(Wrapper[ProjectUserIn]):
    """The wrapper of a project user that is sent."""

    project_user: ProjectUserIn | None = None


class ProjectUserOut(Struct):
    """A project user as it is shown. The rate is shown as null where there is none, or none for this reader."""

    id: int
    pid: int
    uid: int
    wid: int
    manager: bool
    rate: int | float | None
    fullname: str | UnsetType
    at: Moment | UnsetType

    @classmethod
    def of(cls, member: ProjectMember, view: View) -> ProjectUserOut:
        return cls(
            id=member.id,
            pid=member.project_id,
            uid=member.account_id,
            wid=member.workspace_id,
            manager=member.manager,
            rate=None if member.rate is None else money.decimal(member.rate),
            fullname=shown(member.name),
            at=view.time(member.at),
        )

    @classmethod
    def newborn(cls, member: ProjectMember, view: View) -> ProjectUserOut:
        """The answer to a create leaves out `at`."""
        born = cls.of(member, view)
        born.at = UNSET
        return born


@post("/project_users")
async def create_project_users(
    caller: CallerGiven, data: JSONBody[ProjectUserBody]
) -> Data[ProjectUserOut | list[ProjectUserOut]]:
    """Put people into a project, all or none: an object for one, an array for several."""
    sent, view = data.sent(), View.of(caller)
    created = await caller.write(project_members.create, sent.draft())
    answers = [ProjectUserOut.newborn(member, view) for member in await _as_asked(caller, created, sent)]
    return Data(answers if "," in str(sent.uid) else answers[0])


@put("/project_users/{project_user_id:str}")
async def update_project_users(
    caller: CallerGiven, project_user_id: PathIds, data: JSONBody[ProjectUserBody]
) -> Data[ProjectUserOut | list[ProjectUserOut]]:
    """Change what people are to their projects, all or none: an object for one id, an array for several."""
    sent, view = data.sent(), View.of(caller)
    updated = await caller.write(project_members.update, path_ids("project_user", project_user_id), sent.changes())
    answers = [ProjectUserOut.of(member, view) for member in await _as_asked(caller, updated, sent)]
    return Data(answers if "," in project_user_id else answers[0])


@delete("/project_users/{project_user_id:str}")
async def delete_project_users(caller: CallerGiven, project_user_id: PathIds) -> list[int]:
    """Take people out of their projects, all or none; their time entries stay."""
    return await caller.write(project_members.delete, path_ids("project_user", project_user_id))


@get("/projects/{project_id:str}/project_users")
async def list_project_project_users(caller: CallerGiven, project_id: PathId) -> list[ProjectUserOut]:
    """The people of a project, oldest first."""
    view = View.of(caller)
    found = await caller.read(project_members.listing, path_id("project", project_id))
    return [ProjectUserOut.of(member, view) for member in found]


@get("/workspaces/{workspace_id:str}/project_users")
async def list_workspace_project_users(caller: CallerGiven, workspace_id: PathId) -> list[ProjectUserOut]:
    """The people of all projects of a workspace that the caller can see, oldest first."""
    view = View.of(caller)
    found = await caller.read_long(project_members.of_workspace, path_id("workspace", workspace_id))
    return [ProjectUserOut.of(member, view) for member in found]


async def _as_asked(caller: CallerGiven, found: list[ProjectMember], sent: ProjectUserIn) -> list[ProjectMember]:
    return await caller.read(project_members.named, found) if sent.asks_for("fullname") else found


ROUTES: list[HTTPRouteHandler] = [
    create_project_users,
    update_project_users,
    delete_project_users,
    list_project_project_users,
    list_workspace_project_users,
]
