"""The world of the access matrix: Acme and Eve's workspace, the cast in them, and each thing under a short name.

All that is said in this world is a canary. `Secret` tells who may hear which.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from hourhand.core import (
    accounts,
    clients,
    groups,
    members,
    new_projects,
    project_members,
    projects,
    removals,
    tags,
    tasks,
    time_entries,
    workspaces,
)
from hourhand.core.ids import BITS, bucket_of
from hourhand.core.places import Place
from hourhand.core.projects import Project
from hourhand.core.secrets import Vault, open_vault
from hourhand.core.timing import Said
from hourhand.db import Database, Tx
from tests.cast import Person, person

NAMES = ("ann", "bob", "cleo", "dan", "eve", "fred", "gil")
_NEVER_MADE = 900_000


class Secret(Struct, frozen=True):
    """A text, and the people who may read it."""

    text: str
    readers: tuple[str, ...]


class World(Struct, frozen=True):
    """People by name, ids of things by kind and name, and what is secret."""

    vault: Vault
    people: dict[str, Person]
    things: dict[str, dict[str, int]]
    secrets: list[Secret]

    def ids(self, kind: str, names: str) -> list[int]:
        """The ids of things whose names are joined by commas."""
        return [self.things[kind][name] for name in names.split(",")]


def build(database: Database, folder: Path) -> World:
    """The world, in a database without people.

    Ann owns Acme. Bob and Cleo are members; Cleo manages the private project. Dan has left. Fred's account is
    disabled. Gil was invited and has not accepted. Eve is at home elsewhere, where Fred is a member too.
    """
    vault = open_vault(folder / "secret.key")
    people = {name: person(database, vault, name.capitalize()) for name in NAMES}
    things = database.write_now(lambda tx: _things(tx, people))
    for kind in things.values():
        kind["missing"] = (_NEVER_MADE << BITS) | bucket_of(things["workspace"]["acme"])
    return World(vault, people, things, _secrets(vault, people, things))


def _things(tx: Tx, people: dict[str, Person]) -> dict[str, dict[str, int]]:
    ann, eve = people["ann"].at(tx), people["eve"].at(tx)
    acme = workspaces.create(tx, ann, workspaces.Draft("acme")).id
    rates = workspaces.Changes(default_hourly_rate=Decimal("47.11"), only_admins_see_billable_rates=True)
    workspaces.update(tx, ann, acme, rates)
    workspaces.update(tx, ann, acme, workspaces.Changes(only_admins_see_team_dashboard=True))
    joined = {
        name: members.join(tx, ann, acme, people[name].id, "member").id for name in NAMES if name not in ("ann", "eve")
    }
    members.join(tx, eve, people["eve"].home, people["fred"].id, "member")
    owner = members.current(tx, ann, acme).id
    things = {
        "workspace": {"acme": acme, "home": people["ann"].home, "eves": people["eve"].home},
        "person": {name: people[name].id for name in NAMES},
        "member": {**joined, "ann": owner, "eve": members.current(tx, eve, people["eve"].home).id},
        "group": {
            "acme": groups.create(tx, ann, groups.Draft(acme, "acme cabal")).id,
            "gone": groups.create(tx, ann, groups.Draft(acme, "acme old cabal")).id,
            "home": groups.create(tx, ann, groups.Draft(people["ann"].home, "anns group")).id,
            "eves": groups.create(tx, eve, groups.Draft(people["eve"].home, "eves group")).id,
        },
        "client": {
            "acme": clients.create(tx, ann, clients.Draft(acme, "acme client", "acme notes")).id,
            "gone": clients.create(tx, ann, clients.Draft(acme, "acme old client")).id,
            "home": clients.create(tx, ann, clients.Draft(people["ann"].home, "anns client")).id,
            "eves": clients.create(tx, eve, clients.Draft(people["eve"].home, "eves client")).id,
        },
        "tag": {
            "acme": tags.create(tx, ann, tags.Draft(acme, "acme tag")).id,
            "gone": tags.create(tx, ann, tags.Draft(acme, "acme old tag")).id,
            "eves": tags.create(tx, eve, tags.Draft(people["eve"].home, "eves tag")).id,
        },
    }
    made = _projects(tx, people, acme)
    things["project"] = {name: project.id for name, project in made.items()}
    things["project_user"] = _project_users(tx, people, made)
    things["task"] = _tasks(tx, people, made)
    things["entry"] = _entries(tx, people, things)
    _let_go(tx, people, things)
    return things


def _projects(tx: Tx, people: dict[str, Person], acme: int) -> dict[str, Project]:
    def make(owner: str, workspace_id: int, name: str, **settings: object) -> Project:
        wanted = projects.Changes(name=name, **settings)  # type: ignore[arg-type]
        return new_projects.create(tx, people[owner].at(tx), new_projects.Draft(workspace_id, wanted))

    home, eves = people["ann"].home, people["eve"].home
    return {
        "public": make("ann", acme, "acme project", is_private=False, rate=Decimal("49.13")),
        "private": make("ann", acme, "acme hush project", rate=Decimal("48.12")),
        "bobs": make("bob", acme, "acme project of bobs"),
        "gone": make("ann", acme, "acme old project", is_private=False),
        "home": make("ann", home, "anns project"),
        "eves": make("eve", eves, "eves project", is_private=False),
        "mould": make("ann", acme, "acme mould", is_private=False, template=True),
        "hush": make("ann", acme, "acme hush mould", template=True),
        "eves_mould": make("eve", eves, "eves mould", template=True),
    }


def _project_users(tx: Tx, people: dict[str, Person], made: dict[str, Project]) -> dict[str, int]:
    def add(project: str, name: str, manager: bool = False, rate: int | None = None) -> int:
        actor = people["ann"].at(tx)
        return project_members.add(tx, actor, made[project], people[name].id, manager=manager, rate=rate).id

    def maker(project: str) -> int:
        return project_members.of_project(tx, made[project])[0].id

    return {
        "anns": maker("public"),
        "cleos": add("public", "cleo", rate=4307),
        "hush": add("private", "cleo", True, 4406),
        "bobs": maker("bobs"),
        "home": maker("home"),
        "eves": maker("eves"),
        "gone": add("public", "bob"),
        "lost": maker("gone"),
    }


def _tasks(tx: Tx, people: dict[str, Person], made: dict[str, Project]) -> dict[str, int]:
    def make(owner: str, project: str, name: str) -> int:
        return tasks.create(tx, people[owner].at(tx), tasks.Draft(made[project].id, name)).id

    return {
        "public": make("ann", "public", "acme task"),
        "other": make("ann", "public", "acme other task"),
        "private": make("ann", "private", "acme hush task"),
        "bobs": make("bob", "bobs", "acme task of bobs"),
        "gone": make("ann", "public", "acme old task"),
        "home": make("ann", "home", "anns task"),
        "eves": make("eve", "eves", "eves task"),
    }


def _entries(tx: Tx, people: dict[str, Person], things: dict[str, dict[str, int]]) -> dict[str, int]:
    def make(owner: str, workspace: str, words: str, project: str = "", tag: str = "acme tag") -> int:
        actor = people[owner].at(tx)
        place = Place(things["workspace"][workspace], things["project"].get(project))
        said = Said(actor.now - 7200, None, 3600)
        draft = time_entries.Draft(place, said, words, (tag,), guid=words, created_with="tests")
        return time_entries.create(tx, actor, draft).id

    return {
        "anns": make("ann", "acme", "anns work"),
        "bobs": make("bob", "acme", "bobs work", "public"),
        "more": make("bob", "acme", "bobs further work"),
        "cleos": make("cleo", "acme", "cleos hush work", "private"),
        "dans": make("dan", "acme", "dans work", "public"),
        "gone": make("bob", "acme", "bobs deleted work"),
        "eves": make("eve", "eves", "eves work", tag="eves tag"),
    }


def _let_go(tx: Tx, people: dict[str, Person], things: dict[str, dict[str, int]]) -> None:
    """Dan leaves, Fred's account is disabled, Gil's invitation waits again, and what is called gone goes."""
    ann, acme, gil = people["ann"].at(tx), things["workspace"]["acme"], people["gil"].id
    removals.leave_workspace(tx, people["dan"].at(tx), acme)
    accounts.disable(tx, people["fred"].account, tx.now)
    for table, bucket in (("members", bucket_of(acme)), ("memberships", bucket_of(gil))):
        tx.run(
            f"update {table} set active = :no where bucket = :bucket and workspace_id = :acme and account_id = :gil",
            no=False,
            bucket=bucket,
            acme=acme,
            gil=gil,
        )
    groups.set_members(tx, ann, things["group"]["acme"], [people["ann"].id, people["bob"].id])
    groups.delete(tx, ann, things["group"]["gone"])
    removals.delete_client(tx, ann, things["client"]["gone"])
    removals.delete_tag(tx, ann, things["tag"]["gone"])
    removals.delete_projects(tx, ann, [things["project"]["gone"]])
    project_members.delete(tx, ann, [things["project_user"]["gone"]])
    removals.delete_tasks(tx, ann, [things["task"]["gone"]])
    time_entries.delete(tx, people["bob"].at(tx), [things["entry"]["gone"]])


def _secrets(vault: Vault, people: dict[str, Person], things: dict[str, dict[str, int]]) -> list[Secret]:
    own = [
        Secret(text, (name,))
        for name, person in people.items()
        for text in (person.token, f"{name.capitalize()}'s workspace")
    ]
    # Who is in a workspace, or invited to it, is known there by their address; Fred is in Eve's too.
    elsewhere = {"dan": ("dan",), "eve": ("eve",), "fred": ("ann", "bob", "cleo", "eve", "fred")}
    addresses = [
        Secret(person.account.email, elsewhere.get(name, ("ann", "bob", "cleo", name)))
        for name, person in people.items()
    ]
    keys = [
        Secret(vault.derive(f"workspace|{things['workspace'][workspace]}"), (owner,))
        for workspace, owner in (("acme", "ann"), ("home", "ann"), ("eves", "eve"))
    ]
    return [
        *own,
        *addresses,
        *keys,
        Secret("acme", ("ann", "bob", "cleo")),
        Secret("hush", ("ann", "cleo")),
        Secret("cabal", ("ann",)),
        Secret("of bobs", ("ann", "bob")),
        Secret("anns", ("ann",)),
        Secret("bobs work", ("ann", "bob")),
        Secret("bobs further work", ("ann", "bob")),
        Secret("bobs deleted work", ("ann", "bob")),
        Secret("dans work", ("ann",)),
        Secret("eves", ("eve",)),
        Secret("47.11", ("ann",)),
        Secret("48.12", ("ann", "cleo")),
        Secret("49.13", ("ann",)),
        Secret("43.07", ("ann",)),
        Secret("44.06", ("ann", "cleo")),
    ]
