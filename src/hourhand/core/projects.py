"""Projects: what work is done for. Who may know of private ones, `access` says.

How one begins, perhaps from a template, is in `new_projects`; how it goes, in `removals`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.core import access, clients, colors, durations, events, ids, members, money, rates, texts
from hourhand.core.access import JOINED, KNOWN, LEFT, STANDING, STANDING_JOINS, Standing
from hourhand.core.actor import Actor
from hourhand.core.clients import Client
from hourhand.core.errors import Forbidden, NotFound, Problems
from hourhand.core.ids import bucket_of
from hourhand.core.rates import Rate
from hourhand.db import Row, Tx, columns, parameters, reader, update_of

NOUN = "project"
_LONGEST_SUFFIX = 60


class Project(Struct, frozen=True, omit_defaults=True):
    """A project. Its name is unique among its client's, archived ones included.

    `color` is as `colors` has it; `rate` is in hundredths of the currency's unit an hour, and None for a
    reader who may not see it. `actual_seconds` and `task_seconds` are counted where asked for.
    """

    id: int
    workspace_id: int
    client_id: int | None
    name: str
    guid: str | None
    billable: bool
    is_private: bool
    active: bool
    template: bool
    template_id: int | None
    color: str
    auto_estimates: bool
    estimated_seconds: int | None
    rate: int | None
    currency: str | None
    created_at: int
    at: int
    deleted_at: int | None
    actual_seconds: int | None = None
    task_seconds: int | None = None

    @property
    def estimate(self) -> int | None:
        """The estimated seconds: as set by hand, or the sum of its tasks'."""
        return (self.task_seconds or 0) if self.auto_estimates else self.estimated_seconds

    @property
    def price(self) -> Rate:
        """What an hour costs now."""
        return Rate(self.rate, self.currency)


class Changes(Struct, frozen=True):
    """A patch; what is unset stays. `hex_color` may be said instead of `color`."""

    name: str | UnsetType | None = UNSET
    client_id: int | UnsetType | None = UNSET
    billable: bool | UnsetType = UNSET
    is_private: bool | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    template: bool | UnsetType = UNSET
    color: int | str | UnsetType = UNSET
    hex_color: str | UnsetType = UNSET
    auto_estimates: bool | UnsetType = UNSET
    estimated_hours: Decimal | UnsetType | None = UNSET
    rate: Decimal | UnsetType | None = UNSET
    currency: str | UnsetType | None = UNSET


_SELECT = f"select {columns(Project, 'p')}, {STANDING} from projects p {STANDING_JOINS}"
_KNOWN_OR_LEFT = f"({KNOWN} or p.deleted_at is not null and (p.bucket, p.id, p.deleted_at) in ({LEFT}))"
_IN_WORKSPACES = "x.bucket in (:buckets) and x.workspace_id in (:workspace_ids)"
_IN_PROJECT = "x.bucket = :bucket and x.project_id = :project_id"
_TASK_SECONDS = """
select x.project_id, cast(sum(x.estimated_seconds) as bigint) from tasks x
where {} and x.deleted_at is null group by x.bucket, x.project_id
"""
_ACTUAL_SECONDS = """
select x.project_id, cast(sum(x.duration) as bigint) from time_entries x
where {} and x.deleted_at is null and x.project_id is not null and x.duration > 0 group by x.bucket, x.project_id
"""
_read = reader(Project)
_UPDATE = update_of("projects", Project)


# Reading ------------------------------------------------------------------------------------------


def visible(tx: Tx, actor: Actor, project_id: int, *, actual_hours: bool = False) -> Project:
    """A project the actor may know of. Raises `NotFound`. With `actual_hours`, its time is counted."""
    return _counted_alone(tx, _shown(*_find(tx, actor, project_id)), actual_hours)


def usable(tx: Tx, actor: Actor, project_id: int) -> Project:
    """A visible project that does not go away before this transaction ends, for what is to hang on it."""
    return _shown(*_find(tx, actor, project_id, " for key share of p"))


def managed(tx: Tx, actor: Actor, project_id: int) -> Project:
    """A project the actor manages, or of a workspace they administer, which waits for this transaction.

    Raises `NotFound`, and `Forbidden` for those who may only know of it.
    """
    return _managed(tx, actor, project_id)[0]


def meant(tx: Tx, actor: Actor, problems: Problems, project_id: int | None, workspace_id: int | None) -> Project | None:
    """The project, managed by the actor, to which something is to belong; notes where there is none, or not there.

    Raises `Forbidden` for those who may only know of it.
    """
    if project_id is None:
        problems.add("project_id", "blank")
        return None
    try:
        project = managed(tx, actor, project_id)
    except NotFound:
        problems.add("project_id", "unreachable")
        return None
    if workspace_id not in (None, project.workspace_id):
        problems.add("workspace_id", "mismatch")
    return project


