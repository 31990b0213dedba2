"""Random worlds for reports: a stage of people who stay, and what they have, drawn anew and written as bare rows.

Where there is something to get wrong, chance is helped: times stand around days, changes of clocks and of rates.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec import Struct

from hourhand.core import members, removals, workspaces
from hourhand.core.ids import BITS, bucket_of
from hourhand.core.secrets import open_vault
from hourhand.db import Database, Tx
from tests.cast import Person, person
from tests.clock import Clock
from tests.properties.slow_entries import began

Rows = dict[str, list[dict[str, Any]]]
# Around these days clocks change where someone lives, or a day does not exist at all.
ANCHORS = [
    date(2011, 12, 30),  # Apia has none
    date(2011, 11, 6),  # St. John's: back at 00:01
    date(2011, 3, 13),  # St. John's: forward at 00:01
    date(2018, 11, 4),  # São Paulo: midnight does not exist
    date(2018, 2, 18),  # São Paulo: an hour before midnight twice
    date(2022, 9, 11),  # Santiago: midnight does not exist
    date(2023, 4, 2),  # Lord Howe: half an hour back
    date(2023, 3, 26),  # Tallinn: 23 hours
    date(2023, 10, 29),  # Tallinn: 25 hours
    date(2023, 11, 5),  # New York: 25 hours
    date(2024, 2, 29),
]
ZONES = [
    "Europe/Tallinn",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "UTC",
]
NAMES = ["É", "é", "ß", "SS", "ΑΣ", "ας", "İ", "i", "b", "B", "Zoë", "=1"]
TEXTS = ["", " ", "É", "é", "ß", "STRASSE", "straße", "ΑΣ", "ας", "İ", "i", "b", "Ab", "aB c", "100%", "a_b"]
# In the last there are more than a page of a dashboard has.
TASKS = [[], ["b"], ["É", "b"], [f"task {number}" for number in range(12)]]
AMOUNTS = [None, None, 0, 1, 100, 3333, 5000, 12345]
CURRENCIES = ["EUR", "JPY", "USD"]
SECONDS = [0, 1, 7, 299, 300, 301, 449, 450, 451, 600, 899, 900, 901, 3599, 3600, 3601, 86_400, 360_001]
MINUTES = [0, 1, 5, 10, 15, 60]
_FIRST_NUMBER = 1 << 30
# Who is on the stage. Dan has left, Fay is invited only.
PEOPLE = ("ann", "bob", "cleo", "dan", "eve", "fay", "gus")
_EMPTIED = (
    "project_members",
    "project_groups",
    "tasks",
    "projects",
    "clients",
    "tags",
    "group_members",
    "groups",
    "rates",
)


class Stage(Struct, frozen=True):
    """A database with people in a workspace, and another workspace of the same owner beside it."""

    database: Database
    clock: Clock
    people: dict[str, Person]
    members: dict[str, int]
    acme: int
    other: int

    def thing_id(self, number: int) -> int:
        """The id of a thing that is drawn, by its number."""
        return (_FIRST_NUMBER + number) << BITS | bucket_of(self.acme)


class World(Struct, frozen=True):
    """What the people of a stage have: rows by table. `zones` are the people's; times stand around a day."""

    anchor: date
    zones: dict[str, str]
    workspace: dict[str, Any]
    members: dict[str, dict[str, Any]]
    rows: Rows


