"""The examples of the public documentation of the Reports API v2: worlds to ask about, and what is answered there.

Ids are ours. In `DETAILS` an end is where start and duration have it: the documentation's own differs by seconds. In
`SUMMARY` and `WEEKLY` unbillable time has neither a currency nor a rate, whatever the documentation prints there.
"""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Api
from tests.api.v8.sending import made, tracked
from tests.cast import Cast, Person

DETAILS = {
    "total_grand": 23045000,
    "total_billable": 23045000,
    "total_count": 2,
    "per_page": 50,
    "total_currencies": [{"currency": "EUR", "amount": 128.07}],
    "data": [
        {
            "id": "{first}",
            "pid": "{desktop}",
            "tid": None,
            "uid": "{ann}",
            "description": "tegin tööd",
            "start": "2013-05-20T06:55:04+03:00",
            "end": "2013-05-20T10:55:04+03:00",
            "updated": "{at}",
            "dur": 14400000,
            "user": "John Swift",
            "use_stop": True,
            "client": "Avies",
            "project": "Toggl Desktop",
            "project_color": "5",
            "project_hex_color": "#2da608",
            "task": None,
            "billable": 8,
            "is_billable": True,
            "cur": "EUR",
            "tags": ["paid"],
        },
        {
            "id": "{second}",
            "pid": "{development}",
            "tid": "{task}",
            "uid": "{bob}",
            "description": "agee",
            "start": "2013-05-20T09:37:00+03:00",
            "end": "2013-05-20T12:01:05+03:00",
            "updated": "{at}",
            "dur": 8645000,
            "user": "John Swift",
            "use_stop": True,
            "client": "Apprise",
            "project": "Development project",
            "project_color": "0",
            "project_hex_color": "#0b83d9",
            "task": "Work hard",
            "billable": 120.07,
            "is_billable": True,
            "cur": "EUR",
            "tags": [],
        },
    ],
}
_NOTHING = [{"currency": None, "amount": None}]
SUMMARY = {
    "total_grand": 36004000,
    "total_billable": 14400000,
    "total_currencies": [{"currency": "EUR", "amount": 40}],
    "data": [
        {
            "id": "{desktop}",
            "title": {"project": "Toggl Desktop", "client": "Toggl", "color": "5", "hex_color": "#2da608"},
            "time": 14400000,
            "total_currencies": [{"currency": "EUR", "amount": 40}],
            "items": [
                {
                    "title": {"time_entry": "Implementing some important things"},
                    "time": 14400000,
                    "cur": "EUR",
                    "sum": 40,
                    "rate": 10,
                }
            ],
        },
        {
            "id": "{development}",
            "title": {"project": "Toggl Development", "client": None, "color": "0", "hex_color": "#0b83d9"},
            "time": 14400000,
            "total_currencies": _NOTHING,
            "items": [{"title": {"time_entry": "Hard work"}, "time": 14400000, "cur": None, "sum": None, "rate": None}],
        },
        {
            "id": None,
            "title": {"project": None, "client": None, "color": "0", "hex_color": None},
            "time": 7204000,
            "total_currencies": _NOTHING,
            "items": [
                {"title": {"time_entry": "Did nothing"}, "time": 1000, "cur": None, "sum": None, "rate": None},
                {"title": {"time_entry": "Hard work again"}, "time": 7202000, "cur": None, "sum": None, "rate": None},
                {"title": {"time_entry": "No title yet"}, "time": 1000, "cur": None, "sum": None, "rate": None},
            ],
        },
    ],
}
WEEKLY = {
    "total_grand": 36004000,
    "total_billable": 14400000,
    "total_currencies": [{"currency": "EUR", "amount": 40}],
    "data": [
        {
            "title": {"project": "Important Client", "client": None},
            "pid": "{important}",
            "totals": [None, None, 14400000, None, None, None, None, 14400000],
            "details": [
                {
                    "uid": "{bob}",
                    "title": {"user": "Jane Doe"},
                    "totals": [None, None, 14400000, None, None, None, None, 14400000],
                }
            ],
        },
        {
            "title": {"project": "Toggl Desktop", "client": "Toggl"},
            "pid": "{desktop}",
            "totals": [None, None, None, None, 14400000, None, None, 14400000],
            "details": [
                {
                    "uid": "{ann}",
                    "title": {"user": "John Swift"},
                    "totals": [None, None, None, None, 14400000, None, None, 14400000],
                }
            ],
        },
        {
            "title": {"project": None, "client": None},
            "pid": None,
            "totals": [None, None, 1000, 7203000, None, None, None, 7204000],
            "details": [
                {
                    "uid": "{ann}",
                    "title": {"user": "John Swift"},
                    "totals": [None, None, 1000, 7203000, None, None, None, 7204000],
                }
            ],
        },
    ],
    "week_totals": [None, None, 14401000, 7203000, 14400000, None, None, 36004000],
}
WEEKLY_BY_PERSON = [
    {
        "title": {"user": "Jane Doe"},
        "uid": "{bob}",
        "totals": [None, None, 14400000, None, None, None, None, 14400000],
        "details": [
            {
                "pid": "{important}",
                "title": {"client": None, "project": "Important Client"},
                "totals": [None, None, 14400000, None, None, None, None, 14400000],
            }
        ],
    },
    {
        "title": {"user": "John Swift"},
        "uid": "{ann}",
        "totals": [None, None, 1000, 7203000, 14400000, None, None, 21604000],
        "details": [
            {
                "pid": "{desktop}",
                "title": {"client": "Toggl", "project": "Toggl Desktop"},
                "totals": [None, None, None, None, 14400000, None, None, 14400000],
            },
            {
                "pid": None,
                "title": {"client": None, "project": None},
                "totals": [None, None, 1000, 7203000, None, None, None, 7204000],
            },
        ],
    },
]
EARNINGS = [
    {"currency": "EUR", "amount": [None, None, 0, None, 40, None, None, 40]},
    {"currency": "USD", "amount": [20, None, 0, None, 14, None, None, 34]},
]
_BILLING = {"name": "Billing", "estimated_seconds": 18000, "duration": 7200000, "billable_amount": 140}
_INVOICES = {"name": "Invoices", "estimated_seconds": 18000, "duration": 25200000, "billable_amount": 371}
_PLANNING = {"name": "Planning", "estimated_seconds": 14400, "duration": 10080000, "billable_amount": 196}
_WRITING = {"name": "Writing", "estimated_seconds": 21600, "duration": 10800000, "billable_amount": None}


