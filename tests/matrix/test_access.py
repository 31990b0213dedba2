"""Everybody at every door: the table against the application, on both engines."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.endpoints import endpoints, pages
from tests.matrix import requests, snapshot
from tests.matrix.stage import Stage
from tests.matrix.table import ALLOWED, KINDS, MATRIX, PAGES, Row
from tests.matrix.world import NAMES

# Members of bodies that name a thing.
NAMING = ("wid", "pid", "tid", "cid", "uid", "template_id", "default_wid", "workspace")
HIDDEN = ("gone", "unfit", "nil", "lost", "foreign", "absent", "outside", "unknown", "unproven")
ROWS = MATRIX | PAGES
# Nothing may be with a thing of another workspace; in one bucket no foreign key sees to that.
_ASTRAY = [
    "select 1 from projects p join clients c on c.id = p.client_id where c.workspace_id <> p.workspace_id",
    "select 1 from projects p join projects t on t.id = p.template_id where t.workspace_id <> p.workspace_id",
    "select 1 from tasks t join projects p on p.id = t.project_id where t.workspace_id <> p.workspace_id",
    "select 1 from time_entries e join projects p on p.id = e.project_id where e.workspace_id <> p.workspace_id",
    "select 1 from time_entries e join tasks t on t.id = e.task_id where e.project_id <> t.project_id",
    "select 1 from time_entry_tags x join time_entries e on e.id = x.time_entry_id join tags t on t.id = x.tag_id"
    " where e.workspace_id <> t.workspace_id",
    "select 1 from group_members m join groups g on g.id = m.group_id where g.workspace_id <> m.workspace_id",
    "select 1 from project_members m join projects p on p.id = m.project_id where m.workspace_id <> p.workspace_id",
]

_ROLES = "select account_id, workspace_id, role from members where active and deleted_at is null"
_MATES = "select account_id, project_id, manager from project_members where deleted_at is null"


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(stage: Stage) -> None:
    for served, rows in (
        ({endpoint.name for endpoint in endpoints(stage.api.house)}, MATRIX),
        (pages(stage.api.house), PAGES),
    ):
        listed = {" ".join(key.split()[:2]).partition("?")[0] for key in rows}
        assert served - listed == set(), "endpoints without a row in tests/matrix/table.py"
        assert listed - served == set(), "rows of tests/matrix/table.py without an endpoint"


def test_every_row_has_all_kinds_of_callers() -> None:
    assert len({*KINDS.values()}.intersection(NAMES)) == 10
    for key, row in ROWS.items():
        assert row.cells().keys() == {(who, column) for who in ("nobody", *NAMES) for column in row.columns}, key


def test_callers_are_what_the_table_calls_them(stage: Stage) -> None:
    names = {person.id: name for name, person in stage.world.people.items()}
    acme, eves = (stage.world.things["workspace"][name] for name in ("acme", "eves"))
    roles, mates = stage.database.write_now(lambda tx: (tx.rows(_ROLES), tx.rows(_MATES)))
    found = {(names[who], workspace_id): role for who, workspace_id, role in roles if workspace_id in (acme, eves)}
    assert found == {
        ("ann", acme): "owner",
        ("eve", eves): "owner",
        ("jon", acme): "admin",
        **{(name, acme): "member" for name in ("bob", "cleo", "fred", "kim", "lea")},
        **{(name, eves): "member" for name in ("hal", "fred")},
    }
    private = stage.world.things["project"]["private"]
    inside = {names[who]: bool(manager) for who, project_id, manager in mates if project_id == private}
    assert inside == {"ann": True, "cleo": True, "lea": False}
    assert stage.world.people["kim"].id not in {who for who, _, _ in mates}


def test_every_member_of_a_body_that_names_a_thing_has_a_row(stage: Stage) -> None:
    wanted = {
        f"{endpoint.name} {member}.id" if member == "workspace" else f"{endpoint.name} {member}"
        for endpoint in endpoints(stage.api.house)
        if endpoint.entity is not None
        for member in endpoint.entity.__struct_fields__
        if member in NAMING
    }
    assert wanted - set(MATRIX) == set()


@pytest.mark.parametrize("key", ROWS)
def test_what_is_refused_to_one_is_given_to_another(key: str) -> None:
    given = {column for (_, column), said in ROWS[key].cells().items() if said in ALLOWED}
    assert given == set(ROWS[key].given)


@pytest.mark.parametrize("key", ROWS)
def test_everybody_is_answered_as_the_table_says(stage: Stage, key: str) -> None:
    row, wrong = ROWS[key], []
    alike: dict[tuple[str, str, int], set[Any]] = {}
    cells = row.cells().items()
    # What may not change anything goes first, so that one look afterwards is enough for all of it.
    for (who, column), verdict in [cell for cell in cells if not _may_change(key, cell[1])]:
        answer = requests.send(stage.api, stage.world, key, row, who, column)
        wrong += [f"{who}, {column}: {fault}" for fault in _faults(stage, row, who, column, verdict, answer)]
        if verdict in HIDDEN:
            group = alike.setdefault((who, verdict, column.count(",")), set())
            group.add(str(requests.without_ids(stage.world, row, who, column, answer)))
    wrong += _left_behind(stage)
    for (who, column), verdict in [cell for cell in cells if _may_change(key, cell[1])]:
        answer = requests.send(stage.api, stage.world, key, row, who, column)
        faults = [*_faults(stage, row, who, column, verdict, answer), *_effects(stage, key, row, who, column, verdict)]
        wrong += [f"{who}, {column}: {fault}" for fault in faults]
        stage.reset()
    wrong += [f"{group}: hidden and absent differ: {answers}" for group, answers in alike.items() if len(answers) > 1]
    assert wrong == []


def _may_change(key: str, verdict: str) -> bool:
    return verdict in ALLOWED and (not key.startswith("GET") or verdict in ("enter", "agreed"))


def _left_behind(stage: Stage) -> list[str]:
    """Whether something changed that may not."""
    if not stage.changed():
        return []
    stage.reset()
    return ["a refused request, or one that only reads, has changed something"]


def _faults(stage: Stage, row: Row, who: str, column: str, verdict: str, answer: httpx.Response) -> list[str]:
    """What an answer says that it may not."""
    heard, reader = f"{answer.text} {answer.headers}", column if row.bearer else who
    faults = [
        f"hears {it.text!r}"
        for it in stage.world.secrets
        if it.text in heard and reader not in it.readers and (reader, it.text) not in row.tells
    ]
    if not requests.amounts_to(answer, verdict):
        faults.append(f"not {verdict} but {answer.status_code} {answer.text[:200]!r}")
    return faults


def _effects(stage: Stage, key: str, row: Row, who: str, column: str, verdict: str) -> list[str]:
    """What a request has done that it may not."""
    if stage.database.write_now(lambda tx: tx.rows(" union all ".join(_ASTRAY))):
        return ["something is with a thing of another workspace"]
    return _taken_up(stage, key, row, who, column) if verdict == "kept" else []


def _taken_up(stage: Stage, key: str, row: Row, who: str, column: str) -> list[str]:
    """Whether the member of the body that names the thing made a difference."""
    with_it = snapshot.read(stage.database)
    stage.reset()
    requests.send(stage.api, stage.world, key, requests.without_thing(row), who, column)
    return [] if snapshot.read(stage.database) == with_it else ["the thing that was named was taken up"]
