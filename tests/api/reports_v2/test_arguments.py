"""Every argument: what it means, what it is where nothing is said, and the refusal of all else, which names it."""

from __future__ import annotations

from typing import Any

import pytest

from hourhand.core import groups
from hourhand.core.ids import LIMIT
from hourhand.db import Database
from tests.api.conftest import Api
from tests.api.reports_v2.asking import BASE, ask, refused, told
from tests.api.v8.sending import made, tracked
from tests.cast import Cast
from tests.clock import Clock

LISTS = (
    *("client_ids", "project_ids", "user_ids", "members_of_group_ids", "or_members_of_group_ids", "tag_ids"),
    *("task_ids", "time_entry_ids"),
)
FLAGS = ("without_description", "distinct_rates", "rounding", "order_desc")
BAD_IDS = (
    *("x", "-1", "1.0", "1e3", "1,", ",1", "1,,2", "1;2", "１２", "١٢", "1_0", "+1", "0x1", "null", "[1]", "9" * 17),
    *(str(LIMIT), "9" * 5000, "1,x", "1 2", "'; drop table tags; --"),
)
BAD_DAYS = (
    *("x", "2023", "2023-1-1", "20231114", "2023-W06-5", "2023-02-30", "2023-13-01", "0000-01-01", "２０２３-01-01"),
    *("0001-01-01", "2005-12-31", "2101-01-01", "9999-12-31", "14.11.2023", "now", "-2023-11-14", "1700000000"),
)
REPORTS = ("/details", "/summary", "/weekly")
# 2023-11-14 22:13:20 UTC is when tests are; a day later in Tokyo.
TODAY = "2023-11-14"


def worded(api: Api, cast: Cast, **arguments: object) -> list[str]:
    """What the entries are described as that a question finds, in the order of their starts."""
    found = told(api, "/details", cast.ann, cast.acme.id, **{"order_desc": "off", **arguments})
    return [entry["description"] for entry in found["data"]]


@pytest.fixture
def entries(api: Api, cast: Cast) -> dict[str, Any]:
    """Ids of a few things, and entries that tell them apart."""
    wid = cast.acme.id
    client = made(api, cast.ann, "client", wid=wid, name="Client")["id"]
    project = made(api, cast.ann, "project", wid=wid, cid=client, name="Project", is_private=False)["id"]
    task = made(api, cast.ann, "task", pid=project, name="Task")["id"]
    group = api.data("POST", "/groups", cast.ann, {"group": {"wid": wid, "name": "Group"}})["id"]
    found = {"client": client, "project": project, "task": task, "group": group, "public": cast.public.id}
    hour = iter(range(9, 23))
    for person, words, members in (
        (cast.ann, "Plain", {}),
        (cast.ann, "of a client", {"pid": project, "billable": True}),
        (cast.ann, "of a task", {"tid": task, "billable": False}),
        (cast.ann, "tagged", {"tags": ["tag"]}),
        (cast.bob, "bobs", {"pid": cast.public.id, "billable": False}),
        (cast.ann, "", {}),
    ):
        made_entry = tracked(
            api, person, f"2023-11-13T{next(hour):02}:00:00Z", 60, wid=wid, description=words, **members
        )
        found[words] = made_entry["id"]
    found["tag"] = next(it["id"] for it in api("GET", f"/workspaces/{wid}/tags", cast.ann).json())
    return found


ALL = ["Plain", "of a client", "of a task", "tagged", "bobs", ""]


def test_lists_of_ids_narrow(api: Api, cast: Cast, entries: dict[str, Any]) -> None:
    for arguments, expected in (
        ({}, ALL),
        ({"client_ids": entries["client"]}, ["of a client", "of a task"]),
        ({"client_ids": 0}, ["Plain", "tagged", "bobs", ""]),
        ({"client_ids": f"0,{entries['client']}"}, ALL),
        ({"project_ids": f"{entries['project']}, {entries['public']}"}, ["of a client", "of a task", "bobs"]),
        ({"project_ids": f"0,{entries['public']}"}, ["Plain", "tagged", "bobs", ""]),
        ({"user_ids": cast.bob.id}, ["bobs"]),
        ({"user_ids": 0}, []),
        ({"tag_ids": entries["tag"]}, ["tagged"]),
        ({"tag_ids": 0}, ["Plain", "of a client", "of a task", "bobs", ""]),
        ({"task_ids": entries["task"]}, ["of a task"]),
        ({"time_entry_ids": f"{entries['bobs']},{entries['Plain']},{entries['Plain']}"}, ["Plain", "bobs"]),
        ({"client_ids": entries["client"], "task_ids": "0"}, ["of a client"]),
        ({"client_ids": ""}, ALL),
        ({"client_ids": " "}, ALL),
    ):
        assert worded(api, cast, **arguments) == expected, arguments


