"""The examples of the public documentation of API v8: what is asked, and what the answer holds.

Left out is what the contract leaves out: `hrate` and `cur` of clients, `at` in the answers to creates
of clients and groups, the related lists of `GET /me` that nobody asked for. Endpoints that are still to come are
left out too. In the answers of the documentation members appear that its own requests did not set;
only those that are always there are expected.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

from msgspec import Struct


class Kind(Struct, frozen=True):
    """Any value of a kind, where the example's own value is nobody's promise."""

    name: str


ID = Kind("id")
WHOLE = Kind("whole number")
FLAG = Kind("flag")
TEXT = Kind("text")
TOKEN = Kind("token")
URL = Kind("url")
TIME = Kind("time")
RECKONED = Kind("reckoned stop")
UNIX = Kind("unix seconds")


class Shape(Struct, frozen=True):
    """An entity that holds at least these members, in the contract's order."""

    entity: str
    members: dict[str, Any]


class Refused(Struct, frozen=True):
    """A failed create or update."""

    lines: list[str]


class Example(Struct, frozen=True):
    """A request and its answer. `{name}` stands for the id that is kept under a name; `keeps` keeps a new one."""

    request: str
    sent: Any
    answer: Any
    keeps: str = ""
    by: Literal["token", "password", "cookie", "nobody"] = "token"
    seconds_later: int = 0


def shape(entity: str, **members: Any) -> Shape:
    return Shape(entity, members)


def data(content: Any) -> dict[str, Any]:
    return {"data": content}


user = partial(shape, "user")
workspace = partial(shape, "workspace")
client = partial(shape, "client")
project = partial(shape, "project")
project_user = partial(shape, "project_user")
group = partial(shape, "group")
workspace_user = partial(shape, "workspace_user")
tag = partial(shape, "tag")
task = partial(shape, "task")
entry = partial(shape, "time_entry")

JOHN = {
    "id": "{user}",
    "api_token": TOKEN,
    "default_wid": "{home}",
    "email": "ann@example.org",
    "fullname": "Ann",
    "jquery_timeofday_format": "h:i A",
    "jquery_date_format": "m/d/Y",
    "timeofday_format": "h:mm A",
    "date_format": "MM/DD/YYYY",
    "store_start_and_stop_time": True,
    "beginning_of_week": 1,
    "language": "en_US",
    "duration_format": "improved",
    "image_url": URL,
    "sidebar_piechart": FLAG,
    "at": TIME,
    "created_at": TIME,
    "timezone": "Europe/Tallinn",
    "retention": 9,
    "record_timeline": FLAG,
    "render_timeline": FLAG,
    "timeline_enabled": FLAG,
    "timeline_experiment": FLAG,
    "new_blog_post": {},
    "invitation": {},
}
HOME = workspace(
    id="{home}",
    name="Ann's workspace",
    premium=True,
    at=TIME,
    default_hourly_rate=0,
    default_currency="USD",
    projects_billable_by_default=True,
    rounding=1,
    rounding_minutes=0,
    api_token=TOKEN,
)
COMPANY = {
    "id": "{workspace}",
    "name": "Acme",
    "premium": True,
    "admin": True,
    "default_hourly_rate": 0,
    "default_currency": "USD",
    "only_admins_may_create_projects": False,
    "only_admins_see_billable_rates": False,
    "rounding": 1,
    "rounding_minutes": 0,
    "at": TIME,
}
ME = user(**JOHN, workspaces=[HOME, workspace(**COMPANY)])

BASICS = [
    Example(
        "POST /time_entries",
        {
            "time_entry": {
                "description": "New time entry",
                "created_with": "API example code",
                "start": "2012-02-12T15:35:47+02:00",
                "duration": 1200,
                "wid": "{workspace}",
            }
        },
        data(
            entry(
                description="New time entry",
                start="2012-02-12T15:35:47+02:00",
                billable=False,
                wid="{workspace}",
                duration=1200,
                stop=RECKONED,
                id=ID,
            )
        ),
    ),
    Example(
        "POST /time_entries",
        {"time_entry": {"description": "New time entry", "created_with": "API example code"}},
        Refused(["Start can't be blank"]),
    ),
]

