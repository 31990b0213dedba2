"""Calendars: one's own time in a workspace as a feed, which a calendar program fetches by its address alone.

The address is all that opens it, so there is a secret in it: derived from the key file, the member, and a
word of the workspace that is new each time its feeds are switched on. Nothing of it is stored.
"""

from __future__ import annotations

import hmac
import re

from msgspec import Struct

from hourhand.core import accounts, entry_rows, ids, projects, workspaces
from hourhand.core.actor import Actor
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.errors import NotFound
from hourhand.core.ids import bucket_of
from hourhand.core.secrets import Vault
from hourhand.core.workspaces import Workspace
from hourhand.db import Tx

NOUN = "calendar"
RECENT_SECONDS = 90 * 24 * 3600
MOST_ENTRIES = 2000
_TOKEN = re.compile(r"([0-9a-f]{16})[0-9a-f]{32}")


class Calendar(Struct, frozen=True):
    """What a feed shows: entries of the last 90 days, the latest first, and the names of their projects by id."""

    workspace: Workspace
    entries: list[TimeEntry]
    projects: dict[int, str]
    now: int


def token(vault: Vault, workspace: Workspace) -> str | None:
    """What opens the reader's own feed of a workspace; None while its feeds are switched off."""
    if not workspace.ical_enabled or workspace.ical_token is None:
        return None
    return f"{workspace.member_id:016x}" + vault.derive(f"calendar|{workspace.member_id}|{workspace.ical_token}")


def opened(tx: Tx, vault: Vault, said: str) -> Calendar:
    """The calendar that a token opens. Raises `NotFound`, also when its person may not see the workspace any more."""
    actor, workspace_id = _member(tx, said)
    workspace = workspaces.visible(tx, actor, workspace_id)
    if not hmac.compare_digest(token(vault, workspace) or "", said):
        raise NotFound(NOUN)
    visible = projects.listing(tx, actor, workspace_ids=[workspace.id])
    return Calendar(
        workspace=workspace,
        entries=entry_rows.own_latest(tx, actor, workspace.id, tx.now - RECENT_SECONDS, MOST_ENTRIES),
        projects={project.id: project.name for project in visible},
        now=tx.now,
    )


def _member(tx: Tx, said: str) -> tuple[Actor, int]:
    """Whose feed a token claims to open, and of which workspace."""
    match = _TOKEN.fullmatch(said)
    member_id = int(match[1], 16) if match else 0
    row = ids.possible(member_id) and tx.row(
        "select account_id, workspace_id from members where bucket = :bucket and id = :id and deleted_at is null",
        bucket=bucket_of(member_id),
        id=member_id,
    )
    if not row:
        raise NotFound(NOUN)
    account_id, workspace_id = row
    return Actor(accounts.find(tx, account_id).id, tx.now), workspace_id
