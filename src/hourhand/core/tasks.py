"""Tasks: the parts of a project's work. Who sees the project sees its tasks; who manages it changes them."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.core import access, accounts, events, ids, members, projects, texts
from hourhand.core.access import JOINED, KNOWN, LEFT
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound, Problems
from hourhand.core.ids import bucket_of
from hourhand.core.projects import Project
from hourhand.core.tables import Table
from hourhand.db import Row, Tx

NOUN = "task"
# About 68 years: callers hold this in 32 bits.
MOST_ESTIMATED_SECONDS = (1 << 31) - 1


class Task(Struct, frozen=True, omit_defaults=True):
    """A task of a project. Its name is unique there; `account_id` is whom it is assigned to.

    `tracked_seconds` and `assignee_name` are known after `detailed`.
    """

    id: int
    workspace_id: int
    project_id: int
    name: str
    account_id: int | None
    active: bool
    estimated_seconds: int
    created_at: int
    at: int
    deleted_at: int | None
    tracked_seconds: int | None = None
    assignee_name: str | None = None


class Draft(Struct, frozen=True):
    """What may be said of a task before its birth. The workspace is the project's, and need not be said."""

    project_id: int | None
    name: str | None
    workspace_id: int | None = None
    account_id: int | None = None
    active: bool = True
    estimated_seconds: int = 0


class Changes(Struct, frozen=True):
    """A patch; what is unset stays."""

    name: str | UnsetType | None = UNSET
    account_id: int | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    estimated_seconds: int | UnsetType = UNSET


_TABLE = Table("tasks", NOUN, Task, named_within="project_id")
_SELECT = f"select {_TABLE.columns('t')} from tasks t"
_OF_MEMBER = """
join projects p on p.bucket = t.bucket and p.id = t.project_id
join members m on m.bucket = t.bucket and m.workspace_id = t.workspace_id
    and m.account_id = :me and m.active and m.deleted_at is null
left join project_members pm on pm.bucket = t.bucket and pm.project_id = t.project_id
    and pm.account_id = :me and pm.deleted_at is null
"""
_KNOWN_OR_LEFT = f"({KNOWN} or (t.bucket, t.project_id, t.deleted_at) in ({LEFT}))"
_TRACKED = """
select task_id,
    cast(sum(case when duration >= 0 then duration when start < :now then :now - start else 0 end) as bigint)
from time_entries where bucket in (:buckets) and task_id in (:ids) and deleted_at is null group by task_id
"""
# What fits into one statement's parameters.
_SLICE = 1000


def visible(tx: Tx, actor: Actor, task_id: int) -> Task:
    """A task of a project the actor sees. Raises `NotFound`."""
    return _visible(tx, actor, [task_id])[0]


def managed(tx: Tx, actor: Actor, task_ids: list[int], *, assigning: bool = False) -> list[Task]:
    """Tasks of projects the actor manages, in this order; they wait for this transaction.

    With `assigning`, nobody is taken out of their workspaces before it ends. Raises `NotFound`, `Forbidden`.
    """
    found = _visible(tx, actor, task_ids)
    for project_id in sorted({task.project_id for task in found}):
        projects.managed(tx, actor, project_id)
    for workspace_id in sorted({task.workspace_id for task in found}) if assigning else ():
        members.keep(tx, workspace_id)
    # Again: until all that was held, the tasks may have changed.
    return _visible(tx, actor, task_ids, " order by t.id for update of t")


def listing(
    tx: Tx,
    actor: Actor,
    *,
    workspace_ids: list[int] | None = None,
    project_id: int | None = None,
    active: bool | None = None,
    since: int | None = None,
) -> list[Task]:
    """The tasks the actor sees in these workspaces, or in all, by name; of one project, or of all; all, or by `active`.

    With `since` (unix seconds), those changed or come in sight at or after that time, deleted ones included.
    """
    if workspace_ids is None:
        workspace_ids = members.workspace_ids(tx, actor.account_id)
    newly = access.joined_since(tx, actor, workspace_ids, since)
    rows = tx.rows(
        _SELECT
        + _OF_MEMBER
        + "where t.bucket in (:buckets) and t.workspace_id in (:workspace_ids)"
        + (f" and (t.at >= :since or t.deleted_at is null and {JOINED})" if newly else " and t.at >= :since")
        + (f" and t.deleted_at is null and {KNOWN}" if since is None else f" and {_KNOWN_OR_LEFT}")
        + ("" if project_id is None else " and t.project_id = :project_id")
        + ("" if active is None else " and t.active = :active"),
        buckets=_buckets(workspace_ids),
        workspace_ids=workspace_ids,
        me=actor.account_id,
        since=since or 0,
        project_id=project_id,
        active=active,
    )
    # Here and not in the database, whose order is that of its locale.
    return sorted(map(_TABLE.read, rows), key=lambda task: (task.name, task.id))