def test_groups_narrow_and_widen_people(api: Api, cast: Cast, entries: dict[str, Any], database: Database) -> None:
    group = entries["group"]
    assert worded(api, cast, members_of_group_ids=group) == []
    database.write_now(lambda tx: groups.set_members(tx, cast.ann.at(tx), group, [cast.bob.id]))
    assert worded(api, cast, members_of_group_ids=group) == ["bobs"]
    assert worded(api, cast, members_of_group_ids=group, user_ids=cast.ann.id) == []
    assert worded(api, cast, or_members_of_group_ids=group) == ["bobs"]
    assert worded(api, cast, or_members_of_group_ids=group, user_ids=cast.ann.id) == ALL


def test_a_list_may_be_said_in_pieces(api: Api, cast: Cast, entries: dict[str, Any]) -> None:
    asked = f"?user_agent=t&workspace_id={cast.acme.id}&order_desc=off"
    pieces = f"&task_ids={entries['task']}&task_ids=&task_ids=0&order_desc=on&order_desc=off"
    found = api("GET", f"{BASE}/details{asked}{pieces}", cast.ann).json()
    assert [it["description"] for it in found["data"]] == ALL


def test_what_is_billable_and_what_is_described(api: Api, cast: Cast, entries: dict[str, Any]) -> None:
    assert worded(api, cast, billable="yes") == ["of a client"]
    assert worded(api, cast, billable="NO") == [it for it in ALL if it != "of a client"]
    assert worded(api, cast, billable="both") == ALL
    assert worded(api, cast, description="OF A") == ["of a client", "of a task"]
    assert worded(api, cast, description="100%_\\") == []
    assert worded(api, cast, without_description="true") == [""]
    assert worded(api, cast, without_description="false") == ALL
    assert worded(api, cast, description="a", without_description="true") == []


def test_days_are_those_of_the_last_week_unless_said(api: Api, cast: Cast, clock: Clock) -> None:
    for day in ("2023-11-07", "2023-11-08", "2023-11-14", "2023-11-15"):
        tracked(api, cast.ann, f"{day}T12:00:00Z", 60, wid=cast.acme.id, description=day)
    assert worded(api, cast) == ["2023-11-08", "2023-11-14"]
    assert worded(api, cast, since="2023-11-07") == ["2023-11-07", "2023-11-08", "2023-11-14"]
    assert worded(api, cast, until="2023-11-13") == ["2023-11-08"]
    assert worded(api, cast, until="2023-11-07") == ["2023-11-07"]
    assert worded(api, cast, since="2023-11-15") == ["2023-11-15"]
    assert worded(api, cast, since="2022-01-01") == []
    assert worded(api, cast, since=" 2023-11-15T23:59:59+02:00", until="2023-11-15 whatever") == ["2023-11-15"]
    # Today is where the caller is.
    api.data("PUT", "/me", cast.ann, {"user": {"timezone": "Asia/Tokyo"}})
    assert worded(api, cast) == ["2023-11-14", "2023-11-15"]


def test_a_year_is_the_longest_span(api: Api, cast: Cast) -> None:
    for report in ("/details", "/summary"):
        for since, until in (("2023-01-01", "2024-01-01"), ("2024-01-01", "2025-01-01"), ("2023-11-14", "2023-11-14")):
            assert ask(api, report, cast.ann, cast.acme.id, since=since, until=until).status_code == 200
        answer = ask(api, report, cast.ann, cast.acme.id, since="2023-01-01", until="2024-01-02")
        assert refused(answer) == (400, "until must be within a year from since")
        answer = ask(api, report, cast.ann, cast.acme.id, since="2023-01-02", until="2023-01-01")
        assert refused(answer) == (400, "until must not be before since")


