"""Access: what somebody is to a project, and whether they may know of it.

A private project is known to its people, to the members of its groups, and to the workspace's admins. The members of a
group are never more to a project than that: who manages it is said of each person.
"""

from __future__ import annotations

from msgspec import Struct

from hourhand.core.actor import Actor
from hourhand.core.ids import bucket_of
from hourhand.db import Row, Tx


class Standing(Struct, frozen=True):
    """What the actor is to a project, and the currency that its workspace reckons in."""

    admin: bool
    manager: bool
    sees_rates: bool
    currency: str

    @classmethod
    def of(cls, row: Row) -> Standing:
        """The standing that a row which ends with `STANDING` tells."""
        role, manager, only_admins_see_rates, currency = row[-4:]
        admin = role != "member"
        return cls(admin, bool(manager), admin or bool(manager) or not only_admins_see_rates, currency)


# What the actor (`:me`) is to the project `p`, to be selected last and joined; and whether they may know of it.
STANDING = "m.role, pm.manager, w.only_admins_see_billable_rates, w.default_currency"
STANDING_JOINS = """
join workspaces w on w.bucket = p.bucket and w.id = p.workspace_id
join members m on m.bucket = p.bucket and m.workspace_id = p.workspace_id
    and m.account_id = :me and m.active and m.deleted_at is null
left join project_members pm on pm.bucket = p.bucket and pm.project_id = p.id
    and pm.account_id = :me and pm.deleted_at is null
"""
_THROUGH_GROUPS = """
select 1 from project_groups pg
join group_members gm on gm.bucket = pg.bucket and gm.group_id = pg.group_id and gm.account_id = m.account_id
where pg.bucket = p.bucket and pg.project_id = p.id and pg.deleted_at is null"""
INSIDE = f"(pm.id is not null or exists ({_THROUGH_GROUPS}))"
KNOWN = f"(not p.is_private or m.role <> 'member' or {INSIDE})"
# Whether they have come in at or after a time.
JOINED = f"""(pm.created_at >= :since
    or exists ({_THROUGH_GROUPS} and (pg.created_at >= :since or gm.created_at >= :since)))"""
# People and groups leave a project in the moment it is deleted, with its tasks; those are the ones who learn of it.
LEFT = """
select l.bucket, l.project_id, l.deleted_at from project_members l
where l.bucket in (:buckets) and l.workspace_id in (:workspace_ids) and l.account_id = :me and l.deleted_at is not null
union all
select l.bucket, l.project_id, l.deleted_at from group_members gm cross join project_groups l
where gm.bucket in (:buckets) and gm.workspace_id in (:workspace_ids) and gm.account_id = :me
    and l.bucket = gm.bucket and l.workspace_id = gm.workspace_id and l.group_id = gm.group_id
    and l.deleted_at is not null and (gm.created_at is null or gm.created_at <= l.deleted_at)
"""


def joined_since(tx: Tx, actor: Actor, workspace_ids: list[int], since: int | None) -> bool:
    """Whether the actor has come into a project of these workspaces at or after a time, alone or with a group."""
    # Asked apart, because it is seldom so, and what has changed is found by an index only where that alone is asked.
    row = since and tx.row(
        "select 1 from project_members where bucket in (:buckets) and workspace_id in (:workspace_ids)"
        " and account_id = :me and created_at >= :since and deleted_at is null union all"
        # SQLite keeps to this order; otherwise it would go through the groups of all projects.
        " select 1 from group_members gm cross join project_groups pg"
        " where gm.bucket in (:buckets) and gm.workspace_id in (:workspace_ids) and gm.account_id = :me"
        " and pg.bucket = gm.bucket and pg.workspace_id = gm.workspace_id and pg.group_id = gm.group_id"
        " and pg.deleted_at is null and (gm.created_at >= :since or pg.created_at >= :since) limit 1",
        buckets=sorted({bucket_of(workspace_id) for workspace_id in workspace_ids}),
        workspace_ids=workspace_ids,
        me=actor.account_id,
        since=since,
    )
    return bool(row)
