"""Workspaces: where a team's clients, projects and time live together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.core import events, ids, members, money, pictures, rates, texts
from hourhand.core.actor import Actor
from hourhand.core.errors import Forbidden, NotFound, Problems
from hourhand.core.ids import bucket_of
from hourhand.core.rates import Rate
from hourhand.core.secrets import new_token
from hourhand.core.tables import Table
from hourhand.db import Row, Tx

NOUN = "workspace"
MOST_ROUNDING_MINUTES = 24 * 60


class Workspace(Struct, frozen=True):
    """A workspace. `role` and `member_id` are the reader's own; rates are in hundredths of the currency's unit an hour.

    `logo_url` is the path that its logo is served at; `ical_token` is a part of the addresses of its feeds, as long as
    they are switched on (see `calendars`).
    """

    id: int
    name: str
    owner_id: int
    profile: int
    default_hourly_rate: int
    default_currency: str
    only_admins_may_create_projects: bool
    only_admins_see_billable_rates: bool
    only_admins_see_team_dashboard: bool
    projects_billable_by_default: bool
    rounding: int
    rounding_minutes: int
    logo_url: str | None
    ical_token: str | None
    ical_enabled: bool
    created_at: int
    at: int
    deleted_at: int | None
    role: str = "member"
    member_id: int = 0

    @property
    def admin(self) -> bool:
        return self.role != "member"

    @property
    def price(self) -> Rate:
        """What an hour costs now, where nothing else says."""
        return Rate(self.default_hourly_rate, self.default_currency)

    @property
    def shows_rates(self) -> bool:
        """Whether the reader may see what an hour costs."""
        return self.admin or not self.only_admins_see_billable_rates


class Draft(Struct, frozen=True):
    """What may be said of a workspace before its birth."""

    name: str | None


class Changes(Struct, frozen=True):
    """A patch; what is unset stays. The rate is in whole units of the currency."""

    name: str | UnsetType = UNSET
    default_hourly_rate: Decimal | UnsetType = UNSET
    default_currency: str | UnsetType = UNSET
    only_admins_may_create_projects: bool | UnsetType = UNSET
    only_admins_see_billable_rates: bool | UnsetType = UNSET
    only_admins_see_team_dashboard: bool | UnsetType = UNSET
    projects_billable_by_default: bool | UnsetType = UNSET
    rounding: int | UnsetType = UNSET
    rounding_minutes: int | UnsetType = UNSET
    ical_enabled: bool | UnsetType = UNSET


_TABLE = Table("workspaces", NOUN, Workspace)
_SELECT = f"""
select {_TABLE.columns("w")}, m.role, m.id from workspaces w
join members m on m.bucket = w.bucket and m.workspace_id = w.id
    and m.account_id = :account_id and m.active and m.deleted_at is null
"""
_WIDTH = len([field for field in structs.fields(Workspace) if field.required])


def visible(tx: Tx, actor: Actor, workspace_id: int) -> Workspace:
    """A workspace the actor is in. Raises `NotFound`."""
    return _find(tx, actor, workspace_id)


def staying(tx: Tx, actor: Actor, workspace_id: int) -> Workspace:
    """A visible workspace that nobody is taken out of before this transaction ends, for what is to hang on its people.

    Raises `NotFound`.
    """
    workspace = _find(tx, actor, workspace_id)
    if tx.dialect == "sqlite":
        return workspace
    members.keep(tx, workspace_id)
    # Again: until it was kept, the actor may have been taken out.
    return _find(tx, actor, workspace_id)


def administered(tx: Tx, actor: Actor, workspace_id: int) -> Workspace:
    """A workspace the actor is an admin of, which waits for this transaction.

    Raises `NotFound` for a stranger, `Forbidden` for a member.
    """
    _find(tx, actor, workspace_id)
    members.hold(tx, workspace_id)
    # Again: until it was held, it may have changed, and so may the actor's role.
    workspace = _find(tx, actor, workspace_id)
    if not workspace.admin:
        raise Forbidden("administer workspace")
    return workspace


def listing(tx: Tx, actor: Actor, since: int | None = None) -> list[Workspace]:
    """The workspaces the actor is in, oldest first; with `since`, those changed at or after that time."""
    workspace_ids = members.workspace_ids(tx, actor.account_id)
    rows = tx.rows(
        _SELECT + "where w.bucket in (:buckets) and w.id in (:ids) and w.deleted_at is null and w.at >= :since"
        " order by w.created_at, w.id",
        buckets=sorted({bucket_of(workspace_id) for workspace_id in workspace_ids}),
        ids=workspace_ids,
        account_id=actor.account_id,
        since=since or 0,
    )
    return [_read(row) for row in rows]


def kept(tx: Tx, bucket: int, workspace_ids: list[int]) -> list[Workspace]:
    """These workspaces as they are kept, without a reader's role, to tell those who are in them."""
    return _TABLE.kept(tx, bucket, workspace_ids)


