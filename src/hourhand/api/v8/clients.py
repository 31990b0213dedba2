"""`/clients`: whom a workspace works for."""

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
from hourhand.core import clients, removals
from hourhand.core.clients import Client


class ClientIn(Struct):
    """A client as it is sent. A null changes nothing."""

    wid: int | None = None
    workspace: Ref | None = None
    name: str | None = None
    notes: str | None = None

    def draft(self, caller: Caller) -> clients.Draft:
        return clients.Draft(
            workspace_meant(self.wid, self.workspace) or caller.default_workspace_id,
            self.name or None,
            self.notes or None,
        )

    def changes(self) -> clients.Changes:
        return clients.Changes(said(self.name), said(self.notes))


class ClientBody(Wrapper[ClientIn]):
    """The wrapper of a client that is sent."""

    client: ClientIn | None = None


class ClientOut(Struct):
    """A client as it is shown."""

    id: int
    wid: int
    name: str
    notes: str | UnsetType
    at: Moment | UnsetType
    server_deleted_at: Moment | UnsetType

    @classmethod
    def of(cls, client: Client, view: View) -> ClientOut:
        return cls(
            id=client.id,
            wid=client.workspace_id,
            name=client.name,
            notes=shown(client.notes),
            at=view.time(client.at),
            server_deleted_at=shown(client.deleted_at and view.time(client.deleted_at)),
        )

    @classmethod
    def newborn(cls, client: Client, view: View) -> ClientOut:
        """The answer to a create leaves out `at`."""
        born = cls.of(client, view)
        born.at = UNSET
        return born


@post("/clients")
async def create_client(caller: CallerGiven, data: JSONBody[ClientBody]) -> Data[ClientOut]:
    """Create a client."""
    client = await caller.write(clients.create, data.sent().draft(caller))
    return Data(ClientOut.newborn(client, View.of(caller)))


@get("/clients")
async def list_clients(caller: CallerGiven) -> list[ClientOut]:
    """The clients the caller can see, newest first."""
    view = View.of(caller)
    return [ClientOut.of(client, view) for client in await caller.read(clients.listing)]


@get("/clients/{client_id:str}")
async def get_client(caller: CallerGiven, client_id: PathId) -> Data[ClientOut]:
    """A client."""
    client = await caller.read(clients.visible, path_id("client", client_id))
    return Data(ClientOut.of(client, View.of(caller)))


@put("/clients/{client_id:str}")
async def update_client(caller: CallerGiven, client_id: PathId, data: JSONBody[ClientBody]) -> Data[ClientOut]:
    """Change a client."""
    client = await caller.write(clients.update, path_id("client", client_id), data.sent().changes())
    return Data(ClientOut.of(client, View.of(caller)))


@delete("/clients/{client_id:str}")
async def delete_client(caller: CallerGiven, client_id: PathId) -> None:
    """Delete a client; its projects stay."""
    await caller.write(removals.delete_client, path_id("client", client_id))


@get("/workspaces/{workspace_id:str}/clients")
async def list_workspace_clients(caller: CallerGiven, workspace_id: PathId) -> list[ClientOut]:
    """The clients of a workspace, newest first."""
    view = View.of(caller)
    found = await caller.read(clients.of_workspace, path_id("workspace", workspace_id))
    return [ClientOut.of(client, view) for client in found]


ROUTES: list[HTTPRouteHandler] = [
    create_client,
    list_clients,
    get_client,
    update_client,
    delete_client,
    list_workspace_clients,
]
