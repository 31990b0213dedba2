"""A database like that of a company: ten teams of a hundred people, and their time of a year.

People, projects and tags come from the core's own verbs. The entries are too many for those and are
written directly, with everything that the verbs would have left: links to tags, events, counters.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import apsw
import msgspec
from msgspec import Struct

from hourhand.core import ids, members, new_accounts, new_projects, projects, tags, tokens, workspaces
from hourhand.core.actor import Actor
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.secrets import Vault, open_vault
from hourhand.db import Tx, insert_into, open_database, parameters
from hourhand.db.migrate import migrate

TAGS = 12
YEAR = 365 * 24 * 3600
STEP = 6 * 3600
IN_RANGE = 200
DESCRIPTIONS = (
    "Meeting with possible clients",
    "Review",
    "Writing the offer",
    "Support",
    "Planning",
    "Fixing the build",
)

_TABLES = ("time_entries", "time_entry_tags", "events")
_INSERT_LINK = "insert into time_entry_tags (bucket, time_entry_id, tag_id) values (:bucket, :time_entry_id, :tag_id)"
_INSERT_EVENT = """
insert into events (bucket, position, workspace_id, noun, thing_id, action, account_id, caller, at, before, after)
values (:bucket, :position, :workspace_id, 'time_entry', :thing_id, 'created', :account_id, 'bench', :at, null, :after)
"""


class Size(Struct, frozen=True):
    """So many teams, of so many people with so many projects each, who describe what they do in so many ways."""

    teams: int
    people: int
    projects: int
    descriptions: tuple[str, ...] = DESCRIPTIONS


COMPANY = Size(10, 100, 20)


class Person(Struct, frozen=True):
    """Somebody who tracks time: their token, and a project they may use."""

    account_id: int
    token: str
    workspace_id: int
    project_id: int


class Team(Struct, frozen=True):
    """A workspace, its people, and its tags by name."""

    workspace_id: int
    people: list[Person]
    project_ids: list[int]
    tags: dict[str, int]


class World(Struct, frozen=True):
    """What was seeded. `reader`, an owner, has `IN_RANGE` entries from `since` to `until`, and one that runs."""

    reader: Person
    people: list[Person]
    since: int
    until: int


def seed(path: Path, key: Path, entries: int, now: int, size: Size = COMPANY) -> World:
    """Fill a new SQLite database with as many entries, ending at `now`. The same arguments give the same entries."""
    began = now - YEAR
    database = open_database(f"sqlite:///{path}", serving=True, clock=lambda: began)
    try:
        migrate(database)
        vault = open_vault(key)
        teams = [
            database.write_now(partial(_team, vault=vault, number=number, size=size)) for number in range(size.teams)
        ]
    finally:
        database.close()
    reader = teams[0].people[0]
    _write(path, teams, entries, now, size)
    return World(reader, [person for team in teams for person in team.people[1:]], now - STEP * IN_RANGE, now - STEP)


def _team(tx: Tx, vault: Vault, number: int, size: Size) -> Team:
    people = [_account(tx, vault, f"person{i}.team{number}@example.org") for i in range(size.people)]
    owner = Actor(people[0][0], tx.now)
    workspace_id = workspaces.create(tx, owner, workspaces.Draft(f"Team {number}")).id
    for account_id, _ in people[1:]:
        members.join(tx, owner, workspace_id, account_id, "member")
    project_ids = [_project(tx, owner, workspace_id, f"Project {i}") for i in range(size.projects)]
    names = sorted(f"tag {i}" for i in range(TAGS))
    found = tags.named(tx, owner, workspace_id, names)
    return Team(
        workspace_id,
        [Person(id_, token, workspace_id, project_ids[id_ % size.projects]) for id_, token in people],
        project_ids,
        dict(zip(names, found, strict=True)),
    )


def _account(tx: Tx, vault: Vault, email: str) -> tuple[int, str]:
    account = new_accounts.create(tx, vault, new_accounts.Draft(email, timezone="Europe/Tallinn"), None)
    token = tokens.shown(tx, vault, account.id)
    assert token is not None
    return account.id, token


def _project(tx: Tx, owner: Actor, workspace_id: int, name: str) -> int:
    draft = new_projects.Draft(workspace_id, projects.Changes(name=name, is_private=False))
    return new_projects.create(tx, owner, draft).id


def _write(path: Path, teams: list[Team], entries: int, now: int, size: Size) -> None:
    connection = apsw.Connection(str(path))
    for pragma in ("journal_mode = off", "synchronous = off", "cache_size = -200000", "foreign_keys = off"):
        connection.execute(f"pragma {pragma}").fetchall()
    with connection:
        # An index is built faster at the end than kept up with.
        indexes = _drop_indexes(connection)
        for number, team in enumerate(teams):
            _write_team(connection, list(_entries(team, number, entries, now, size)), team, now)
        for statement in indexes:
            connection.execute(statement)
    connection.close()


def _drop_indexes(connection: apsw.Connection) -> list[str]:
    rows = connection.execute("select name, tbl_name, sql from sqlite_schema where type = 'index' and sql is not null")
    found = {str(name): str(sql) for name, table, sql in rows.fetchall() if table in _TABLES}
    for name in found:
        connection.execute(f"drop index {name}")
    return list(found.values())


def _write_team(connection: apsw.Connection, entries: list[TimeEntry], team: Team, now: int) -> None:
    bucket = ids.bucket_of(team.workspace_id)
    _insert(connection, insert_into("time_entries", TimeEntry), ({"bucket": bucket, **parameters(e)} for e in entries))
    _insert(
        connection,
        _INSERT_LINK,
        (
            {"bucket": bucket, "time_entry_id": entry.id, "tag_id": team.tags[name]}
            for entry in entries
            for name in entry.tags
        ),
    )
    head: int = connection.execute("select position from bucket_heads where bucket = ?", (bucket,)).get
    _insert(connection, _INSERT_EVENT, (_event(entry, bucket, head + i) for i, entry in enumerate(entries, 1)))
    connection.execute(
        "update bucket_heads set position = ?, at = ? where bucket = ?", (head + len(entries), now, bucket)
    )
    connection.execute(
        "insert into id_counters (bucket, kind, next) values (?, 'time_entry', ?)", (bucket, len(entries) + 1)
    )
    for entry in entries:
        if entry.running:
            connection.execute(
                "insert into running_entries (bucket, account_id, workspace_id, time_entry_id) values (?, ?, ?, ?)",
                (ids.bucket_of(entry.account_id), entry.account_id, entry.workspace_id, entry.id),
            )


def _insert(connection: apsw.Connection, statement: str, rows: Iterable[dict[str, int | str | None]]) -> None:
    connection.executemany(statement, rows)


def _entries(team: Team, number: int, entries: int, now: int, size: Size) -> Iterator[TimeEntry]:
    """A team's part of all entries, oldest first. In the first team, the last ones are the reader's."""
    chance = random.Random(number)
    own = _own_starts(max(IN_RANGE, entries // (size.teams * size.people)), now) if number == 0 else []
    count = entries // size.teams
    others = count - len(own)
    for i in range(others):
        start = now - YEAR + i * (YEAR - 2 * STEP) // others
        person = team.people[1 + i % (size.people - 1)]
        yield _entry(team, chance, size, i + 1, person, start, 600 + i * 37 % 5400)
    for i, start in enumerate(own, others + 1):
        yield _entry(team, chance, size, i, team.people[0], start, None if i == count else 3600)


def _own_starts(past: int, now: int) -> list[int]:
    """When the reader's entries began: so many, and one that runs."""
    return [*(now - STEP * i for i in range(past, 0, -1)), now - 1800]


def _entry(
    team: Team, chance: random.Random, size: Size, number: int, person: Person, start: int, duration: int | None
) -> TimeEntry:
    stop = None if duration is None else start + duration
    return TimeEntry(
        id=(number << ids.BITS) | ids.bucket_of(team.workspace_id),
        workspace_id=team.workspace_id,
        account_id=person.account_id,
        project_id=chance.choice(team.project_ids) if number % 10 else None,
        task_id=None,
        guid=str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        description=chance.choice(size.descriptions),
        start=start,
        stop=stop,
        duration=-start if duration is None else duration,
        billable=number % 2 == 0,
        duronly=False,
        created_with="bench",
        created_at=start,
        at=start if stop is None else stop,
        deleted_at=None,
        tags=(f"tag {number % TAGS}",) if number % 2 else (),
    )


def _event(entry: TimeEntry, bucket: int, position: int) -> dict[str, int | str | None]:
    return {
        "bucket": bucket,
        "position": position,
        "workspace_id": entry.workspace_id,
        "thing_id": entry.id,
        "account_id": entry.account_id,
        "at": entry.at,
        "after": msgspec.json.encode(entry).decode(),
    }
