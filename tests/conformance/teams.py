"""Promises: workspaces and their lists, and who is in them."""

from __future__ import annotations

from typing import Any

from tests.conformance.promises import ABSENT, Chapter, Matching, Promise, Proof
from tests.matrix.table import DOT

_SETTINGS = {
    "default_currency": "EUR",
    "default_hourly_rate": 50,
    "name": "John's ws",
    "only_admins_may_create_projects": True,
    "only_admins_see_billable_rates": True,
    "rounding": -1,
    "rounding_minutes": 60,
    "only_admins_see_team_dashboard": True,
    "projects_billable_by_default": False,
    "ical_enabled": True,
}
_WORKSPACE = (
    "id name premium admin default_hourly_rate default_currency only_admins_may_create_projects"
    " only_admins_see_billable_rates rounding rounding_minutes at"
)
_WIDER = "For members too, as far as they may see; the documentation has it for admins alone."
_OLD_RATES = {
    "hrate": "no other chapter knows rates of clients, and no request sets them",
    "cur": "no other chapter knows rates of clients, and no request sets them",
}
_DONE = {"name": "Done", "wid": "{workspace}", "active": False}


def _for_members(path: str, found: Any) -> dict[str, list[Proof]]:
    return {_WIDER: [Proof(f"GET /workspaces/{{workspace}}/{path}", answer=found, by="bob")]}


WORKSPACES = Chapter(
    "Workspaces",
    "chapters/workspaces.md",
    about="workspace",
    promises=[
        Promise(
            "GET /workspaces",
            answer=[{"id": "{home}"}, {"id": "{workspace}"}],
            entity="workspace",
            shows=_WORKSPACE,
            proofs=[
                Proof("POST /workspaces/{workspace}/logo", DOT),
                Proof("GET /workspaces", answer=[{"logo_url": ABSENT}, {"logo_url": Matching("https://.*")}]),
            ],
            different={
                "`premium` is always true: nothing is sold here.": [
                    Proof("GET /workspaces", answer=[{"premium": True}, {"premium": True}])
                ]
            },
        ),
        Promise(
            "GET /workspaces/{workspace}",
            entity="workspace",
            shows=f"{_WORKSPACE} logo_url",
            different={
                "Whoever is no admin gets no `api_token`.": [
                    Proof(
                        "GET /workspaces/{workspace}", answer={"data": {"api_token": ABSENT, "admin": False}}, by="bob"
                    )
                ]
            },
        ),
        Promise(
            "PUT /workspaces/{workspace}",
            {"workspace": _SETTINGS},
            entity="workspace",
            shows=f"{_WORKSPACE} logo_url",
            proofs=[
                Proof("GET /workspaces/{workspace}", answer={"data": {"default_hourly_rate": ABSENT}}, by="bob"),
                Proof(
                    "POST /projects",
                    {"project": {"name": "No", "wid": "{workspace}"}},
                    by="bob",
                    refused="User cannot add or edit projects in workspace",
                ),
                Proof("PUT /workspaces/{workspace}", {"workspace": {"name": "Mine"}}, by="bob", status=403),
                # Reports heed them; see tests/api/reports_v2.
                Proof("GET /workspaces/{workspace}", answer={"data": {"rounding": -1, "rounding_minutes": 60}}),
            ],
        ),
        Promise(
            "GET /workspaces/{workspace}/users",
            answer=[{"id": "{bob}"}, {"id": "{cleo}"}, {"id": "{user}"}],
            entity="user",
            shows="id default_wid email fullname jquery_timeofday_format jquery_date_format timeofday_format"
            " date_format store_start_and_stop_time beginning_of_week language image_url sidebar_piechart at"
            " created_at retention record_timeline render_timeline timeline_enabled timeline_experiment new_blog_post"
            " should_upgrade invitation",
            proofs=[Proof("GET /workspaces/{workspace}/users", by="bob", status=403)],
        ),
        Promise(
            "GET /workspaces/{workspace}/clients",
            answer=[{"id": "{other client}"}, {"id": "{client}"}],
            entity="client",
            shows="id wid name at notes",
            absent=_OLD_RATES,
            different=_for_members("clients", [{}, {}]),
        ),
        Promise(
            "GET /workspaces/{workspace}/groups",
            answer=[{"id": "{group}"}, {"id": "{other group}"}],
            entity="group",
            shows="id wid name at",
            proofs=[Proof("GET /workspaces/{workspace}/groups", by="bob", status=403)],
        ),
        Promise(
            "GET /workspaces/{workspace}/projects",
            answer=[{"id": "{project}"}, {"id": "{mould}"}, {"id": "{private}"}, {"id": "{public}"}],
            entity="project",
            shows="id wid cid name billable is_private active at",
            takes={
                "active": [
                    Proof("POST /projects", {"project": _DONE}, keeps="done"),
                    Proof("GET /workspaces/{workspace}/projects?active=false", answer=[{"id": "{done}"}]),
                    Proof(
                        "GET /workspaces/{workspace}/projects?active=both",
                        answer=[{"id": "{done}"}, ..., ..., ..., ...],
                    ),
                    Proof(
                        "GET /workspaces/{workspace}/projects?active=true", answer=[{"id": "{project}"}, ..., ..., ...]
                    ),
                ],
                "actual_hours": [
                    Proof(
                        "GET /workspaces/{workspace}/projects?actual_hours=true",
                        answer=[{"actual_hours": 4}, {"actual_hours": 0}, ..., ...],
                    ),
                ],
                "only_templates": [
                    Proof("GET /workspaces/{workspace}/projects?only_templates=true", answer=[{"id": "{mould}"}]),
                ],
            },
            different=_for_members("projects", [{"id": "{public}"}])
            | {
                "`actual_hours` above 0 are there without being asked for.": [
                    Proof("GET /workspaces/{workspace}/projects", answer=[{"actual_hours": 4}, ..., ..., ...])
                ]
            },
        ),
        Promise(
            "GET /workspaces/{workspace}/tasks",
            answer=[{"id": "{other task}"}, {"id": "{task}"}],
            entity="task",
            shows="name id wid pid uid active at estimated_seconds",
            takes={
                "active": [
                    Proof("PUT /tasks/{task}", {"task": {"active": False}}),
                    Proof("GET /workspaces/{workspace}/tasks", answer=[{"id": "{other task}"}]),
                    Proof("GET /workspaces/{workspace}/tasks?active=false", answer=[{"id": "{task}"}]),
                    Proof("GET /workspaces/{workspace}/tasks?active=both", answer=[{}, {}]),
                    Proof("GET /workspaces/{workspace}/tasks?active=true", answer=[{"id": "{other task}"}]),
                ]
            },
            different=_for_members("tasks", []),
        ),
        Promise(
            "GET /workspaces/{workspace}/tags",
            answer=[{"id": "{tag}"}],
            entity="tag",
            shows="id wid name",
            proofs=[Proof("GET /workspaces/{workspace}/tags", answer=[{"id": "{tag}"}], by="bob")],
        ),
    ],
)

