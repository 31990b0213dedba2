"""`/tags`: words that time entries carry."""

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
from hourhand.core import removals, tags
from hourhand.core.tags import Tag


class TagIn(Struct):
    """A tag as it is sent. A null changes nothing."""

    wid: int | None = None
    workspace: Ref | None = None
    name: str | None = None

    def draft(self, caller: Caller) -> tags.Draft:
        return tags.Draft(workspace_meant(self.wid, self.workspace) or caller.default_workspace_id, self.name or None)

    def changes(self) -> tags.Changes:
        return tags.Changes(said(self.name))


class TagBody(Wrapper[TagIn]):
    """The wrapper of a tag that is sent."""

    tag: TagIn | None = None


class TagOut(Struct):
    """A tag as it is shown."""

    id: int
    wid: int
    name: str
    at: Moment | UnsetType
    server_deleted_at: Moment | UnsetType

    @classmethod
    def of(cls, tag: Tag, view: View) -> TagOut:
        return cls(
            id=tag.id,
            wid=tag.workspace_id,
            name=tag.name,
            at=view.time(tag.at),
            server_deleted_at=shown(tag.deleted_at and view.time(tag.deleted_at)),
        )

    @classmethod
    def newborn(cls, tag: Tag, view: View) -> TagOut:
        """The answer to a create leaves out `at`."""
        born = cls.of(tag, view)
        born.at = UNSET
        return born


@post("/tags")
async def create_tag(caller: CallerGiven, data: JSONBody[TagBody]) -> Data[TagOut]:
    """Create a tag."""
    tag = await caller.write(tags.create, data.sent().draft(caller))
    return Data(TagOut.newborn(tag, View.of(caller)))


@put("/tags/{tag_id:str}")
async def update_tag(caller: CallerGiven, tag_id: PathId, data: JSONBody[TagBody]) -> Data[TagOut]:
    """Rename a tag, on all entries that carry it."""
    tag = await caller.write(tags.update, path_id("tag", tag_id), data.sent().changes())
    return Data(TagOut.of(tag, View.of(caller)))


@delete("/tags/{tag_id:str}")
async def delete_tag(caller: CallerGiven, tag_id: PathId) -> None:
    """Delete a tag, and take it off all entries."""
    await caller.write(removals.delete_tag, path_id("tag", tag_id))


@get("/workspaces/{workspace_id:str}/tags")
async def list_tags(caller: CallerGiven, workspace_id: PathId) -> list[TagOut]:
    """The tags of a workspace, newest first."""
    view = View.of(caller)
    found = await caller.read(tags.of_workspace, path_id("workspace", workspace_id))
    return [TagOut.of(tag, view) for tag in found]


ROUTES: list[HTTPRouteHandler] = [create_tag, update_tag, delete_tag, list_tags]
