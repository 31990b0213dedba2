"""What reports find, as plain Structs for a dialect, a file or a terminal to shape.

Time is whole seconds, money hundredths of a currency's unit. An amount is None where nothing is billable, or where the
reader may not see what an hour costs; a shown amount is rounded up, and totals are rounded up once, from what is exact.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

Kind = Literal["project", "client", "user", "task", "time_entry"]
DAYS_OF_WEEK = 7


class Amount(Struct, frozen=True):
    """What something is worth in a currency; None and None where nothing is billable, or may not be seen."""

    currency: str | None
    amount: int | None


class Totals(Struct, frozen=True):
    """The sums of a whole report: None where nothing was found, or nothing billable.

    `amounts` has one for each currency, by name; none where nothing was found, and one of None where nothing is
    billable or may be seen.
    """

    seconds: int | None
    billable_seconds: int | None
    amounts: tuple[Amount, ...]


class Title(Struct, frozen=True):
    """What a group or an item is of. The id and the name are None for what has no such thing.

    `client` and `color` are a project's; the colour as it is stored, see `core.colors`. A time entry's name is its
    description, and it has no id.
    """

    kind: Kind
    id: int | None
    name: str | None
    client: str | None = None
    color: str | None = None


class Line(Struct, frozen=True):
    """One time entry with what it belongs to. It belongs to nothing that is hidden from the reader.

    `stop` is None while it runs, and `seconds` 0 then. `rate` is for an hour. `color` is as it is stored. `keeps_times`
    is whether its owner has times of day stored; `timezone` is the owner's.
    """

    id: int
    account_id: int
    project_id: int | None
    task_id: int | None
    description: str
    start: int
    stop: int | None
    at: int
    seconds: int
    billable: bool
    currency: str | None
    rate: int | None
    amount: int | None
    user: str
    email: str
    timezone: str
    keeps_times: bool
    client: str | None
    project: str | None
    color: str | None
    task: str | None
    tags: tuple[str, ...]


class Detailed(Struct, frozen=True):
    """A page of entries. `count` is how many there are on all pages."""

    totals: Totals
    count: int
    page: int
    per_page: int
    lines: list[Line]


class Item(Struct, frozen=True):
    """A part of a group. Its amount is in one currency: where there would be two, there are two items.

    `rate` is None where several have been reckoned with. `ids` are those of what it is of, `entry_ids` of the entries
    in it; both None unless they were asked for.
    """

    title: Title
    seconds: int
    currency: str | None
    amount: int | None
    rate: int | None
    ids: tuple[int, ...] | None = None
    entry_ids: tuple[int, ...] | None = None


class Group(Struct, frozen=True):
    """A group of entries, and its parts."""

    title: Title
    seconds: int
    billable_seconds: int
    amounts: tuple[Amount, ...]
    items: list[Item]


class Summary(Struct, frozen=True):
    """Entries by what they belong to."""

    totals: Totals
    groups: list[Group]


class Earnings(Struct, frozen=True):
    """What the days of a week and then the whole of it are worth in a currency, None where nothing is billable."""

    currency: str | None
    amounts: tuple[int | None, ...]


class Days(Struct, frozen=True):
    """Seven days and then the whole week: seconds, None where there is nothing, and worth by currency."""

    seconds: tuple[int | None, ...]
    earnings: tuple[Earnings, ...]


class Row(Struct, frozen=True):
    """One project's or person's week. Details are of the other kind, and have none themselves."""

    title: Title
    days: Days
    details: tuple[Row, ...] = ()


class Weekly(Struct, frozen=True):
    """Seven days from `since` on."""

    since: date
    totals: Totals
    rows: list[Row]
    week: Days


class Effort(Struct, frozen=True):
    """What one person has done for a project."""

    name: str
    seconds: int
    billable_seconds: int
    amount: int | None


class TaskEffort(Struct, frozen=True):
    """What has been done for one task; `name` is None for all the smaller ones together."""

    name: str | None
    seconds: int
    amount: int | None
    estimated_seconds: int | None
    assignee: str | None


class Dashboard(Struct, frozen=True):
    """One project's whole life.

    `top_tasks` are those with more than a tenth of the time that has a task, the most first; `tasks` a page of all.
    """

    name: str
    seconds: int
    seconds_without_task: int
    billable_seconds: int
    amount: int | None
    currency: str
    tasks_count: int
    estimated_seconds: int | None
    task_estimated_seconds: int | None
    adds_up_estimates: bool
    tasks_per_page: int
    users: list[Effort]
    top_tasks: list[TaskEffort]
    tasks: list[TaskEffort]


class Bar(Struct, frozen=True):
    """The time of one day, one week or one month, which begins at `first`."""

    first: date
    seconds: int
    billable_seconds: int


class Cover(Struct, frozen=True):
    """What stands above a report that is printed: whose it is, what it is about, how its reader writes things.

    `filters` are what it was narrowed by: what kind (a member's name in `Filter`), and the names of those chosen, None
    for "without". `logo` is a PNG. Formats are of `core.accounts`: `MM/DD/YYYY`, `h:mm A`, `improved`.
    """

    workspace: str
    since: date
    until: date
    filters: tuple[tuple[str, tuple[str | None, ...]], ...]
    logo: bytes | None
    language: str
    timezone: str
    date_format: str
    timeofday_format: str
    duration_format: str
