"""Promises: projects and the people in them."""

from __future__ import annotations

from typing import Any

from tests.conformance.promises import ABSENT, Chapter, Promise, Proof

_PROJECT = {
    "name": "An awesome project",
    "wid": "{workspace}",
    "template_id": "{mould}",
    "is_private": False,
    "cid": "{client}",
    "active": False,
    "template": True,
    "billable": False,
    "estimated_hours": 12,
    "color": "6",
    "rate": 4.5,
    "currency": "EUR",
    "guid": "5ea5c4b8",
}
_CHANGED = {
    "name": "Changed the name",
    "is_private": True,
    "cid": "{other client}",
    "color": "7",
    "active": True,
    "template": False,
    "billable": True,
    "estimated_hours": 7,
    "rate": 15,
    "currency": "CHF",
}
_SUMMED = [
    Proof("PUT /projects/{project}", {"project": {"auto_estimates": True}}, {"data": {"estimated_hours": 2}}),
    Proof("PUT /projects/{project}", {"project": {"auto_estimates": False}}, {"data": {"estimated_hours": ABSENT}}),
]

PROJECTS = Chapter(
    "Projects",
    "chapters/projects.md",
    about="project",
    promises=[
        Promise(
            "POST /projects",
            {"project": _PROJECT},
            entity="project",
            shows="id wid cid name billable is_private active at template_id color",
            takes={
                "auto_estimates": [
                    Proof(
                        "POST /projects",
                        {"project": {"name": "Summed", "wid": "{workspace}", "auto_estimates": True}},
                        {"data": {"auto_estimates": True, "active": True, "is_private": True, "billable": True}},
                    )
                ],
                "hex_color": [
                    Proof(
                        "POST /projects",
                        {"project": {"name": "Green", "wid": "{workspace}", "hex_color": "#566614"}},
                        {"data": {"hex_color": "#566614", "color": "11"}},
                    )
                ],
            },
            proofs=[
                Proof(
                    "POST /projects",
                    {"project": {"name": "Factory", "wid": "{workspace}", "cid": "{client}"}},
                    refused="Name has already been taken",
                ),
                Proof("POST /projects", {"project": {"name": "Factory", "wid": "{workspace}"}}),
                Proof("POST /tasks", {"task": {"name": "Cast", "pid": "{mould}"}}),
                Proof(
                    "POST /projects",
                    {"project": {"name": "Copy", "wid": "{workspace}", "template_id": "{mould}"}},
                    keeps="copy",
                ),
                Proof("GET /projects/{copy}/tasks", answer=[{"name": "Cast"}]),
            ],
            different={
                "Without `wid` it is the caller's default workspace.": [
                    Proof("POST /projects", {"project": {"name": "At home"}}, {"data": {"wid": "{home}"}})
                ]
            },
            keeps="new",
        ),
        Promise(
            "GET /projects/{project}",
            answer={"data": {"actual_hours": 4}},
            entity="project",
            shows="id wid cid name billable is_private active at template color",
            different={
                "`created_at` is there, and not in the answer to a create.": [
                    Proof("GET /projects/{new}", answer={"data": {"created_at": ..., "actual_hours": ABSENT}}),
                    Proof(
                        "POST /projects",
                        {"project": {"name": "Just now", "wid": "{workspace}"}},
                        {"data": {"created_at": ABSENT}},
                    ),
                ]
            },
        ),
        Promise(
            "PUT /projects/{new}",
            {"project": _CHANGED},
            entity="project",
            shows="id wid cid name billable active at template color",
            takes={
                "auto_estimates": _SUMMED,
                "hex_color": [
                    Proof("PUT /projects/{new}", {"project": {"hex_color": "#0b83d9"}}, {"data": {"color": "0"}})
                ],
            },
            proofs=[
                Proof("PUT /projects/{new}", {"project": {"wid": "{home}"}}, {"data": {"wid": "{workspace}"}}),
                Proof("PUT /projects/{public}", {"project": {"name": "Mine"}}, by="bob", status=403),
            ],
        ),
        Promise(
            "GET /projects/{project}/project_users",
            answer=[{"uid": "{user}", "manager": True}],
            entity="project_user",
            shows="id pid uid wid manager rate",
        ),
        Promise(
            "GET /projects/{project}/tasks",
            answer=[{"id": "{other task}"}, {"id": "{task}"}],
            entity="task",
            shows="name id wid pid active at estimated_seconds uid",
            takes={
                "active": [
                    Proof("PUT /tasks/{other task}", {"task": {"active": False}}),
                    Proof("GET /projects/{project}/tasks?active=false", answer=[{"id": "{other task}"}]),
                    Proof("GET /projects/{project}/tasks?active=both", answer=[{}, {}]),
                ]
            },
            narrower={
                "Tasks that are done are only there with `active=false` or `active=both`, as in a workspace's list. "
                "The documentation knows no such argument here, and shows tasks that are done.": [
                    Proof("GET /projects/{project}/tasks", answer=[{"id": "{task}"}])
                ]
            },
        ),
        Promise(
            "DELETE /projects/{new}",
            answer=["{new}"],
            proofs=[
                Proof("GET /projects/{new}", status=404),
            ],
        ),
        Promise(
            "DELETE /projects/{project},{public}",
            answer=["{project}", "{public}"],
            proofs=[
                Proof("DELETE /projects/{private},{mould}", by="bob", status=404),
                Proof("GET /time_entries/{recent}", answer={"data": {"pid": ABSENT}}),
            ],
            different={
                "All or none are deleted.": [
                    Proof("DELETE /projects/{private},{project}", status=404),
                    Proof("GET /projects/{private}"),
                ]
            },
        ),
    ],
)

