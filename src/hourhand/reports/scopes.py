"""A filter as it holds for one reader: whose entries, of what, and from when to when for each of their owners."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from hourhand.core import dates
from hourhand.core.actor import Actor
from hourhand.core.ids import bucket_of
from hourhand.core.rounding import Rule
from hourhand.db import Tx
from hourhand.reports.books import Book
from hourhand.reports.filters import MOST_DAYS, WITHOUT, Filter, Ids
from hourhand.reports.prices import Prices

_INSIDE = """
select gm.account_id from group_members gm join groups g on g.bucket = gm.bucket and g.id = gm.group_id
where gm.bucket = :bucket and gm.workspace_id = :workspace_id and g.id in (:ids) and g.deleted_at is null
"""
_TAGS = "select id from tags where bucket = :bucket and workspace_id = :workspace_id and deleted_at is null"


class Stretch(NamedTuple):
    """Time from `begin` until before `end`, in days of `length` seconds; that which begins at `origin` is `day`."""

    begin: int
    end: int
    origin: int
    day: int
    length: int


class Scope:
    """What a report is reckoned from. Ids in it are real; `WITHOUT` stands for none."""

    def __init__(self, tx: Tx, actor: Actor, asked: Filter) -> None:
        """Raises `NotFound` of the workspace for a stranger."""
        self._tx = tx
        self.asked = asked
        self.book = Book(tx, actor, asked.workspace_id)
        self.bucket = bucket_of(asked.workspace_id)
        self.rule = self._rule()
        self.text = asked.description.casefold()
        self.account_ids = self._account_ids(tx)
        self.project_ids = self._project_ids()
        # All that there are, where tags are asked for; and those of them that are wanted.
        self.live_tag_ids = self._live_tag_ids(tx)
        wanted_tags = asked.tag_ids
        self.tag_ids = None if wanted_tags is None else wanted_tags & (self.live_tag_ids | {WITHOUT})
        zones = {self.book.people[account_id].timezone for account_id in self.account_ids}
        self._beginnings = {name: beginnings(name, asked) for name in zones}

    @property
    def workspace_id(self) -> int:
        return self.asked.workspace_id

    @property
    def is_empty(self) -> bool:
        """Whether nobody's entries can be in it."""
        return not self.account_ids

    @property
    def begin(self) -> int:
        """The first second of the first day for whoever has it earliest."""
        return min(days[0] for days in self._beginnings.values())

    @property
    def end(self) -> int:
        """The second after the last day for whoever has it latest."""
        return max(days[-1] for days in self._beginnings.values())

    @cached_property
    def prices(self) -> Prices:
        """What hours cost in its workspace."""
        return Prices(self._tx, self.book.workspace)

    @cached_property
    def zones(self) -> dict[str, list[int]]:
        """By zone, the people whose entries may be in it."""
        found: dict[str, list[int]] = {}
        for account_id in sorted(self.account_ids):
            found.setdefault(self.book.people[account_id].timezone, []).append(account_id)
        return found

    @property
    def is_everybody(self) -> bool:
        """Whether no person is left out."""
        return len(self.account_ids) == len(self.book.people)

    @property
    def day_count(self) -> int:
        """How many days it has."""
        return (self.asked.until - self.asked.since).days + 1

    def days(self, zone: str) -> tuple[int, ...]:
        """The first seconds of all its days in a zone, and of the day after."""
        return self._beginnings[zone]

    def stretches(self, zone: str, cuts: Collection[int] = (), *, by_day: bool = True) -> list[Stretch]:
        """Its time in a zone, cut where a day is not as long as the one before, if days matter, and at `cuts`."""
        days = self.days(zone)
        whole = _even(days) if by_day else [Stretch(days[0], days[-1], days[0], 0, max(1, days[-1] - days[0]))]
        return [part for stretch in whole for part in _cut(stretch, cuts)]

    def has_time(self, account_id: int, start: int) -> bool:
        """Whether a moment is on one of its days, for an owner of entries."""
        person = self.book.people.get(account_id)
        days = self._beginnings.get(person.timezone) if person else None
        return days is not None and days[0] <= start < days[-1]

    def has_place(self, account_id: int, project_id: int | None) -> bool:
        """Whether it is about somebody's entries in a project."""
        return (
            account_id in self.account_ids and self.book.sees(account_id, project_id) and self.has_project(project_id)
        )

    def has_project(self, project_id: int | None) -> bool:
        """Whether it is about entries in a project, whoever they belong to."""
        return self.project_ids is None or (self.book.shown(project_id) or WITHOUT) in self.project_ids

    def has_task(self, project_id: int | None, task_id: int | None) -> bool:
        """Whether it is about entries of a task in a project."""
        wanted = self.asked.task_ids
        return wanted is None or ((task_id if self.book.shown(project_id) else None) or WITHOUT) in wanted

    def has_description(self, description: str) -> bool:
        """Whether it is about entries that are described so."""
        if self.asked.described is not None and self.asked.described != bool(description.strip()):
            return False
        return self.text in description.casefold()

    @property
    def asks_description(self) -> bool:
        """Whether what entries are described as makes a difference."""
        return bool(self.text) or self.asked.described is not None

    def _rule(self) -> Rule:
        workspace = self.book.workspace
        return Rule.of(workspace.rounding, workspace.rounding_minutes) if self.asked.rounded else Rule()

    def _account_ids(self, tx: Tx) -> frozenset[int]:
        """The people whose entries it is about, as far as the reader may see any of theirs."""
        asked, everybody = self.asked, frozenset(self.book.people)
        if not self.book.workspace.admin and not self.book.managed:
            everybody &= {self.book.reader_id}
        wanted = asked.account_ids
        if asked.group_ids is not None:
            inside = self._inside(tx, asked.group_ids)
            wanted = inside if wanted is None else wanted & inside
        if asked.or_group_ids is not None:
            wanted = (wanted or frozenset()) | self._inside(tx, asked.or_group_ids)
        return everybody if wanted is None else everybody & wanted

    def _inside(self, tx: Tx, group_ids: Ids) -> frozenset[int]:
        """Who is in these groups, which are there for admins alone."""
        if not self.book.workspace.admin:
            return frozenset()
        rows = tx.rows(_INSIDE, bucket=self.bucket, workspace_id=self.workspace_id, ids=sorted(group_ids))
        return frozenset(account_id for (account_id,) in rows)

    def _project_ids(self) -> Ids | None:
        """The projects that are wanted, by themselves or for their clients."""
        wanted, clients = self.asked.project_ids, self.asked.client_ids
        if clients is not None:
            of_clients = {project.id for project in self.book.projects.values() if (project.client_id or 0) in clients}
            theirs = frozenset(of_clients | ({WITHOUT} if WITHOUT in clients else set()))
            wanted = theirs if wanted is None else wanted & theirs
        return wanted

    def _live_tag_ids(self, tx: Tx) -> frozenset[int]:
        if self.asked.tag_ids is None:
            return frozenset()
        rows = tx.rows(_TAGS, bucket=self.bucket, workspace_id=self.workspace_id)
        return frozenset(tag_id for (tag_id,) in rows)


def beginnings(zone: str, asked: Filter) -> tuple[int, ...]:
    """The first seconds of the days that are asked for, and of the day after; of all time, only its ends."""
    if asked.until - asked.since > timedelta(days=MOST_DAYS):
        return (dates.beginning(asked.since, zone), dates.beginning(asked.until + timedelta(days=1), zone))
    return dates.beginnings(zone, asked.since, asked.until)


def _even(days: tuple[int, ...]) -> list[Stretch]:
    """Stretches of days of one length each. Days that do not exist are in none."""
    found: list[Stretch] = []
    for i, (begin, end) in enumerate(pairwise(days)):
        length = end - begin
        if found and found[-1].length == length and days[i - 1] < begin:
            found[-1] = found[-1]._replace(end=end)
        elif length:
            found.append(Stretch(begin, end, begin, i, length))
    return found


def _cut(stretch: Stretch, cuts: Collection[int]) -> list[Stretch]:
    inner = [cut for cut in cuts if stretch.begin < cut < stretch.end]
    bounds = [stretch.begin, *sorted(inner), stretch.end]
    return [stretch._replace(begin=begin, end=end) for begin, end in pairwise(bounds)]
