"""Rights that end: for the very next request, whichever process it comes to, and on sockets that are open.

On PostgreSQL two servers share a database. Rights are taken away at the first; the second is asked first, which has let
the same person in a moment ago and remembers what it may. A SQLite file has one server, and beside it commands.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from msgspec import Struct

from hourhand.core import accounts, clients, members, new_projects, passwords, project_members, removals, workspaces
from hourhand.core.members import Role
from hourhand.core.projects import Changes, Project
from hourhand.core.secrets import Vault
from hourhand.db import Database
from tests.cast import Person, person
from tests.matrix.conftest import ENGINES, url_for
from tests.server import Peer, Reply, Server
from tests.stream.device import Device

PASSWORD = "correct horse"
IN_TIME = 5.0
A_MOMENT = 1.0


class Team(Struct, frozen=True):
    """Ann's workspace with a private project, its servers, and the database as a command beside them has it."""

    servers: list[Server]
    database: Database
    vault: Vault
    ann: Person
    acme: int
    client: int
    secret: Project

    def hire(self, name: str, role: Role = "member", *, inside: bool = False, manager: bool = False) -> Person:
        """Somebody new in the workspace, with a password, and perhaps in the private project."""
        hired = person(self.database, self.vault, name)

        def join(tx: Any) -> None:
            members.join(tx, self.ann.at(tx), self.acme, hired.id, role)
            accounts.set_password(tx, hired.at(tx), hired.id, passwords.hashed(PASSWORD))
            if inside:
                project_members.add(tx, self.ann.at(tx), self.secret, hired.id, manager=manager)

        self.database.write_now(join)
        return hired

    def ask(self, name: str, password: str, method: str, path: str, body: object = None, **headers: str) -> list[Reply]:
        """The answers of all servers to somebody, the last one's first."""
        replies = []
        for server in reversed(self.servers):
            with Peer(server, name or None, password) as peer:
                replies.append(peer(method, f"/api/v8{path}", body, **headers))
        return replies

    def status(self, who: Person, method: str, path: str, body: object = None) -> set[int]:
        """What the servers answer to somebody who comes with a token."""
        return {it.status for it in self.ask(who.token, "api_token", method, path, body)}

    def order(self, method: str, path: str, body: object = None) -> Any:
        """Have Ann do something, at the first server."""
        with Peer(self.servers[0], self.ann.token) as peer:
            return _success(peer.v8(method, path, body))

    def session(self, who: Person) -> dict[str, str]:
        """The cookie of a new session of somebody's, which all servers take."""
        with Peer(self.servers[0], who.token) as peer:
            cookie = {"Cookie": peer.v8("POST", "/sessions").headers["set-cookie"].split(";")[0]}
        assert self.by_session(cookie) == {200}
        return cookie

    def by_session(self, cookie: dict[str, str]) -> set[int]:
        """What the servers answer to a session."""
        return {it.status for it in self.ask("", "", "GET", "/me", None, **cookie)}

    def by_password(self, who: Person, password: str) -> set[int]:
        """What the servers answer to a password."""
        return {it.status for it in self.ask(who.account.email, password, "GET", "/me")}

    def member_id(self, who: Person) -> int:
        """Somebody's number as a workspace user."""
        found = self.order("GET", f"/workspaces/{self.acme}/workspace_users")
        return int(next(it["id"] for it in found if it["uid"] == who.id))

    def mate_id(self, who: Person) -> int:
        """Somebody's number as a user of the private project."""
        found = self.order("GET", f"/projects/{self.secret.id}/project_users")
        return int(next(it["id"] for it in found if it["uid"] == who.id))


