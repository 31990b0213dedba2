"""Project members: who works on a project, and who manages it.

Whoever sees a project sees its people; those who manage it, and the workspace's admins, decide who they are. What
an hour of somebody's costs is for those who may see the project's rates.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.core import accounts, events, ids, members, money, projects, rates
from hourhand.core.access import KNOWN, STANDING, STANDING_JOINS, Standing
from hourhand.core.actor import Actor
from hourhand.core.errors import Forbidden, NotFound, Problems
from hourhand.core.ids import bucket_of
from hourhand.core.projects import Project
from hourhand.core.rates import Rate
from hourhand.core.tables import Table
from hourhand.db import Row, Tx

NOUN = "project_member"


class ProjectMember(Struct, frozen=True, omit_defaults=True):
    """An account in a project. `rate` is in hundredths of the currency's unit an hour; None is the project's.

    It is None too for a reader who may not see it. `name` is the person's, known after `named`.
    """

    id: int
    workspace_id: int
    project_id: int
    account_id: int
    manager: bool
    rate: int | None
    created_at: int
    at: int
    deleted_at: int | None
    name: str | None = None

    @property
    def price(self) -> Rate:
        """What an hour costs now. The currency is that of the project."""
        return Rate(self.rate)


class Draft(Struct, frozen=True):
    """Who is to come into a project, and as what. The workspace is the project's, and need not be said.

    The rate is in whole units of the currency.
    """

    project_id: int | None
    account_ids: list[int]
    workspace_id: int | None = None
    manager: bool = False
    rate: Decimal | None = None


class Changes(Struct, frozen=True):
    """A patch; what is unset stays. The rate is in whole units of the currency, None for the project's."""

    manager: bool | UnsetType = UNSET
    rate: Decimal | UnsetType | None = UNSET


_TABLE = Table("project_members", NOUN, ProjectMember)
_SELECT = f"""
select {_TABLE.columns("x")}, {STANDING} from project_members x
join projects p on p.bucket = x.bucket and p.id = x.project_id and p.deleted_at is null
{STANDING_JOINS}
"""


# For callers --------------------------------------------------------------------------------------


def managed(tx: Tx, actor: Actor, member_ids: list[int]) -> list[ProjectMember]:
    """Members of projects the actor manages, in this order; they wait for this transaction.

    Raises `NotFound`, and `Forbidden` for those who may only know of one.
    """
    for project_id in sorted({member.project_id for member in _visible(tx, actor, member_ids)}):
        with _managing():
            projects.managed(tx, actor, project_id)
    # Again: a managed project waits for this transaction, and until it did, its people may have changed.
    return _visible(tx, actor, member_ids, " for update of x")


def listing(tx: Tx, actor: Actor, project_id: int) -> list[ProjectMember]:
    """The people of a project the actor sees, oldest first. Raises `NotFound` of the project."""
    project = projects.visible(tx, actor, project_id)
    return _listing(tx, actor, project.workspace_id, project.id)


def of_workspace(tx: Tx, actor: Actor, workspace_id: int) -> list[ProjectMember]:
    """The people of all projects of a workspace that the actor sees, oldest first.

    Raises `NotFound` of the workspace for a stranger.
    """
    members.current(tx, actor, workspace_id)
    return _listing(tx, actor, workspace_id)


def named(tx: Tx, actor: Actor, found: list[ProjectMember]) -> list[ProjectMember]:
    """The same project members with the names of their accounts; for no more than one action has."""
    people = accounts.named(tx, [member.account_id for member in found])
    return [
        structs.replace(member, name=people[member.account_id].name) if member.account_id in people else member
        for member in found
    ]


def create(tx: Tx, actor: Actor, draft: Draft) -> list[ProjectMember]:
    """Put people into a project the actor manages, all or none, in this order. Raises `Forbidden`, `Invalid`.

    Only active members of the workspace, who are not in the project yet; of others not even that they exist is told.
    """
    problems = Problems(NOUN)
    with _managing():
        project = projects.meant(tx, actor, problems, draft.project_id, draft.workspace_id)
    if not draft.account_ids:
        problems.add("account_id", "blank")
    elif project is not None:
        _check_people(tx, problems, project, draft.account_ids)
    rate = _amount(problems, draft.rate)
    problems.refuse()
    assert project is not None
    return [add(tx, actor, project, account_id, manager=draft.manager, rate=rate) for account_id in draft.account_ids]


def update(tx: Tx, actor: Actor, member_ids: list[int], changes: Changes) -> list[ProjectMember]:
    """Change what people are to their projects, all or none; who and where stays.

    Raises `NotFound`, `Forbidden`, `Invalid`. A project may be left without a manager: admins always manage it.
    """
    found = managed(tx, actor, member_ids)
    problems = Problems(NOUN)
    wanted = {field: value for field, value in structs.asdict(changes).items() if value is not UNSET}
    if "rate" in wanted:
        wanted["rate"] = _amount(problems, wanted["rate"])
    problems.refuse()
    return [_change(tx, actor, member, structs.replace(member, **wanted)) for member in found]


def delete(tx: Tx, actor: Actor, member_ids: list[int]) -> list[int]:
    """Take people out of their projects, all or none; their time entries stay. Raises `NotFound`, `Forbidden`.

    A private project is hidden from them from now on. Its last manager may go: admins always manage it.
    """
    for member in managed(tx, actor, member_ids):
        _TABLE.delete(tx, actor, member)
    return member_ids