def listing(
    tx: Tx,
    actor: Actor,
    *,
    workspace_ids: list[int] | None = None,
    active: bool | None = None,
    client_id: int | None = None,
    templates_only: bool = False,
    actual_hours: bool = False,
    since: int | None = None,
) -> list[Project]:
    """The projects the actor may know of in these workspaces, or in all they are in, by name.

    With `since` (unix seconds), those changed or joined at or after that time, deleted ones included. With
    `actual_hours` their time is counted, which takes as long as the workspaces are full.
    """
    if workspace_ids is None:
        workspace_ids = members.workspace_ids(tx, actor.account_id)
    buckets = sorted({bucket_of(workspace_id) for workspace_id in workspace_ids})
    newly = access.joined_since(tx, actor, workspace_ids, since)
    rows = tx.rows(
        _SELECT
        + "where p.bucket in (:buckets) and p.workspace_id in (:workspace_ids)"
        + (f" and (p.at >= :since or p.deleted_at is null and {JOINED})" if newly else " and p.at >= :since")
        + (f" and p.deleted_at is null and {KNOWN}" if since is None else f" and {_KNOWN_OR_LEFT}")
        + ("" if active is None else " and p.active = :active")
        + ("" if client_id is None else " and p.client_id = :client_id")
        + (" and p.template" if templates_only else ""),
        buckets=buckets,
        workspace_ids=workspace_ids,
        me=actor.account_id,
        since=since or 0,
        active=active,
        client_id=client_id,
    )
    found = sorted((_shown(*_parts(row)) for row in rows), key=lambda project: (project.name, project.id))
    named: dict[str, Any] = {"buckets": buckets, "workspace_ids": workspace_ids}
    return counted(tx, found, _IN_WORKSPACES, named, actual_hours)


def of_workspace(
    tx: Tx,
    actor: Actor,
    workspace_id: int,
    *,
    active: bool | None = None,
    templates_only: bool = False,
    actual_hours: bool = False,
) -> list[Project]:
    """The projects of one workspace, by name. Raises `NotFound` of the workspace for a stranger."""
    members.current(tx, actor, workspace_id)
    return listing(
        tx,
        actor,
        workspace_ids=[workspace_id],
        active=active,
        templates_only=templates_only,
        actual_hours=actual_hours,
    )


def of_client(
    tx: Tx, actor: Actor, client_id: int, *, active: bool | None = None, actual_hours: bool = False
) -> list[Project]:
    """The projects of one client, by name. Raises `NotFound` of the client."""
    client = clients.visible(tx, actor, client_id)
    return listing(
        tx,
        actor,
        workspace_ids=[client.workspace_id],
        active=active,
        client_id=client_id,
        actual_hours=actual_hours,
    )


# Writing ------------------------------------------------------------------------------------------


def update(tx: Tx, actor: Actor, project_id: int, changes: Changes) -> Project:
    """Change a project one manages; its workspace stays. Raises `NotFound`, `Forbidden`, `Invalid`."""
    before, standing = _managed(tx, actor, project_id)
    problems = Problems(NOUN)
    after = changed(problems, before, changes, standing)
    check_place(tx, actor, problems, before, after)
    problems.refuse()
    rates.change(tx, NOUN, before.id, before.workspace_id, before.price, after.price)
    return _counted_alone(tx, before if after == before else _store(tx, actor, before, after))


def without_client(tx: Tx, actor: Actor, client: Client) -> None:
    """Take a client that goes away off its projects, those hidden from the actor too.

    Names stay unique among the projects without a client: one whose name is taken there gets the
    client's behind its own, `Website (Acme)`.
    """
    rows = tx.rows(
        f"select {columns(Project, 'p')} from projects p where p.bucket = :bucket and p.workspace_id = :workspace_id"
        " and p.client_id = :client_id and p.deleted_at is null order by p.id for update of p",
        bucket=bucket_of(client.id),
        workspace_id=client.workspace_id,
        client_id=client.id,
    )
    for project in map(_read, rows):
        alone = structs.replace(project, client_id=None)
        _store(tx, actor, project, structs.replace(alone, name=_free_name(tx, alone, client)))


def delete(tx: Tx, actor: Actor, project: Project) -> Project:
    """Mark a project deleted. What hangs on it is for `removals`."""
    at = events.stamp(tx, bucket_of(project.id))
    deleted = structs.replace(project, at=at, deleted_at=at)
    tx.run(_UPDATE, bucket=bucket_of(project.id), **parameters(deleted))
    events.record(tx, actor, NOUN, project.id, workspace_id=project.workspace_id, before=project)
    return deleted


