"""How API v8 says on a stream what became of a thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from hourhand.api.http import Caller
from hourhand.api.v8.clients import ClientOut
from hourhand.api.v8.groups import GroupOut
from hourhand.api.v8.project_users import ProjectUserOut
from hourhand.api.v8.projects import ProjectOut
from hourhand.api.v8.tags import TagOut
from hourhand.api.v8.tasks import TaskOut
from hourhand.api.v8.time_entries import TimeEntryOut
from hourhand.api.v8.users import UserOut
from hourhand.api.v8.wire import View, shown
from hourhand.api.v8.workspace_users import WorkspaceUserOut
from hourhand.api.v8.workspaces import WorkspaceOut
from hourhand.core import (
    accounts,
    clients,
    groups,
    members,
    project_members,
    projects,
    tags,
    tasks,
    time_entries,
    workspaces,
)
from hourhand.core.notices import Lost, Notice

# Clients read into a buffer of 10 KiB.
MOST_BYTES = 10 * 1024 - 1
_LONG = ("description", "notes", "tags", "group_ids")
_ACTIONS = {"created": "insert", "updated": "update", "deleted": "delete"}


class Message(Struct, omit_defaults=True):
    """A change. `left_out` names the members of `data` that would have made it too long."""

    action: str
    model: str
    data: Struct
    left_out: list[str] | UnsetType = UNSET


class LostOut(Struct):
    """A thing that is there, and no longer for this person."""

    id: int
    wid: int
    pid: int | UnsetType


Show = Callable[[Any, View, Caller], Struct]
_MODELS: dict[str, tuple[str, Show]] = {
    accounts.NOUN: ("user", lambda it, view, caller: UserOut.of(it, view, caller.house)),
    workspaces.NOUN: ("workspace", WorkspaceOut.of),
    members.NOUN: ("workspace_user", lambda it, view, caller: WorkspaceUserOut.of(it, view, caller.house)),
    groups.NOUN: ("group", lambda it, view, _: GroupOut.of(it, view)),
    clients.NOUN: ("client", lambda it, view, _: ClientOut.of(it, view)),
    projects.NOUN: ("project", lambda it, view, _: ProjectOut.of(it, view)),
    project_members.NOUN: ("project_user", lambda it, view, _: ProjectUserOut.of(it, view)),
    tags.NOUN: ("tag", lambda it, view, _: TagOut.of(it, view)),
    tasks.NOUN: ("task", lambda it, view, _: TaskOut.of(it, view)),
    time_entries.NOUN: ("time_entry", lambda it, view, _: TimeEntryOut.of(it, view)),
}


def written(notice: Notice, caller: Caller) -> str | None:
    """A notice as a message, or None where this dialect has no word for its noun."""
    if notice.noun not in _MODELS:
        return None
    model, show = _MODELS[notice.noun]
    thing = notice.thing
    if isinstance(thing, Lost):
        data: Struct = LostOut(thing.id, thing.workspace_id, shown(thing.project_id))
    else:
        data = show(thing, View.of(caller), caller)
    return _fitting(Message(_ACTIONS[notice.action], model, data))


def _fitting(message: Message) -> str:
    encoded = msgspec.json.encode(message)
    for name in _LONG:
        if len(encoded) <= MOST_BYTES:
            break
        if getattr(message.data, name, UNSET) is not UNSET:
            setattr(message.data, name, UNSET)
            message.left_out = [*(message.left_out or ()), name]
            encoded = msgspec.json.encode(message)
    return encoded.decode()