def of_workspace(tx: Tx, actor: Actor, workspace_id: int, active: bool | None = None) -> list[Task]:
    """The tasks of one workspace, in detail. Raises `NotFound` of the workspace for a stranger."""
    members.current(tx, actor, workspace_id)
    return detailed(tx, actor, listing(tx, actor, workspace_ids=[workspace_id], active=active))


def of_project(tx: Tx, actor: Actor, project_id: int, active: bool | None = None) -> list[Task]:
    """The tasks of one project, in detail. Raises `NotFound` of the project."""
    project = projects.visible(tx, actor, project_id)
    found = listing(tx, actor, workspace_ids=[project.workspace_id], project_id=project.id, active=active)
    return detailed(tx, actor, found)


def kept(tx: Tx, bucket: int, task_ids: list[int]) -> list[Task]:
    """These tasks as they are kept, deleted ones too, to tell those who may know of their projects."""
    return _TABLE.kept(tx, bucket, task_ids)


def of_projects(tx: Tx, bucket: int, project_ids: list[int]) -> list[Task]:
    """The tasks of these projects, to tell those who may know of them."""
    rows = tx.rows(
        f"{_SELECT} where t.bucket = :bucket and t.project_id in (:project_ids) and t.deleted_at is null order by t.id",
        bucket=bucket,
        project_ids=project_ids,
    )
    return [_TABLE.read(row) for row in rows]


def detailed(tx: Tx, actor: Actor, tasks: list[Task]) -> list[Task]:
    """The same tasks with their time until now and the names of whom they are assigned to."""
    slices = [tasks[i : i + _SLICE] for i in range(0, len(tasks), _SLICE)]
    return [task for some in slices for task in _detailed(tx, actor, some)]


def create(tx: Tx, actor: Actor, draft: Draft) -> Task:
    """Add a task to a project the actor manages. Raises `Forbidden`, `Invalid`."""
    problems = Problems(NOUN)
    name = texts.name(problems, draft.name)
    _check_estimate(problems, draft.estimated_seconds)
    project = projects.meant(tx, actor, problems, draft.project_id, draft.workspace_id)
    if project is not None:
        _TABLE.refuse_taken(tx, problems, project.id, name)
        if draft.account_id is not None:
            members.keep(tx, project.workspace_id)
        _check_assignee(tx, problems, project.workspace_id, draft.account_id)
    problems.refuse()
    assert project is not None
    return _insert(tx, actor, project, structs.replace(draft, name=name))


def copy(tx: Tx, actor: Actor, template: Project, project: Project) -> None:
    """Give a new project the tasks of its template. Those assigned to somebody who has left come without them."""
    for task in _of(tx, template):
        draft = Draft(project.id, task.name, None, task.account_id, task.active, task.estimated_seconds)
        if task.account_id is not None and not members.is_active(tx, project.workspace_id, task.account_id):
            draft = structs.replace(draft, account_id=None)
        _insert(tx, actor, project, draft)


def update(tx: Tx, actor: Actor, task_ids: list[int], changes: Changes) -> list[Task]:
    """Change tasks, all or none; their project stays. Raises `NotFound`, `Forbidden`, `Invalid`."""
    before = managed(tx, actor, task_ids, assigning=changes.account_id not in (UNSET, None))
    problems = Problems(NOUN)
    wanted = {field: value for field, value in structs.asdict(changes).items() if value is not UNSET}
    _check(tx, problems, before, wanted)
    problems.refuse()
    return [_TABLE.update(tx, actor, task, structs.replace(task, **wanted)) for task in before]


def delete(tx: Tx, actor: Actor, task: Task) -> Task:
    """Mark a task deleted. The entries that belong to it are for `removals`."""
    return _TABLE.delete(tx, actor, task)