# For other nouns ----------------------------------------------------------------------------------


def of_project(tx: Tx, project: Project) -> list[ProjectMember]:
    """The people of a project, oldest first."""
    rows = tx.rows(
        f"select {_TABLE.columns()} from project_members"
        " where bucket = :bucket and project_id = :project_id and deleted_at is null order by id",
        bucket=bucket_of(project.id),
        project_id=project.id,
    )
    return [_TABLE.read(row) for row in rows]


def kept(tx: Tx, bucket: int, member_ids: list[int]) -> list[ProjectMember]:
    """These people in projects as they are kept, those who left too, to tell those who may know of the projects."""
    return _TABLE.kept(tx, bucket, member_ids)


def add(
    tx: Tx, actor: Actor, project: Project, account_id: int, *, manager: bool, rate: int | None = None
) -> ProjectMember:
    """Put an account into a project it is not in."""
    bucket = bucket_of(project.id)
    at = events.stamp(tx, bucket)
    member = ProjectMember(
        id=ids.new(tx, NOUN, bucket),
        workspace_id=project.workspace_id,
        project_id=project.id,
        account_id=account_id,
        manager=manager,
        rate=rate,
        created_at=at,
        at=at,
        deleted_at=None,
    )
    return _TABLE.insert(tx, actor, member)


def copy(tx: Tx, actor: Actor, template: Project, project: Project, *, with_rates: bool) -> None:
    """Put a template's people into a new project, those who are still in the workspace and not in it yet."""
    present = {member.account_id for member in of_project(tx, project)}
    coming = of_project(tx, template)
    active = members.active_among(tx, project.workspace_id, [member.account_id for member in coming])
    for member in coming:
        if member.account_id in active - present:
            rate = member.rate if with_rates else None
            add(tx, actor, project, member.account_id, manager=member.manager, rate=rate)


def remove_all(tx: Tx, actor: Actor, project: Project) -> None:
    """Take everybody out of a project that goes away."""
    for member in of_project(tx, project):
        _TABLE.delete(tx, actor, member)


def remove_person(tx: Tx, actor: Actor, workspace_id: int, account_id: int) -> None:
    """Take a person who leaves a workspace out of its projects."""
    rows = tx.rows(
        f"select {_TABLE.columns()} from project_members where bucket = :bucket"
        " and workspace_id = :workspace_id and account_id = :account_id and deleted_at is null order by id",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        account_id=account_id,
    )
    for row in rows:
        _TABLE.delete(tx, actor, _TABLE.read(row))


# How ----------------------------------------------------------------------------------------------


def _visible(tx: Tx, actor: Actor, member_ids: list[int], lock: str = "") -> list[ProjectMember]:
    possible = [member_id for member_id in member_ids if ids.possible(member_id)]
    rows: list[Row] = []
    if possible:
        rows = tx.rows(
            f"{_SELECT} where x.bucket in (:buckets) and x.id in (:ids) and x.deleted_at is null"
            f" and {KNOWN} order by x.id{lock}",
            buckets=sorted({bucket_of(member_id) for member_id in possible}),
            ids=possible,
            me=actor.account_id,
        )
    found = {member.id: member for member in map(_TABLE.read, rows)}
    for member_id in member_ids:
        if member_id not in found:
            raise NotFound(NOUN, member_id)
    return [found[member_id] for member_id in member_ids]


def _listing(tx: Tx, actor: Actor, workspace_id: int, project_id: int | None = None) -> list[ProjectMember]:
    rows = tx.rows(
        f"{_SELECT} where x.bucket = :bucket and x.workspace_id = :workspace_id and x.deleted_at is null"
        + ("" if project_id is None else " and x.project_id = :project_id")
        + f" and {KNOWN} order by x.id",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        project_id=project_id,
        me=actor.account_id,
    )
    return [_shown(row) for row in rows]


def _shown(row: Row) -> ProjectMember:
    member = _TABLE.read(row)
    return member if Standing.of(row).sees_rates else structs.replace(member, rate=None)


@contextmanager
def _managing() -> Iterator[None]:
    """Say what it is that is forbidden to those who do not manage a project."""
    try:
        yield
    except Forbidden:
        raise Forbidden("manage project members") from None


def _check_people(tx: Tx, problems: Problems, project: Project, account_ids: list[int]) -> None:
    # First the workspace: otherwise one could come in while going.
    members.keep(tx, project.workspace_id)
    active = members.active_among(tx, project.workspace_id, account_ids)
    present = {member.account_id for member in of_project(tx, project)}
    for account_id in account_ids:
        if account_id not in active:
            problems.add("account_id", "unreachable", account_id=account_id, workspace_id=project.workspace_id)
        elif account_id in present:
            problems.add("account_id", "taken", account_id=account_id)


def _amount(problems: Problems, rate: Decimal | None) -> int | None:
    return None if rate is None else money.minor_units(problems, rate, "rate")


def _change(tx: Tx, actor: Actor, before: ProjectMember, after: ProjectMember) -> ProjectMember:
    rates.change(tx, NOUN, before.id, before.workspace_id, before.price, after.price)
    return _TABLE.update(tx, actor, before, after)
