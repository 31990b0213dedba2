"""What a report is about: one workspace, some days, and whatever narrows it further."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from hourhand.core.dates import FIRST_YEAR, LAST_YEAR
from hourhand.core.errors import Problems

NOUN = "report"
# A year from the same day to the same day, of which one may be a leap year's.
MOST_DAYS = 367
_DEFAULT_DAYS = 6
# Stands in a set of ids for what has no client, project, tag or task.
WITHOUT = 0
Ids = frozenset[int]


class Filter(Struct, frozen=True, kw_only=True):
    """Which entries of a workspace a report is about; `until` is its last day.

    A set of ids that is None does not narrow; `WITHOUT` in one stands for entries that have no such thing. Ids of
    what is absent or hidden match nothing. `group_ids` narrow the people to the members of these groups,
    `or_group_ids` add the members of those. `description` is a part of it, in any case; `described` asks for entries
    with one, or without. `rounded` rounds each entry's time by the workspace's rule.
    """

    workspace_id: int
    since: date
    until: date
    billable: bool | None = None
    client_ids: Ids | None = None
    project_ids: Ids | None = None
    account_ids: Ids | None = None
    group_ids: Ids | None = None
    or_group_ids: Ids | None = None
    tag_ids: Ids | None = None
    task_ids: Ids | None = None
    entry_ids: Ids | None = None
    description: str = ""
    described: bool | None = None
    rounded: bool = False

    @property
    def narrows(self) -> bool:
        """Whether anything but the days narrows it."""
        sets = (self.client_ids, self.project_ids, self.account_ids, self.group_ids, self.or_group_ids)
        more = (self.tag_ids, self.task_ids, self.entry_ids, self.billable, self.described)
        return bool(self.description) or any(it is not None for it in (*sets, *more))


def whole_life(workspace_id: int, project_id: int) -> Filter:
    """All that has been done for a project."""
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    return Filter(workspace_id=workspace_id, since=first, until=last, project_ids=frozenset({project_id}))


def span(problems: Problems, since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """The days that are meant: the last seven where nothing is said, at most a year.

    Who says only the first of them, and that is in the future or over a year ago, means the seven from there on; who
    says only a last one that is before all that, means the seven up to it. Source: the public documentation of the
    Reports API v2, which does not know the last case.
    """
    week_ago = today - timedelta(days=_DEFAULT_DAYS)
    first = since or (week_ago if until is None or until >= week_ago else until - timedelta(days=_DEFAULT_DAYS))
    if until is not None:
        last = until
    elif since is not None and not _within_a_year(first, today):
        last = first + timedelta(days=_DEFAULT_DAYS)
    else:
        last = today
    if last < first:
        problems.add("until", "before_since")
    elif not _within_a_year(first, last):
        problems.add("until", "too_long")
    for name, day in (("since", first), ("until", last)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            problems.add(name, "year")
    return first, last


def _within_a_year(first: date, last: date) -> bool:
    """Whether a day is none of the days before another, nor after the day of the same name a year later."""
    return first <= last and (last.year, last.month, last.day) <= (first.year + 1, first.month, first.day)