def built(database: Database, clock: Clock, folder: Path) -> Stage:
    """Everybody in their place, in a database without people."""
    vault = open_vault(folder / "secret.key")
    people = {name: person(database, vault, name.title()) for name in PEOPLE}
    ann = people["ann"]

    def meet(tx: Tx) -> tuple[int, int, dict[str, int]]:
        acme = workspaces.create(tx, ann.at(tx), workspaces.Draft("Acme")).id
        other = workspaces.create(tx, ann.at(tx), workspaces.Draft("Other")).id
        for name in PEOPLE[1:]:
            role: members.Role = "admin" if name == "cleo" else "member"
            members.join(tx, ann.at(tx), acme, people[name].id, role, active=name != "fay")
        found = members.listing(tx, ann.at(tx), acme)
        ids = {name: next(it.id for it in found if it.account_id == people[name].id) for name in PEOPLE}
        removals.leave_workspace(tx, people["dan"].at(tx), acme)
        return acme, other, ids

    acme, other, ids = database.write_now(meet)
    return Stage(database, clock, people, ids, acme, other)


# Writing ------------------------------------------------------------------------------------------


def furnish(stage: Stage, world: World) -> None:
    """Let people have what a world says, and nothing else."""
    # After all that has happened: what is changed from now on has no rate that began later.
    stage.clock.now = began(world.anchor + timedelta(days=5), "UTC")
    stage.database.write_now(lambda tx: _furnish(tx, stage, world))
    # What this process remembers is of another world.
    stage.database.memory.clear()


def _furnish(tx: Tx, stage: Stage, world: World) -> None:
    _empty(tx, stage)
    for name, zone in world.zones.items():
        tx.run("update accounts set timezone = :zone where id = :id", zone=zone, id=stage.people[name].id)
    settings = ", ".join(f"{column} = :{column}" for column in world.workspace)
    tx.run(f"update workspaces set {settings} where id = :id", id=stage.acme, **world.workspace)
    for name, values in world.members.items():
        tx.run("update members set rate = :rate where id = :id", id=stage.members[name], rate=values["rate"])
        if "deleted_at" in values:
            tx.run(
                "update members set deleted_at = :at where id = :id", id=stage.members[name], at=values["deleted_at"]
            )
    for table, rows in world.rows.items():
        _put(tx, stage, table, rows)


def _empty(tx: Tx, stage: Stage) -> None:
    for workspace_id in (stage.acme, stage.other):
        tx.run(
            "delete from time_entry_tags where time_entry_id in (select id from time_entries where workspace_id = :id)",
            id=workspace_id,
        )
        tx.run("delete from running_entries where workspace_id = :id", id=workspace_id)
        tx.run("delete from time_entries where workspace_id = :id", id=workspace_id)
        for table in _EMPTIED:
            tx.run(f"delete from {table} where workspace_id = :id", id=workspace_id)
    tx.run("delete from members where workspace_id = :id and id >= :first", id=stage.acme, first=stage.thing_id(0))
    # The clock may be set back.
    tx.run("update bucket_heads set at = 0")


