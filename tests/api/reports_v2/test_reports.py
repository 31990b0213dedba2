"""What reports show to whom: what runs, what is hidden, and at whose times."""

from __future__ import annotations

from typing import Any

from hourhand.core import project_members
from hourhand.core.ids import LIMIT
from tests.api.conftest import Api
from tests.api.reports_v2.asking import ask, refused, told
from tests.api.v8.sending import entry, made, tracked
from tests.cast import Cast
from tests.clock import Clock

NOTHING = [{"currency": None, "amount": None}]


def set_up(api: Api, cast: Cast, **settings: Any) -> None:
    """Change Acme's settings."""
    api.data("PUT", f"/workspaces/{cast.acme.id}", cast.ann, {"workspace": settings})


def test_what_runs_is_listed_without_an_end_where_only_days_narrow(api: Api, cast: Cast, clock: Clock) -> None:
    tracked(api, cast.ann, "2023-11-14T09:00:00Z", 60, wid=cast.acme.id, description="done")
    api.data("POST", "/time_entries/start", cast.ann, entry(wid=cast.acme.id, description="runs", billable=True))
    clock.advance(3600)
    found = told(api, "/details", cast.ann, cast.acme.id)
    assert [(it["description"], it["end"], it["dur"], it["billable"]) for it in found["data"]] == [
        ("runs", None, 0, None),
        ("done", "2023-11-14T09:01:00+00:00", 60000, None),
    ]
    assert (found["total_count"], found["total_grand"], found["total_billable"]) == (2, 60000, None)
    for narrower in ({"billable": "yes"}, {"user_ids": cast.ann.id}, {"description": "runs"}):
        assert told(api, "/details", cast.ann, cast.acme.id, **narrower)["data"] in ([], [found["data"][1]])
    assert told(api, "/summary", cast.ann, cast.acme.id)["total_grand"] == 60000


def test_times_are_the_reader_s_and_days_the_owner_s(api: Api, cast: Cast) -> None:
    api.data("PUT", "/me", cast.ann, {"user": {"timezone": "America/New_York"}})
    api.data("PUT", "/me", cast.bob, {"user": {"timezone": "Asia/Tokyo"}})
    # Early on the 11th in Tokyo, and still the 10th in New York.
    tracked(api, cast.bob, "2023-11-10T16:00:00Z", 3600, wid=cast.acme.id)
    assert told(api, "/details", cast.ann, cast.acme.id, since="2023-11-10", until="2023-11-10")["data"] == []
    [line] = told(api, "/details", cast.ann, cast.acme.id, since="2023-11-11", until="2023-11-11")["data"]
    assert (line["start"], line["end"]) == ("2023-11-10T11:00:00-05:00", "2023-11-10T12:00:00-05:00")
    assert line["updated"].endswith("-05:00")
    [own] = told(api, "/details", cast.bob, cast.acme.id)["data"]
    assert own["start"] == "2023-11-11T01:00:00+09:00"


def test_what_an_hour_costs_may_be_for_admins_alone(api: Api, cast: Cast) -> None:
    set_up(api, cast, default_hourly_rate=50, default_currency="EUR")
    tracked(api, cast.bob, "2023-11-14T09:00:00Z", 3600, wid=cast.acme.id, billable=True)
    for hidden, reader, worth, total in (
        (False, cast.bob, (50, "EUR"), [{"currency": "EUR", "amount": 50}]),
        (True, cast.bob, (None, None), NOTHING),
        (True, cast.ann, (50, "EUR"), [{"currency": "EUR", "amount": 50}]),
    ):
        set_up(api, cast, only_admins_see_billable_rates=hidden)
        found = told(api, "/details", reader, cast.acme.id)
        [line] = found["data"]
        assert (line["billable"], line["cur"], line["is_billable"]) == (*worth, True)
        assert (found["total_billable"], found["total_currencies"]) == (3600000, total)
        [group] = told(api, "/summary", reader, cast.acme.id)["data"]
        assert (group["items"][0]["sum"], group["items"][0]["cur"]) == worth
        assert group["items"][0]["rate"] == worth[0]
        week = told(api, "/weekly", reader, cast.acme.id, calculate="earnings")["week_totals"]
        assert [(it["currency"], it["amount"][7]) for it in week] == [(worth[1], worth[0])]