def delete_of_project(tx: Tx, actor: Actor, project: Project) -> None:
    """Mark all tasks of a project that goes away deleted."""
    for task in _of(tx, project):
        delete(tx, actor, task)


def unassign(tx: Tx, actor: Actor, workspace_id: int, account_id: int) -> None:
    """Take the tasks of a workspace off a person who leaves it."""
    rows = tx.rows(
        f"{_SELECT} where t.bucket = :bucket and t.workspace_id = :workspace_id and t.account_id = :account_id"
        " and t.deleted_at is null order by t.id for update of t",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        account_id=account_id,
    )
    for task in map(_TABLE.read, rows):
        _TABLE.update(tx, actor, task, structs.replace(task, account_id=None))


def _of(tx: Tx, project: Project) -> list[Task]:
    rows = tx.rows(
        f"{_SELECT} where t.bucket = :bucket and t.project_id = :project_id and t.deleted_at is null order by t.id",
        bucket=bucket_of(project.id),
        project_id=project.id,
    )
    return [_TABLE.read(row) for row in rows]


def _visible(tx: Tx, actor: Actor, task_ids: list[int], lock: str = "") -> list[Task]:
    possible = [task_id for task_id in task_ids if ids.possible(task_id)]
    rows: list[Row] = []
    if possible:
        rows = tx.rows(
            f"{_SELECT} {_OF_MEMBER} where t.bucket in (:buckets) and t.id in (:ids) and t.deleted_at is null"
            f" and {KNOWN}{lock}",
            buckets=_buckets(possible),
            ids=possible,
            me=actor.account_id,
        )
    found = {task.id: task for task in map(_TABLE.read, rows)}
    for task_id in task_ids:
        if task_id not in found:
            raise NotFound(NOUN, task_id)
    return [found[task_id] for task_id in task_ids]


def _detailed(tx: Tx, actor: Actor, tasks: list[Task]) -> list[Task]:
    task_ids = [task.id for task in tasks]
    tracked: dict[int, int] = dict(tx.rows(_TRACKED, buckets=_buckets(task_ids), ids=task_ids, now=actor.now))
    assigned = sorted({task.account_id for task in tasks if task.account_id is not None})
    people = accounts.named(tx, assigned) if assigned else {}
    return [
        structs.replace(
            task,
            tracked_seconds=tracked.get(task.id, 0),
            assignee_name=people[task.account_id].name if task.account_id in people else None,
        )
        for task in tasks
    ]


def _check(tx: Tx, problems: Problems, before: list[Task], wanted: dict[str, Any]) -> None:
    if "name" in wanted:
        wanted["name"] = name = texts.name(problems, wanted["name"])
        renamed = [task.project_id for task in before if task.name != name]
        for project_id in dict.fromkeys(renamed):
            _TABLE.refuse_taken(tx, problems, project_id, name)
        if len(set(renamed)) < len(renamed):
            problems.add("name", "taken", name=name)
    if "estimated_seconds" in wanted:
        _check_estimate(problems, wanted["estimated_seconds"])
    for workspace_id in dict.fromkeys(task.workspace_id for task in before):
        _check_assignee(tx, problems, workspace_id, wanted.get("account_id"))


def _check_estimate(problems: Problems, seconds: int) -> None:
    if not 0 <= seconds <= MOST_ESTIMATED_SECONDS:
        problems.add("estimated_seconds", "invalid")


def _check_assignee(tx: Tx, problems: Problems, workspace_id: int, account_id: int | None) -> None:
    if account_id is not None and not members.is_active(tx, workspace_id, account_id):
        problems.add("account_id", "unreachable", account_id=account_id, workspace_id=workspace_id)


def _insert(tx: Tx, actor: Actor, project: Project, draft: Draft) -> Task:
    bucket = bucket_of(project.id)
    at = events.stamp(tx, bucket)
    task = Task(
        id=ids.new(tx, NOUN, bucket),
        workspace_id=project.workspace_id,
        project_id=project.id,
        name=draft.name or "",
        account_id=draft.account_id,
        active=draft.active,
        estimated_seconds=draft.estimated_seconds,
        created_at=at,
        at=at,
        deleted_at=None,
    )
    return _TABLE.insert(tx, actor, task)


def _buckets(thing_ids: list[int]) -> list[int]:
    return sorted({bucket_of(thing_id) for thing_id in thing_ids})