def _put(tx: Tx, stage: Stage, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    full = [{"bucket": bucket_of(stage.acme), **row} for row in rows]
    names = list(full[0])
    places = ", ".join(f":{name}" for name in names)
    tx.run_many(f"insert into {table} ({', '.join(names)}) values ({places})", full)


# Drawing ------------------------------------------------------------------------------------------


@st.composite
def worlds(draw: DrawFn, stage: Stage) -> World:
    """Any world."""
    return _Drawing(draw, stage).world()


class _Drawing:
    def __init__(self, draw: DrawFn, stage: Stage) -> None:
        self.draw, self.stage = draw, stage
        self.numbers = 0
        self.anchor = self.any(ANCHORS)
        self.zones = {name: self.any(ZONES) for name in PEOPLE}
        self.rows: Rows = {}
        self.moments = [self.moment() for _ in range(3)]

    def any(self, choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def world(self) -> World:
        self.rates: list[dict[str, Any]] = []
        workspace = {
            "rounding": self.any([-1, 0, 1]),
            "rounding_minutes": self.any(MINUTES),
            "only_admins_see_billable_rates": self.any([False, True]),
        }
        amount, currency = self.price("workspace", self.stage.acme, AMOUNTS[2:], CURRENCIES)
        workspace |= {"default_hourly_rate": amount, "default_currency": currency}
        left = self.any(self.moments)
        members: dict[str, dict[str, Any]] = {}
        for name in PEOPLE:
            last = {"last": left} if name == "dan" else {}
            members[name] = {"rate": self.price("member", self.stage.members[name], AMOUNTS, [None], **last)[0]}
        members["dan"]["deleted_at"] = left
        self.places()
        self.insides()
        self.groups()
        self.entries()
        order = ["members", "clients", "projects", "tasks", "tags", "project_members", "groups", "group_members"]
        order += ["project_groups", "rates", "time_entries", "time_entry_tags", "running_entries"]
        self.rows["rates"] = self.rates
        rows = {table: self.rows.get(table, []) for table in order}
        return World(self.anchor, self.zones, workspace, members, rows)

    def moment(self, zone: str | None = None) -> int:
        """A time around the anchor: often next to where a day begins."""
        zone = zone or self.any(ZONES)
        day = self.anchor + timedelta(self.any([0, 1, -1, 2, -2, 3]))
        beside: int = self.any([0, -1, 1, 3600, -3600, 1799, -1800, 12 * 3600, 60, -60])
        return began(day, zone) + beside

    def put(self, table: str, **values: Any) -> int:
        self.numbers += 1
        thing_id = self.stage.thing_id(self.numbers)
        row = {"id": thing_id, "workspace_id": self.stage.acme, "created_at": 0, "at": 0, "deleted_at": None, **values}
        self.rows.setdefault(table, []).append(row)
        return thing_id

    def price(self, noun: str, thing_id: int, amounts: Any, currencies: Any, last: int = 1 << 40) -> tuple[Any, Any]:
        """The present rate of a thing that is there until a last moment; what it was before is noted."""
        starts = self.any([[], [], [], [0, self.moments[0]], sorted({0, self.moments[1], self.moments[2]})])
        starts = [start for start in starts if start <= last]
        history = [(start, *self.rate(noun, amounts, currencies)) for start in starts]
        for start, amount, currency in history:
            self.rates.append(
                {
                    "workspace_id": self.stage.acme,
                    "noun": noun,
                    "thing_id": thing_id,
                    "start": start,
                    "amount": amount,
                    "currency": currency,
                }
            )
        return history[-1][1:] if history else self.rate(noun, amounts, currencies)

    def rate(self, noun: str, amounts: Any, currencies: Any) -> tuple[Any, Any]:
        amount, currency = self.any(amounts), self.any(currencies)
        # A project that has a rate has a currency.
        return amount, "EUR" if noun == "project" and amount is not None and currency is None else currency

    def places(self) -> None:
        names = self.draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True))
        self.clients = [self.put("clients", name=name, notes=None) for name in names[:2]]
        self.projects: list[int] = []
        self.tasks: dict[int, list[int]] = {}
        for number, name in enumerate([*names, names[0]]):
            # One more has the name of the first, at another client's or at none.
            client = self.any([None, *self.clients]) if number < len(names) else self.clients[1]
            if number == 0:
                client = self.any([None, self.clients[0]])
            thing_id = self.stage.thing_id(self.numbers + 1)
            amount, currency = self.price("project", thing_id, AMOUNTS, [None, *CURRENCIES])
            self.put(
                "projects",
                client_id=client,
                name=name,
                guid=None,
                billable=True,
                is_private=self.any([False, True]),
                active=True,
                template=False,
                template_id=None,
                color=self.any(["0", "5", "#abcdef"]),
                auto_estimates=self.any([False, True]),
                estimated_seconds=self.any([None, 0, 7200]),
                rate=amount,
                currency=currency,
            )
            self.projects.append(thing_id)
            self.tasks[thing_id] = [self.task(thing_id, task) for task in self.any(TASKS)]
        # Names that others have had are free.
        self.put("clients", name=names[0], notes=None, deleted_at=1)
        self.tags = [self.put("tags", name=name) for name in ("b", "B", "=x")]
        self.put("tags", name="b", deleted_at=1)

    def task(self, project_id: int, name: str) -> int:
        someone = self.any([None, "ann", "bob"])
        return self.put(
            "tasks",
            project_id=project_id,
            name=name,
            account_id=someone and self.stage.people[someone].id,
            active=True,
            estimated_seconds=self.any([0, 1800]),
        )

    def insides(self) -> None:
        """Who is in which project, and who was; who was in the workspace before."""
        for name in ("bob", "dan", "eve"):
            account_id = self.stage.people[name].id
            for project_id in self.projects:
                was_in, is_in = self.any([(False, False), (False, True), (True, True), (True, False)])
                if was_in:
                    self.inside(project_id, account_id, deleted_at=self.any(self.moments))
                if is_in and name != "dan":
                    self.inside(project_id, account_id)

    def inside(self, project_id: int, account_id: int, deleted_at: int | None = None) -> None:
        thing_id = self.stage.thing_id(self.numbers + 1)
        last = {} if deleted_at is None else {"last": deleted_at}
        rate, _ = self.price("project_member", thing_id, AMOUNTS, [None], **last)
        manager = self.any([False, False, True])
        self.put(
            "project_members",
            project_id=project_id,
            account_id=account_id,
            manager=manager,
            rate=rate,
            deleted_at=deleted_at,
        )

    def groups(self) -> None:
        self.group_ids = [self.put("groups", name=name) for name in ("one", "two")]
        inside: set[tuple[int, int]] = set()
        for group_id in self.group_ids:
            for name in self.draw(st.sets(st.sampled_from(["ann", "bob", "eve", "gus"]))):
                inside.add((group_id, self.stage.people[name].id))
        self.rows["group_members"] = [
            {"workspace_id": self.stage.acme, "group_id": group_id, "account_id": account_id, "created_at": 0}
            for group_id, account_id in sorted(inside)
        ]
        for group_id in self.group_ids:
            self.put(
                "project_groups",
                project_id=self.any(self.projects),
                group_id=group_id,
                deleted_at=self.any([None, None, 1]),
            )

    def entries(self) -> None:
        self.rows["time_entry_tags"], self.rows["running_entries"] = [], []
        running: set[str] = set()
        for _ in range(self.any([4, 12, 20, 30, 60])):
            name = self.any(PEOPLE)
            self.entry(name, self.any(["ends"] * 16 + ["runs", "deleted"]), running)

    def entry(self, name: str, kind: str, running: set[str]) -> None:
        person, start = self.stage.people[name], self.any([*self.moments, None, None, None])
        start = self.moment(self.zones[name]) if start is None else start + self.any([-1, 0, 0])
        runs = kind == "runs" and name not in running
        seconds = self.any(SECONDS)
        here = self.any([True] * 9 + [False])
        project_id = self.any([None, *self.projects]) if here else None
        entry_id = self.put(
            "time_entries",
            workspace_id=self.stage.acme if here else self.stage.other,
            account_id=person.id,
            project_id=project_id,
            task_id=self.any([None, *self.tasks[project_id]]) if project_id else None,
            guid=str(self.numbers),
            description=self.any(TEXTS),
            start=start,
            stop=None if runs else start + seconds,
            duration=-start if runs else seconds,
            billable=self.any([True, True, False]),
            duronly=False,
            created_with="tests",
            deleted_at=start if kind == "deleted" else None,
        )
        for tag_id in self.draw(st.sets(st.sampled_from(self.tags), max_size=2)) if here else ():
            self.rows["time_entry_tags"].append({"time_entry_id": entry_id, "tag_id": tag_id})
        if runs:
            running.add(name)
            self.rows["running_entries"].append(
                {
                    "bucket": bucket_of(person.id),
                    "account_id": person.id,
                    "workspace_id": self.stage.acme if here else self.stage.other,
                    "time_entry_id": entry_id,
                }
            )
