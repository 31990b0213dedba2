"""Somebody who changes things of a workspace again and again, and knows what was done to each of them.

In between, changes are made that are then undone, alone or with all of their transaction; their names tell.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from msgspec import Struct

from hourhand.core import clients, new_projects, projects, removals, tags, time_entries
from hourhand.core.actor import Actor
from hourhand.core.places import Place
from hourhand.core.timing import Said
from hourhand.db import Database, Tx
from tests.cast import Cast

UNDONE = "undone"
_MOST_AT_ONCE = 24
_MOST_UNDONE = 2
_UNDONE_TRANSACTIONS = 0.15
_STARTED = 0.3
_DELETED = 0.03
_MINUTE = 60

# The kind of thing, and its id.
Thing = tuple[str, int]


class Step(Struct, frozen=True):
    """What was done to a thing, and what it was called then."""

    thing: Thing
    action: str
    name: str


class Undone(Exception):
    """What was done is not to be."""


# What can be done; it gives what it comes to.
Do = Callable[[Tx, Actor], list[Step]]


class History:
    """What Ann does in Acme, to about so many things at a time. `done` has it by thing, each in order."""

    def __init__(self, database: Database, cast: Cast, things: int, seed: int = 5) -> None:
        self.done: dict[Thing, list[Step]] = {}
        self._database = database
        self._cast = cast
        self._things = things
        self._choose = random.Random(seed)
        self._alive: dict[Thing, str] = {}
        self._count = 0

    @property
    def length(self) -> int:
        """How much was done."""
        return sum(map(len, self.done.values()))

    def go_on(self, steps: int) -> None:
        """Do at least so much more."""
        end = self.length + steps
        while self.length < end:
            plan = self._plan()
            if self._choose.random() < _UNDONE_TRANSACTIONS:
                self._try_in_vain(plan)
            self._note(self._database.write_now(partial(self._do, plan=plan)))

    def _plan(self) -> list[Do]:
        """What to do in a transaction: something to each of a few things, and to some what is undone at once."""
        count = self._choose.randint(1, _MOST_AT_ONCE)
        chosen = self._choose.sample(list(self._alive), min(count, len(self._alive)))
        undone = [partial(_undone, self._change(thing, UNDONE)) for thing in chosen[:_MOST_UNDONE]]
        plan = [self._change(thing) for thing in chosen]
        if len(self._alive) < self._things:
            plan += [self._birth() for _ in range(count)]
        if self._choose.random() < _STARTED:
            plan.append(partial(_start, self._cast.acme.id, self._name("thing")))
        return [*undone, *plan[:1], partial(_undone, self._birth(UNDONE)), *plan[1:]]

    def _do(self, tx: Tx, plan: list[Do]) -> list[Step]:
        actor = self._cast.ann.at(tx)
        return [step for do in plan for step in do(tx, actor)]

    def _try_in_vain(self, plan: list[Do]) -> None:
        def work(tx: Tx) -> None:
            self._do(tx, [*plan, self._birth(UNDONE)])
            raise Undone

        with suppress(Undone):
            self._database.write_now(work)

    def _note(self, steps: list[Step]) -> None:
        for step in steps:
            self.done.setdefault(step.thing, []).append(step)
            self._alive[step.thing] = step.name
            if step.action == "deleted":
                del self._alive[step.thing]

    def _birth(self, prefix: str = "thing") -> Do:
        return partial(_create, self._choose.choice(list(_CREATE)), self._cast.acme.id, self._name(prefix))

    def _change(self, thing: Thing, prefix: str = "thing") -> Do:
        if self._choose.random() < _DELETED:
            return partial(_delete, thing, self._alive[thing])
        return partial(_rename, thing, self._name(prefix))

    def _name(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix} {self._count}"


def _undone(do: Do, tx: Tx, actor: Actor) -> list[Step]:
    def work(tx: Tx) -> None:
        do(tx, actor)
        raise Undone

    with suppress(Undone):
        tx.part(work, (Undone,))
    return []


def _create(noun: str, workspace_id: int, name: str, tx: Tx, actor: Actor) -> list[Step]:
    return [Step((noun, _CREATE[noun](tx, actor, workspace_id, name)), "created", name)]


def _start(workspace_id: int, name: str, tx: Tx, actor: Actor) -> list[Step]:
    former = time_entries.current(tx, actor)
    stopped = [Step((time_entries.NOUN, former.id), "updated", former.description)] if former else []
    entry = time_entries.start(
        tx, actor, time_entries.Draft(Place(workspace_id=workspace_id), description=name, created_with="tests")
    )
    return [*stopped, Step((time_entries.NOUN, entry.id), "created", name)]


def _rename(thing: Thing, name: str, tx: Tx, actor: Actor) -> list[Step]:
    noun, thing_id = thing
    _RENAME[noun](tx, actor, thing_id, name)
    return [Step(thing, "updated", name)]


def _delete(thing: Thing, name: str, tx: Tx, actor: Actor) -> list[Step]:
    noun, thing_id = thing
    _DELETE[noun](tx, actor, thing_id)
    return [Step(thing, "deleted", name)]


def _entry(tx: Tx, actor: Actor, workspace_id: int, name: str) -> int:
    said = Said(actor.now - _MINUTE, None, _MINUTE)
    draft = time_entries.Draft(Place(workspace_id=workspace_id), said, name, created_with="tests")
    return time_entries.create(tx, actor, draft).id


_CREATE: dict[str, Callable[[Tx, Actor, int, str], int]] = {
    time_entries.NOUN: _entry,
    projects.NOUN: lambda tx, actor, workspace_id, name: (
        new_projects.create(tx, actor, new_projects.Draft(workspace_id, projects.Changes(name=name))).id
    ),
    clients.NOUN: lambda tx, actor, workspace_id, name: clients.create(tx, actor, clients.Draft(workspace_id, name)).id,
    tags.NOUN: lambda tx, actor, workspace_id, name: tags.create(tx, actor, tags.Draft(workspace_id, name)).id,
}
_RENAME: dict[str, Callable[[Tx, Actor, int, str], object]] = {
    time_entries.NOUN: lambda tx, actor, thing_id, name: time_entries.update(
        tx, actor, [thing_id], time_entries.Changes(description=name)
    ),
    projects.NOUN: lambda tx, actor, thing_id, name: projects.update(tx, actor, thing_id, projects.Changes(name=name)),
    clients.NOUN: lambda tx, actor, thing_id, name: clients.update(tx, actor, thing_id, clients.Changes(name=name)),
    tags.NOUN: lambda tx, actor, thing_id, name: tags.update(tx, actor, thing_id, tags.Changes(name=name)),
}
_DELETE: dict[str, Callable[[Tx, Actor, int], object]] = {
    time_entries.NOUN: lambda tx, actor, thing_id: time_entries.delete(tx, actor, [thing_id]),
    projects.NOUN: lambda tx, actor, thing_id: removals.delete_projects(tx, actor, [thing_id]),
    clients.NOUN: removals.delete_client,
    tags.NOUN: removals.delete_tag,
}
