"""The world of the access matrix: Acme and Eve's workspace, the cast in them, and each thing under a short name.

All that is said in this world is a canary. `Secret` tells who may hear which.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct

from hourhand.core import (
    accounts,
    calendars,
    clients,
    codes,
    credentials,
    groups,
    members,
    new_projects,
    project_groups,
    project_members,
    projects,
    removals,
    subscriptions,
    tags,
    tasks,
    time_entries,
    workspaces,
)
from hourhand.core.event_filters import EVERY, EventFilter
from hourhand.core.ids import BITS, bucket_of
from hourhand.core.places import Place
from hourhand.core.projects import Project
from hourhand.core.secrets import Vault, open_vault
from hourhand.core.subscriptions import Draft, Subscription
from hourhand.core.timing import Said
from hourhand.db import Database, Tx
from tests.cast import Person, person
from tests.matrix.table import DOT

NAMES = ("ann", "bob", "cleo", "dan", "eve", "fred", "gil", "hal", "ida", "jon", "kim", "lea")
# Who is in Acme and may use it, and who of them administers it.
TEAM = ("ann", "bob", "cleo", "jon", "kim", "lea")
ADMINS = ("ann", "jon")
_NEVER_MADE = 900_000


class Secret(Struct, frozen=True):
    """A text, and the people who may read it."""

    text: str
    readers: tuple[str, ...]


class World(Struct, frozen=True):
    """People by name, ids of things by kind and name, and what is secret.

    `passes` are what opens a thing by itself, by kind and name: addresses of pictures and feeds, and codes.
    """

    vault: Vault
    people: dict[str, Person]
    things: dict[str, dict[str, int]]
    passes: dict[str, dict[str, str]]
    secrets: list[Secret]

    def ids(self, kind: str, names: str) -> list[Any]:
        """The ids, or passes, of things whose names are joined by commas."""
        named: dict[str, Any] = self.things[kind] if kind in self.things else self.passes[kind]
        return [named[name] for name in names.split(",")]


def build(database: Database, folder: Path) -> World:
    """The world, in a database without people.

    Ann owns Acme, Jon is an admin of it. Bob, Cleo, Kim and Lea are members: Bob has made a project and knows another
    one by a group, Cleo manages the private one, Lea is in that, Kim in none. Dan has left. Fred's account is disabled.
    Gil was invited and has not accepted. Eve is at home elsewhere, where Hal is a member, and Fred too. Ida is nowhere
    but in a workspace of hers.
    """
    vault = open_vault(folder / "secret.key")
    people = {name: person(database, vault, name.capitalize()) for name in NAMES}
    things = database.write_now(lambda tx: _things(tx, people))
    passes = database.write_now(lambda tx: _passes(tx, vault, people, things))
    database.write_now(lambda tx: _let_go(tx, people, things))
    for kind in things.values():
        kind["missing"] = (_NEVER_MADE << BITS) | bucket_of(things["workspace"]["acme"])
    return World(vault, people, things, passes, _secrets(vault, people, things, passes))


def _things(tx: Tx, people: dict[str, Person]) -> dict[str, dict[str, int]]:
    ann, eve = people["ann"].at(tx), people["eve"].at(tx)
    acme = workspaces.create(tx, ann, workspaces.Draft("acme")).id
    rates = workspaces.Changes(default_hourly_rate=Decimal("47.11"), only_admins_see_billable_rates=True)
    workspaces.update(tx, ann, acme, rates)
    workspaces.update(tx, ann, acme, workspaces.Changes(only_admins_see_team_dashboard=True))
    joined = {
        name: members.join(tx, ann, acme, people[name].id, "admin" if name in ADMINS else "member").id
        for name in NAMES
        if name not in ("ann", "eve", "hal", "ida")
    }
    joined["hal"] = members.join(tx, eve, people["eve"].home, people["hal"].id, "member").id
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
            "eves": groups.create(tx, eve, groups.Draft(people["eve"].home, "eves circle")).id,
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
        "den": make("ann", acme, "acme den project", rate=Decimal("46.15")),
        "gone": make("ann", acme, "acme old project", is_private=False),
        "home": make("ann", home, "anns project"),
        "eves": make("eve", eves, "eves project", is_private=False),
        "mould": make("ann", acme, "acme mould", is_private=False, template=True),
        "hush": make("ann", acme, "acme hush mould", template=True),
        "eves_mould": make("eve", eves, "eves veiled mould", template=True),
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
        "leas": add("private", "lea", rate=4208),
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
        "den": make("ann", "den", "acme den task"),
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
        "anns": make("ann", "acme", "work of ann"),
        "bobs": make("bob", "acme", "bobs work", "public"),
        "more": make("bob", "acme", "bobs further work"),
        "cleos": make("cleo", "acme", "cleos hush work", "private"),
        "leas": make("lea", "acme", "leas hush work", "private"),
        "dans": make("dan", "acme", "dans work", "public"),
        "gone": make("bob", "acme", "bobs deleted work"),
        "eves": make("eve", "eves", "eves work", tag="eves tag"),
        "hals": make("hal", "eves", "hals work", "eves", tag="eves tag"),
    }


def _passes(
    tx: Tx, vault: Vault, people: dict[str, Person], things: dict[str, dict[str, int]]
) -> dict[str, dict[str, str]]:
    def logo(owner: str, workspace: str) -> str:
        actor, workspace_id = people[owner].at(tx), things["workspace"][workspace]
        workspaces.update(tx, actor, workspace_id, workspaces.Changes(ical_enabled=True))
        path = workspaces.set_logo(tx, actor, workspace_id, DOT + str(workspace_id).encode()).logo_url
        return str(path).removeprefix("/images/")

    def face(name: str) -> str:
        path = accounts.set_picture(tx, people["bob"].at(tx), people["bob"].id, DOT + name.encode()).picture
        return str(path).removeprefix("/images/")

    def feed(name: str) -> str:
        actor, home = people[name].at(tx), "eves" if name in ("eve", "hal") else "acme"
        return calendars.token(vault, workspaces.visible(tx, actor, things["workspace"][home])) or ""

    def hook(owner: str, workspace: str, description: str) -> Subscription:
        actor, workspace_id = people[owner].at(tx), things["workspace"][workspace]
        # It may not be called, and so nobody ever is.
        draft = Draft("http://127.0.0.1/", [EventFilter(EVERY, EVERY)], description, secret=f"{description} secret")
        proposal = subscriptions.proposed(tx, actor, workspace_id, draft, vault, 5)
        return subscriptions.save(tx, actor, proposal, 5, validated=False)

    hooks = {
        "anns": hook("ann", "acme", "acme cabal hook"),
        "bobs": hook("bob", "acme", "acme hook of bobs"),
        "eves": hook("eve", "eves", "eves circle hook"),
    }
    places = {name: f"{it.workspace_id}/{it.id}" for name, it in hooks.items()}
    proofs = {name: f"{places[name]}/{it.code(vault)}" for name, it in hooks.items()}
    elsewhere = f"{things['workspace']['acme']}/{hooks['eves'].id}"
    nowhere = f"{things['workspace']['acme']}/{(_NEVER_MADE << BITS) | bucket_of(things['workspace']['acme'])}"
    acme = logo("ann", "acme")
    pictures = {"acme": acme, "eves": logo("eve", "eves"), "former": face("former"), "bob": face("bob")}
    feeds = {name: feed(name) for name in NAMES if name != "ida"}
    given = {name: credentials.desktop_code(tx, people[name].at(tx)) for name in NAMES}
    spent = credentials.desktop_code(tx, people["ann"].at(tx))
    codes.withdraw(tx, spent)
    astray = acme.replace(str(things["workspace"]["acme"]), str(things["workspace"]["home"]))
    forged = feeds["ann"][:-1] + ("1" if feeds["ann"][-1] == "0" else "0")
    return {
        "picture": {**pictures, "astray": astray, "missing": f"workspace/{_NEVER_MADE}/{'0' * 32}.png"},
        "feed": {**feeds, "forged": forged, "missing": "0" * 48},
        "hook": {**places, "astray": elsewhere, "missing": nowhere},
        "proof": {
            **proofs,
            "astray": f"{places['anns']}/{hooks['bobs'].code(vault)}",
            "missing": f"{nowhere}/{hooks['anns'].code(vault)}",
        },
        "code": {**given, "spent": spent, "missing": "0" * 32},
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
    project_groups.add(tx, ann, project_groups.Draft(things["project"]["den"], things["group"]["acme"]))
    removals.delete_group(tx, ann, things["group"]["gone"])
    removals.delete_client(tx, ann, things["client"]["gone"])
    removals.delete_tag(tx, ann, things["tag"]["gone"])
    removals.delete_projects(tx, ann, [things["project"]["gone"]])
    project_members.delete(tx, ann, [things["project_user"]["gone"]])
    removals.delete_tasks(tx, ann, [things["task"]["gone"]])
    time_entries.delete(tx, people["bob"].at(tx), [things["entry"]["gone"]])


def _secrets(
    vault: Vault, people: dict[str, Person], things: dict[str, dict[str, int]], passes: dict[str, dict[str, str]]
) -> list[Secret]:
    own = [
        Secret(text, (name,))
        for name, person in people.items()
        for text in (person.token, f"{name.capitalize()}'s workspace")
        if text != "Eve's workspace"
    ]
    # Who is in a workspace, or invited to it, is known there by their address; Fred is in Eve's too.
    elsewhere = {"dan": (), "eve": ("hal",), "fred": (*TEAM, "eve", "hal"), "hal": ("eve",), "ida": ()}
    addresses = [Secret(person.account.email, (name, *elsewhere.get(name, TEAM))) for name, person in people.items()]
    keys = [
        Secret(vault.derive(f"workspace|{things['workspace'][workspace]}"), admins)
        for workspace, admins in (("acme", ADMINS), ("home", ("ann",)), ("eves", ("eve",)))
    ]
    feeds = [Secret(passes["feed"][name], (name,)) for name in NAMES if name != "ida"]
    logos = [Secret(passes["picture"]["acme"], TEAM), Secret(passes["picture"]["eves"], ("eve", "hal"))]
    return [
        *own,
        *addresses,
        *keys,
        *feeds,
        *logos,
        Secret("acme", TEAM),
        Secret("hush", (*ADMINS, "cleo", "lea")),
        Secret("cabal", ADMINS),
        Secret("of bobs", (*ADMINS, "bob")),
        Secret("acme den", (*ADMINS, "bob")),
        Secret("anns", ("ann",)),
        # Who manages a project, or is in it, is not told what others do there.
        Secret("work of ann", ADMINS),
        Secret("bobs work", (*ADMINS, "bob")),
        Secret("bobs further work", (*ADMINS, "bob")),
        Secret("bobs deleted work", (*ADMINS, "bob")),
        Secret("cleos hush work", (*ADMINS, "cleo")),
        Secret("leas hush work", (*ADMINS, "lea")),
        Secret("dans work", ADMINS),
        Secret("Eve's workspace", ("eve", "hal")),
        Secret("eves", ("eve", "hal")),
        Secret("circle", ("eve",)),
        Secret("veiled", ("eve",)),
        Secret("hals", ("eve", "hal")),
        # Rates of the workspace; of the den, the private project, the public one; of Cleo there, of her and Lea here.
        Secret("47.11", ADMINS),
        Secret("46.15", ADMINS),
        Secret("48.12", (*ADMINS, "cleo")),
        Secret("49.13", ADMINS),
        Secret("43.07", ADMINS),
        Secret("44.06", (*ADMINS, "cleo")),
        Secret("42.08", (*ADMINS, "cleo")),
    ]
