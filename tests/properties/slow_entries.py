"""What a report is about, found the slow and obvious way: all rows are read, and each entry is looked at by itself.

Written from what is promised of reports, apart from how they are reckoned. No index, no SQL but plain selects.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from msgspec import Struct

from hourhand.core import dates
from hourhand.core.errors import NotFound
from hourhand.db import Database, Tx
from hourhand.reports.filters import Filter

Thing = dict[str, Any]
Tables = dict[str, list[Thing]]
_COLUMNS = {
    "accounts": "id name email timezone store_start_and_stop_time",
    "workspaces": "id default_hourly_rate default_currency only_admins_see_billable_rates rounding rounding_minutes",
    "members": "id workspace_id account_id role active rate deleted_at",
    "groups": "id workspace_id deleted_at",
    "group_members": "workspace_id group_id account_id",
    "clients": "id workspace_id name deleted_at",
    "projects": "id workspace_id client_id name is_private color auto_estimates estimated_seconds"
    " rate currency deleted_at",
    "project_members": "id workspace_id project_id account_id manager rate deleted_at",
    "project_groups": "id workspace_id project_id group_id deleted_at",
    "tasks": "id workspace_id project_id name account_id estimated_seconds deleted_at",
    "tags": "id workspace_id name deleted_at",
    "time_entries": "id workspace_id account_id project_id task_id description start stop duration billable"
    " at deleted_at",
    "time_entry_tags": "time_entry_id tag_id",
    "rates": "workspace_id noun thing_id start amount currency",
}

_FLAGS = {
    "active",
    "auto_estimates",
    "billable",
    "is_private",
    "manager",
    "only_admins_see_billable_rates",
    "store_start_and_stop_time",
}


class Fact(Struct, frozen=True):
    """An entry that a report is about, as its reader sees it.

    `day` is that of the report, from 0. `rate` and `currency` are None for what is not billable, or may not be seen.
    """

    id: int
    owner: Thing
    project: Thing | None
    client: Thing | None
    task: Thing | None
    description: str
    start: int
    stop: int | None
    at: int
    day: int
    seconds: int
    billable: bool
    currency: str | None
    rate: int | None
    tags: tuple[str, ...]


def dumped(database: Database) -> Tables:
    """All rows of all tables that reports have to do with."""
    return database.write_now(_dumped)


def _dumped(tx: Tx) -> Tables:
    tables: Tables = {}
    for table, names in _COLUMNS.items():
        rows = tx.rows(f"select {', '.join(names.split())} from {table}")
        tables[table] = [dict(zip(names.split(), row, strict=True)) for row in rows]
        for row in tables[table]:
            # SQLite has no booleans.
            row |= {name: row[name] == 1 for name in _FLAGS & set(row)}
    return tables


class World:
    """The rows of one workspace, and what they mean to one reader. Raises `NotFound` for a stranger."""

    def __init__(self, tables: Tables, workspace_id: int, reader_id: int) -> None:
        self.rows = {
            table: [row for row in rows if row.get("workspace_id", workspace_id) == workspace_id]
            for table, rows in tables.items()
        }
        self.workspace_id, self.reader_id = workspace_id, reader_id
        self.people = {row["id"]: row for row in tables["accounts"]}
        self.workspace = next((row for row in tables["workspaces"] if row["id"] == workspace_id), {})
        self.projects = {row["id"]: row for row in self._live("projects")}
        self.clients = {row["id"]: row for row in self._live("clients")}
        self.tasks = {row["id"]: row for row in self._live("tasks")}
        self.tags = {row["id"]: row for row in self._live("tags")}
        found = [m for m in self._live("members") if m["account_id"] == reader_id and m["active"]]
        if not found:
            raise NotFound("workspace", workspace_id)
        self.admin = found[0]["role"] != "member"

    def _live(self, table: str) -> list[Thing]:
        return [row for row in self.rows[table] if row["deleted_at"] is None]

    # Who may see what ----------------------------------------------------------------------------

    def manages(self, project_id: int | None) -> bool:
        """Whether the reader manages a project."""
        return any(
            row["manager"] and row["project_id"] == project_id and row["account_id"] == self.reader_id
            for row in self._live("project_members")
        )

    def knows(self, project: Thing) -> bool:
        """Whether the reader may know of a project."""
        if self.admin or not project["is_private"]:
            return True
        alone = any(
            row["project_id"] == project["id"] and row["account_id"] == self.reader_id
            for row in self._live("project_members")
        )
        theirs = {row["group_id"] for row in self.rows["group_members"] if row["account_id"] == self.reader_id}
        through_group = any(
            row["project_id"] == project["id"] and row["group_id"] in theirs for row in self._live("project_groups")
        )
        return alone or through_group

    def sees_entry(self, entry: Thing) -> bool:
        """Whether the reader may see an entry."""
        return self.admin or entry["account_id"] == self.reader_id or self.manages(entry["project_id"])

    def sees_rates(self, project_id: int | None) -> bool:
        """Whether the reader may see what an hour for a project, or for none, costs."""
        return self.admin or not self.workspace["only_admins_see_billable_rates"] or self.manages(project_id)

    # What an hour costs --------------------------------------------------------------------------

    def price(self, entry: Thing) -> tuple[str, int]:
        """The currency and the rate of an entry, as they were when it started."""
        moment = entry["start"]
        project = self.projects.get(entry["project_id"])
        amounts: list[int | None] = []
        currency: str | None = None
        if project is not None:
            inside = [row for row in self.rows["project_members"] if row["project_id"] == project["id"]]
            amounts.append(self._rate_of_person("project_member", inside, entry))
            amount, currency = self._rate("project", project["id"], moment, project["rate"], project["currency"])
            amounts.append(amount)
        amounts.append(self._rate_of_person("member", self.rows["members"], entry))
        default, usual = self.workspace["default_hourly_rate"], self.workspace["default_currency"]
        amount, usual = self._rate("workspace", self.workspace_id, moment, default, usual)
        amounts.append(amount)
        return currency or usual, next(amount for amount in amounts if amount is not None)

    def _rate_of_person(self, noun: str, rows: list[Thing], entry: Thing) -> int | None:
        for row in sorted(rows, key=lambda it: it["id"]):
            still = row["deleted_at"] is None or entry["start"] < row["deleted_at"]
            if row["account_id"] == entry["account_id"] and still:
                amount: int | None = self._rate(noun, row["id"], entry["start"], row["rate"], None)[0]
                return amount
        return None

    def _rate(self, noun: str, thing_id: int, moment: int, amount: Any, currency: Any) -> tuple[Any, Any]:
        history = [row for row in self.rows["rates"] if (row["noun"], row["thing_id"]) == (noun, thing_id)]
        for row in sorted(history, key=lambda it: it["start"]):
            if row["start"] <= moment:
                amount, currency = row["amount"], row["currency"]
        return amount, currency

    # Which entries -------------------------------------------------------------------------------

    def facts(self, asked: Filter) -> list[Fact]:
        """The entries of a report that have ended."""
        return [fact for fact in self._found(asked) if fact.stop is not None]

    def running(self, asked: Filter) -> list[Fact]:
        """Those that run and are listed: only where nothing but the days narrows the list."""
        return [] if asked.narrows else [fact for fact in self._found(asked) if fact.stop is None]

    def _found(self, asked: Filter) -> list[Fact]:
        found = []
        for entry in self._live("time_entries"):
            owner = self.people[entry["account_id"]]
            days = [
                day
                for day in range((asked.until - asked.since).days + 1)
                if began(asked.since + timedelta(day), owner["timezone"])
                <= entry["start"]
                < began(asked.since + timedelta(day + 1), owner["timezone"])
            ]
            if days and self.sees_entry(entry) and self._matches(asked, entry):
                found.append(self._fact(entry, days[0], rounded=asked.rounded))
        return found

    def _place(self, entry: Thing) -> tuple[Thing | None, Thing | None, Thing | None]:
        """The project, its client and the task, as far as the reader may know of them."""
        project = self.projects.get(entry["project_id"])
        if project is None or not self.knows(project):
            return None, None, None
        return project, self.clients.get(project["client_id"]), self.tasks.get(entry["task_id"])

    def _fact(self, entry: Thing, day: int, *, rounded: bool) -> Fact:
        project, client, task = self._place(entry)
        seconds = 0 if entry["stop"] is None else entry["duration"]
        if rounded:
            seconds = rounded_by(seconds, self.workspace["rounding"], self.workspace["rounding_minutes"])
        priced = entry["billable"] and self.sees_rates(entry["project_id"])
        currency, rate = self.price(entry) if priced else (None, None)
        return Fact(
            id=entry["id"],
            owner=self.people[entry["account_id"]],
            project=project,
            client=client,
            task=task,
            description=entry["description"],
            start=entry["start"],
            stop=entry["stop"],
            at=entry["at"],
            day=day,
            seconds=seconds,
            billable=entry["billable"],
            currency=currency,
            rate=rate,
            tags=tuple(sorted(self.tags[tag_id]["name"] for tag_id in self._tag_ids(entry))),
        )

    def _tag_ids(self, entry: Thing) -> set[int]:
        links = self.rows["time_entry_tags"]
        return {link["tag_id"] for link in links if link["time_entry_id"] == entry["id"]} & set(self.tags)

    def _matches(self, asked: Filter, entry: Thing) -> bool:
        project, client, task = self._place(entry)
        tag_ids = self._tag_ids(entry)
        return (
            asked.billable in (None, entry["billable"])
            and _chosen(asked.project_ids, {project["id"]} if project else set())
            and _chosen(asked.client_ids, {client["id"]} if client else set())
            and _chosen(asked.task_ids, {task["id"]} if task else set())
            and _chosen(asked.tag_ids, tag_ids)
            and (asked.entry_ids is None or entry["id"] in asked.entry_ids)
            and self._by_person(asked, entry["account_id"])
            and asked.description.casefold() in entry["description"].casefold()
            and asked.described in (None, entry["description"].strip() != "")
        )

    def _by_person(self, asked: Filter, account_id: int) -> bool:
        if asked.account_ids is None and asked.group_ids is None:
            chosen = asked.or_group_ids is None
        else:
            chosen = asked.account_ids is None or account_id in asked.account_ids
            chosen = chosen and (asked.group_ids is None or self._in_one(asked.group_ids, account_id))
        return chosen or (asked.or_group_ids is not None and self._in_one(asked.or_group_ids, account_id))

    def _in_one(self, group_ids: frozenset[int], account_id: int) -> bool:
        if not self.admin:
            # To everybody else, groups are hidden, and so as if absent.
            return False
        pairs = {(row["group_id"], row["account_id"]) for row in self.rows["group_members"]}
        return any((group["id"], account_id) in pairs for group in self._live("groups") if group["id"] in group_ids)


def _chosen(asked: frozenset[int] | None, ids: set[int]) -> bool:
    if asked is None:
        return True
    return bool(ids & asked) if ids else 0 in asked


def rounded_by(seconds: int, rounding: int, minutes: int) -> int:
    """Seconds as a workspace rounds them: by looking for the multiples on both sides."""
    step = minutes * 60
    if step == 0 or seconds % step == 0:
        return seconds
    below = max(multiple for multiple in range(0, seconds + 1, step))
    above = below + step
    if rounding == 0:
        return above if above - seconds <= seconds - below else below
    return above if rounding == 1 else below


@lru_cache(maxsize=100_000)
def began(day: date, zone: str) -> int:
    """The first minute that is of a day or of a later one: all minutes around it are looked at, one after the other."""
    there = dates.zone(zone)
    middle = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    for moment in range(middle - 40 * 3600, middle + 40 * 3600, 60):
        if datetime.fromtimestamp(moment, there).date() >= day:
            return moment
    raise AssertionError
