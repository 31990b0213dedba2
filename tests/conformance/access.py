"""Promises: requests and answers in general, the modes, who is let in, pages of other origins, and the account."""

from __future__ import annotations

from typing import Any

from tests.api.v8.stage import PASSWORD
from tests.conformance.promises import ABSENT, ByMode, Chapter, Matching, Promise, Proof

_ENTRY = {"description": "New time entry", "created_with": "API example code"}
_NO_START = {"time_entry": _ENTRY}
_DONE: dict[str, Any] = {**_ENTRY, "start": "2012-02-12T15:35:47+02:00", "duration": 1200, "wid": "{workspace}"}

BASICS = Chapter(
    "Requests and answers",
    "toggl_api.md",
    [
        Promise(
            "POST /time_entries",
            {"time_entry": _DONE},
            shows="description start billable wid duration stop id",
            name="A JSON body in a wrapper, an answer in `data`",
            different={
                "A body is read as JSON whatever `Content-Type` says.": [
                    Proof(
                        "POST /tags",
                        '{"tag":{"name":"told without a type"}}',
                        {"data": {"name": "told without a type"}},
                    )
                ]
            },
        ),
        Promise(
            "POST /time_entries",
            {"time_entry": _DONE},
            {"data": {"pid": ABSENT, "tid": ABSENT, "tags": ABSENT}},
            name="Members whose value is null are left out",
            different={
                "Shown as null are `rate` of project users, what is not set of workspace users, `stop` and `tid` on "
                "the dashboard, and a whole `data`: as clients of the original know it.": [
                    Proof("GET /time_entries/current", answer={"data": None}),
                    Proof("GET /projects/{mould}/project_users", answer=[{"rate": None}]),
                    Proof("GET /workspaces/{workspace}/workspace_users", answer=[{"rate": None}, ..., ...]),
                    Proof(
                        "POST /time_entries/start", {"time_entry": {**_ENTRY, "wid": "{workspace}"}}, keeps="running"
                    ),
                    Proof(
                        "GET /dashboard/{workspace}", answer={"activity": [{"stop": None, "tid": None}, ..., ..., ...]}
                    ),
                    Proof("PUT /time_entries/{running}/stop"),
                ]
            },
        ),
        Promise(
            "POST /time_entries",
            _NO_START,
            refused="Start can't be blank",
            name="A failed create or update: 404 and an array of messages, in the language of the profile",
            proofs=[
                Proof("PUT /me", {"user": {"language": "de_DE"}}),
                Proof("POST /time_entries", _NO_START, refused="Der Beginn darf nicht leer sein"),
                Proof("PUT /me", {"user": {"language": "en_US"}}),
            ],
            different={
                "In the `recorded` mode 400 and the first message as one line.": [
                    Proof("POST /time_entries", _NO_START, status=ByMode(404, 400))
                ],
                "The languages are English, German, French, Spanish and Estonian.": [
                    Proof("PUT /me", {"user": {"language": "xx"}}, refused="Language is invalid")
                ],
            },
        ),
    ],
)

MODES = Chapter(
    "Modes",
    "",
    [
        Promise(
            "POST /time_entries",
            _NO_START,
            refused="Start can't be blank",
            name="A failed create or update",
            different={
                "`documented`: 404 and a JSON array. `recorded`: 400 and a line of text.": [
                    Proof("POST /time_entries", _NO_START, status=ByMode(404, 400))
                ]
            },
        ),
        Promise(
            "GET /time_entries?start_date=2001-01-01T00%3A00%3A00Z&end_date=2001-01-02T00%3A00%3A00Z",
            answer=ByMode([], None),
            name="An empty list",
            different={
                "`documented`: `[]`. `recorded`: `null`.": [
                    Proof("GET /workspaces/{home}/clients", answer=ByMode([], None))
                ]
            },
        ),
        Promise(
            "GET /me",
            answer={"data": {"at": Matching(r".*[+]0[023]:00")}},
            name="Times on reading",
            different={
                "`documented`: in the time zone of the profile. `recorded`: UTC.": [
                    Proof(
                        "GET /time_entries/{recent}",
                        answer={
                            "data": {
                                "start": ByMode(
                                    Matching("2023-11-14T12:00:00[+]02:00"), Matching("2023-11-14T10:00:00[+]00:00")
                                )
                            }
                        },
                    )
                ]
            },
        ),
        Promise(
            "POST /time_entries",
            {"time_entry": _DONE},
            name="A `stop` that the server reckons for a create or update",
            different={
                "`documented`: as times on reading. `recorded`: with `Z`.": [
                    Proof(
                        "POST /time_entries",
                        {"time_entry": _DONE},
                        {
                            "data": {
                                "stop": ByMode(
                                    Matching("2012-02-12T15:55:47[+]02:00"), Matching("2012-02-12T13:55:47Z")
                                )
                            }
                        },
                    )
                ]
            },
        ),
        Promise(
            "POST /time_entries/start",
            {"time_entry": {"wid": "{workspace}", "created_with": "tests"}},
            name="An action on the dashboard without a project",
            different={
                "`documented`: `project_id` is 0. `recorded`: it is left out.": [
                    Proof(
                        "GET /dashboard/{workspace}",
                        answer={"activity": [{"project_id": ByMode(0, ABSENT)}, ..., ..., ...]},
                    )
                ]
            },
        ),
    ],
)

