"""`/tasks`: the parts of a project's work.

`fields` in a body asks for members that an answer has only then: `done_seconds`, `uname`.
"""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import UNSET, Struct, UnsetType

from hourhand.api.http import CallerGiven
from hourhand.api.v8.wire import (
    ActivityGiven,
    Data,
    Moment,
    PathId,
    PathIds,
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
)
from hourhand.core import removals, tasks
from hourhand.core.tasks import Task


class TaskIn(Struct):
    """A task as it is sent. Some callers say False for no estimate."""

    name: str | None = None
    wid: int | None = None
    pid: int | None = None
    uid: int | UnsetType | None = UNSET
    active: bool | None = None
    estimated_seconds: int | bool | UnsetType | None = UNSET
    fields: str | None = None

    def draft(self) -> tasks.Draft:
        return tasks.Draft(
            project_id=self.pid or None,
            name=self.name or None,
            workspace_id=self.wid or None,
            account_id=self.uid or None,
            active=self.active is not False,
            estimated_seconds=int(self.estimated_seconds or 0),
        )

    def changes(self) -> tasks.Changes:
        return tasks.Changes(
            name=said(self.name),
            account_id=self.uid if self.uid is UNSET else self.uid or None,
            active=said(self.active),
            estimated_seconds=self.estimated_seconds
            if self.estimated_seconds is UNSET
            else int(self.estimated_seconds or 0),
        )

    def asked(self) -> frozenset[str]:
        return frozenset((self.fields or "").replace(",", " ").split())


class TaskBody(Wrapper[TaskIn]):
    """The wrapper of a task that is sent."""

    task: TaskIn | None = None


class TaskOut(Struct):
    """A task as it is shown."""

    name: str
    id: int
    wid: int
    pid: int
    uid: int | UnsetType
    active: bool
    at: Moment | UnsetType
    estimated_seconds: int
    tracked_seconds: int | UnsetType = UNSET
    uname: str | UnsetType = UNSET
    done_seconds: int | UnsetType = UNSET
    server_deleted_at: Moment | UnsetType = UNSET

    @classmethod
    def of(cls, task: Task, view: View) -> TaskOut:
        """Time is shown where there is any, as a read does."""
        return cls(
            name=task.name,
            id=task.id,
            wid=task.workspace_id,
            pid=task.project_id,
            uid=shown(task.account_id),
            active=task.active,
            at=view.time(task.at),
            estimated_seconds=task.estimated_seconds,
            tracked_seconds=task.tracked_seconds or UNSET,
            server_deleted_at=shown(task.deleted_at and view.time(task.deleted_at)),
        )

    @classmethod
    def written(cls, task: Task, view: View, asked: frozenset[str]) -> TaskOut:
        """The answer to an update: what `fields` asked for."""
        written = cls.of(task, view)
        written.tracked_seconds = UNSET
        if "uname" in asked:
            written.uname = shown(task.assignee_name)
        if "done_seconds" in asked:
            written.done_seconds = shown(task.tracked_seconds)
        return written

    @classmethod
    def newborn(cls, task: Task, view: View, asked: frozenset[str]) -> TaskOut:
        """The answer to a create leaves out `at`."""
        born = cls.written(task, view, asked)
        born.at = UNSET
        return born


@post("/tasks")
async def create_task(caller: CallerGiven, data: JSONBody[TaskBody]) -> Data[TaskOut]:
    """Create a task."""
    sent = data.sent()
    created = await caller.write(tasks.create, sent.draft())
    [task] = await _as_asked(caller, [created], sent.asked())
    return Data(TaskOut.newborn(task, View.of(caller), sent.asked()))


@get("/tasks/{task_id:str}")
async def get_task(caller: CallerGiven, task_id: PathId) -> Data[TaskOut]:
    """A task."""
    task = await caller.read(tasks.visible, path_id("task", task_id))
    [task] = await caller.read(tasks.detailed, [task])
    return Data(TaskOut.of(task, View.of(caller)))


@put("/tasks/{task_id:str}")
async def update_tasks(
    caller: CallerGiven, task_id: PathIds, data: JSONBody[TaskBody]
) -> Data[TaskOut | list[TaskOut]]:
    """Change tasks, all or none: an object for one id, an array for several."""
    sent, view = data.sent(), View.of(caller)
    updated = await caller.write(tasks.update, path_ids("task", task_id), sent.changes())
    found = await _as_asked(caller, updated, sent.asked())
    answers = [TaskOut.written(task, view, sent.asked()) for task in found]
    return Data(answers if "," in task_id else answers[0])


@delete("/tasks/{task_id:str}")
async def delete_tasks(caller: CallerGiven, task_id: PathIds) -> list[int]:
    """Delete tasks, all or none; their entries stay with the project."""
    return await caller.write(removals.delete_tasks, path_ids("task", task_id))


@get("/projects/{project_id:str}/tasks")
async def list_project_tasks(caller: CallerGiven, project_id: PathId, active: ActivityGiven = None) -> list[TaskOut]:
    """The tasks of a project by name; `active` is `true` (default), `false` or `both`."""
    view = View.of(caller)
    # Tracked time is counted over all entries of the tasks.
    found = await caller.read_long(tasks.of_project, path_id("project", project_id), activity(active))
    return [TaskOut.of(task, view) for task in found]


@get("/workspaces/{workspace_id:str}/tasks")
async def list_workspace_tasks(
    caller: CallerGiven, workspace_id: PathId, active: ActivityGiven = None
) -> list[TaskOut]:
    """The tasks of a workspace by name; `active` is `true` (default), `false` or `both`."""
    view = View.of(caller)
    found = await caller.read_long(tasks.of_workspace, path_id("workspace", workspace_id), activity(active))
    return [TaskOut.of(task, view) for task in found]


async def _as_asked(caller: CallerGiven, found: list[Task], asked: frozenset[str]) -> list[Task]:
    return await caller.read(tasks.detailed, found) if asked else found


ROUTES: list[HTTPRouteHandler] = [
    create_task,
    get_task,
    update_tasks,
    delete_tasks,
    list_project_tasks,
    list_workspace_tasks,
]