def every(tx: Tx) -> list[Workspace]:
    """All workspaces, oldest first, without a reader's role, for the operator's eyes."""
    rows = tx.rows(f"select {_TABLE.columns()} from workspaces where deleted_at is null order by created_at, id")
    return [_TABLE.read(row) for row in rows]


def offered(tx: Tx, workspace_id: int) -> Workspace:
    """A workspace for one who is invited to it: its name is for them to see. Raises `NotFound`."""
    [workspace] = _TABLE.kept(tx, bucket_of(workspace_id), [workspace_id])
    if workspace.deleted_at is not None:
        raise NotFound(NOUN, workspace_id)
    return workspace


def create(tx: Tx, actor: Actor, draft: Draft) -> Workspace:
    """Make a workspace of one's own. It lives in its creator's bucket, and the creator owns it."""
    problems = Problems(NOUN)
    name = texts.name(problems, draft.name)
    problems.refuse()
    bucket = bucket_of(actor.account_id)
    at = events.stamp(tx, bucket)
    workspace = Workspace(
        id=ids.new(tx, NOUN, bucket),
        name=name,
        owner_id=actor.account_id,
        profile=0,
        default_hourly_rate=0,
        default_currency="USD",
        only_admins_may_create_projects=False,
        only_admins_see_billable_rates=False,
        only_admins_see_team_dashboard=False,
        projects_billable_by_default=True,
        rounding=1,
        rounding_minutes=0,
        logo_url=None,
        ical_token=None,
        ical_enabled=False,
        created_at=at,
        at=at,
        deleted_at=None,
        role="owner",
    )
    _TABLE.insert(tx, actor, workspace)
    owner = members.join(tx, actor, workspace.id, actor.account_id, "owner")
    return structs.replace(workspace, member_id=owner.id)


def update(tx: Tx, actor: Actor, workspace_id: int, changes: Changes) -> Workspace:
    """Change a workspace one administers. Raises `NotFound`, `Forbidden`, `Invalid`."""
    before = administered(tx, actor, workspace_id)
    wanted = {field: value for field, value in structs.asdict(changes).items() if value is not UNSET}
    problems = Problems(NOUN)
    _check(problems, wanted)
    problems.refuse()
    if wanted.get("ical_enabled", before.ical_enabled) != before.ical_enabled:
        # New each time, so that switching feeds off and on again ends all addresses that were given away.
        wanted["ical_token"] = new_token() if wanted["ical_enabled"] else None
    after = structs.replace(before, **wanted)
    # Until an hour costs something for the first time, a workspace is being set up, and that holds for the past too.
    if before.default_hourly_rate or rates.has_changed(tx, NOUN, before.id):
        rates.change(tx, NOUN, before.id, before.id, before.price, after.price)
    return _TABLE.update(tx, actor, before, after)


def set_logo(tx: Tx, actor: Actor, workspace_id: int, png: bytes | None) -> Workspace:
    """Give a workspace one administers this logo (PNG), or none. Raises `NotFound`, `Forbidden`."""
    before = administered(tx, actor, workspace_id)
    return _TABLE.update(tx, actor, before, structs.replace(before, logo_url=pictures.put(tx, NOUN, workspace_id, png)))


def _find(tx: Tx, actor: Actor, workspace_id: int) -> Workspace:
    row = ids.possible(workspace_id) and tx.row(
        _SELECT + "where w.bucket = :bucket and w.id = :id and w.deleted_at is null",
        bucket=bucket_of(workspace_id),
        id=workspace_id,
        account_id=actor.account_id,
    )
    if not row:
        raise NotFound(NOUN, workspace_id)
    return _read(row)


def _read(row: Row) -> Workspace:
    role, member_id = row[_WIDTH:]
    return structs.replace(_TABLE.read(row), role=role, member_id=member_id)


def _check(problems: Problems, wanted: dict[str, Any]) -> None:
    if "name" in wanted:
        wanted["name"] = texts.name(problems, wanted["name"])
    if "default_currency" in wanted:
        wanted["default_currency"] = money.currency(problems, wanted["default_currency"], "default_currency")
    if "default_hourly_rate" in wanted:
        rate = wanted["default_hourly_rate"]
        wanted["default_hourly_rate"] = money.minor_units(problems, rate, "default_hourly_rate")
    if wanted.get("rounding", 0) not in (-1, 0, 1):
        problems.add("rounding", "invalid")
    if not 0 <= wanted.get("rounding_minutes", 0) <= MOST_ROUNDING_MINUTES:
        problems.add("rounding_minutes", "invalid")