def test_a_rate_of_nothing_is_a_rate(api: Api, cast: Cast) -> None:
    set_up(api, cast, default_hourly_rate=0, default_currency="EUR")
    tracked(api, cast.ann, "2023-11-14T09:00:00Z", 3600, wid=cast.acme.id, billable=True)
    [group] = told(api, "/summary", cast.ann, cast.acme.id)["data"]
    assert group["total_currencies"] == [{"currency": "EUR", "amount": 0}]
    assert {name: group["items"][0][name] for name in ("cur", "sum", "rate")} == {"cur": "EUR", "sum": 0, "rate": 0}


def test_members_see_their_own_and_what_they_manage(api: Api, cast: Cast) -> None:
    database = api.house.database
    database.write_now(lambda tx: project_members.add(tx, cast.ann.at(tx), cast.private, cast.bob.id, manager=False))
    for person, words in ((cast.ann, "Ann's"), (cast.bob, "Bob's"), (cast.cleo, "Cleo's")):
        tracked(api, person, "2023-11-14T09:00:00Z", 60, wid=cast.acme.id, description=f"{words} own")
    for person, words in ((cast.bob, "Bob's"), (cast.cleo, "Cleo's")):
        tracked(api, person, "2023-11-14T09:00:00Z", 60, pid=cast.private.id, description=f"{words} hush")

    def seen(person: Any) -> set[str]:
        return {it["description"] for it in told(api, "/details", person, cast.acme.id)["data"]}

    assert seen(cast.ann) == {"Ann's own", "Bob's own", "Bob's hush", "Cleo's own", "Cleo's hush"}
    assert seen(cast.bob) == {"Bob's own", "Bob's hush"}
    assert seen(cast.cleo) == {"Cleo's own", "Cleo's hush", "Bob's hush"}


def test_a_hidden_project_is_as_if_absent(api: Api, cast: Cast) -> None:
    elsewhere = made(api, cast.eve, "project", wid=cast.eve.home, name="Elsewhere")["id"]
    answers = {
        ask(api, "/project", cast.bob, cast.acme.id, project_id=project_id).text
        for project_id in (cast.private.id, elsewhere, LIMIT - 1, 1)
    }
    assert len(answers) == 1
    answer = ask(api, "/project", cast.bob, cast.acme.id, project_id=cast.private.id)
    assert refused(answer) == (404, "There is no such project in the workspace")
    for person in (cast.ann, cast.cleo):
        assert told(api, "/project", person, cast.acme.id, project_id=cast.private.id)["name"] == "Private"
    # In another workspace of the reader's it is no better.
    assert refused(ask(api, "/project", cast.ann, cast.ann.home, project_id=cast.private.id))[0] == 404


def test_a_workspace_of_others_is_as_if_absent(api: Api, cast: Cast) -> None:
    for path in ("/details", "/summary", "/weekly", "/project"):
        for person in (cast.eve, cast.dan):
            answers = {
                ask(api, path, person, workspace_id, project_id=cast.public.id).text
                for workspace_id in (cast.acme.id, LIMIT - 1, 1)
            }
            assert len(answers) == 1
            answer = ask(api, path, person, cast.acme.id, project_id=cast.public.id)
            assert refused(answer) == (403, "You are not in this workspace")


def test_tasks_of_a_project_by_pages_and_in_order(api: Api, cast: Cast) -> None:
    set_up(api, cast, default_hourly_rate=60)
    for number in range(11):
        task = {"pid": cast.public.id, "name": f"Task {number:02}", "estimated_seconds": number * 60}
        task_id = made(api, cast.ann, "task", **task)["id"]
        tracked(api, cast.ann, "2023-11-14T09:00:00Z", 60 * (number + 1), tid=task_id, billable=True)

    def names(**arguments: object) -> list[str]:
        found = told(api, "/project", cast.ann, cast.acme.id, project_id=cast.public.id, **arguments)
        assert (found["tasks_count"], found["tasks_per_page"]) == (11, 10)
        return [task["name"] for task in found["tasks_page"]]

    assert names() == names(page=0) == [f"Task {number:02}" for number in range(10)]
    assert names(page=2) == ["Task 10"]
    assert names(page=3) == []
    for order in ("name", "duration", "billable_amount", "estimated_seconds"):
        assert names(order_field=order, order_desc="on")[0] == "Task 10"
    assert len(names(order_field="assignee")) == 10
    for argument, bad in (("order_field", "x"), ("order_desc", "x"), ("page", "x")):
        answer = ask(api, "/project", cast.ann, cast.acme.id, project_id=cast.public.id, **{argument: bad})
        assert refused(answer)[1].startswith(f"{argument} must be ")
    found = told(api, "/project", cast.ann, cast.acme.id, project_id=cast.public.id)
    assert found["top_tasks"][-1]["name"] is None
    assert list(found["top_tasks"][-1])[-1] == "asignee"