AUTHENTICATION = [
    Example("GET /me", None, {"since": UNIX, "data": ME}, by="password"),
    Example("GET /me", None, {"since": UNIX, "data": ME}),
    Example("POST /sessions", "", {"since": 0, "data": user(**JOHN)}),
    Example("GET /me", None, {"since": UNIX, "data": ME}, by="cookie"),
    Example("DELETE /sessions", None, None, by="cookie"),
]

USERS = [
    Example("GET /me", None, {"since": UNIX, "data": user(**JOHN)}),
    Example(
        "GET /me?with_related_data=true",
        None,
        {
            "since": UNIX,
            "data": user(
                **JOHN,
                time_entries=[
                    entry(
                        id="{recent}",
                        wid="{workspace}",
                        billable=False,
                        start=TIME,
                        stop=TIME,
                        duration=14400,
                        description="Best work so far",
                        at=TIME,
                    )
                ],
                projects=[
                    project(
                        id="{project}", wid="{workspace}", name=TEXT, billable=False, active=True, at=TIME, color="5"
                    ),
                    project(id="{mould}", wid="{workspace}", name="Mould", billable=FLAG, active=True, color="0"),
                    project(id="{private}", wid="{workspace}", name="Private", billable=FLAG, active=True, color="0"),
                    project(id="{public}", wid="{workspace}", name="Public", billable=FLAG, active=True, color="0"),
                ],
                tags=[tag(id="{tag}", wid="{workspace}", name="billable", at=TIME)],
                workspaces=[HOME, workspace(id="{workspace}", name="Acme", premium=True, at=TIME)],
                clients=[
                    client(id="{other client}", wid="{workspace}", name="Small Startup", at=TIME),
                    client(id="{client}", wid="{workspace}", name="Big Company", at=TIME),
                ],
            ),
        },
    ),
    Example(
        "PUT /me",
        {"user": {"fullname": "John Smith"}},
        data(
            user(
                **{**JOHN, "fullname": "John Smith"},
                openid_enabled=FLAG,
                send_product_emails=FLAG,
                send_weekly_report=FLAG,
                send_timer_notifications=FLAG,
            )
        ),
    ),
    Example(
        "POST /signups",
        {"user": {"email": "test.user@example.com", "password": "StrongPassword"}},
        data(
            user(
                id=ID,
                default_wid=ID,
                email="test.user@example.com",
                fullname="Test User",
                jquery_timeofday_format=TEXT,
                jquery_date_format=TEXT,
                timeofday_format=TEXT,
                date_format=TEXT,
                store_start_and_stop_time=FLAG,
                beginning_of_week=WHOLE,
                sidebar_piechart=FLAG,
                timeline_experiment=FLAG,
                new_blog_post={},
                invitation={},
            )
        ),
        by="nobody",
    ),
    # Last: the token of the others is gone.
    Example("POST /reset_token", None, TOKEN),
]

WORKSPACES = [
    Example("GET /workspaces", None, [HOME, workspace(**COMPANY)]),
    Example("GET /workspaces/{workspace}", None, data(workspace(**COMPANY))),
    Example(
        "PUT /workspaces/{workspace}",
        {
            "workspace": {
                "default_currency": "EUR",
                "default_hourly_rate": 50,
                "name": "John's ws",
                "only_admins_may_create_projects": False,
                "only_admins_see_billable_rates": True,
                "rounding": 1,
                "rounding_minutes": 60,
            }
        },
        data(
            workspace(
                id="{workspace}",
                name="John's ws",
                premium=True,
                admin=True,
                default_hourly_rate=50,
                default_currency="EUR",
                only_admins_may_create_projects=False,
                only_admins_see_billable_rates=True,
                rounding=1,
                rounding_minutes=60,
                at=TIME,
            )
        ),
    ),
    Example(
        "GET /workspaces/{workspace}/clients",
        None,
        [
            client(id="{other client}", wid="{workspace}", name="Small Startup", at=TIME, notes="Really cool people"),
            client(id="{client}", wid="{workspace}", name="Big Company", at=TIME, notes="Lovely projects"),
        ],
    ),
    Example(
        "GET /workspaces/{workspace}/users",
        None,
        [
            user(id="{member}", email="bob@example.org", fullname="Bob", language="en_US", image_url=URL, at=TIME),
            user(id="{manager}", email="cleo@example.org", fullname="Cleo", language="en_US", image_url=URL, at=TIME),
            user(id="{user}", email="ann@example.org", default_wid="{home}", image_url=URL, at=TIME, invitation={}),
        ],
    ),
    Example(
        "GET /workspaces/{workspace}/groups",
        None,
        [
            group(id="{group}", wid="{workspace}", name="Developers", at=TIME),
            group(id="{other group}", wid="{workspace}", name="Management", at=TIME),
        ],
    ),
    Example(
        "GET /workspaces/{workspace}/projects",
        None,
        [
            project(
                id="{project}",
                wid="{workspace}",
                cid="{client}",
                name="Factory",
                billable=False,
                is_private=True,
                active=True,
                at=TIME,
            ),
            project(
                id="{mould}", wid="{workspace}", name="Mould", billable=FLAG, is_private=True, active=True, at=TIME
            ),
            project(id="{private}", wid="{workspace}", name="Private", is_private=True, active=True, at=TIME),
            project(id="{public}", wid="{workspace}", name="Public", is_private=False, active=True, at=TIME),
        ],
    ),
    Example(
        "GET /workspaces/{workspace}/tasks",
        None,
        [
            task(
                name="Another task",
                id="{other task}",
                wid="{workspace}",
                pid="{project}",
                active=True,
                at=TIME,
                estimated_seconds=0,
            ),
            task(
                name="SWOT",
                id="{task}",
                wid="{workspace}",
                pid="{project}",
                uid="{user}",
                active=True,
                at=TIME,
                estimated_seconds=7200,
            ),
        ],
    ),
    Example(
        "GET /workspaces/{workspace}/tags",
        None,
        [tag(id="{tag}", wid="{workspace}", name="billable")],
    ),
]