def test_a_week_begins_with_since_whatever_until_says(api: Api, cast: Cast) -> None:
    for day in ("2023-11-06", "2023-11-12", "2023-11-13"):
        tracked(api, cast.ann, f"{day}T12:00:00Z", 60, wid=cast.acme.id)
    expected = [60000, None, None, None, None, None, 60000, 120000]
    for until in (None, "2023-11-06", "2000-01-01", "2030-01-01", "nonsense"):
        week = told(api, "/weekly", cast.ann, cast.acme.id, since="2023-11-06", until=until)
        assert week["week_totals"] == expected
    # The last seven days.
    assert told(api, "/weekly", cast.ann, cast.acme.id)["week_totals"][4:] == [60000, 60000, None, 120000]


def test_pages_of_fifty(api: Api, cast: Cast) -> None:
    for minute in range(51):
        tracked(api, cast.ann, f"2023-11-14T12:{minute:02}:00Z", 60, wid=cast.acme.id, description=str(minute))
    whole = {"total_count": 51, "per_page": 50, "total_grand": 51 * 60000}
    for page, expected in (
        *((None, 50), ("", 50), ("0", 50), ("1", 50), ("2", 1), ("3", 0), (10**15, 0), ("0000000000000002", 1)),
    ):
        found = told(api, "/details", cast.ann, cast.acme.id, page=page)
        assert len(found["data"]) == expected
        assert {name: found[name] for name in whole} == whole
    assert told(api, "/details", cast.ann, cast.acme.id)["data"][0]["description"] == "50"
    for page in ("-1", "x", "1.5", "1e3", "９", "9" * 17, "9" * 5000, "1 2"):
        answer = ask(api, "/details", cast.ann, cast.acme.id, page=page)
        assert refused(answer) == (400, "page must be a page's number, from 1")


def test_entries_in_order(api: Api, cast: Cast) -> None:
    for person, hour, words, seconds in ((cast.ann, 9, "b", 60), (cast.bob, 10, "C", 30), (cast.ann, 11, "a", 90)):
        tracked(api, person, f"2023-11-14T{hour:02}:00:00Z", seconds, wid=cast.acme.id, description=words)

    def order(**arguments: object) -> str:
        found = told(api, "/details", cast.ann, cast.acme.id, **arguments)
        return "".join(entry["description"] for entry in found["data"])

    assert order() == order(order_field="date") == order(order_desc="ON") == order(order_desc="") == "aCb"
    assert order(order_desc="off") == order(order_field="DATE", order_desc="Off") == "bCa"
    assert order(order_field="description", order_desc="off") == "abC"
    assert order(order_field="description") == "Cba"
    assert order(order_field="duration", order_desc="off") == "Cba"
    assert order(order_field="user", order_desc="on") == "Cab"


def test_groups_and_weeks_in_order(api: Api, cast: Cast) -> None:
    for person, day, seconds in ((cast.ann, 13, 60), (cast.bob, 13, 30), (cast.bob, 14, 90)):
        tracked(api, person, f"2023-11-{day}T09:00:00Z", seconds, wid=cast.acme.id)

    def order(path: str, **arguments: object) -> list[str]:
        found = told(api, path, cast.ann, cast.acme.id, grouping="users", **arguments)
        return [group["title"]["user"] for group in found["data"]]

    assert order("/summary") == order("/summary", order_field="title", order_desc="off") == ["Ann", "Bob"]
    assert order("/summary", order_desc="on") == order("/summary", order_field="duration", order_desc="on")
    assert order("/summary", order_field="duration", order_desc="on") == ["Bob", "Ann"]
    assert order("/summary", order_field="amount") == ["Ann", "Bob"]
    assert order("/weekly") == order("/weekly", order_field="week_total") == ["Ann", "Bob"]
    assert order("/weekly", order_field="day6") == ["Bob", "Ann"]
    assert order("/weekly", order_field="day7", order_desc="on") == ["Bob", "Ann"]


