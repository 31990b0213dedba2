"""Event filters: which events somebody wants to be told of, by what they are about and what was done."""

from __future__ import annotations

from typing import NamedTuple

from hourhand.core import (
    clients,
    members,
    project_groups,
    project_members,
    projects,
    tags,
    tasks,
    time_entries,
    workspaces,
)
from hourhand.core.errors import Problems

EVERY = "*"
NOUNS = (
    clients.NOUN,
    projects.NOUN,
    project_groups.NOUN,
    project_members.NOUN,
    tags.NOUN,
    tasks.NOUN,
    time_entries.NOUN,
    workspaces.NOUN,
    members.NOUN,
)
ACTIONS = ("created", "updated", "deleted")
# One for each noun and action, and for each of them all.
MOST_FILTERS = (len(NOUNS) + 1) * (len(ACTIONS) + 1)


class EventFilter(NamedTuple):
    """Events of a noun, and of what was done; each may be `EVERY`."""

    noun: str
    action: str

    def has(self, noun: str, action: str) -> bool:
        """Whether an event is among them."""
        return self.noun in (EVERY, noun) and self.action in (EVERY, action)


def check(problems: Problems, filters: list[EventFilter]) -> None:
    """Note what is wrong with these filters."""
    if not filters:
        problems.add("filters", "blank")
    if len(filters) > MOST_FILTERS:
        problems.add("filters", "too_many", limit=MOST_FILTERS, count=len(filters))
        return
    for i, it in enumerate(filters):
        if not it.noun:
            problems.add("entity", "blank")
        elif it.noun not in (EVERY, *NOUNS):
            problems.add("entity", "invalid", value=it.noun)
        if not it.action:
            problems.add("action", "blank")
        elif it.action not in (EVERY, *ACTIONS):
            problems.add("action", "invalid", value=it.action)
        if it in filters[:i]:
            problems.add("filters", "taken", noun=it.noun, action=it.action)