CLIENTS = [
    Example(
        "POST /clients",
        {"client": {"name": "Very Big Company", "wid": "{workspace}"}},
        data(client(id=ID, wid="{workspace}", name="Very Big Company")),
        keeps="new client",
    ),
    Example(
        "GET /clients/{client}",
        None,
        data(client(id="{client}", wid="{workspace}", name="Big Company", at=TIME, notes="Lovely projects")),
    ),
    Example(
        "PUT /clients/{new client}",
        {"client": {"name": "Very Big Company", "notes": "something about the client"}},
        data(
            client(
                id="{new client}",
                wid="{workspace}",
                name="Very Big Company",
                notes="something about the client",
                at=TIME,
            )
        ),
    ),
    Example(
        "GET /clients",
        None,
        [
            client(id="{new client}", wid="{workspace}", name="Very Big Company", notes=TEXT, at=TIME),
            client(id="{other client}", wid="{workspace}", name="Small Startup", notes="Really cool people", at=TIME),
            client(id="{client}", wid="{workspace}", name="Big Company", notes="Lovely projects", at=TIME),
        ],
    ),
    Example(
        "GET /clients/{client}/projects",
        None,
        [
            project(
                id="{project}",
                wid="{workspace}",
                cid="{client}",
                name="Factory",
                billable=False,
                is_private=True,
                active=True,
                at=TIME,
            )
        ],
    ),
    Example("DELETE /clients/{new client}", None, None),
]

PROJECTS = [
    Example(
        "POST /projects",
        {
            "project": {
                "name": "An awesome project",
                "wid": "{workspace}",
                "template_id": "{mould}",
                "is_private": True,
                "cid": "{client}",
            }
        },
        data(
            project(
                id=ID,
                wid="{workspace}",
                cid="{client}",
                name="An awesome project",
                billable=FLAG,
                is_private=True,
                active=True,
                at=TIME,
                template_id="{mould}",
                color=TEXT,
            )
        ),
        keeps="new project",
    ),
    Example(
        "GET /projects/{mould}",
        None,
        data(
            project(
                id="{mould}",
                wid="{workspace}",
                name="Mould",
                billable=FLAG,
                is_private=True,
                active=True,
                at=TIME,
                template=True,
                color="0",
            )
        ),
    ),
    Example(
        "PUT /projects/{new project}",
        {"project": {"name": "Changed the name", "is_private": False, "cid": "{other client}", "color": "6"}},
        data(
            project(
                id="{new project}",
                wid="{workspace}",
                cid="{other client}",
                name="Changed the name",
                billable=FLAG,
                active=True,
                at=TIME,
                template=FLAG,
                color="6",
            )
        ),
    ),
    Example(
        "GET /projects/{project}/tasks",
        None,
        [
            task(name="Another task", id="{other task}", wid="{workspace}", pid="{project}", active=True, at=TIME),
            task(
                name="SWOT",
                id="{task}",
                uid="{user}",
                wid="{workspace}",
                pid="{project}",
                active=True,
                at=TIME,
                estimated_seconds=7200,
            ),
        ],
    ),
    Example("DELETE /projects/{new project}", None, ["{new project}"]),
    Example("DELETE /projects/{project},{public},{private}", None, ["{project}", "{public}", "{private}"]),
]