@pytest.mark.parametrize(
    ("grouping", "subgrouping", "titles"),
    [
        (None, None, ("project", "time_entry")),
        ("projects", "time_entries", ("project", "time_entry")),
        ("projects", "tasks", ("project", "task")),
        ("projects", "users", ("project", "user")),
        ("clients", None, ("client", "time_entry")),
        ("clients", "time_entries", ("client", "time_entry")),
        ("clients", "tasks", ("client", "task")),
        ("clients", "projects", ("client", "project")),
        ("clients", "users", ("client", "user")),
        ("users", None, ("user", "time_entry")),
        ("Users", "Time_Entries", ("user", "time_entry")),
        ("users", "tasks", ("user", "task")),
        ("users", "projects", ("user", "project")),
        ("users", "clients", ("user", "client")),
    ],
)
def test_every_grouping(
    api: Api,
    cast: Cast,
    entries: dict[str, Any],
    grouping: str | None,
    subgrouping: str | None,
    titles: tuple[str, str],
) -> None:
    found = told(api, "/summary", cast.ann, cast.acme.id, grouping=grouping, subgrouping=subgrouping)
    members = {"project": ["project", "client", "color", "hex_color"]}
    for group in found["data"]:
        assert list(group) == ["id", "title", "time", "total_currencies", "items"]
        assert list(group["title"]) == members.get(titles[0], [titles[0]])
        for item in group["items"]:
            assert list(item) == ["title", "time", "cur", "sum", "rate"]
            assert list(item["title"]) == members.get(titles[1], [titles[1]])


@pytest.mark.parametrize(
    ("grouping", "subgrouping", "among"),
    [
        ("projects", "projects", "'time_entries', 'tasks', 'users'"),
        ("projects", "clients", "'time_entries', 'tasks', 'users'"),
        ("clients", "clients", "'time_entries', 'tasks', 'projects', 'users'"),
        ("users", "users", "'time_entries', 'tasks', 'projects', 'clients'"),
        (None, "clients", "'time_entries', 'tasks', 'users'"),
        ("users", "x", "'time_entries', 'tasks', 'projects', 'clients'"),
    ],
)
def test_a_subgrouping_that_its_grouping_does_not_have(
    api: Api, cast: Cast, grouping: str | None, subgrouping: str, among: str
) -> None:
    for form in ("", ".csv", ".pdf"):
        answer = ask(api, f"/summary{form}", cast.ann, cast.acme.id, grouping=grouping, subgrouping=subgrouping)
        assert refused(answer) == (400, f"subgrouping must be one of following: {among}")


def test_items_with_their_ids(api: Api, cast: Cast, entries: dict[str, Any]) -> None:
    asked = {"grouping": "clients", "subgrouping": "tasks", "client_ids": entries["client"]}
    flags = {"subgrouping_ids": "true", "grouped_time_entry_ids": "true"}
    [group] = told(api, "/summary", cast.ann, cast.acme.id, **asked, **flags)["data"]
    assert [list(item)[-2:] for item in group["items"]] == [["ids", "time_entry_ids"]] * 2
    ids = [(item["title"]["task"], item["ids"], item["time_entry_ids"]) for item in group["items"]]
    assert ids == [("Task", str(entries["task"]), str(entries["of a task"])), (None, "", str(entries["of a client"]))]
    [group] = told(api, "/summary", cast.ann, cast.acme.id, **asked, subgrouping_ids="1")["data"]
    assert "time_entry_ids" not in group["items"][0]
    [group] = told(api, "/summary", cast.ann, cast.acme.id, **asked, subgrouping_ids="false")["data"]
    assert "ids" not in group["items"][0]


def test_rounding_and_distinct_rates(api: Api, cast: Cast) -> None:
    settings = {"rounding": 1, "rounding_minutes": 15, "default_currency": "EUR"}
    api.data("PUT", f"/workspaces/{cast.acme.id}", cast.ann, {"workspace": settings})
    cheap, dear = (
        made(api, cast.ann, "project", wid=cast.acme.id, name=f"at {rate}", rate=rate)["id"] for rate in (10, 50)
    )
    for pid, seconds in ((cheap, 60), (dear, 901)):
        tracked(api, cast.ann, "2023-11-14T09:00:00Z", seconds, pid=pid, billable=True)
    asked = {"grouping": "users", "rounding": "on"}
    [group] = told(api, "/summary", cast.ann, cast.acme.id, **asked)["data"]
    [item] = group["items"]
    assert item == {"title": {"time_entry": ""}, "time": 2700000, "cur": "EUR", "sum": 27.5, "rate": None}
    [group] = told(api, "/summary", cast.ann, cast.acme.id, **asked, distinct_rates="On")["data"]
    assert [(item["rate"], item["sum"]) for item in group["items"]] == [(10, 2.5), (50, 25)]
    assert told(api, "/summary", cast.ann, cast.acme.id, rounding="off")["total_grand"] == 961000


# Refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize("report", [*REPORTS, "/project", "/details.csv", "/summary.pdf", "/weekly.xls"])
def test_what_must_be_said(api: Api, cast: Cast, report: str) -> None:
    needed = {"project_id": cast.public.id} if report == "/project" else {}
    for blank in (None, "", "  "):
        answer = ask(api, report, cast.ann, cast.acme.id, user_agent=blank, **needed)
        assert refused(answer) == (400, "Required parameter 'user_agent' is missing from request")
        assert "email address" in answer.json()["error"]["tip"]
        answer = ask(api, report, cast.ann, blank, **needed)
        assert refused(answer) == (400, "Required parameter 'workspace_id' is missing from request")
    # A header is no argument.
    answer = api("GET", f"{BASE}{report}?workspace_id={cast.acme.id}", cast.ann, headers={"User-Agent": "tests"})
    assert "'user_agent'" in refused(answer)[1]


@pytest.mark.parametrize("report", [*REPORTS, "/project"])
@pytest.mark.parametrize("argument", ["workspace_id", "project_id"])
def test_an_id_that_is_none(api: Api, cast: Cast, report: str, argument: str) -> None:
    if argument == "project_id" and report != "/project":
        return
    for bad in (*BAD_IDS, "0", "1,2"):
        needed = {"project_id": cast.public.id, "workspace_id": cast.acme.id, argument: bad}
        answer = ask(api, report, cast.ann, needed.pop("workspace_id"), **needed)
        assert refused(answer) == (400, f"{argument} must be a positive integer")
    answer = ask(api, "/project", cast.ann, cast.acme.id)
    assert refused(answer) == (400, "Required parameter 'project_id' is missing from request")


@pytest.mark.parametrize("argument", LISTS)
def test_a_list_that_is_none(api: Api, cast: Cast, argument: str) -> None:
    for i, bad in enumerate(BAD_IDS):
        answer = ask(api, REPORTS[i % 3], cast.ann, cast.acme.id, **{argument: bad})
        assert refused(answer) == (400, f"{argument} must be ids joined by commas"), bad


@pytest.mark.parametrize("argument", LISTS)
def test_a_thousand_ids_and_no_more(api: Api, cast: Cast, entries: dict[str, Any], argument: str) -> None:
    names = {"client_ids": "client", "project_ids": "project", "tag_ids": "tag", "task_ids": "task"}
    own = {"user_ids": cast.ann.id, "time_entry_ids": entries["tagged"]}.get(
        argument, entries[names.get(argument, "group")]
    )
    many = [str(LIMIT - 1 - i) for i in range(999)]
    for report in REPORTS:
        found = told(api, report, cast.ann, cast.acme.id, **{argument: ",".join([*many, str(own)])})
        assert bool(found["data"]) == (argument not in ("members_of_group_ids", "or_members_of_group_ids"))
        # Each of them counts, said twice as well.
        answer = ask(api, report, cast.ann, cast.acme.id, **{argument: ",".join(["1"] * 1001)})
        assert refused(answer) == (400, f"{argument} must be 1000 ids at most")


def test_ids_of_elsewhere_are_as_if_absent(api: Api, cast: Cast) -> None:
    tracked(api, cast.ann, f"{TODAY}T09:00:00Z", 60, wid=cast.acme.id)
    home = {"wid": cast.eve.home}
    client = made(api, cast.eve, "client", **home, name="Client")["id"]
    project = made(api, cast.eve, "project", **home, cid=client, name="Project")["id"]
    task = made(api, cast.eve, "task", pid=project, name="Task")["id"]
    tag = made(api, cast.eve, "tag", **home, name="tag")["id"]
    entry = tracked(api, cast.eve, f"{TODAY}T09:00:00Z", 60, tid=task, tags=["tag"])["id"]
    group = api.data("POST", "/groups", cast.eve, {"group": {**home, "name": "Group"}})["id"]
    foreign = (client, project, cast.eve.id, group, group, tag, task, entry)
    for report in REPORTS:
        for argument, thing in zip(LISTS, foreign, strict=True):
            there = ask(api, report, cast.ann, cast.acme.id, **{argument: thing})
            absent = ask(api, report, cast.ann, cast.acme.id, **{argument: LIMIT - 1})
            assert (there.status_code, there.text) == (200, absent.text)
            assert there.json()["total_grand"] is None


