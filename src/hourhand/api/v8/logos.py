"""`/workspaces/{id}/logo`: the picture that a workspace shows."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.handlers import HTTPRouteHandler

from hourhand import images
from hourhand.api.body import form_sent
from hourhand.api.http import CallerGiven
from hourhand.api.v8.wire import Data, PathId, View, delete, path_id, post
from hourhand.api.v8.workspaces import WorkspaceOut
from hourhand.core import workspaces

# One picture at a time, so that a flood of large ones cannot fill the memory.
_PAINTER = ThreadPoolExecutor(1, thread_name_prefix="painter")


@post("/workspaces/{workspace_id:str}/logo")
async def set_logo(request: Request[Any, Any, Any], caller: CallerGiven, workspace_id: PathId) -> Data[WorkspaceOut]:
    """Set the logo of a workspace: a PNG, JPEG, GIF or WebP, as the body or as the file of a form; for its admins."""
    wid, sent = path_id("workspace", workspace_id), await _sent(request)
    png = await asyncio.get_running_loop().run_in_executor(_PAINTER, images.anew, sent, "workspace", "logo")
    workspace = await caller.write(workspaces.set_logo, wid, png)
    return Data(WorkspaceOut.of(workspace, View.of(caller), caller))


@delete("/workspaces/{workspace_id:str}/logo")
async def delete_logo(caller: CallerGiven, workspace_id: PathId) -> None:
    """Take the logo of a workspace away; for its admins."""
    await caller.write(workspaces.set_logo, path_id("workspace", workspace_id), None)


async def _sent(request: Request[Any, Any, Any]) -> bytes:
    """The picture's bytes. Raises `Malformed` for a form that cannot be read."""
    form = await form_sent(request)
    if form is None:
        return await request.body()
    file = next((value for _, value in form if isinstance(value, UploadFile)), None)
    return b"" if file is None else await file.read()


ROUTES: list[HTTPRouteHandler] = [set_logo, delete_logo]
