"""Whatever else is sent along with a write makes no difference: every column and every member of the wire, made up.

On one engine: what a body is read as is settled before any database hears of it.
"""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from hourhand.api.http import House
from hourhand.api.v8.clients import ClientIn, ClientOut
from hourhand.api.v8.groups import GroupIn, GroupOut
from hourhand.api.v8.project_users import ProjectUserIn, ProjectUserOut
from hourhand.api.v8.projects import ProjectIn, ProjectOut
from hourhand.api.v8.tags import TagIn, TagOut
from hourhand.api.v8.tasks import TaskIn, TaskOut
from hourhand.api.v8.time_entries import TimeEntryIn, TimeEntryOut
from hourhand.api.v8.users import UserIn, UserOut
from hourhand.api.v8.workspace_users import WorkspaceUserIn, WorkspaceUserOut
from hourhand.api.v8.workspaces import WorkspaceIn, WorkspaceOut
from hourhand.settings import Settings
from tests import catalogue
from tests.api.conftest import Api
from tests.matrix import requests, snapshot
from tests.matrix.snapshot import Rows
from tests.matrix.stage import Stage
from tests.matrix.table import ALLOWED, MATRIX, Row

# What each wrapper takes, and what an answer shows of it.
SHAPES = {
    "client": (ClientIn, ClientOut),
    "group": (GroupIn, GroupOut),
    "project": (ProjectIn, ProjectOut),
    "project_user": (ProjectUserIn, ProjectUserOut),
    "tag": (TagIn, TagOut),
    "task": (TaskIn, TaskOut),
    "time_entry": (TimeEntryIn, TimeEntryOut),
    "user": (UserIn, UserOut),
    "workspace": (WorkspaceIn, WorkspaceOut),
    "workspace_user": (WorkspaceUserIn, WorkspaceUserOut),
}
# What is the server's to say, whoever asks.
NEVER = {"id", "bucket", "at", "created_at", "deleted_at", "server_deleted_at", "disabled_at", "api_token"}
NEVER |= {"admin", "role", "owner", "owner_id", "account_id", "workspace_id", "auth_epoch", "password_hash"}
# But for this: whether another is an admin is for an admin to say.
SAID_BY_ADMINS = {"workspace_user": {"admin"}}
# Names that neither a column nor a member has, and that somebody may hope for.
HOPED_FOR = {"admin", "is_admin", "superuser", "role", "owner", "permissions", "account", "__class__", "constructor"}
pytestmark = pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
WRITES = [key for key, row in MATRIX.items() if row.wrapped and ALLOWED & set(row.cells().values())]


@pytest.mark.parametrize("key", WRITES)
def test_members_that_are_not_asked_for_make_no_difference(stage: Stage, key: str) -> None:
    row = MATRIX[key]
    who, column = next(cell for cell, said in row.cells().items() if said in ALLOWED)
    plain = _outcome(stage, stage.api, key, row, who, column)
    assert plain[0] == 200
    for value in _hostile(stage):
        assert _outcome(stage, stage.api, key, _loaded(stage, row, value), who, column) == plain


@pytest.mark.parametrize("wrapper", SHAPES)
def test_no_shape_takes_what_is_the_servers_to_say(stage: Stage, wrapper: str) -> None:
    taken, _ = SHAPES[wrapper]
    assert NEVER & set(taken.__struct_fields__) == SAID_BY_ADMINS.get(wrapper, set())


def test_a_sign_up_makes_of_other_members_nothing(stage: Stage) -> None:
    api = Api(House(stage.database, stage.world.vault, Settings(log="off", rate_limit="off", signup="open")))
    row = MATRIX["POST /signups"]
    plain = _outcome(stage, api, "POST /signups", row, "nobody", "own")
    assert plain[0] == 200
    for value in _hostile(stage):
        assert _outcome(stage, api, "POST /signups", _loaded(stage, row, value), "nobody", "own") == plain
    api.close()


def _hostile(stage: Stage) -> list[Any]:
    """Somebody else's id, a flag, a text, a time."""
    return [stage.world.people["eve"].id, True, "hostile", 1]


def _loaded(stage: Stage, row: Row, value: Any) -> Row:
    """The row with bodies that say more: beside the entity, and in it what it does not take."""
    [(wrapper, entity)] = row.body.items()
    taken, shown = SHAPES[wrapper]
    columns = {column.name for column in stage.database.write_now(catalogue.read).columns}
    names = {*columns, *shown.__struct_fields__, *HOPED_FOR}
    inside = dict.fromkeys(sorted(names - set(taken.__struct_fields__)), value)
    beside = dict.fromkeys(sorted(names - {wrapper}), value)
    return structs.replace(row, body={**beside, wrapper: {**inside, **entity}})


def _outcome(stage: Stage, api: Api, key: str, row: Row, who: str, column: str) -> tuple[int, Rows]:
    """Status and rows after a request, which is then undone."""
    try:
        answer = requests.send(api, stage.world, key, row, who, column)
        return answer.status_code, snapshot.without_lots(snapshot.read(stage.database))
    finally:
        stage.reset()
