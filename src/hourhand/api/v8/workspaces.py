"""`/workspaces`: where a team's clients, projects and time live together."""

from __future__ import annotations

from decimal import Decimal

from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import UNSET, Struct, UnsetType

from hourhand.api.http import Caller, CallerGiven
from hourhand.api.v8.wire import (
    Data,
    Moment,
    PathId,
    View,
    Wrapper,
    delete,
    get,
    path_id,
    post,
    put,
    said,
    shown,
)
from hourhand.core import calendars, money, removals, workspaces
from hourhand.core.workspaces import Workspace


class WorkspaceIn(Struct):
    """A workspace as it is sent. A null changes nothing."""

    name: str | None = None
    default_hourly_rate: Decimal | None = None
    default_currency: str | None = None
    only_admins_may_create_projects: bool | None = None
    only_admins_see_billable_rates: bool | None = None
    only_admins_see_team_dashboard: bool | None = None
    projects_billable_by_default: bool | None = None
    rounding: int | None = None
    rounding_minutes: int | None = None
    ical_enabled: bool | None = None

    def draft(self) -> workspaces.Draft:
        return workspaces.Draft(self.name or None)

    def changes(self) -> workspaces.Changes:
        return workspaces.Changes(
            name=said(self.name),
            default_hourly_rate=said(self.default_hourly_rate),
            default_currency=said(self.default_currency),
            only_admins_may_create_projects=said(self.only_admins_may_create_projects),
            only_admins_see_billable_rates=said(self.only_admins_see_billable_rates),
            only_admins_see_team_dashboard=said(self.only_admins_see_team_dashboard),
            projects_billable_by_default=said(self.projects_billable_by_default),
            rounding=said(self.rounding),
            rounding_minutes=said(self.rounding_minutes),
            ical_enabled=said(self.ical_enabled),
        )


class WorkspaceBody(Wrapper[WorkspaceIn]):
    """The wrapper of a workspace that is sent."""

    workspace: WorkspaceIn | None = None


class WorkspaceOut(Struct):
    """A workspace as it is shown to one of its members."""

    id: int
    name: str
    profile: int
    premium: bool
    admin: bool
    default_hourly_rate: float | int | UnsetType
    default_currency: str
    only_admins_may_create_projects: bool
    only_admins_see_billable_rates: bool
    only_admins_see_team_dashboard: bool
    projects_billable_by_default: bool
    rounding: int
    rounding_minutes: int
    api_token: str | UnsetType
    at: Moment
    logo_url: str | UnsetType
    ical_url: str | UnsetType
    ical_enabled: bool

    @classmethod
    def of(cls, workspace: Workspace, view: View, caller: Caller) -> WorkspaceOut:
        vault = caller.house.vault
        token = calendars.token(vault, workspace)
        return cls(
            id=workspace.id,
            name=workspace.name,
            profile=workspace.profile,
            premium=True,
            admin=workspace.admin,
            default_hourly_rate=money.decimal(workspace.default_hourly_rate) if workspace.shows_rates else UNSET,
            default_currency=workspace.default_currency,
            only_admins_may_create_projects=workspace.only_admins_may_create_projects,
            only_admins_see_billable_rates=workspace.only_admins_see_billable_rates,
            only_admins_see_team_dashboard=workspace.only_admins_see_team_dashboard,
            projects_billable_by_default=workspace.projects_billable_by_default,
            rounding=workspace.rounding,
            rounding_minutes=workspace.rounding_minutes,
            api_token=vault.derive(f"workspace|{workspace.id}") if workspace.admin else UNSET,
            at=view.time(workspace.at),
            logo_url=shown(workspace.logo_url and caller.house.settings.base_url + workspace.logo_url),
            ical_url=UNSET if token is None else f"/ical/workspace_user/{token}.ics",
            ical_enabled=workspace.ical_enabled,
        )


@get("/workspaces")
async def list_workspaces(caller: CallerGiven) -> list[WorkspaceOut]:
    """The workspaces the caller is in."""
    view = View.of(caller)
    return [WorkspaceOut.of(workspace, view, caller) for workspace in await caller.read(workspaces.listing)]


@post("/workspaces")
async def create_workspace(caller: CallerGiven, data: JSONBody[WorkspaceBody]) -> Data[WorkspaceOut]:
    """Create a workspace; the caller owns it."""
    workspace = await caller.write(workspaces.create, data.sent().draft())
    return Data(WorkspaceOut.of(workspace, View.of(caller), caller))


@get("/workspaces/{workspace_id:str}")
async def get_workspace(caller: CallerGiven, workspace_id: PathId) -> Data[WorkspaceOut]:
    """A workspace."""
    workspace = await caller.read(workspaces.visible, path_id("workspace", workspace_id))
    return Data(WorkspaceOut.of(workspace, View.of(caller), caller))


@put("/workspaces/{workspace_id:str}")
async def update_workspace(
    caller: CallerGiven, workspace_id: PathId, data: JSONBody[WorkspaceBody]
) -> Data[WorkspaceOut]:
    """Change a workspace; for its admins."""
    changes = data.sent().changes()
    workspace = await caller.write(workspaces.update, path_id("workspace", workspace_id), changes)
    return Data(WorkspaceOut.of(workspace, View.of(caller), caller))


@delete("/workspaces/{workspace_id:str}/leave")
async def leave_workspace(caller: CallerGiven, workspace_id: PathId) -> None:
    """Leave a workspace; one's time stays in it."""
    await caller.write(removals.leave_workspace, path_id("workspace", workspace_id))


ROUTES: list[HTTPRouteHandler] = [
    list_workspaces,
    create_workspace,
    get_workspace,
    update_workspace,
    leave_workspace,
]
