"""Promises: what clients ask for beside the documentation."""

from __future__ import annotations

from tests.conformance.promises import ABSENT, ByMode, Chapter, Matching, Promise, Proof
from tests.matrix.table import DOT

_ELEMENTS = [
    {
        "method": "POST",
        "relative_url": "/api/v8/tags",
        "guid": "one",
        "body": {"tag": {"name": "a", "wid": "{workspace}"}},
    },
    {"method": "GET", "relative_url": "tags/1", "guid": "two"},
]
_OLDER = "`POST` does the same as the documented method, for older libraries."

BESIDE = Chapter(
    "Beside the documentation",
    "",
    [
        Promise(
            "POST /workspaces",
            {"workspace": {"name": "Side business"}},
            {"data": {"admin": True}},
            entity="workspace",
            keeps="side",
        ),
        Promise(
            "DELETE /workspaces/{workspace}/leave",
            by="bob",
            proofs=[Proof("GET /workspaces/{workspace}", by="bob", status=404)],
            different={
                "The owner stays.": [
                    Proof(
                        "DELETE /workspaces/{side}/leave", status=403, answer="The owner cannot leave the workspace\n"
                    )
                ]
            },
        ),
        Promise(
            "POST /workspaces/{side}/logo",
            DOT,
            {"data": {"logo_url": Matching("https://time.example.org/.*")}},
            entity="workspace",
            different={
                "A PNG, JPEG, GIF or WebP, as the body or as the file of a form; it is drawn anew as a PNG.": [
                    Proof("POST /workspaces/{side}/logo", b"<svg/>", status=ByMode(404, 400))
                ]
            },
        ),
        Promise(
            "DELETE /workspaces/{side}/logo",
            proofs=[Proof("GET /workspaces/{side}", answer={"data": {"logo_url": ABSENT}})],
        ),
        Promise(
            "POST /batch_updates",
            _ELEMENTS,
            [
                {"status": 200, "guid": "one", "method": "POST", "body": Matching('{"data":{"id":.*"name":"a".*')},
                {"status": 405, "guid": "two", "method": "GET"},
            ],
            name="`POST /batch_updates`",
            shows="status guid content_type method body",
            narrower={
                "At most 200 elements.": [
                    Proof(
                        "POST /batch_updates",
                        _ELEMENTS[1:] * 201,
                        refused="A batch has at most 200 elements",
                    )
                ],
                "About things of workspaces alone: `/me`, sessions, tokens and logos are requests of their own.": [
                    Proof(
                        "POST /batch_updates",
                        [{"method": "GET", "relative_url": "me"}],
                        [
                            {
                                "status": 400,
                                "body": "This cannot be a part of a batch: send it as a request of its own\n",
                            }
                        ],
                    )
                ],
            },
            different={
                "Elements are refused in the recorded way in both modes, for the desktop client.": [
                    Proof(
                        "POST /batch_updates",
                        [{"method": "POST", "relative_url": "tags", "body": {}}],
                        [{"status": 400, "body": "Tag can't be blank\n"}],
                    )
                ]
            },
        ),
        Promise(
            "POST /time_entries/current",
            answer={"data": None},
            different={_OLDER: [Proof("GET /time_entries/current")]},
        ),
        Promise(
            "POST /time_entries/{recent}/stop",
            answer={"data": {"duration": 14400}},
            entity="time_entry",
            different={_OLDER: [Proof("PUT /time_entries/{recent}/stop")]},
        ),
        Promise(
            "POST /lost_passwords",
            {"email": "ann@example.org"},
            name="`POST /lost_passwords`",
            proofs=[Proof("POST /lost_passwords", {"email": "nobody@example.org"})],
        ),
    ],
)

_WINDOW = {
    "guid": "d0c",
    "filename": "editor",
    "title": "Letter",
    "start_time": 1_699_990_000,
    "end_time": 1_699_990_060,
    "idle": True,
}
_WISH = {"subject": "A wish", "details": "Even more reports", "desktop_version": "7.5.0"}

_WITHOUT_FILES = {
    "It becomes a mail to the operator; of files that come with it, their names and sizes alone.": [
        Proof("POST /feedback", {**_WISH, "base64_encoded_attachment": "YQ==", "attachment_name": "a.log"})
    ]
}

DESKTOP = Chapter(
    "What the desktop client asks for",
    "",
    [
        Promise("GET /status", answer={"status": "OK"}, by="nobody"),
        Promise(
            "GET /updates?app=td&channel=stable",
            answer=None,
            by="nobody",
            narrower={"There never is a newer client to offer.": [Proof("GET /updates", answer=None)]},
        ),
        Promise(
            "POST /desktop_login_tokens",
            shows="login_token",
            answer={"login_token": ...},
            keeps="code",
            member="login_token",
        ),
        Promise(
            "GET /desktop_login?login_token={code}&goto=reports",
            by="nobody",
            status=303,
            takes={"login_token": [Proof("GET /desktop_login?login_token=wrong", by="nobody", status=403)]},
            proofs=[
                Proof("GET /me", by="cookie"),
                Proof("GET /desktop_login?login_token={code}", by="nobody", status=403),
            ],
            narrower={
                "The browser goes to the first page, whatever `goto` says: there are no pages of reports yet.": [
                    Proof("POST /desktop_login_tokens", keeps="code", member="login_token"),
                    Proof(
                        "GET /desktop_login?login_token={code}&goto=reports",
                        by="nobody",
                        status=303,
                        headers={"location": "/"},
                    ),
                ]
            },
        ),
        Promise(
            "POST /timeline_settings",
            {"record_timeline": True},
            proofs=[Proof("GET /me", answer={"data": {"record_timeline": True}})],
        ),
        Promise(
            "POST /timeline",
            [_WINDOW],
            {"received": 1},
            takes={name: [Proof("GET /timeline", answer=[{name: value}])] for name, value in _WINDOW.items()},
            different={
                "Kept only while `record_timeline` says so; sending it again is harmless.": [
                    Proof("POST /timeline", [_WINDOW], {"received": 0}),
                    Proof("POST /timeline_settings", {"record_timeline": False}),
                    Proof("POST /timeline", [{**_WINDOW, "guid": "e0c"}], {"received": 0}),
                ],
                "Titles are cut after 1,000 characters, and at most 1,000 windows are taken at once.": [
                    Proof("POST /timeline_settings", {"record_timeline": True}),
                    Proof("POST /timeline", [_WINDOW] * 1001, refused="Timeline is limited to 1000"),
                ],
            },
        ),
        Promise(
            "GET /timeline",
            answer=[_WINDOW],
            takes={
                "start_date": [Proof("GET /timeline?start_date=2023-11-14T22:00:00Z", answer=[])],
                "end_date": [Proof("GET /timeline?end_date=2023-11-14T12:00:00Z", answer=[])],
            },
        ),
        Promise("POST /feedback", _WISH, name="`POST /feedback`", narrower=_WITHOUT_FILES),
        Promise("POST /feedback/web", _WISH, name="`POST /feedback/web`"),
    ],
)
