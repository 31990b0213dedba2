"""`/projects`: what work is done for."""

from __future__ import annotations

from decimal import Decimal

from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.api.http import Caller, CallerGiven
from hourhand.api.v8.wire import (
    ActivityGiven,
    Data,
    FlagGiven,
    Moment,
    PathId,
    PathIds,
    Ref,
    View,
    Wrapper,
    activity,
    delete,
    get,
    path_id,
    path_ids,
    post,
    put,
    said,
    shown,
    truth,
    workspace_meant,
)
from hourhand.core import colors, durations, money, new_projects, projects, removals
from hourhand.core.new_projects import Draft
from hourhand.core.projects import Changes, Project


class ProjectIn(Struct):
    """A project as it is sent. On create a null is as good as nothing; on update it clears what can be empty."""

    wid: int | None = None
    cid: int | UnsetType | None = UNSET
    name: str | None = None
    guid: str | None = None
    billable: bool | None = None
    is_private: bool | None = None
    active: bool | None = None
    template: bool | None = None
    template_id: int | None = None
    color: int | str | None = None
    hex_color: str | None = None
    auto_estimates: bool | None = None
    estimated_hours: Decimal | UnsetType | None = UNSET
    rate: Decimal | UnsetType | None = UNSET
    currency: str | UnsetType | None = UNSET
    workspace: Ref | None = None

    def draft(self, caller: Caller) -> Draft:
        settings = {field: value for field, value in structs.asdict(self.changes()).items() if value is not None}
        return Draft(
            workspace_id=workspace_meant(self.wid, self.workspace) or caller.default_workspace_id,
            settings=Changes(**settings),
            template_id=self.template_id or None,
            guid=self.guid or None,
        )

    def changes(self) -> Changes:
        return Changes(
            name=said(self.name),
            client_id=UNSET if self.cid is UNSET else self.cid or None,
            billable=said(self.billable),
            is_private=said(self.is_private),
            active=said(self.active),
            template=said(self.template),
            color=UNSET if self.color in (None, "") else self.color,
            hex_color=self.hex_color or UNSET,
            auto_estimates=said(self.auto_estimates),
            estimated_hours=self.estimated_hours,
            rate=self.rate,
            currency=UNSET if self.currency is UNSET else self.currency or None,
        )


class ProjectBody(Wrapper[ProjectIn]):
    """The wrapper of a project that is sent."""

    project: ProjectIn | None = None


class ProjectOut(Struct):
    """A project as it is shown."""

    id: int
    guid: str | UnsetType
    wid: int
    cid: int | UnsetType
    name: str
    billable: bool
    is_private: bool
    active: bool
    template: bool
    template_id: int | UnsetType
    at: Moment
    created_at: Moment | UnsetType
    color: str
    auto_estimates: bool
    estimated_hours: int | float | UnsetType
    actual_hours: int | UnsetType
    rate: int | float | UnsetType
    currency: str | UnsetType
    hex_color: str
    server_deleted_at: Moment | UnsetType

    @classmethod
    def of(cls, project: Project, view: View, *, actual_hours: bool = False) -> ProjectOut:
        """`actual_hours` says whether they were asked for; else they are shown when there are any."""
        actual = (project.actual_seconds or 0) // durations.SECONDS_OF_HOUR
        return cls(
            id=project.id,
            guid=shown(project.guid),
            wid=project.workspace_id,
            cid=shown(project.client_id),
            name=project.name,
            billable=project.billable,
            is_private=project.is_private,
            active=project.active,
            template=project.template,
            template_id=shown(project.template_id),
            at=view.time(project.at),
            created_at=view.time(project.created_at),
            color=colors.number_of(project.color),
            auto_estimates=project.auto_estimates,
            estimated_hours=UNSET if project.estimate is None else durations.hours(project.estimate),
            actual_hours=actual if actual or actual_hours else UNSET,
            rate=UNSET if project.rate is None else money.decimal(project.rate),
            currency=shown(project.currency),
            hex_color=colors.hex_of(project.color),
            server_deleted_at=shown(project.deleted_at and view.time(project.deleted_at)),
        )

    @classmethod
    def newborn(cls, project: Project, view: View) -> ProjectOut:
        """The answer to a create leaves out `created_at`."""
        born = cls.of(project, view)
        born.created_at = UNSET
        return born


@post("/projects")
async def create_project(caller: CallerGiven, data: JSONBody[ProjectBody]) -> Data[ProjectOut]:
    """Create a project, which the caller manages."""
    project = await caller.write(new_projects.create, data.sent().draft(caller))
    return Data(ProjectOut.newborn(project, View.of(caller)))


@get("/projects/{project_id:str}")
async def get_project(caller: CallerGiven, project_id: PathId) -> Data[ProjectOut]:
    """A project."""
    return Data(await _counted(caller, path_id("project", project_id)))


@put("/projects/{project_id:str}")
async def update_project(caller: CallerGiven, project_id: PathId, data: JSONBody[ProjectBody]) -> Data[ProjectOut]:
    """Change a project; for those who manage it."""
    project = await caller.write(projects.update, path_id("project", project_id), data.sent().changes())
    return Data(await _counted(caller, project.id))


@delete("/projects/{project_id:str}")
async def delete_projects(caller: CallerGiven, project_id: PathIds) -> list[int]:
    """Delete projects with their tasks, all or none; their time entries stay."""
    return await caller.write(removals.delete_projects, path_ids("project", project_id))


@get("/clients/{client_id:str}/projects")
async def list_client_projects(
    caller: CallerGiven, client_id: PathId, active: ActivityGiven = None
) -> list[ProjectOut]:
    """The projects of a client, by name."""
    found = await caller.read_long(
        projects.of_client, path_id("client's projects", client_id), active=activity(active), actual_hours=True
    )
    return [ProjectOut.of(project, View.of(caller)) for project in found]


@get("/workspaces/{workspace_id:str}/projects")
async def list_workspace_projects(
    caller: CallerGiven,
    workspace_id: PathId,
    active: ActivityGiven = None,
    actual_hours: FlagGiven = None,
    only_templates: FlagGiven = None,
) -> list[ProjectOut]:
    """The projects of a workspace that the caller can see, by name."""
    found = await caller.read_long(
        projects.of_workspace,
        path_id("workspace", workspace_id),
        active=activity(active),
        templates_only=truth(only_templates),
        actual_hours=True,
    )
    return [ProjectOut.of(project, View.of(caller), actual_hours=truth(actual_hours)) for project in found]


async def _counted(caller: CallerGiven, project_id: int) -> ProjectOut:
    # Apart from what was written, and off the event loop: a big project's time takes a while to count.
    project = await caller.read_long(projects.visible, project_id, actual_hours=True)
    return ProjectOut.of(project, View.of(caller))


ROUTES: list[HTTPRouteHandler] = [
    create_project,
    get_project,
    update_project,
    delete_projects,
    list_client_projects,
    list_workspace_projects,
]