@pytest.fixture(scope="module", params=ENGINES)
def team(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """The workspace and the servers, for all tests of this module: each hires somebody of its own."""
    folder, other = (tmp_path_factory.mktemp(name) for name in ("first", "second"))
    url = url_for(request, folder)
    with ExitStack() as stack:
        first = stack.enter_context(Server(url, folder))
        servers = [first]
        if not url.startswith("sqlite"):
            servers.append(stack.enter_context(Server(url, other, key_file=first.key)))
        database, vault = stack.enter_context(first.visit())
        ann = person(database, vault, "Ann")

        def found(tx: Any) -> tuple[int, int, Project]:
            actor = ann.at(tx)
            acme = workspaces.create(tx, actor, workspaces.Draft("Acme")).id
            workspaces.update(tx, actor, acme, workspaces.Changes(only_admins_see_billable_rates=True))
            client = clients.create(tx, actor, clients.Draft(acme, "Client")).id
            plan = new_projects.Draft(acme, Changes(name="Secret", rate=49))  # type: ignore[arg-type]
            return acme, client, new_projects.create(tx, actor, plan)

        acme, client, secret = database.write_now(found)
        yield Team(servers, database, vault, ann, acme, client, secret)


@pytest.fixture
def listens(team: Team) -> Iterator[Callable[[Person], list[Device]]]:
    """Opens a device of somebody's at each server."""
    with ExitStack() as stack:
        yield lambda who: [stack.enter_context(Device(server)).listen(who.token) for server in team.servers]


Listens = Callable[[Person], list[Device]]


def test_who_is_removed_from_a_workspace(team: Team, listens: Listens) -> None:
    rex = team.hire("Rex")
    devices, path = listens(rex), f"/clients/{team.client}"
    assert team.status(rex, "GET", path) == {200}
    member_id = team.member_id(rex)
    team.order("DELETE", f"/workspace_users/{member_id}")
    ended = time.monotonic()
    assert team.status(rex, "GET", path) == {404}
    assert team.status(rex, "GET", "/me") == {200}
    team.order("PUT", path, {"client": {"notes": "after Rex"}})
    _all_end(team, devices, ended, "after Rex")


def test_who_is_no_admin_any_more(team: Team, listens: Listens) -> None:
    ada = team.hire("Ada", "admin")
    devices, witnesses = listens(ada), listens(team.ann)
    admins, project = f"/workspaces/{team.acme}/users", f"/projects/{team.secret.id}"
    assert team.status(ada, "GET", admins) == team.status(ada, "GET", project) == {200}
    member_id = team.member_id(ada)
    team.order("PUT", f"/workspace_users/{member_id}", {"workspace_user": {"admin": False}})
    assert team.status(ada, "GET", admins) == {403}
    assert team.status(ada, "GET", project) == {404}
    assert team.status(ada, "PUT", f"/workspaces/{team.acme}", {"workspace": {"name": "Adas"}}) == {403}
    _all_lose_sight(team, devices, witnesses, "after Ada")


def test_who_is_taken_out_of_a_private_project(team: Team, listens: Listens) -> None:
    ben = team.hire("Ben", inside=True)
    devices, witnesses, project = listens(ben), listens(team.ann), f"/projects/{team.secret.id}"
    assert team.status(ben, "GET", project) == {200}
    mate_id = team.mate_id(ben)
    team.order("DELETE", f"/project_users/{mate_id}")
    assert team.status(ben, "GET", project) == {404}
    assert team.status(ben, "GET", f"{project}/tasks") == {404}
    _all_lose_sight(team, devices, witnesses, "after Ben")


def test_who_manages_a_project_no_longer(team: Team, listens: Listens) -> None:
    mia = team.hire("Mia", inside=True, manager=True)
    devices, path = listens(mia), f"/projects/{team.secret.id}"
    change = {"project": {"billable": True}}
    assert team.status(mia, "PUT", path, change) == {200}
    assert {it.data["rate"] for it in team.ask(mia.token, "api_token", "GET", path)} == {49}
    mate_id = team.mate_id(mia)
    team.order("PUT", f"/project_users/{mate_id}", {"project_user": {"manager": False}})
    assert team.status(mia, "PUT", path, change) == {403}
    assert {"rate" in it.data for it in team.ask(mia.token, "api_token", "GET", path)} == {False}
    for device in devices:
        assert "rate" not in device.until(lambda it: it["model"] == "project")["data"]
    team.order("PUT", path, {"project": {"rate": 51}})
    for device in devices:
        assert "rate" not in device.until(lambda it: it["model"] == "project")["data"]
    team.order("PUT", path, {"project": {"rate": 49}})


def test_whose_account_is_disabled(team: Team, listens: Listens) -> None:
    dot = team.hire("Dot")
    devices, cookie = listens(dot), team.session(dot)
    assert team.by_password(dot, PASSWORD) == {200}
    team.database.write_now(lambda tx: accounts.disable(tx, accounts.find(tx, dot.id), tx.now))
    ended = time.monotonic()
    assert team.status(dot, "GET", "/me") == {403}
    assert team.by_password(dot, PASSWORD) == team.by_session(cookie) == {403}
    _all_end(team, devices, ended, "after Dot")


def test_whose_token_is_reset(team: Team, listens: Listens) -> None:
    tim = team.hire("Tim")
    devices, cookie = listens(tim), team.session(tim)
    assert team.status(tim, "GET", "/me") == {200}
    with Peer(team.servers[0], tim.token) as peer:
        fresh = _success(peer.v8("POST", "/reset_token"))
    ended = time.monotonic()
    assert team.status(tim, "GET", "/me") == team.by_session(cookie) == {403}
    assert {it.status for it in team.ask(fresh, "api_token", "GET", "/me")} == {200}
    _all_end(team, devices, ended, "after Tim")


def test_whose_password_is_changed(team: Team, listens: Listens) -> None:
    pam = team.hire("Pam")
    devices, cookie = listens(pam), team.session(pam)
    assert team.by_password(pam, PASSWORD) == {200}
    with Peer(team.servers[0], pam.token) as peer:
        _success(peer.v8("PUT", "/me", {"user": {"current_password": PASSWORD, "password": "another horse"}}))
    ended = time.monotonic()
    assert team.by_password(pam, PASSWORD) == team.by_session(cookie) == {403}
    assert team.by_password(pam, "another horse") == team.status(pam, "GET", "/me") == {200}
    _all_end(team, devices, ended, "after Pam")


def test_who_logs_out(team: Team) -> None:
    """A session ends; others, and the token that sockets are opened with, do not."""
    leo = team.hire("Leo")
    ended, other = team.session(leo), team.session(leo)
    with Peer(team.servers[0]) as peer:
        assert peer("DELETE", "/api/v8/sessions", **ended).status == 200
    assert team.by_session(ended) == {403}
    assert team.by_session(other) == team.status(leo, "GET", "/me") == {200}


def test_what_is_taken_away_beside_the_servers(team: Team) -> None:
    sue, project = team.hire("Sue", "admin", inside=True, manager=True), f"/projects/{team.secret.id}"
    member_id, mate_id = team.member_id(sue), team.mate_id(sue)
    change, rename = {"project": {"billable": True}}, {"workspace": {"name": "Acme"}}

    def ann(verb: Callable[..., object], *given: object) -> None:
        team.database.write_now(lambda tx: verb(tx, team.ann.at(tx), *given))

    assert team.status(sue, "PUT", f"/workspaces/{team.acme}", rename) == {200}
    ann(members.update, member_id, members.Changes(admin=False))
    assert team.status(sue, "PUT", f"/workspaces/{team.acme}", rename) == {403}
    assert team.status(sue, "PUT", project, change) == {200}
    ann(project_members.update, [mate_id], project_members.Changes(manager=False))
    assert team.status(sue, "PUT", project, change) == {403}
    assert team.status(sue, "GET", project) == {200}
    ann(project_members.delete, [mate_id])
    assert team.status(sue, "GET", project) == {404}
    assert team.status(sue, "GET", f"/workspaces/{team.acme}") == {200}
    ann(removals.remove_member, member_id)
    assert team.status(sue, "GET", f"/workspaces/{team.acme}") == {404}


def _all_end(team: Team, devices: list[Device], ended: float, notes: str) -> None:
    """All are closed in time, and are not told what comes a moment later, which other processes may need."""
    time.sleep(A_MOMENT)
    team.order("PUT", f"/clients/{team.client}", {"client": {"notes": notes}})
    for device in devices:
        told: list[Any] = []
        assert device.closed(told=told) == 1008
        assert notes not in str(told)
    assert time.monotonic() < ended + IN_TIME


def _all_lose_sight(team: Team, devices: list[Device], witnesses: list[Device], name: str) -> None:
    """All are told in time that the private project is gone for them, and nothing of it afterwards."""
    gone = {"id": team.secret.id, "wid": team.acme}
    for device in devices:
        assert device.until(lambda it: it["action"] == "delete" and it["model"] == "project", IN_TIME)["data"] == gone
    team.order("PUT", f"/projects/{team.secret.id}", {"project": {"name": name}})
    for witness in witnesses:
        witness.until(lambda it: it["data"].get("name") == name)
    for device in devices:
        assert name not in str(device.silent(0.2))


def _success(reply: Reply) -> Any:
    assert reply.status == 200, reply
    return reply.json()
