"""What a person does about their own credentials: log in, change the password, reset the token.

A reset ends everything that remembers the old credentials, except the session it is made through.
"""

from __future__ import annotations

from collections.abc import Iterable

from hourhand.core import accounts, codes, sessions, tokens
from hourhand.core.accounts import Account, Changes
from hourhand.core.actor import Actor
from hourhand.core.errors import Problem
from hourhand.core.secrets import Vault
from hourhand.db import Tx

DESKTOP_LOGIN = "desktop_login"
DESKTOP_SECONDS = 60


def log_in(tx: Tx, actor: Actor) -> str:
    """A new session of the actor's; returns its id."""
    return sessions.begin(tx, accounts.find(tx, actor.account_id))


def desktop_code(tx: Tx, actor: Actor) -> str:
    """A code that begins a session in a browser, for a program that is logged in already. It holds for a minute."""
    return codes.issue(tx, DESKTOP_LOGIN, accounts.find(tx, actor.account_id), DESKTOP_SECONDS)


def log_in_by_code(tx: Tx, code: str) -> str:
    """A new session, for a code from `desktop_code`; returns its id. Raises `NotFound`."""
    return sessions.begin(tx, codes.owner(tx, codes.spend(tx, DESKTOP_LOGIN, code)))


def update(
    tx: Tx,
    actor: Actor,
    changes: Changes,
    password_hash: str | None,
    session_id: str | None,
    found: Iterable[Problem] = (),
) -> Account:
    """Change one's own profile, and the password if a new one's hash is given.

    Raises `Invalid`, with what was `found` wrong already too, so that everything is said at once.
    """
    account = accounts.update(tx, actor, changes, found)
    if password_hash is None:
        return account
    account = accounts.set_password(tx, actor, actor.account_id, password_hash)
    _keep(tx, account, session_id)
    return account


def reset_token(tx: Tx, actor: Actor, vault: Vault, session_id: str | None) -> str:
    """A new API token; the old one stops working at once."""
    token = tokens.reset(tx, vault, actor, actor.account_id)
    _keep(tx, accounts.find(tx, actor.account_id), session_id)
    return token


def own_token(tx: Tx, actor: Actor, vault: Vault) -> str | None:
    """The actor's API token."""
    return tokens.shown(tx, vault, actor.account_id)


def _keep(tx: Tx, account: Account, session_id: str | None) -> None:
    if session_id is not None:
        sessions.renew(tx, session_id, account)
