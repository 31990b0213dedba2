"""How a project begins: what it is unless told otherwise, and what it takes from a template."""

from __future__ import annotations

from msgspec import Struct, structs

from hourhand.core import colors, events, ids, project_groups, project_members, projects, tasks, workspaces
from hourhand.core.access import Standing
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound, Problems
from hourhand.core.ids import bucket_of
from hourhand.core.projects import NOUN, Changes, Project
from hourhand.core.workspaces import Workspace
from hourhand.db import Tx, insert_into, parameters

LONGEST_GUID = 255
_INSERT = insert_into("projects", Project)


class Draft(Struct, frozen=True):
    """What may be said of a project before its birth. What `settings` leave unset is the template's, or usual."""

    workspace_id: int
    settings: Changes = Changes()
    template_id: int | None = None
    guid: str | None = None


def create(tx: Tx, actor: Actor, draft: Draft) -> Project:
    """Add a project, which its creator manages. Raises `Invalid`.

    From a template come its settings, tasks, people and groups, as far as the creator may see them. Creating
    again with the same `guid` returns the project that is there, as it is.
    """
    problems = Problems(NOUN)
    workspace = _workspace(tx, actor, problems, draft.workspace_id)
    template = None if draft.template_id is None else _template(tx, actor, problems, draft, draft.template_id)
    plan = _plan(draft, workspace, template)
    named = structs.replace(draft.settings, name=draft.settings.name or None)
    project = projects.changed(problems, plan, named, _standing(workspace))
    if workspace is not None:
        projects.check_place(tx, actor, problems, plan, project)
        # Last: a name that is taken by this project itself, just made by the same request, is no reason to refuse.
        known = _with_guid(tx, actor, problems, workspace.id, project.guid)
        if known is not None:
            return known
    problems.refuse()
    assert workspace is not None
    project = _insert(tx, actor, project)
    project_members.add(tx, actor, project, actor.account_id, manager=True)
    if template is not None:
        project_members.copy(tx, actor, template, project, with_rates=workspace.shows_rates)
        project_groups.copy(tx, actor, template, project)
        tasks.copy(tx, actor, template, project)
    return projects.visible(tx, actor, project.id)


def _workspace(tx: Tx, actor: Actor, problems: Problems, workspace_id: int) -> Workspace | None:
    try:
        workspace = workspaces.staying(tx, actor, workspace_id)
    except NotFound:
        problems.add("workspace_id", "unreachable", workspace_id=workspace_id, account_id=actor.account_id)
        return None
    if workspace.only_admins_may_create_projects and not workspace.admin:
        problems.add("workspace_id", "forbidden")
    return workspace


def _with_guid(tx: Tx, actor: Actor, problems: Problems, workspace_id: int, guid: str | None) -> Project | None:
    if guid is None:
        return None
    if len(guid) > LONGEST_GUID:
        problems.add("guid", "too_long", limit=LONGEST_GUID)
        return None
    row = tx.row(
        "select id from projects where bucket = :bucket and workspace_id = :workspace_id and guid = :guid",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        guid=guid,
    )
    if row is None:
        return None
    try:
        return projects.visible(tx, actor, row[0])
    except NotFound:
        # Deleted since, or another's private one.
        problems.add("guid", "taken")
        return None


def _template(tx: Tx, actor: Actor, problems: Problems, draft: Draft, template_id: int) -> Project | None:
    try:
        template = projects.visible(tx, actor, template_id)
    except NotFound:
        problems.add("template_id", "unreachable")
        return None
    if template.workspace_id != draft.workspace_id:
        problems.add("template_id", "mismatch")
    elif not template.template:
        problems.add("template_id", "invalid")
    return template


def _plan(draft: Draft, workspace: Workspace | None, template: Project | None) -> Project:
    """The project before anything is said of its settings."""
    usual = Project(
        id=0,
        workspace_id=draft.workspace_id,
        client_id=None,
        name="",
        guid=draft.guid or None,
        billable=workspace is None or workspace.projects_billable_by_default,
        is_private=True,
        active=True,
        template=False,
        template_id=None,
        color=colors.DEFAULT,
        auto_estimates=False,
        estimated_seconds=None,
        rate=None,
        currency=None,
        created_at=0,
        at=0,
        deleted_at=None,
    )
    if template is None or workspace is None:
        return usual
    return structs.replace(
        usual,
        template_id=template.id,
        billable=template.billable,
        # Whoever is no admin makes private projects, from a public template too.
        is_private=template.is_private or not workspace.admin,
        color=template.color,
        auto_estimates=template.auto_estimates,
        estimated_seconds=template.estimated_seconds,
        rate=template.rate,
        currency=template.currency,
    )


def _standing(workspace: Workspace | None) -> Standing:
    """What the creator is to the project. Without a workspace, nothing more than that is to be refused."""
    if workspace is None:
        return Standing(admin=True, manager=True, sees_rates=True, currency="")
    return Standing(admin=workspace.admin, manager=True, sees_rates=True, currency=workspace.default_currency)


def _insert(tx: Tx, actor: Actor, plan: Project) -> Project:
    bucket = bucket_of(plan.workspace_id)
    at = events.stamp(tx, bucket)
    project = structs.replace(plan, id=ids.new(tx, NOUN, bucket), created_at=at, at=at)
    tx.run(_INSERT, bucket=bucket, **parameters(project))
    events.record(tx, actor, NOUN, project.id, workspace_id=project.workspace_id, after=project)
    return project
