"""The cast: Ann owns Acme, Bob is a member, Cleo manages a project, Dan left, Eve is a stranger."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from msgspec import Struct

from hourhand.core import members, new_accounts, new_projects, project_members, removals, tokens, workspaces
from hourhand.core.accounts import Account
from hourhand.core.actor import Actor
from hourhand.core.new_projects import Draft
from hourhand.core.projects import Changes, Project
from hourhand.core.secrets import Vault, open_vault
from hourhand.core.workspaces import Workspace
from hourhand.db import Database, Tx


class Person(Struct, frozen=True):
    """Somebody with an account."""

    account: Account
    token: str

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def home(self) -> int:
        """The workspace that came with the account."""
        assert self.account.default_workspace_id is not None
        return self.account.default_workspace_id

    @property
    def header(self) -> dict[str, str]:
        """The credentials of a request."""
        return {"Authorization": "Basic " + b64encode(f"{self.token}:api_token".encode()).decode()}

    def at(self, tx: Tx) -> Actor:
        """The person, acting now."""
        return Actor(self.id, tx.now, "tests")


class Cast(Struct, frozen=True):
    """Everybody, and the workspace they meet in."""

    vault: Vault
    ann: Person
    bob: Person
    cleo: Person
    dan: Person
    eve: Person
    acme: Workspace
    public: Project
    private: Project


def assemble(database: Database, folder: Path) -> Cast:
    """Everybody in their place, in a database without people."""
    vault = open_vault(folder / "secret.key")
    ann, bob, cleo, dan, eve = (person(database, vault, name) for name in ("Ann", "Bob", "Cleo", "Dan", "Eve"))
    acme = database.write_now(lambda tx: workspaces.create(tx, ann.at(tx), workspaces.Draft("Acme")))

    def meet(tx: Tx) -> tuple[Project, Project]:
        for member in (bob, cleo, dan):
            members.join(tx, ann.at(tx), acme.id, member.id, "member")
        removals.leave_workspace(tx, dan.at(tx), acme.id)
        public = new_projects.create(tx, ann.at(tx), Draft(acme.id, Changes(name="Public", is_private=False)))
        private = new_projects.create(tx, ann.at(tx), Draft(acme.id, Changes(name="Private")))
        project_members.add(tx, ann.at(tx), private, cleo.id, manager=True)
        return public, private

    public, private = database.write_now(meet)
    return Cast(vault, ann, bob, cleo, dan, eve, acme, public, private)


def person(database: Database, vault: Vault, name: str) -> Person:
    """A new account, without a password."""
    draft = new_accounts.Draft(email=f"{name.lower()}@example.org", name=name)
    account = database.write_now(lambda tx: new_accounts.create(tx, vault, draft, None))
    token = database.write_now(lambda tx: tokens.shown(tx, vault, account.id))
    assert token is not None
    return Person(account, token)
