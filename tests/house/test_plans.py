"""The way SQLite goes for what is asked most. One that gets longer with the number of entries shows here first.

A database without statistics is asked, as the server's is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from hourhand.core import backlog, dashboard, lost_passwords, overview, projects, tasks, time_entries, tokens
from hourhand.core.places import Place
from hourhand.core.time_entries import Draft
from hourhand.core.timing import Said
from hourhand.db import Database, Tx, open_database
from tests.cast import Cast, assemble
from tests.conftest import NOW

Act = Callable[[Tx, Cast], object]
_STEP = re.compile(r"(SEARCH|SCAN) (\w+)(?: USING (?:COVERING )?(?:INDEX (\w+)|INTEGER PRIMARY KEY))?")
_SORTING = "USE TEMP B-TREE FOR "
_TAGS = {"et by sqlite_autoindex_time_entry_tags_1", "t by its id"}
_ENTRY = {"e by its id", "m by members_person", *_TAGS}
_GROUPS = {"pg by project_groups_group", "gm by sqlite_autoindex_group_members_1"}
_PROJECT = {"p by its id", "m by members_person", "w by its id", "pm by project_members_person", *_GROUPS}
# Whoever comes into sight of projects: looked for by the person, before anything else.
_JOINED = {
    *("project_members by project_members_projects", "gm by group_members_person"),
    *("pg by project_groups_projects", "l by project_members_left", "l by project_groups_projects"),
}
_RUNNING = "running_entries by sqlite_autoindex_running_entries_1"
_WORKSPACES = "memberships by sqlite_autoindex_memberships_1"


class Way(Struct, frozen=True):
    """By which index each table is searched, by its name in the statement, and what is sorted afterwards."""

    by: set[str]
    sorted: set[str] = set()


def _draft(cast: Cast) -> Draft:
    return Draft(
        place=Place(cast.acme.id, cast.public.id),
        said=Said(1_600_000_000, None, 60),
        tags=("dull",),
        guid="a guid",
        created_with="tests",
    )


def _running(tx: Tx, cast: Cast) -> int:
    entry = time_entries.current(tx, cast.bob.at(tx))
    assert entry is not None
    return entry.id


WAYS: dict[str, tuple[Act, Way]] = {
    "whose token is this": (
        lambda tx, cast: tokens.owner(tx, cast.bob.token),
        Way({"api_tokens by sqlite_autoindex_api_tokens_1", "accounts by its id"}),
    ),
    "what runs": (
        lambda tx, cast: time_entries.current(tx, cast.bob.at(tx)),
        Way({_RUNNING, *_ENTRY}),
    ),
    "who am I": (
        lambda tx, cast: overview.of(tx, cast.bob.at(tx), False, None),
        # A person is in few workspaces.
        Way({"accounts by its id", _WORKSPACES, "m by members_person", "w by its id"}, {"ORDER BY"}),
    ),
    "may they have another mail": (
        lambda tx, cast: lost_passwords.ask(tx, "bob@example.org"),
        Way({"jobs by jobs_key"}),
    ),
    "what waits": (
        lambda tx, cast: backlog.of(tx),
        # Of jobs, those in the indexes of what is not done, up to a limit, put together by kind; and there are few
        # subscriptions, and few logs that are followed, which SQLite calls a search for the least.
        Way(
            {
                *("jobs from end to end", "s from end to end", "d by deliveries_waiting", "l by lanes_failing"),
                *("f by its id", "e by sqlite_autoindex_events_1"),
            },
            {"GROUP BY"},
        ),
    ),
    "what did I do": (
        lambda tx, cast: time_entries.listing(tx, cast.bob.at(tx), 0, 2_000_000_000),
        # Only entries of the same second have to be put in order.
        Way({_WORKSPACES, "e by time_entries_person", *_TAGS}, {"LAST TERM OF ORDER BY"}),
    ),
    "what are they doing": (
        lambda tx, cast: dashboard.of(tx, cast.bob.at(tx), cast.acme.id),
        # Of what the index gives, a week's time is put together by people, and entries of the same second in order.
        Way(
            {
                *("w by its id", "m by members_person", "time_entries by time_entries_range"),
                *("p by its id", "pm by project_members_person", *_GROUPS),
            },
            {"GROUP BY", "ORDER BY", "LAST TERM OF ORDER BY"},
        ),
    ),
    "which projects are there": (
        lambda tx, cast: projects.listing(tx, cast.bob.at(tx)),
        Way({_WORKSPACES, *_PROJECT - {"p by its id"}, "p by projects_changes"}),
    ),
    "what became of projects": (
        lambda tx, cast: projects.listing(tx, cast.bob.at(tx), since=NOW),
        Way({_WORKSPACES, *_PROJECT - {"p by its id"}, "p by projects_changes", *_JOINED}),
    ),
    "what became of tasks": (
        lambda tx, cast: tasks.listing(tx, cast.bob.at(tx), since=NOW),
        Way({_WORKSPACES, *_PROJECT - {"w by its id"}, "t by tasks_changes", *_JOINED}),
    ),
    "add": (
        lambda tx, cast: time_entries.create(tx, cast.ann.at(tx), _draft(cast)),
        Way({*_PROJECT, "tags by tags_name", "e by time_entries_guid"}),
    ),
    "start": (
        lambda tx, cast: time_entries.start(tx, cast.ann.at(tx), _draft(cast)),
        Way({*_PROJECT, "tags by tags_name", "e by time_entries_guid", _RUNNING}),
    ),
    "stop": (
        lambda tx, cast: time_entries.stop(tx, cast.bob.at(tx), _running(tx, cast)),
        Way({*_ENTRY, _RUNNING, "time_entries by its id"}),
    ),
}


class Seen:
    """The statements since the last look, given to a database as `observe`."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, tx: Tx, sql: str, named: dict[str, Any]) -> None:
        self.statements.append((sql, dict(named)))


def _way(tx: Tx, statements: list[tuple[str, dict[str, Any]]]) -> Way:
    """The way of all of them together."""
    plans = [[row[3] for row in tx.rows(f"explain query plan {sql}", **named)] for sql, named in statements]
    sorts = {step.removeprefix(_SORTING) for plan in plans for step in plan if step.startswith(_SORTING)}
    return Way({search for plan in plans for search in _searches(plan)}, sorts)


def _searches(plan: list[str]) -> Iterator[str]:
    inner = {step.removeprefix("CO-ROUTINE ") for step in plan if step.startswith("CO-ROUTINE ")}
    for kind, table, index in (found.groups() for step in plan if (found := _STEP.match(step))):
        if kind == "SEARCH":
            yield f"{table} by {index or 'its id'}"
        elif table not in inner:
            yield f"{table} from end to end"


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def watched(sqlite_url: str, seen: Seen) -> Iterator[Database]:
    database = open_database(sqlite_url, serving=True, observe=seen)
    yield database
    database.close()


@pytest.mark.parametrize("act", WAYS)
def test_what_is_asked_most_is_found_by_an_index(act: str, watched: Database, seen: Seen, tmp_path: Path) -> None:
    cast = assemble(watched, tmp_path)
    watched.write_now(lambda tx: time_entries.start(tx, cast.bob.at(tx), _draft(cast)))
    do, way = WAYS[act]

    def look(tx: Tx) -> Way:
        seen.statements.clear()
        do(tx, cast)
        tx.finish()
        statements, seen.statements = seen.statements, []
        return _way(tx, statements)

    assert watched.write_now(look) == way
