"""Promises: clients, groups, tags, tasks."""

from __future__ import annotations

from tests.conformance.promises import ABSENT, Chapter, Promise, Proof

_NO_AT = {"at": "clients of the original know creates without it, and every read has it"}
_NO_WID = {"wid": "{home}"}

CLIENTS = Chapter(
    "Clients",
    "chapters/clients.md",
    about="client",
    promises=[
        Promise(
            "POST /clients",
            {"client": {"name": "Very Big Company", "wid": "{workspace}", "notes": "Contact: John"}},
            entity="client",
            shows="id wid name",
            absent=_NO_AT,
            proofs=[
                Proof("POST /clients", {"client": {"wid": "{workspace}"}}, refused="Name can't be blank"),
                Proof(
                    "POST /clients",
                    {"client": {"name": "Big Company", "wid": "{workspace}"}},
                    refused="Name has already been taken",
                ),
            ],
            different={
                "Without `wid` it is the caller's default workspace.": [
                    Proof("POST /clients", {"client": {"name": "At home"}}, {"data": {"wid": "{home}"}})
                ]
            },
            keeps="new",
        ),
        Promise("GET /clients/{client}", entity="client", shows="id wid name at notes"),
        Promise(
            "PUT /clients/{new}",
            {"client": {"name": "Bigger Company", "notes": "something about the client"}},
            entity="client",
            shows="id wid name notes at",
            proofs=[
                Proof("PUT /clients/{new}", {"client": _NO_WID}, {"data": {"wid": "{workspace}"}}),
            ],
        ),
        Promise(
            "GET /clients",
            answer=[..., ..., {"name": "Small Startup"}, {"name": "Big Company"}],
            entity="client",
            shows="id wid name notes at",
        ),
        Promise(
            "GET /clients/{client}/projects",
            answer=[{"id": "{project}"}],
            entity="project",
            shows="id wid cid name billable is_private active at",
            takes={
                "active": [
                    Proof(
                        "POST /projects",
                        {"project": {"name": "Done", "wid": "{workspace}", "cid": "{client}", "active": False}},
                        keeps="done",
                    ),
                    Proof("GET /clients/{client}/projects?active=false", answer=[{"id": "{done}"}]),
                    Proof("GET /clients/{client}/projects?active=both", answer=[{}, {}]),
                    Proof("GET /clients/{client}/projects?active=true", answer=[{"id": "{project}"}]),
                ]
            },
        ),
        Promise(
            "DELETE /clients/{new}",
            proofs=[
                Proof("DELETE /clients/{client}", by="eve", status=404),
                Proof("GET /clients/{new}", status=404),
            ],
        ),
    ],
)

GROUPS = Chapter(
    "Groups",
    "chapters/groups.md",
    about="group",
    promises=[
        Promise(
            "POST /groups",
            {"group": {"name": "Testers", "wid": "{workspace}"}},
            entity="group",
            shows="id wid name",
            absent=_NO_AT,
            proofs=[
                Proof("POST /groups", {"group": {"wid": "{workspace}"}}, refused="Name can't be blank"),
            ],
            narrower={
                "Groups are for admins of the workspace alone, as the documentation says of their list.": [
                    Proof("POST /groups", {"group": {"name": "Mine", "wid": "{workspace}"}}, by="bob", status=403)
                ]
            },
            keeps="new",
        ),
        Promise(
            "PUT /groups/{new}",
            {"group": {"name": "Front-end Developers"}},
            entity="group",
            shows="id wid name at",
            proofs=[
                Proof("PUT /groups/{new}", {"group": _NO_WID}, {"data": {"wid": "{workspace}"}}),
            ],
        ),
        Promise(
            "DELETE /groups/{new}",
            proofs=[
                Proof("DELETE /groups/{group}", by="bob", status=403),
                Proof("DELETE /groups/{new}", status=404),
            ],
        ),
    ],
)