def changed(problems: Problems, project: Project, changes: Changes, standing: Standing) -> Project:
    """The project as the changes want it. Notes what cannot be, as far as the project alone tells."""
    wanted = {field: value for field, value in structs.asdict(changes).items() if value is not UNSET}
    if "name" in wanted:
        wanted["name"] = texts.name(problems, wanted["name"])
    if wanted.get("is_private", project.is_private) != project.is_private and not standing.admin:
        problems.add("is_private", "forbidden")
    color, hex_color = wanted.pop("color", None), wanted.pop("hex_color", None)
    if color is not None or hex_color is not None:
        wanted["color"] = colors.chosen(problems, color, hex_color)
    if "estimated_hours" in wanted:
        hours = wanted.pop("estimated_hours")
        wanted["estimated_seconds"] = None if hours is None else durations.of_hours(problems, hours, "estimated_hours")
    if wanted.get("rate") is not None:
        wanted["rate"] = money.minor_units(problems, wanted["rate"], "rate")
    elif "rate" in wanted:
        wanted.setdefault("currency", None)
    if wanted.get("currency") is not None:
        wanted["currency"] = money.currency(problems, wanted["currency"], "currency")
    after = structs.replace(project, **wanted)
    if after.rate is not None and after.currency is None:
        # An amount keeps its meaning when the workspace changes its currency.
        after = structs.replace(after, currency=standing.currency)
    return after


def check_place(tx: Tx, actor: Actor, problems: Problems, before: Project, after: Project) -> None:
    """Note a client that is out of reach or elsewhere, and a name that is taken."""
    if after.client_id is not None and after.client_id != before.client_id:
        try:
            client = clients.usable(tx, actor, after.client_id)
        except NotFound:
            problems.add("client_id", "unreachable", client_id=after.client_id, account_id=actor.account_id)
            return
        if client.workspace_id != after.workspace_id:
            problems.add("client_id", "mismatch")
    if (after.name, after.client_id) != (before.name, before.client_id) and _is_taken(tx, after):
        problems.add("name", "taken", name=after.name)


# How ----------------------------------------------------------------------------------------------


def _find(tx: Tx, actor: Actor, project_id: int, lock: str = "") -> tuple[Project, Standing]:
    row = ids.possible(project_id) and tx.row(
        f"{_SELECT} where p.bucket = :bucket and p.id = :id and p.deleted_at is null and {KNOWN}{lock}",
        bucket=bucket_of(project_id),
        id=project_id,
        me=actor.account_id,
    )
    if not row:
        raise NotFound(NOUN, project_id)
    return _parts(row)


def _managed(tx: Tx, actor: Actor, project_id: int) -> tuple[Project, Standing]:
    project, standing = _find(tx, actor, project_id, " for update of p")
    if not standing.admin and not standing.manager:
        raise Forbidden("manage project")
    return project, standing


def _parts(row: Row) -> tuple[Project, Standing]:
    return _read(row), Standing.of(row)


def _shown(project: Project, standing: Standing) -> Project:
    return project if standing.sees_rates else structs.replace(project, rate=None, currency=None)


def _counted_alone(tx: Tx, project: Project, actual_hours: bool = False) -> Project:
    named: dict[str, Any] = {"bucket": bucket_of(project.id), "project_id": project.id}
    return counted(tx, [project], _IN_PROJECT, named, actual_hours)[0]


def counted(tx: Tx, found: list[Project], where: str, named: dict[str, Any], actual_hours: bool) -> list[Project]:
    """The projects with the sums that belong to them, one statement for each sum."""
    if any(project.auto_estimates for project in found):
        planned: dict[int, int] = dict(tx.rows(_TASK_SECONDS.format(where), **named))
        found = [structs.replace(project, task_seconds=planned.get(project.id, 0)) for project in found]
    if actual_hours and found:
        actual: dict[int, int] = dict(tx.rows(_ACTUAL_SECONDS.format(where), **named))
        found = [structs.replace(project, actual_seconds=actual.get(project.id, 0)) for project in found]
    return found


def _store(tx: Tx, actor: Actor, before: Project, after: Project) -> Project:
    bucket = bucket_of(after.id)
    after = structs.replace(after, at=events.stamp(tx, bucket))
    tx.run(_UPDATE, bucket=bucket, **parameters(after))
    events.record(tx, actor, NOUN, after.id, workspace_id=after.workspace_id, before=before, after=after)
    return after


def _is_taken(tx: Tx, project: Project) -> bool:
    """Whether another project of the same client has the name."""
    row = tx.row(
        "select 1 from projects where bucket = :bucket and workspace_id = :workspace_id"
        " and coalesce(client_id, 0) = :client_id and name = :name and deleted_at is null and id <> :id",
        bucket=bucket_of(project.workspace_id),
        workspace_id=project.workspace_id,
        client_id=project.client_id or 0,
        name=project.name,
        id=project.id,
    )
    return row is not None


def _free_name(tx: Tx, project: Project, client: Client) -> str:
    suffix, tries = "", 0
    while True:
        name = project.name[: texts.LONGEST_NAME - len(suffix)] + suffix
        if not _is_taken(tx, structs.replace(project, name=name)):
            return name
        tries += 1
        suffix = f" ({client.name[:_LONGEST_SUFFIX]})" + (f" {tries}" if tries > 1 else "")
