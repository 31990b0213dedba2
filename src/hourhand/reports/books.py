"""What a workspace has, as far as reports need to know it, and what of it a reader may know."""

from __future__ import annotations

from typing import NamedTuple

from hourhand.core import workspaces
from hourhand.core.access import KNOWN, STANDING_JOINS
from hourhand.core.actor import Actor
from hourhand.core.ids import bucket_of
from hourhand.core.workspaces import Workspace
from hourhand.db import Tx, slices

_PROJECTS = f"""
select p.id, p.name, p.client_id, c.name, p.color, p.currency, pm.manager from projects p {STANDING_JOINS}
left join clients c on c.bucket = p.bucket and c.id = p.client_id and c.deleted_at is null
where p.bucket = :bucket and p.workspace_id = :workspace_id and p.deleted_at is null and {KNOWN}
"""
# Whoever has ever been here: their entries stay.
_PEOPLE = "select distinct account_id from members where bucket = :bucket and workspace_id = :workspace_id"
_ACCOUNTS = """
select id, name, email, timezone, store_start_and_stop_time from accounts
where bucket in (:buckets) and id in (:ids)
"""


class Known(NamedTuple):
    """A project that the reader may know of. `color` is as it is stored, `currency` its own."""

    id: int
    name: str
    client_id: int | None
    client: str | None
    color: str
    currency: str | None
    manager: bool


class Person(NamedTuple):
    """Somebody who is or was in the workspace."""

    id: int
    name: str
    email: str
    timezone: str
    keeps_times: bool


class Book:
    """A workspace as a reader sees it."""

    def __init__(self, tx: Tx, actor: Actor, workspace_id: int) -> None:
        """Raises `NotFound` for a stranger."""
        self.reader_id = actor.account_id
        self.workspace: Workspace = workspaces.visible(tx, actor, workspace_id)
        self.projects = {project.id: project for project in self._projects(tx)}
        self.managed = frozenset(project.id for project in self.projects.values() if project.manager)
        self.people = {person.id: person for person in self._people(tx)}

    def shown(self, project_id: int | None) -> int | None:
        """The project as the reader sees it: one that is hidden is none."""
        return project_id if project_id in self.projects else None

    def sees(self, account_id: int, project_id: int | None) -> bool:
        """Whether the reader sees somebody's entries in a project."""
        return self.workspace.admin or account_id == self.reader_id or project_id in self.managed

    def sees_worth(self, project_id: int | None) -> bool:
        """Whether the reader sees what time in a project is worth."""
        return self.workspace.shows_rates or project_id in self.managed

    def _projects(self, tx: Tx) -> list[Known]:
        rows = tx.rows(_PROJECTS, me=self.reader_id, **self._named)
        return [Known(*row)._replace(manager=bool(row[-1])) for row in rows]

    def _people(self, tx: Tx) -> list[Person]:
        account_ids = [account_id for (account_id,) in tx.rows(_PEOPLE, **self._named)]
        found: list[Person] = []
        for some in slices(account_ids):
            rows = tx.rows(_ACCOUNTS, buckets=sorted({bucket_of(account_id) for account_id in some}), ids=some)
            found += [Person(*row)._replace(keeps_times=bool(row[-1])) for row in rows]
        return found

    @property
    def _named(self) -> dict[str, int]:
        return {"bucket": bucket_of(self.workspace.id), "workspace_id": self.workspace.id}