BOB_IN_FACTORY = {"id": "{project user}", "pid": "{project}", "uid": "{bob}", "wid": "{workspace}"}
CLEO_IN_FACTORY = {"id": "{other project user}", "pid": "{project}", "uid": "{cleo}", "wid": "{workspace}"}
PROJECT_USERS = [
    Example(
        "POST /project_users",
        {"project_user": {"pid": "{project}", "uid": "{bob}", "rate": 4.0, "manager": True}},
        data(project_user(id=ID, pid="{project}", uid="{bob}", wid="{workspace}", manager=True, rate=4)),
        keeps="project user",
    ),
    Example(
        "PUT /project_users/{project user}",
        {"project_user": {"manager": False, "rate": 15, "fields": "fullname"}},
        data(project_user(**BOB_IN_FACTORY, manager=False, rate=15, fullname="Bob", at=TIME)),
    ),
    Example(
        "POST /project_users",
        {"project_user": {"pid": "{project}", "uid": "{cleo}", "rate": 4}},
        data(project_user(id=ID, pid="{project}", uid="{cleo}", wid="{workspace}", manager=False, rate=4)),
        keeps="other project user",
    ),
    Example(
        "GET /projects/{project}/project_users",
        None,
        [
            project_user(id=ID, pid="{project}", uid="{user}", wid="{workspace}", manager=True, rate=None),
            project_user(**BOB_IN_FACTORY, manager=False, rate=15),
            project_user(**CLEO_IN_FACTORY, manager=False, rate=4),
        ],
    ),
    Example(
        "GET /workspaces/{workspace}/project_users",
        None,
        [
            *(project_user(id=ID, pid=pid, uid="{user}", manager=True, at=TIME) for pid in ("{public}", "{private}")),
            project_user(id=ID, pid="{private}", uid="{cleo}", manager=True, at=TIME),
            *(project_user(id=ID, pid=pid, uid="{user}", manager=True, at=TIME) for pid in ("{project}", "{mould}")),
            project_user(**BOB_IN_FACTORY, manager=False, rate=15, at=TIME),
            project_user(**CLEO_IN_FACTORY, manager=False, rate=4, at=TIME),
        ],
    ),
    Example(
        "PUT /project_users/{project user},{other project user}",
        {"project_user": {"manager": False, "rate": 15, "fields": "fullname"}},
        data(
            [
                project_user(**BOB_IN_FACTORY, manager=False, rate=15, at=TIME),
                project_user(**CLEO_IN_FACTORY, manager=False, rate=15, at=TIME),
            ]
        ),
    ),
    Example(
        "DELETE /project_users/{project user},{other project user}",
        None,
        ["{project user}", "{other project user}"],
    ),
    Example(
        "POST /project_users",
        {"project_user": {"pid": "{project}", "uid": "{bob},{cleo}", "rate": 4.0, "manager": True}},
        data(
            [
                project_user(id=ID, pid="{project}", uid="{bob}", wid="{workspace}", manager=True, rate=4),
                project_user(id=ID, pid="{project}", uid="{cleo}", wid="{workspace}", manager=True, rate=4),
            ]
        ),
    ),
]

TAGS = [
    Example(
        "POST /tags",
        {"tag": {"name": "billed", "wid": "{workspace}"}},
        data(tag(id=ID, wid="{workspace}", name="billed")),
        keeps="new tag",
    ),
    Example(
        "PUT /tags/{new tag}",
        {"tag": {"name": "not billed"}},
        data(tag(id="{new tag}", wid="{workspace}", name="not billed")),
    ),
    Example("DELETE /tags/{new tag}", None, None),
]

