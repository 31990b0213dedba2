"""What an hour cost at which moment: the rates of a workspace, with their history.

The most specific rate holds: the project member's, the project's, the workspace member's, the workspace's. Between two
changes of any rate, everything costs the same; so a report is reckoned from one change to the next.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from hourhand.core import members, project_members, projects, rates, workspaces
from hourhand.core.ids import bucket_of
from hourhand.core.rates import Rate
from hourhand.core.workspaces import Workspace
from hourhand.db import Row, Tx

# With those whose rate is gone and has been, if only once.
_PRICED = """
bucket = :bucket and workspace_id = :workspace_id and (rate is not null or deleted_at is not null or id in (
    select r.thing_id from rates r where r.bucket = :bucket and r.workspace_id = :workspace_id and r.noun = :noun))
"""
_OF_MEMBERS = f"select id, account_id, rate, deleted_at from members where {_PRICED}"
_OF_PROJECT_MEMBERS = f"select id, project_id, account_id, rate, deleted_at from project_members where {_PRICED}"
_OF_PROJECTS = """
select id, rate, currency from projects
where bucket = :bucket and workspace_id = :workspace_id and deleted_at is null
"""
_FOREVER = 1 << 62
# What a thing has cost: from when on, and how much.
_History = list[tuple[int, Rate]]
NO_RATE = Rate(None)
K = TypeVar("K")


class Price(NamedTuple):
    """What an hour costs: hundredths of a currency's unit, and the currency."""

    rate: int
    currency: str


class Prices:
    """The rates of a workspace at all times."""

    def __init__(self, tx: Tx, workspace: Workspace) -> None:
        kept = rates.histories(tx, workspace.id)
        named = {"bucket": bucket_of(workspace.id), "workspace_id": workspace.id}
        self._workspace: _History = kept.get((workspaces.NOUN, workspace.id), [(0, workspace.price)])
        self._projects: dict[int, _History] = {}
        for project_id, rate, currency in tx.rows(_OF_PROJECTS, **named):
            history = kept.get((projects.NOUN, project_id), [(0, Rate(rate, currency))])
            if any(known != NO_RATE for _, known in history):
                self._projects[project_id] = history
        self._members: dict[int, _History] = {}
        self._project_members: dict[tuple[int, int], _History] = {}
        rows = tx.rows(_OF_MEMBERS, noun=members.NOUN, **named)
        for member_id, account_id, rate, deleted_at in _oldest_first(rows):
            history = kept.get((members.NOUN, member_id), [(0, Rate(rate))])
            _append(self._members.setdefault(account_id, []), history, deleted_at)
        rows = tx.rows(_OF_PROJECT_MEMBERS, noun=project_members.NOUN, **named)
        for mate_id, project_id, account_id, rate, deleted_at in _oldest_first(rows):
            history = kept.get((project_members.NOUN, mate_id), [(0, Rate(rate))])
            _append(self._project_members.setdefault((account_id, project_id), []), history, deleted_at)

    def moments(self, begin: int, end: int) -> list[int]:
        """The moments after `begin` and before `end` from which on anything costs something else."""
        histories = (self._workspace, *self._projects.values(), *self._members.values())
        found = {start for history in (*histories, *self._project_members.values()) for start, _ in history}
        return sorted(moment for moment in found if begin < moment < end)

    def at(self, moment: int) -> Tariff:
        """What everything cost at a moment."""
        return Tariff(
            _at(self._workspace, moment),
            {project_id: _at(history, moment) for project_id, history in self._projects.items()},
            _amounts(self._members, moment),
            _amounts(self._project_members, moment),
        )


class Tariff:
    """What an hour costs between two changes."""

    def __init__(
        self,
        workspace: Rate,
        projects: dict[int, Rate],
        members: dict[int, int],
        project_members: dict[tuple[int, int], int],
    ) -> None:
        self.workspace = workspace
        self.projects = projects
        self.members = members
        self.project_members = project_members

    def of(self, account_id: int, project_id: int | None) -> Price:
        """The price of an hour of somebody's for a project."""
        project = self.projects.get(project_id or 0, NO_RATE)
        currency = project.currency or self.workspace.currency or ""
        rate = self.project_members.get((account_id, project_id or 0), project.amount)
        if rate is None:
            rate = self.members.get(account_id, self.workspace.amount)
        return Price(rate or 0, currency)


def _oldest_first(rows: list[Row]) -> list[Row]:
    """Those who left, in the order in which they did, and then those who are there."""
    return sorted(rows, key=lambda row: _FOREVER if row[-1] is None else row[-1])


def _append(whole: _History, history: _History, deleted_at: int | None) -> None:
    """Let a history go on from where the last one ended, and end when its thing went."""
    begin = whole[-1][0] if whole else 0
    whole[-1:] = [(max(start, begin), rate) for start, rate in history]
    if deleted_at is not None:
        whole.append((deleted_at, NO_RATE))


def _at(history: _History, moment: int) -> Rate:
    found = NO_RATE
    for start, rate in history:
        if start > moment:
            break
        found = rate
    return found


def _amounts(histories: dict[K, _History], moment: int) -> dict[K, int]:
    found = {key: _at(history, moment).amount for key, history in histories.items()}
    return {key: amount for key, amount in found.items() if amount is not None}
