"""The dashboard of a workspace: what its people are doing, and who has tracked the most time lately."""

from __future__ import annotations

from msgspec import Struct

from hourhand.core import workspaces
from hourhand.core.access import KNOWN
from hourhand.core.actor import Actor
from hourhand.core.errors import Forbidden
from hourhand.core.ids import bucket_of
from hourhand.core.workspaces import Workspace
from hourhand.db import Tx, columns, reader

MOST_ACTIONS = 20
MOST_PEOPLE = 5
LATELY_SECONDS = 7 * 24 * 3600
# Of the latest entries, how many are looked through for those that a member may see. Without an end to it,
# somebody who may see next to nothing would have the whole workspace read.
MOST_LOOKED_THROUGH = 1000


class Action(Struct, frozen=True):
    """What somebody is doing or did. `duration` is seconds, minus `start` while it goes on."""

    account_id: int
    project_id: int | None
    task_id: int | None
    description: str
    start: int
    stop: int | None
    duration: int


class Effort(Struct, frozen=True):
    """How long somebody has worked, in seconds."""

    account_id: int
    duration: int


class Dashboard(Struct, frozen=True):
    """The latest actions, the latest first, and the busiest people, the busiest first."""

    activity: list[Action]
    most_active: list[Effort]


_LATEST = f"""
select {columns(Action, "e")} from (
    select * from time_entries where bucket = :bucket and workspace_id = :workspace_id and deleted_at is null
    order by start desc, id desc limit :looked_through
) e
join members m on m.bucket = e.bucket and m.workspace_id = e.workspace_id
    and m.account_id = :me and m.active and m.deleted_at is null
left join projects p on p.bucket = e.bucket and p.id = e.project_id
left join project_members pm on pm.bucket = e.bucket and pm.project_id = e.project_id
    and pm.account_id = :me and pm.deleted_at is null
where e.account_id = :me or e.project_id is null or {KNOWN}
order by e.start desc, e.id desc limit :most
"""
_BUSIEST = """
select account_id, cast(sum(case when duration < 0 then :now + duration else duration end) as bigint) as total
from time_entries
where bucket = :bucket and workspace_id = :workspace_id and deleted_at is null and start > :since and start <= :now
group by account_id order by total desc, account_id limit :most
"""
_read_action = reader(Action)
_read_effort = reader(Effort)


def of(tx: Tx, actor: Actor, workspace_id: int) -> Dashboard:
    """The dashboard of a workspace the actor is in.

    Others' entries in projects that are hidden from the actor are left out of the activity; a person's sum
    holds all of their time. It counts entries that started in the last seven days, and what runs until now.
    Raises `NotFound`, and `Forbidden` for a member where only admins see it.
    """
    workspace = workspaces.visible(tx, actor, workspace_id)
    if workspace.only_admins_see_team_dashboard and not workspace.admin:
        raise Forbidden("see dashboard")
    return Dashboard(_activity(tx, actor, workspace), _most_active(tx, actor, workspace))


def _activity(tx: Tx, actor: Actor, workspace: Workspace) -> list[Action]:
    rows = tx.rows(
        _LATEST,
        bucket=bucket_of(workspace.id),
        workspace_id=workspace.id,
        me=actor.account_id,
        looked_through=MOST_ACTIONS if workspace.admin else MOST_LOOKED_THROUGH,
        most=MOST_ACTIONS,
    )
    return [_read_action(row) for row in rows]


def _most_active(tx: Tx, actor: Actor, workspace: Workspace) -> list[Effort]:
    rows = tx.rows(
        _BUSIEST,
        bucket=bucket_of(workspace.id),
        workspace_id=workspace.id,
        since=actor.now - LATELY_SECONDS,
        now=actor.now,
        most=MOST_PEOPLE,
    )
    return [effort for effort in map(_read_effort, rows) if effort.duration > 0]