def _top(task: dict[str, Any]) -> dict[str, Any]:
    names = ("duration", "billable_amount", "name", "estimated_seconds")
    return {**{name: task[name] for name in names}, "asignee": None}


def _listed(task: dict[str, Any]) -> dict[str, Any]:
    return {"name": task["name"], "assignee": None, **{name: task[name] for name in task if name != "name"}}


PROJECT = {
    "name": "Accounting",
    "duration": 74417000,
    "duration_without_task": 21137000,
    "billable_duration": 43097000,
    "billable_amount": 838,
    "tasks_count": 4,
    "currency": "USD",
    "estimated_seconds": 25200,
    "task_estimated_seconds": 72000,
    "use_task_estimated_seconds": True,
    "tasks_per_page": 10,
    "users": [{"name": "Paul McMurdoh", "duration": 74417000, "billable_duration": 43097000, "billable_amount": 838}],
    "top_tasks": [_top(_INVOICES), _top(_WRITING), _top(_PLANNING), _top(_BILLING)],
    "tasks_page": [_listed(_BILLING), _listed(_INVOICES), _listed(_PLANNING), _listed(_WRITING)],
}


class World:
    """Acme as an example has it, with Ann and Bob under the names there. `ids` has what `{name}` stands for."""

    def __init__(self, api: Api, cast: Cast, ann: str, bob: str, currency: str) -> None:
        self.api = api
        self.cast = cast
        self.ids: dict[str, Any] = {"ann": cast.ann.id, "bob": cast.bob.id}
        for person, name in ((cast.ann, ann), (cast.bob, bob)):
            api.data("PUT", "/me", person, {"user": {"fullname": name, "timezone": "Europe/Tallinn"}})
        api.data("PUT", f"/workspaces/{cast.acme.id}", cast.ann, {"workspace": {"default_currency": currency}})

    def project(self, key: str, name: str, client: str | None = None, **members: Any) -> None:
        """A project that everybody knows, perhaps of a client."""
        wid = self.cast.acme.id
        cid = made(self.api, self.cast.ann, "client", wid=wid, name=client)["id"] if client else None
        self.ids[key] = self.make("project", wid=wid, cid=cid, name=name, is_private=False, **members)["id"]

    def make(self, noun: str, **members: Any) -> Any:
        """A thing of Ann's."""
        return made(self.api, self.cast.ann, noun, **members)

    def entry(self, person: Person, start: str, seconds: int, **members: Any) -> Any:
        """Time of somebody's in Acme."""
        return tracked(self.api, person, start, seconds, wid=self.cast.acme.id, **members)