_EMAILS = {"emails": ["john.doe@example.com", "Jane.Swift@example.com"]}
_INVITED = {"wid": "{workspace}", "admin": False, "active": False, "invite_url": Matching("https?://.*")}

WORKSPACE_USERS = Chapter(
    "Workspace users",
    "chapters/workspace_users.md",
    about="workspace_user",
    promises=[
        Promise(
            "GET /workspaces/{workspace}/workspace_users",
            answer=[{"uid": "{user}", "owner": True}, {"uid": "{bob}", "admin": False}, {"uid": "{cleo}"}],
            entity="workspace_user",
            shows="id uid wid admin active email at name invite_url",
            different={
                "`rate` and `labour_cost` are null: as documented, `admin` alone can be changed.": [
                    Proof("PUT /workspace_users/{workspace user}", {"workspace_user": {"rate": 5}}),
                    Proof(
                        "GET /workspaces/{workspace}/workspace_users",
                        answer=[..., {"rate": None, "labour_cost": None}, ...],
                    ),
                ],
                "For members too, without rates and invitations.": [
                    Proof("GET /workspaces/{workspace}/workspace_users", answer=[..., ..., ...], by="bob")
                ],
            },
            narrower={
                "`avatar_file_name` is always null: pictures have addresses, and their files no names.": [
                    Proof("GET /workspaces/{workspace}/workspace_users", answer=[{"avatar_file_name": None}, ..., ...])
                ]
            },
        ),
        Promise(
            "POST /workspaces/{workspace}/invite",
            _EMAILS,
            {"data": [{**_INVITED, "email": "john.doe@example.com"}, {**_INVITED, "email": "jane.swift@example.com"}]},
            shows="id uid wid admin active email invite_url notifications",
            takes={
                "emails": [
                    Proof("GET /workspaces/{workspace}/workspace_users", answer=[..., ..., ..., _INVITED, _INVITED])
                ]
            },
            proofs=[
                Proof(
                    "POST /workspaces/{workspace}/invite",
                    {"emails": ["no address", "bob@example.org"]},
                    {"data": [], "notifications": [..., ...]},
                ),
                Proof("POST /workspaces/{workspace}/invite", _EMAILS, by="bob", status=403),
            ],
        ),
        Promise(
            "PUT /workspace_users/{workspace user}",
            {"workspace_user": {"admin": True}},
            {"data": {"uid": "{bob}"}},
            entity="workspace_user",
            shows="id uid wid admin active",
            proofs=[
                Proof("PUT /workspace_users/{workspace user}", {"workspace_user": {"admin": False}}, by="bob"),
                Proof(
                    "PUT /workspace_users/{workspace user}", {"workspace_user": {"admin": True}}, by="bob", status=403
                ),
            ],
        ),
        Promise(
            "DELETE /workspace_users/{workspace user}",
            proofs=[
                Proof("GET /workspaces/{workspace}", by="bob", status=404),
                Proof("DELETE /workspace_users/{workspace user}", status=404),
            ],
        ),
    ],
)
