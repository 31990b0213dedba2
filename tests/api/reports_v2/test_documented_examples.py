"""Every example of the public documentation, asked and answered with the same members in the same order."""

from __future__ import annotations

import json
import re
from typing import Any

from hourhand.core.ids import LIMIT
from tests.api.conftest import Api
from tests.api.reports_v2 import documented
from tests.api.reports_v2.asking import ask, refused, told
from tests.api.reports_v2.documented import World
from tests.api.reports_v2.schema import PROJECT_DASHBOARD, faults
from tests.cast import Cast

DAYS = {"since": "2013-05-19", "until": "2013-05-20"}


def test_the_detailed_report(api: Api, cast: Cast) -> None:
    world = documented.details(api, cast)
    found = told(api, "/details", cast.ann, cast.acme.id, **DAYS, order_desc="off")
    alike(found, filled(world, documented.DETAILS))


def test_the_summary_report(api: Api, cast: Cast) -> None:
    world = documented.summary(api, cast)
    found = told(api, "/summary", cast.ann, cast.acme.id, **DAYS)
    alike(found, filled(world, documented.SUMMARY))


def test_the_weekly_report_by_project_and_by_person(api: Api, cast: Cast) -> None:
    world = documented.weekly(api, cast)
    alike(told(api, "/weekly", cast.ann, cast.acme.id, **DAYS), filled(world, documented.WEEKLY))
    by_person = told(api, "/weekly", cast.ann, cast.acme.id, **DAYS, grouping="users")
    expected = {**documented.WEEKLY, "data": documented.WEEKLY_BY_PERSON}
    alike(by_person, filled(world, expected))


def test_the_weekly_report_of_earnings(api: Api, cast: Cast) -> None:
    documented.earnings(api, cast)
    found = told(api, "/weekly", cast.ann, cast.acme.id, **DAYS, calculate="earnings")
    alike(found["week_totals"], documented.EARNINGS)
    by_person = told(api, "/weekly", cast.ann, cast.acme.id, **DAYS, calculate="earnings", grouping="users")
    alike([row["totals"] for row in by_person["data"]], [documented.EARNINGS])


def test_the_project_dashboard(api: Api, cast: Cast) -> None:
    world = documented.project(api, cast)
    found = told(api, "/project/", cast.ann, cast.acme.id, project_id=world.ids["project"], page=1)
    alike(found, documented.PROJECT)
    # The example itself has nulls where the schema has none: for a task that nobody does and that is not billable.
    assert faults(found) == faults(documented.PROJECT) != []


def test_the_schema_of_the_project_dashboard(api: Api, cast: Cast) -> None:
    world = documented.project(api, cast)
    project_id = world.ids["project"]
    for task in api("GET", f"/projects/{project_id}/tasks", cast.ann).json():
        api.data("PUT", f"/tasks/{task['id']}", cast.ann, {"task": {"uid": cast.ann.id}})
        world.entry(cast.bob, "2013-05-20T12:00:00+03:00", 60, pid=project_id, tid=task["id"], billable=True)
    found = told(api, "/project", cast.ann, cast.acme.id, project_id=project_id)
    assert faults(found) == []
    assert list(found) == PROJECT_DASHBOARD["required"]
    world.project("idle", "Idle")
    assert faults(told(api, "/project", cast.ann, cast.acme.id, project_id=world.ids["idle"])) == []


def test_an_empty_report(api: Api, cast: Cast) -> None:
    head = {"total_grand": None, "total_billable": None}
    page = {"total_count": 0, "per_page": 50}
    alike(told(api, "/details", cast.ann, cast.acme.id), {**head, **page, "total_currencies": [], "data": []})
    alike(told(api, "/summary", cast.ann, cast.acme.id), {**head, "total_currencies": [], "data": []})
    week = {"week_totals": [None] * 8}
    alike(told(api, "/weekly", cast.ann, cast.acme.id), {**head, "total_currencies": [], "data": [], **week})


def test_a_failed_request(api: Api, cast: Cast) -> None:
    assert refused(ask(api, "/details", cast.ann, LIMIT - 1)) == (403, "You are not in this workspace")


def alike(got: Any, expected: Any) -> None:
    """Equal, to the order of members, and with whole numbers where they are whole."""
    assert json.dumps(got, indent=1) == json.dumps(expected, indent=1)


def filled(world: World, said: Any) -> Any:
    """The same with real ids for the names in braces."""
    if isinstance(said, dict):
        return {name: filled(world, value) for name, value in said.items()}
    if isinstance(said, list):
        return [filled(world, value) for value in said]
    named = re.fullmatch(r"{(\w+)}", said) if isinstance(said, str) else None
    return world.ids[named[1]] if named else said