def details(api: Api, cast: Cast) -> World:
    """Two people called John Swift, and two hours' rates."""
    world = World(api, cast, "John Swift", "John Swift", "EUR")
    world.project("desktop", "Toggl Desktop", "Avies", rate=2, billable=True, color=5)
    world.project("development", "Development project", "Apprise", rate=50, billable=True)
    world.ids["task"] = world.make("task", name="Work hard", pid=world.ids["development"])["id"]
    first = {"description": "tegin tööd", "pid": world.ids["desktop"], "billable": True, "tags": ["paid"]}
    one = world.entry(cast.ann, "2013-05-20T06:55:04+03:00", 14400, **first)
    second = {"description": "agee", "tid": world.ids["task"], "billable": True}
    other = world.entry(cast.bob, "2013-05-20T09:37:00+03:00", 8645, **second)
    world.ids |= {"first": one["id"], "second": other["id"], "at": one["at"]}
    return world


def summary(api: Api, cast: Cast) -> World:
    """Billable time in one project, other time in another and in none."""
    world = World(api, cast, "John Swift", "Jane Doe", "EUR")
    world.project("desktop", "Toggl Desktop", "Toggl", rate=10, color=5)
    world.project("development", "Toggl Development", rate=50)
    start = "2013-05-19T10:00:00+03:00"
    for description, seconds, project, billable in (
        ("Implementing some important things", 14400, "desktop", True),
        ("Hard work", 14400, "development", False),
        ("No title yet", 1, None, False),
        ("Did nothing", 1, None, False),
        ("Hard work again", 7202, None, False),
    ):
        place = {"pid": world.ids[project] if project else None, "billable": billable}
        world.entry(cast.ann, start, seconds, description=description, **place)
    return world


def weekly(api: Api, cast: Cast) -> World:
    """A week of two people's."""
    world = World(api, cast, "John Swift", "Jane Doe", "EUR")
    world.project("desktop", "Toggl Desktop", "Toggl", rate=10)
    world.project("important", "Important Client")
    for person, day, seconds, project, billable in (
        (cast.ann, 23, 14400, "desktop", True),
        (cast.bob, 21, 14400, "important", False),
        (cast.ann, 21, 1, None, False),
        (cast.ann, 22, 7203, None, False),
    ):
        place = {"pid": world.ids[project] if project else None, "billable": billable}
        world.entry(person, f"2013-05-{day}T10:00:00+03:00", seconds, **place)
    return world


def earnings(api: Api, cast: Cast) -> World:
    """A week that is worth something in two currencies, and once nothing, at a rate of 0."""
    world = World(api, cast, "John Swift", "Jane Doe", "EUR")
    for key, currency, rate in (
        ("euros", "EUR", 10),
        ("dollars", "USD", 20),
        ("gifts", "EUR", 0),
        ("favours", "USD", 0),
    ):
        world.project(key, key, rate=rate, currency=currency)
    for day, seconds, project in (
        (21, 3600, "gifts"),
        (21, 3600, "favours"),
        (23, 14400, "euros"),
        (19, 3600, "dollars"),
        (23, 2520, "dollars"),
    ):
        world.entry(cast.ann, f"2013-05-{day}T10:00:00+03:00", seconds, pid=world.ids[project], billable=True)
    return world


def project(api: Api, cast: Cast) -> World:
    """A project at 70 dollars an hour, a part of whose time is billable."""
    world = World(api, cast, "Paul McMurdoh", "Jane Doe", "USD")
    world.project("project", "Accounting", rate=70, billable=True, estimated_hours=7, auto_estimates=True)
    tasks = {
        task["name"]: world.make(
            "task", pid=world.ids["project"], name=task["name"], estimated_seconds=task["estimated_seconds"]
        )["id"]
        for task in (_BILLING, _INVOICES, _PLANNING, _WRITING)
    }
    for task, seconds, billable in (
        ("Billing", 7200, True),
        ("Invoices", 19080, True),
        ("Invoices", 6120, False),
        ("Planning", 10080, True),
        ("Writing", 10800, False),
        (None, 6737, True),
        (None, 14400, False),
    ):
        place = {"pid": world.ids["project"], "tid": tasks[task] if task else None, "billable": billable}
        world.entry(cast.ann, "2013-05-20T10:00:00+03:00", seconds, **place)
    return world