TAGS = Chapter(
    "Tags",
    "chapters/tags.md",
    about="tag",
    promises=[
        Promise(
            "POST /tags",
            {"tag": {"name": "billed", "wid": "{workspace}"}},
            entity="tag",
            shows="id wid name",
            proofs=[
                Proof(
                    "POST /tags",
                    {"tag": {"name": "billed", "wid": "{workspace}"}},
                    refused="Tag already exists: billed",
                ),
            ],
            different={
                "Without `wid` it is the caller's default workspace.": [
                    Proof("POST /tags", {"tag": {"name": "at home"}}, {"data": {"wid": "{home}"}})
                ]
            },
            keeps="new",
        ),
        Promise(
            "PUT /tags/{new}",
            {"tag": {"name": "not billed"}},
            entity="tag",
            shows="id wid name",
            proofs=[
                Proof("PUT /tags/{new}", {"tag": _NO_WID}, {"data": {"wid": "{workspace}"}}),
            ],
        ),
        Promise(
            "DELETE /tags/{new}",
            proofs=[
                Proof("DELETE /tags/{tag}", by="eve", status=404),
                Proof("DELETE /tags/{new}", status=404),
            ],
        ),
    ],
)

_TASK = {
    "name": "A new task",
    "pid": "{project}",
    "wid": "{workspace}",
    "uid": "{bob}",
    "estimated_seconds": 1800,
    "active": False,
}

TASKS = Chapter(
    "Tasks",
    "chapters/tasks.md",
    about="task",
    promises=[
        Promise(
            "POST /tasks",
            {"task": _TASK},
            entity="task",
            shows="name id wid pid active estimated_seconds",
            takes={
                "fields": [
                    Proof(
                        "POST /tasks",
                        {"task": {**_TASK, "name": "Another new task", "fields": "uname,done_seconds"}},
                        {"data": {"uname": "Bob", "done_seconds": 0}},
                    )
                ]
            },
            proofs=[
                Proof(
                    "POST /tasks",
                    {"task": {"name": "The least of it", "pid": "{project}"}},
                    {"data": {"wid": "{workspace}", "uid": ABSENT, "active": True, "estimated_seconds": 0}},
                ),
                Proof(
                    "POST /tasks",
                    {"task": {"name": "SWOT", "pid": "{project}"}},
                    refused="Name has already been taken",
                ),
            ],
            keeps="new",
        ),
        Promise(
            "GET /tasks/{task}",
            answer={"data": {"tracked_seconds": 14400}},
            entity="task",
            shows="name id wid pid active estimated_seconds tracked_seconds",
            different={
                "`tracked_seconds` is there when there are any, and not in the answer to a create or update.": [
                    Proof("GET /tasks/{new}", answer={"data": {"tracked_seconds": ABSENT}}),
                    Proof("PUT /tasks/{task}", {"task": {}}, {"data": {"tracked_seconds": ABSENT}}),
                ]
            },
        ),
        Promise(
            "PUT /tasks/{task}",
            {
                "task": {
                    "active": False,
                    "estimated_seconds": 3600,
                    "name": "Renamed",
                    "uid": "{bob}",
                    "fields": "done_seconds,uname",
                }
            },
            {"data": {"uname": "Bob", "done_seconds": 14400}},
            entity="task",
            shows="name id wid pid active at estimated_seconds uname done_seconds",
            takes={
                "fields": [
                    Proof("PUT /tasks/{task}", {"task": {}}, {"data": {"uname": ABSENT, "done_seconds": ABSENT}})
                ]
            },
            proofs=[
                Proof(
                    "PUT /tasks/{task}",
                    {"task": {"wid": "{home}", "pid": "{public}"}},
                    {"data": {"wid": "{workspace}", "pid": "{project}"}},
                ),
            ],
        ),
        Promise(
            "PUT /tasks/{task},{other task}",
            {"task": {"active": True, "fields": "done_seconds,uname"}},
            {"data": [{"uname": "Bob", "done_seconds": 14400}, {"uname": ABSENT, "done_seconds": 0}]},
            entity="task",
            shows="name id wid pid active at estimated_seconds uname done_seconds",
            takes={
                "fields": [Proof("PUT /tasks/{task},{other task}", {"task": {}}, {"data": [{"uname": ABSENT}, ...]})]
            },
        ),
        Promise(
            "DELETE /tasks/{new}",
            answer=["{new}"],
            proofs=[
                Proof("DELETE /tasks/{task}", by="bob", status=404),
                Proof("GET /tasks/{new}", status=404),
            ],
        ),
        Promise(
            "DELETE /tasks/{task},{other task}",
            answer=["{task}", "{other task}"],
            proofs=[Proof("GET /time_entries/{recent}", answer={"data": {"tid": ABSENT, "pid": "{project}"}})],
        ),
    ],
)