_PROFILE = (
    "id api_token default_wid email fullname jquery_timeofday_format jquery_date_format timeofday_format date_format"
    " store_start_and_stop_time beginning_of_week language image_url sidebar_piechart at retention record_timeline"
    " render_timeline timeline_enabled timeline_experiment new_blog_post invitation"
)
_ONLY_WHEN_ASKED = dict.fromkeys(
    ("projects", "tags", "tasks", "clients"), "comes with `with_related_data=true`, as the chapter on users says"
)

AUTHENTICATION = Chapter(
    "Authentication",
    "chapters/authentication.md",
    [
        Promise(
            "GET /me",
            by="password",
            name="Basic Auth with e-mail and password",
            shows=f"since {_PROFILE} duration_format created_at timezone workspaces.id workspaces.name workspaces.at"
            " workspaces.default_hourly_rate workspaces.default_currency workspaces.projects_billable_by_default"
            " workspaces.rounding workspaces.rounding_minutes workspaces.api_token",
            absent=_ONLY_WHEN_ASKED,
        ),
        Promise(
            "GET /me",
            name="Basic Auth with API token",
            shows=f"since {_PROFILE} workspaces.id workspaces.name workspaces.at",
            absent=_ONLY_WHEN_ASKED,
        ),
        Promise(
            "POST /sessions",
            "",
            {"since": 0},
            shows=f"since {_PROFILE}",
            proofs=[
                Proof("POST /sessions", "", headers={"set-cookie": "__Host-timer-session="}),
                Proof("GET /me", by="cookie"),
            ],
            different={
                "Where the server is not reached by https, the cookie is called `timer-session`: browsers take no "
                "`__Host-` cookie then.": [
                    Proof("POST /sessions", "", headers={"set-cookie": "timer-session="}, settings={"public_url": ""})
                ]
            },
        ),
        Promise(
            "DELETE /sessions",
            by="cookie",
            proofs=[Proof("POST /sessions", ""), Proof("DELETE /sessions", by="cookie")],
        ),
        Promise(
            "GET /me",
            name="Authentication that fails: 403",
            proofs=[
                Proof("GET /me", by="nobody", status=403),
                Proof("GET /workspaces", by="nobody", status=403),
                Proof("POST /time_entries", _NO_START, by="nobody", status=403),
            ],
        ),
    ],
)

_CORS = (
    "The documentation says itself that this part is switched off. Who runs a server lists origins in "
    "`HOURHAND_CORS_ORIGINS` instead."
)
CORS = Chapter(
    "Pages of other origins",
    "chapters/cors.md",
    [
        Promise("POST /api/v9/me/cors", {"domain": "url.com"}, left_out=_CORS),
        Promise("GET /api/v9/me/cors", left_out=_CORS),
        Promise("DELETE /api/v9/me/cors/{user}", left_out=_CORS),
    ],
)

_SETTINGS = {
    "fullname": "John Smith",
    "email": "john@example.org",
    "send_product_emails": False,
    "send_weekly_report": False,
    "send_timer_notifications": False,
    "store_start_and_stop_time": False,
    "beginning_of_week": 3,
    "timezone": "America/New_York",
    "timeofday_format": "H:mm",
    "date_format": "DD.MM.YYYY",
    "default_wid": "{workspace}",
    "language": "fr_FR",
    "duration_format": "decimal",
    "sidebar_piechart": True,
    "record_timeline": True,
    "render_timeline": False,
    "timeline_enabled": False,
    "timeline_experiment": True,
}
_NEW = {"email": "test.user@example.com", "password": "StrongPassword", "timezone": "Etc/UTC", "created_with": "curl"}
_CHANGED = {"name": "since then", "wid": "{workspace}"}

