"""`/groups`: named sets of a workspace's members, for its admins."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import UNSET, Struct, UnsetType

from hourhand.api.http import Caller, CallerGiven
from hourhand.api.v8.wire import (
    Data,
    Moment,
    PathId,
    Ref,
    View,
    Wrapper,
    delete,
    get,
    path_id,
    post,
    put,
    said,
    shown,
    workspace_meant,
)
from hourhand.core import groups, removals
from hourhand.core.groups import Group


class GroupIn(Struct):
    """A group as it is sent. A null changes nothing."""

    wid: int | None = None
    workspace: Ref | None = None
    name: str | None = None

    def draft(self, caller: Caller) -> groups.Draft:
        return groups.Draft(workspace_meant(self.wid, self.workspace) or caller.default_workspace_id, self.name or None)

    def changes(self) -> groups.Changes:
        return groups.Changes(said(self.name))


class GroupBody(Wrapper[GroupIn]):
    """The wrapper of a group that is sent."""

    group: GroupIn | None = None


class GroupOut(Struct):
    """A group as it is shown."""

    id: int
    wid: int
    name: str
    at: Moment | UnsetType
    server_deleted_at: Moment | UnsetType

    @classmethod
    def of(cls, group: Group, view: View) -> GroupOut:
        return cls(
            id=group.id,
            wid=group.workspace_id,
            name=group.name,
            at=view.time(group.at),
            server_deleted_at=shown(group.deleted_at and view.time(group.deleted_at)),
        )

    @classmethod
    def newborn(cls, group: Group, view: View) -> GroupOut:
        """The answer to a create leaves out `at`."""
        born = cls.of(group, view)
        born.at = UNSET
        return born


@post("/groups")
async def create_group(caller: CallerGiven, data: JSONBody[GroupBody]) -> Data[GroupOut]:
    """Create a group; for admins of the workspace."""
    group = await caller.write(groups.create, data.sent().draft(caller))
    return Data(GroupOut.newborn(group, View.of(caller)))


@put("/groups/{group_id:str}")
async def update_group(caller: CallerGiven, group_id: PathId, data: JSONBody[GroupBody]) -> Data[GroupOut]:
    """Rename a group; for admins of its workspace."""
    group = await caller.write(groups.update, path_id("group", group_id), data.sent().changes())
    return Data(GroupOut.of(group, View.of(caller)))


@delete("/groups/{group_id:str}")
async def delete_group(caller: CallerGiven, group_id: PathId) -> None:
    """Delete a group; for admins of its workspace."""
    await caller.write(removals.delete_group, path_id("group", group_id))


@get("/workspaces/{workspace_id:str}/groups")
async def list_workspace_groups(caller: CallerGiven, workspace_id: PathId) -> list[GroupOut]:
    """The groups of a workspace, by name; for its admins."""
    view = View.of(caller)
    found = await caller.read(groups.of_workspace, path_id("workspace", workspace_id))
    return [GroupOut.of(group, view) for group in found]


ROUTES: list[HTTPRouteHandler] = [create_group, update_group, delete_group, list_workspace_groups]