TASKS = [
    Example(
        "POST /tasks",
        {"task": {"name": "A new task", "pid": "{project}"}},
        data(task(name="A new task", id=ID, wid="{workspace}", pid="{project}", active=True, estimated_seconds=0)),
        keeps="new task",
    ),
    Example(
        "GET /tasks/{new task}",
        None,
        data(
            task(
                name="A new task", id="{new task}", wid="{workspace}", pid="{project}", active=True, estimated_seconds=0
            )
        ),
    ),
    Example(
        "PUT /tasks/{task}",
        {"task": {"active": False, "estimated_seconds": 3600, "fields": "done_seconds,uname"}},
        data(
            task(
                name="SWOT",
                id="{task}",
                wid="{workspace}",
                pid="{project}",
                active=False,
                at=TIME,
                estimated_seconds=3600,
                uname="Ann",
                done_seconds=14400,
            )
        ),
    ),
    Example("DELETE /tasks/{new task}", None, ["{new task}"]),
    Example(
        "PUT /tasks/{task},{other task}",
        {"task": {"active": False, "fields": "done_seconds,uname"}},
        data(
            [
                task(
                    name="SWOT",
                    id="{task}",
                    wid="{workspace}",
                    pid="{project}",
                    active=False,
                    at=TIME,
                    estimated_seconds=3600,
                    uname="Ann",
                    done_seconds=14400,
                ),
                task(
                    name="Another task",
                    id="{other task}",
                    wid="{workspace}",
                    pid="{project}",
                    active=False,
                    at=TIME,
                    estimated_seconds=0,
                    done_seconds=0,
                ),
            ]
        ),
    ),
    Example("DELETE /tasks/{task},{other task}", None, ["{task}", "{other task}"]),
]

MEETING = {
    "description": "Meeting with possible clients",
    "tags": ["billed"],
    "pid": "{project}",
    "created_with": "curl",
}
MET = {
    "id": ID,
    "pid": "{project}",
    "wid": "{workspace}",
    "billable": False,
    "description": "Meeting with possible clients",
    "tags": ["billed"],
}
WORK = {
    "description": "Some serious work",
    "tags": ["billed"],
    "duration": 21600,
    "start": "2013-02-27T01:24:00+00:00",
    "tid": "{task}",
    "created_with": "curl",
}

TIME_ENTRIES = [
    Example(
        "POST /time_entries",
        {"time_entry": {**MEETING, "duration": 1200, "start": "2013-03-05T07:58:58.000Z"}},
        data(entry(**MET, start="2013-03-05T07:58:58.000Z", duration=1200, stop=RECKONED)),
        keeps="meeting",
    ),
    Example(
        "POST /time_entries/start",
        {"time_entry": MEETING},
        data(entry(**MET, start=TIME, duration=-1_700_000_000)),
        keeps="running",
    ),
    Example(
        "GET /time_entries/current",
        None,
        data(entry(**MET, start=TIME, duration=-1_700_000_000, at=TIME)),
    ),
    Example(
        "PUT /time_entries/{running}/stop",
        None,
        data(entry(**MET, start=TIME, duration=60, stop=RECKONED)),
        seconds_later=60,
    ),
    Example("POST /time_entries", {"time_entry": WORK}, data(entry(id=ID)), keeps="work"),
    Example(
        "GET /time_entries/{work}",
        None,
        data(
            entry(
                id="{work}",
                wid="{workspace}",
                pid="{project}",
                tid="{task}",
                billable=False,
                start=TIME,
                stop=TIME,
                duration=21600,
                description="Some serious work",
                tags=["billed"],
                at=TIME,
            )
        ),
    ),
    Example(
        "PUT /time_entries/{meeting}",
        {
            "time_entry": {
                "description": "Meeting with possible clients",
                "tags": [""],
                "duration": 1240,
                "start": "2013-03-05T07:58:58.000Z",
                "stop": "2013-03-05T08:58:58.000Z",
                "duronly": True,
                "pid": "{project}",
                "billable": True,
            }
        },
        data(
            entry(
                id="{meeting}",
                pid="{project}",
                wid="{workspace}",
                start="2013-03-05T07:58:58.000Z",
                stop=TIME,
                duration=1240,
                description="Meeting with possible clients",
                billable=True,
                duronly=True,
                at=TIME,
            )
        ),
    ),
    Example(
        "GET /time_entries?start_date=2013-02-20T15%3A42%3A46%2B02%3A00&end_date=2013-03-12T15%3A42%3A46%2B02%3A00",
        None,
        [
            entry(id="{work}", start=TIME, stop=TIME, duration=21600, tags=["billed"], at=TIME),
            entry(id="{meeting}", billable=True, start=TIME, stop=TIME, duration=1240, at=TIME),
        ],
    ),
    Example(
        "GET /time_entries?start_date=2013-03-10T15%3A42%3A46%2B02%3A00&end_date=2013-03-12T15%3A42%3A46%2B02%3A00",
        None,
        [],
    ),
    Example(
        "PUT /time_entries/{work},{meeting}",
        {"time_entry": {"tags": ["billed", "productive"], "tag_action": "add"}},
        data(
            [
                entry(
                    id="{work}",
                    guid=TEXT,
                    wid="{workspace}",
                    pid="{project}",
                    billable=False,
                    start=TIME,
                    stop=TIME,
                    duration=21600,
                    description="Some serious work",
                    tags=["billed", "productive"],
                    duronly=False,
                    at=TIME,
                ),
                entry(
                    id="{meeting}",
                    guid=TEXT,
                    wid="{workspace}",
                    billable=True,
                    start=TIME,
                    stop=TIME,
                    duration=1240,
                    description="Meeting with possible clients",
                    tags=["billed", "productive"],
                    duronly=True,
                    at=TIME,
                ),
            ]
        ),
    ),
    Example("DELETE /time_entries/{meeting}", None, ["{meeting}"]),
]