_UPDATE: dict[str, Any] = {"manager": False, "rate": 15, "fields": "fullname"}
_BOTH = [{"uid": "{bob}", "fullname": "Bob"}, {"uid": "{cleo}", "fullname": "Cleo"}]

PROJECT_USERS = Chapter(
    "Project users",
    "chapters/project_users.md",
    about="project_user",
    promises=[
        Promise(
            "POST /project_users",
            {"project_user": {"pid": "{project}", "uid": "{bob}", "wid": "{workspace}", "rate": 4.5, "manager": True}},
            entity="project_user",
            shows="id pid uid wid manager rate",
            takes={
                "fields": [
                    Proof(
                        "POST /project_users",
                        {"project_user": {"pid": "{mould}", "uid": "{bob}", "fields": "fullname"}},
                        {"data": {"fullname": "Bob", "manager": False, "rate": None, "wid": "{workspace}"}},
                    )
                ]
            },
            different={
                "Who is in the project already is refused.": [
                    Proof(
                        "POST /project_users",
                        {"project_user": {"pid": "{project}", "uid": "{bob}"}},
                        refused="User {bob} is already in the project",
                    )
                ]
            },
            keeps="bobs",
        ),
        Promise(
            "PUT /project_users/{bobs}",
            {"project_user": _UPDATE},
            entity="project_user",
            shows="id pid uid wid manager rate fullname at",
            takes={
                "fields": [
                    Proof("PUT /project_users/{bobs}", {"project_user": {"rate": 15}}, {"data": {"fullname": ABSENT}})
                ]
            },
            proofs=[
                Proof(
                    "PUT /project_users/{bobs}",
                    {"project_user": {"wid": "{home}", "pid": "{public}", "uid": "{cleo}"}},
                    {"data": {"wid": "{workspace}", "pid": "{project}", "uid": "{bob}"}},
                ),
            ],
        ),
        Promise(
            "GET /workspaces/{workspace}/project_users",
            entity="project_user",
            shows="id pid uid wid manager rate at",
            proofs=[
                Proof(
                    "GET /workspaces/{workspace}/project_users?fields=fullname",
                    answer=[{"fullname": ABSENT}, ..., ..., ..., ..., ..., ...],
                )
            ],
        ),
        Promise(
            "DELETE /project_users/{bobs}",
            answer=["{bobs}"],
            proofs=[
                Proof("DELETE /project_users/{bobs}", status=404),
                Proof("GET /projects/{project}/project_users", answer=[{"uid": "{user}"}]),
            ],
        ),
        Promise(
            "POST /project_users",
            {
                "project_user": {
                    "pid": "{project}",
                    "uid": "{bob},{cleo}",
                    "rate": 4.5,
                    "manager": True,
                    "fields": "fullname",
                }
            },
            {"data": _BOTH},
            entity="project_user",
            shows="id pid uid wid manager rate",
            takes={
                "uid": [
                    Proof(
                        "GET /projects/{project}/project_users",
                        answer=[{"uid": "{user}"}, {"uid": "{bob}"}, {"uid": "{cleo}"}],
                    )
                ],
                "fields": [Proof("GET /projects/{project}/project_users", answer=[{"fullname": ABSENT}, ..., ...])],
            },
            case="for several people",
            proofs=[
                Proof("POST /project_users", {"project_user": {"pid": "{private}", "uid": "{bob}"}}, keeps="first"),
                Proof("POST /project_users", {"project_user": {"pid": "{mould}", "uid": "{cleo}"}}, keeps="second"),
            ],
            different={
                "At most 200, all or none.": [
                    Proof(
                        "POST /project_users",
                        {"project_user": {"pid": "{public}", "uid": "{bob},999999"}},
                        refused="User 999999 cannot access workspace {workspace}",
                    ),
                    Proof(
                        "POST /project_users",
                        {"project_user": {"pid": "{public}", "uid": ",".join(map(str, range(1, 202)))}},
                        refused="At most 200 ids are allowed",
                    ),
                    Proof("GET /projects/{public}/project_users", answer=[{"uid": "{user}"}]),
                ]
            },
        ),
        Promise(
            "PUT /project_users/{first},{second}",
            {"project_user": _UPDATE},
            {"data": _BOTH},
            entity="project_user",
            shows="id pid uid wid manager rate at",
            takes={
                "fields": [
                    Proof(
                        "PUT /project_users/{first},{second}",
                        {"project_user": {"rate": 15}},
                        {"data": [{"fullname": ABSENT}, ...]},
                    )
                ]
            },
        ),
        Promise(
            "DELETE /project_users/{first},{second}",
            answer=["{first}", "{second}"],
            proofs=[Proof("GET /projects/{private}/project_users", answer=[{"uid": "{user}"}, {"uid": "{cleo}"}])],
        ),
    ],
)