@pytest.mark.parametrize("argument", ["since", "until"])
def test_a_day_that_is_none(api: Api, cast: Cast, argument: str) -> None:
    for report in REPORTS:
        for bad in BAD_DAYS:
            answer = ask(api, report, cast.ann, cast.acme.id, **{argument: bad})
            if (report, argument) == ("/weekly", "until"):
                assert answer.status_code == 200
                continue
            status, message = refused(answer)
            assert (status, message.split(" must be ")[0]) == (400, argument), bad


def test_choices_that_are_none(api: Api, cast: Cast) -> None:
    for report, argument, among in (
        *((report, "billable", "'yes', 'no', 'both'") for report in REPORTS),
        *((report, "display_hours", "'minutes', 'decimal'") for report in REPORTS),
        ("/details", "order_field", "'date', 'description', 'duration', 'user'"),
        ("/summary", "order_field", "'title', 'duration', 'amount'"),
        ("/summary", "grouping", "'projects', 'clients', 'users'"),
        (
            "/weekly",
            "order_field",
            "'title', 'day1', 'day2', 'day3', 'day4', 'day5', 'day6', 'day7', 'week_total'",
        ),
        ("/weekly", "grouping", "'projects', 'users'"),
        ("/weekly", "calculate", "'time', 'earnings'"),
    ):
        for bad in ("x", "0", "day8", "yes,no", "дa", "x" * 5000, "%00", "\0"):
            answer = ask(api, report, cast.ann, cast.acme.id, **{argument: bad})
            assert refused(answer) == (400, f"{argument} must be one of following: {among}")


def test_switches_that_are_none(api: Api, cast: Cast) -> None:
    for report in REPORTS:
        for argument in (*FLAGS, *(("subgrouping_ids", "grouped_time_entry_ids") if report == "/summary" else ())):
            for bad in ("x", "2", "on off", "oui", "ｏｎ", "\0"):
                answer = ask(api, report, cast.ann, cast.acme.id, **{argument: bad})
                assert refused(answer) == (400, f"{argument} must be 'on' or 'off'")
            for good in ("on", "OFF", "True", "false", "1", "0", ""):
                assert ask(api, report, cast.ann, cast.acme.id, **{argument: good}).status_code == 200


def test_odd_descriptions(api: Api, cast: Cast) -> None:
    for odd in ("'; drop table tags; --", "%(id)s {id} :id $1 ?", "\u202e", "👨‍👩‍👧‍👦", "ß", "x" * 5000, "\ufffe"):
        tracked(api, cast.ann, f"{TODAY}T09:00:00Z", 60, wid=cast.acme.id, description=f"a {odd} b"[:2000])
        assert ask(api, "/details", cast.ann, cast.acme.id, description=odd).status_code == 200
    assert worded(api, cast, description="SS") == ["a ß b"]
    answer = ask(api, "/details", cast.ann, cast.acme.id, description="a\0b")
    assert refused(answer) == (400, "description must be a text without U+0000")


def test_all_that_is_wrong_is_said_at_once(api: Api, cast: Cast) -> None:
    answer = ask(api, "/summary", cast.ann, cast.acme.id, user_agent=None, since="x", billable="x", tag_ids="x")
    status, message = refused(answer)
    assert status == 400
    assert all(name in message for name in ("user_agent", "since", "billable", "tag_ids"))


def test_what_is_not_known_is_let_pass(api: Api, cast: Cast) -> None:
    seen = {"status": "active", "name": "This week", "period": "thisWeek", "bars_count": "31", "bookmark_token": "x"}
    seen |= {"date_format": "MM/DD/YYYY", "datepage": "1", "with_total_currencies": "1", "with_graph": "%00"}
    unknown = seen | {"per_page": "5", "user_agent[]": "x", "project_ids[]": "x", "\0": "x", "self": "1", "cls": "1"}
    for report in (*REPORTS, "/project"):
        found = told(api, report, cast.ann, cast.acme.id, project_id=cast.public.id, **unknown)
        assert found.get("per_page", 50) == 50
