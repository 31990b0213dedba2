"""The weekly report: what somebody did in their last week, told on Monday at eight in their own zone.

Who was away then, or whose server was, is told later, but no more than `LATEST_SECONDS` later.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hourhand.core import accounts, dates, mails, members, projects
from hourhand.core.accounts import Account
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound
from hourhand.core.ids import bucket_of
from hourhand.core.mails import Share, WeeklyReport
from hourhand.core.secrets import Vault
from hourhand.db import Tx

HOUR = 8
LATEST_SECONDS = 3 * 24 * 3600


def owed(tx: Tx, kind: str) -> list[tuple[int, date]]:
    """The people who want the report and have no job of this kind for it yet, and their Monday. Asks everywhere."""
    rows = tx.rows(
        "select distinct timezone from accounts where send_weekly_report and disabled_at is null and deleted_at is null"
    )
    zones: dict[date, list[str]] = {}
    for (name,) in rows:
        if (monday := due_monday(tx.now, name)) is not None:
            zones.setdefault(monday, []).append(name)
    return [(account_id, monday) for monday in zones for account_id in _without(tx, kind, monday, zones[monday])]


def key(account_id: int, monday: date) -> str:
    """What a person's report of a Monday is known by."""
    return f"{account_id} {monday}"


def due_monday(now: int, zone_name: str) -> date | None:
    """The Monday whose report is due in a zone at a time (unix seconds), or None."""
    zone = dates.zone(zone_name)
    today = datetime.fromtimestamp(now, zone).date()
    monday = today - timedelta(days=today.weekday())
    due = datetime(monday.year, monday.month, monday.day, HOUR, tzinfo=zone).timestamp()
    return monday if due <= now < due + LATEST_SECONDS else None


def last_week(monday: date, beginning_of_week: int) -> tuple[date, date]:
    """The first and the last day of the last whole week before a Monday ends. Weeks may begin on Sunday, which is 0."""
    since = (monday.isoweekday() - beginning_of_week) % 7
    first = monday - timedelta(days=since + 7)
    return first, first + timedelta(days=6)


def report(tx: Tx, account: Account, monday: date) -> WeeklyReport:
    """What a person did in their last week. Entries belong to the day they began on; what still runs is left out."""
    first, last = last_week(monday, account.beginning_of_week)
    since, until = (dates.beginning(day, account.timezone) for day in (first, last + timedelta(days=1)))
    names = {project.id: project.name for project in projects.listing(tx, Actor(account.id, tx.now))}
    shares = [
        Share(workspace, project_id, None if project_id is None else names.get(project_id), seconds)
        for workspace, project_id, seconds in _sums(tx, account.id, since, until)
    ]
    shares.sort(key=lambda share: (-share.seconds, share.workspace, share.project or ""))
    return WeeklyReport(first.isoformat(), last.isoformat(), tuple(shares))


def tell(tx: Tx, vault: Vault, account_id: int, monday: date) -> None:
    """Send a person their report of a Monday, once; not if they no longer want it, or did nothing."""
    try:
        account = accounts.find(tx, account_id)
    except NotFound:
        return
    if not account.send_weekly_report:
        return
    found = report(tx, account, monday)
    if found.shares:
        mails.queue(tx, vault, account, found, key=f"week {key(account_id, monday)}")


def _without(tx: Tx, kind: str, monday: date, zones: list[str]) -> list[int]:
    rows = tx.rows(
        "select a.id from accounts a where a.timezone in (:zones)"
        " and a.send_weekly_report and a.disabled_at is null and a.deleted_at is null"
        " and not exists (select 1 from jobs j where j.bucket = a.bucket and j.kind = :kind"
        " and j.key = cast(a.id as text) || :suffix)",
        zones=zones,
        kind=kind,
        suffix=key(0, monday).removeprefix("0"),
    )
    return [account_id for (account_id,) in rows]


def _sums(tx: Tx, account_id: int, since: int, until: int) -> list[tuple[str, int | None, int]]:
    """Workspaces' names, projects, and seconds."""
    found: list[tuple[str, int | None, int]] = []
    for workspace_id in members.workspace_ids(tx, account_id):
        found += tx.rows(
            "select w.name, e.project_id, cast(sum(e.duration) as bigint) from time_entries e"
            " join workspaces w on w.bucket = e.bucket and w.id = e.workspace_id"
            " where e.bucket = :bucket and e.workspace_id = :workspace_id and e.account_id = :account_id"
            " and e.start >= :since and e.start < :until and e.duration > 0 and e.deleted_at is null"
            " group by w.name, e.project_id",
            bucket=bucket_of(workspace_id),
            workspace_id=workspace_id,
            account_id=account_id,
            since=since,
            until=until,
        )
    return found
