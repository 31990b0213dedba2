"""Happenings: an event of the log as one person may know it now, with the thing as the event left it.

What somebody may know is asked when they are to be told, and not when it happened: who has left a workspace, or may no
longer see a private project, is told nothing more of it, not even what was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct, structs

from hourhand.core import (
    clients,
    known_projects,
    members,
    people,
    project_groups,
    project_members,
    projects,
    tags,
    tasks,
    time_entries,
    workspaces,
)
from hourhand.core.clients import Client
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.ids import BITS, bucket_of
from hourhand.core.members import Member
from hourhand.core.people import Person
from hourhand.core.project_groups import ProjectGroup
from hourhand.core.project_members import ProjectMember
from hourhand.core.projects import Project
from hourhand.core.tags import Tag
from hourhand.core.tasks import Task
from hourhand.core.workspaces import Workspace
from hourhand.db import Tx

_EVENT = """
select noun, thing_id, action, workspace_id, account_id, at, request, before, after from events
where bucket = :bucket and position = :position
"""
_RECORDS: dict[str, type[Struct]] = {
    clients.NOUN: Client,
    members.NOUN: Member,
    project_groups.NOUN: ProjectGroup,
    project_members.NOUN: ProjectMember,
    projects.NOUN: Project,
    tags.NOUN: Tag,
    tasks.NOUN: Task,
    time_entries.NOUN: TimeEntry,
    workspaces.NOUN: Workspace,
}


class Happening(Struct, frozen=True):
    """What was done to a thing at a time (unix seconds), by an account if it was one, and with which request.

    `thing` is as it was after that, or before it was deleted, as far as its reader may see it; a member is a
    `Person`. `is_private` tells it of the project that is concerned, `tag_ids` are those of an entry's tags, and
    `sees_rates` tells whether the reader sees what an hour in a workspace costs.
    """

    position: int
    noun: str
    action: str
    workspace_id: int
    account_id: int | None
    at: int
    request: str | None
    thing: Any
    is_private: bool | None = None
    tag_ids: tuple[int, ...] = ()
    sees_rates: bool = True

    @property
    def id(self) -> int:
        """A number that no other event has; those of a workspace grow."""
        return self.position << BITS | bucket_of(self.workspace_id)

    @property
    def thing_id(self) -> int:
        thing_id: int = self.thing.member.id if isinstance(self.thing, Person) else self.thing.id
        return thing_id


def told(tx: Tx, account_id: int, workspace_id: int, position: int) -> Happening | None:
    """An event of a workspace as somebody may know it; None where they may not, or where it is forgotten."""
    row = tx.row(_EVENT, bucket=bucket_of(workspace_id), position=position)
    if row is None or row[0] not in _RECORDS or row[3] != workspace_id:
        return None
    noun, _, action, _, actor_id, at, request, before, after = row
    role = members.roles(tx, [workspace_id], [account_id]).get((workspace_id, account_id))
    if role is None:
        return None
    thing: Any = msgspec.json.decode(after or before, type=_RECORDS[noun])
    if after is None:
        thing = structs.replace(thing, deleted_at=at, at=at)
    happening = Happening(position, noun, action, workspace_id, actor_id, at, request, thing)
    see = _SEEN.get(noun, _as_it_is)
    return see(tx, happening, account_id, role != "member")


Seen = Callable[[Tx, Happening, int, bool], Happening | None]


def _as_it_is(tx: Tx, happening: Happening, account_id: int, admin: bool) -> Happening | None:
    """What every member of a workspace may know."""
    return happening


def _workspace(tx: Tx, happening: Happening, account_id: int, admin: bool) -> Happening | None:
    """What an hour costs is for those who may see it now, and might see it then."""
    [now] = workspaces.kept(tx, bucket_of(happening.workspace_id), [happening.workspace_id])
    hidden = now.only_admins_see_billable_rates or happening.thing.only_admins_see_billable_rates
    thing = structs.replace(happening.thing, role="admin" if admin else "member")
    return structs.replace(happening, thing=thing, sees_rates=admin or not hidden)


def _member(tx: Tx, happening: Happening, account_id: int, admin: bool) -> Happening | None:
    """Rates and invitations are for admins; how a member is called and what else they are, as `people` says."""
    member: Member = happening.thing
    [person] = people.whole(tx, member.workspace_id, [member])
    own = member.account_id == account_id
    return structs.replace(happening, thing=people.seen(person, admin=admin, own=own))


def _time_entry(tx: Tx, happening: Happening, account_id: int, admin: bool) -> Happening | None:
    """One's own, and everybody's for an admin."""
    entry: TimeEntry = happening.thing
    if not admin and entry.account_id != account_id:
        return None
    if not entry.tags:
        return happening
    known = tags.ids_of_names(tx, entry.workspace_id, list(entry.tags))
    return structs.replace(happening, tag_ids=tuple(known[name] for name in entry.tags if name in known))


def _of_project(tx: Tx, happening: Happening, account_id: int, admin: bool) -> Happening | None:
    """A project, and what hangs on one, is for those who may know of it; its rates only for those who see rates."""
    thing = happening.thing
    project_id: int = thing.id if happening.noun == projects.NOUN else thing.project_id
    bucket = bucket_of(project_id)
    knowing = known_projects.by_project(tx, bucket, [project_id], [account_id])[project_id]
    if not knowing:
        return None
    if not knowing[0].sees_rates:
        thing = known_projects.without_rates(thing)
    return structs.replace(happening, thing=thing, is_private=knowing[0].private)


_SEEN: dict[str, Seen] = {
    members.NOUN: _member,
    project_groups.NOUN: _of_project,
    project_members.NOUN: _of_project,
    projects.NOUN: _of_project,
    tasks.NOUN: _of_project,
    time_entries.NOUN: _time_entry,
    workspaces.NOUN: _workspace,
}