GROUPS = [
    Example(
        "POST /groups",
        {"group": {"name": "Testers", "wid": "{workspace}"}},
        data(group(id=ID, wid="{workspace}", name="Testers")),
        keeps="new group",
    ),
    Example(
        "PUT /groups/{new group}",
        {"group": {"name": "Front-end Developers"}},
        data(group(id="{new group}", wid="{workspace}", name="Front-end Developers", at=TIME)),
    ),
    Example("DELETE /groups/{new group}", None, None),
]

BOB = {
    "id": "{workspace user}",
    "uid": "{member}",
    "wid": "{workspace}",
    "active": True,
    "email": "bob@example.org",
    "at": TIME,
    "name": "Bob",
}

WORKSPACE_USERS = [
    Example(
        "GET /workspaces/{workspace}/workspace_users",
        None,
        [
            workspace_user(id=ID, uid="{user}", wid="{workspace}", admin=True, active=True, at=TIME, name="Ann"),
            workspace_user(**BOB, admin=False),
            workspace_user(id=ID, uid="{manager}", wid="{workspace}", admin=False, active=True, name="Cleo"),
        ],
    ),
    Example(
        "PUT /workspace_users/{workspace user}",
        {"workspace_user": {"admin": False}},
        data(workspace_user(**BOB, admin=False)),
    ),
    Example("DELETE /workspace_users/{workspace user}", None, None),
    Example(
        "POST /workspaces/{workspace}/invite",
        {"emails": ["john.doe@example.org", "Jane.Swift@example.org"]},
        {
            "data": [
                workspace_user(id=ID, uid=ID, wid="{workspace}", admin=False, active=False, email=email, invite_url=URL)
                for email in ("john.doe@example.org", "jane.swift@example.org")
            ],
            "notifications": [],
        },
    ),
]

DASHBOARD = [
    Example(
        "POST /time_entries/start",
        {"time_entry": {"description": "new design", "pid": "{project}", "created_with": "curl"}},
        data(entry(id=ID)),
    ),
    Example(
        "GET /dashboard/{workspace}",
        None,
        {
            "most_active_user": [{"user_id": "{user}", "duration": 14400}],
            "activity": [
                {
                    "user_id": "{user}",
                    "project_id": "{project}",
                    "duration": WHOLE,
                    "description": "new design",
                    "stop": None,
                    "tid": None,
                },
                {
                    "user_id": "{user}",
                    "project_id": "{project}",
                    "duration": 14400,
                    "description": "Best work so far",
                    "stop": TIME,
                    "tid": "{task}",
                },
            ],
        },
    ),
]

CHAPTERS = {
    "basics": BASICS,
    "authentication": AUTHENTICATION,
    "users": USERS,
    "workspaces": WORKSPACES,
    "workspace_users": WORKSPACE_USERS,
    "groups": GROUPS,
    "clients": CLIENTS,
    "projects": PROJECTS,
    "project_users": PROJECT_USERS,
    "tags": TAGS,
    "tasks": TASKS,
    "time_entries": TIME_ENTRIES,
    "dashboard": DASHBOARD,
}