USERS = Chapter(
    "Users",
    "chapters/users.md",
    about="user",
    promises=[
        Promise(
            "GET /me",
            entity="user",
            shows=f"since {_PROFILE}",
            takes={
                "with_related_data": [
                    Proof("GET /me?with_related_data=true", answer={"data": {"tasks": [{}, {}], "clients": [{}, {}]}}),
                ],
                "since": [
                    Proof(
                        "GET /me?with_related_data=true&since=4000000000", answer={"data": {"tags": [], "tasks": []}}
                    ),
                    Proof("GET /me?with_related_data=true&since=1", answer={"data": {"tags": [{}]}}),
                    Proof("POST /tags", {"tag": _CHANGED}, keeps="changed", seconds_later=60),
                    Proof("DELETE /tags/{changed}"),
                    Proof(
                        "GET /me?with_related_data=true&since=1700000050",
                        answer={"data": {"tags": [{"id": "{changed}", "server_deleted_at": ...}], "clients": []}},
                    ),
                ],
            },
            proofs=[Proof("PUT /time_entries/{recent}", {"time_entry": {"tags": ["billed"]}})],
            narrower={
                "`openid_enabled` is always false: there is no sign-in through Google.": [
                    Proof("PUT /me", {"user": {"openid_enabled": True}}, {"data": {"openid_enabled": False}})
                ]
            },
            different={
                "`workspaces` is there without `with_related_data` too, as clients of the original know it.": [
                    Proof("GET /me", answer={"data": {"workspaces": [{}, {}], "tags": ABSENT, "time_entries": ABSENT}})
                ],
                "`since` without `with_related_data` changes nothing.": [
                    Proof("GET /me?since=4000000000", answer={"data": {"workspaces": [{}, {}]}})
                ],
            },
        ),
        Promise(
            "GET /me?with_related_data=true",
            case="with related data",
            shows=f"since {_PROFILE} time_entries.id time_entries.wid time_entries.billable time_entries.start"
            " time_entries.stop time_entries.duration time_entries.description time_entries.tags time_entries.at"
            " projects.id projects.wid projects.name projects.billable projects.active projects.at projects.color"
            " tags.id tags.wid tags.name tags.at workspaces.id workspaces.name workspaces.premium workspaces.at"
            " clients.id clients.wid clients.name clients.at",
            absent={
                "new_blog_post.title": "`new_blog_post` is always empty, because there is no blog",
                "new_blog_post.url": "`new_blog_post` is always empty, because there is no blog",
            },
            proofs=[
                Proof("GET /me?with_related_data=true", answer={"data": {"time_entries": [{"id": "{recent}"}]}}),
            ],
            different={
                "`time_entries` are those of the last 9 days and the running one, however long it has run.": [
                    Proof("POST /time_entries/start", {"time_entry": {"created_with": "tests"}}, keeps="running"),
                    Proof(
                        "GET /me?with_related_data=true",
                        answer={"data": {"time_entries": [{"id": "{running}"}]}},
                        seconds_later=10 * 86400,
                    ),
                    Proof("DELETE /time_entries/{running}"),
                ]
            },
        ),
        Promise(
            "PUT /me",
            {"user": _SETTINGS},
            entity="user",
            shows=f"{_PROFILE} timezone openid_enabled send_product_emails send_weekly_report send_timer_notifications",
            takes={
                "current_password": [
                    Proof(
                        "PUT /me",
                        {"user": {"current_password": "wrong", "password": "StrongPassword"}},
                        refused="Le mot de passe actuel est incorrect",
                    )
                ],
                "password": [
                    Proof("PUT /me", {"user": {"current_password": PASSWORD, "password": "StrongPassword"}}),
                    Proof("GET /me", by=f"john@example.org:{PASSWORD}", status=403),
                    Proof("GET /me", by="john@example.org:StrongPassword"),
                ],
            },
            narrower={
                "`send_product_emails` is kept and shown, and there are no such mails.": [
                    Proof("GET /me", answer={"data": {"send_product_emails": False}})
                ],
            },
            different={
                "More can be changed: `default_wid`, `language`, `duration_format`, `sidebar_piechart`, and what "
                "is about the timeline.": [
                    Proof("GET /me", answer={"data": {"language": "fr_FR", "sidebar_piechart": True}})
                ],
            },
        ),
        Promise(
            "POST /signups",
            {"user": _NEW},
            by="nobody",
            shows="id default_wid email fullname jquery_timeofday_format jquery_date_format timeofday_format"
            " date_format store_start_and_stop_time beginning_of_week sidebar_piechart timeline_experiment"
            " new_blog_post invitation",
            takes={"password": [Proof("GET /me", by="test.user@example.com:StrongPassword")]},
            unshown={"created_with": "it is kept with the account"},
            absent={
                "api_token": "the documentation speaks of it, and its example is without it; "
                "`GET /me` with the new password shows it"
            },
            narrower={
                "Closed unless `HOURHAND_SIGNUP` says `open` or `invite`.": [
                    Proof("POST /signups", {"user": _NEW}, by="nobody", status=403, settings={"signup": "closed"})
                ]
            },
            different={
                "`timezone` and `created_with` may be left out, as the documentation's own example does.": [
                    Proof(
                        "POST /signups",
                        {"user": {"email": "second.user@example.com", "password": "StrongPassword"}},
                        {"data": {"fullname": "Second User", "timezone": "Etc/UTC"}},
                        by="nobody",
                    )
                ]
            },
        ),
        Promise(
            "POST /reset_token",
            answer=Matching("[0-9a-f]{32}"),
            proofs=[Proof("GET /me", status=403)],
        ),
    ],
)
