"""`POST /workspaces/{id}/invite`, and what admins see of who is invited."""

from __future__ import annotations

import pytest

from hourhand.db import Database
from tests.api.conftest import Api
from tests.api.v8.members import ORDER
from tests.cast import Cast
from tests.mailbox import last_code, post

HOST = "http://127.0.0.1:8300"
NEW = "fay@example.org"


def path(cast: Cast) -> str:
    return f"/workspaces/{cast.acme.id}/invite"


def test_who_is_invited_is_answered_as_a_workspace_user(api: Api, cast: Cast, database: Database) -> None:
    answer = api("POST", path(cast), cast.ann, {"emails": [NEW, "nonsense", "bob@example.org", "Eve@example.org"]})
    assert answer.status_code == 200
    assert list(answer.json()) == ["data", "notifications"]
    fay, eve = answer.json()["data"]
    assert list(fay) == ORDER["workspace_user"]
    shown = {name: fay[name] for name in ("wid", "admin", "owner", "active", "email", "name", "inactive", "group_ids")}
    assert shown == {
        "wid": cast.acme.id,
        "admin": False,
        "owner": False,
        "active": False,
        "email": NEW,
        "name": "Fay",
        "inactive": False,
        "group_ids": [],
    }
    assert fay["invite_url"] == f"{HOST}/user/accept_invitation?code={last_code(database, cast.vault, NEW)}"
    assert fay["invitation_code"] == last_code(database, cast.vault, NEW)
    assert (eve["uid"], eve["active"], eve["can_be_removed"]) == (cast.eve.id, False, True)
    assert answer.json()["notifications"] == [
        "Invalid e-mail: nonsense",
        "bob@example.org is in the workspace already",
    ]
    again = api("POST", path(cast), cast.ann, {"emails": [NEW]}).json()
    assert again == {"data": [], "notifications": [f"{NEW} has been invited already"]}


def test_admins_alone_see_how_to_accept(api: Api, cast: Cast) -> None:
    [fay] = api("POST", path(cast), cast.ann, {"emails": [NEW]}).json()["data"]
    listed = f"/workspaces/{cast.acme.id}/workspace_users"
    assert api("GET", listed, cast.ann).json()[-1] == fay
    seen = api("GET", listed, cast.bob).json()[-1]
    assert seen == {**fay, "invite_url": None, "invitation_code": None, "can_be_removed": False}
    admin = {"workspace_user": {"admin": True}}
    kept = api.data("PUT", f"/workspace_users/{fay['id']}", cast.ann, admin)
    assert kept == {**fay, "admin": True, "at": kept["at"]}


def test_who_is_invited_has_no_right_and_is_no_colleague_yet(api: Api, cast: Cast) -> None:
    api("POST", path(cast), cast.ann, {"emails": ["eve@example.org"]})
    assert api("GET", f"/workspaces/{cast.acme.id}", cast.eve).status_code == 404
    assert [it["id"] for it in api("GET", "/workspaces", cast.eve).json()] == [cast.eve.home]
    users = api("GET", f"/workspaces/{cast.acme.id}/users", cast.ann).json()
    assert cast.eve.id not in [it["id"] for it in users]


def test_the_refusals_are_in_the_callers_language(api: Api, cast: Cast) -> None:
    api.data("PUT", "/me", cast.ann, {"user": {"language": "de_DE"}})
    answer = api("POST", path(cast), cast.ann, {"emails": ["bob@example.org"]}).json()
    assert answer["notifications"] == ["bob@example.org ist schon im Arbeitsbereich"]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({}, "Emails should not be blank"),
        ({"emails": None}, "Emails should not be blank"),
        ({"emails": []}, "Emails should not be blank"),
        ({"emails": [" "]}, "Emails should not be blank"),
        ({"emails": [f"p{i}@example.org" for i in range(201)]}, "At most 200 people can be invited at once"),
    ],
)
def test_nobody_or_too_many_are_refused(
    api: Api, recorded: Api, cast: Cast, database: Database, body: object, line: str
) -> None:
    documented = api("POST", path(cast), cast.ann, body)
    assert (documented.status_code, documented.json()) == (404, [line])
    refused = recorded("POST", path(cast), cast.ann, body)
    assert (refused.status_code, refused.text) == (400, line + "\n")
    assert post(database, cast.vault) == []


@pytest.mark.parametrize("emails", ["a@example.org", 1, {"a": 1}, [1], [None], [["a@example.org"]]])
def test_what_is_no_list_of_texts_cannot_be_read(api: Api, cast: Cast, emails: object) -> None:
    assert api("POST", path(cast), cast.ann, {"emails": emails}).status_code == 404


def test_members_and_strangers_invite_nobody(api: Api, cast: Cast, database: Database) -> None:
    denied = api("POST", path(cast), cast.bob, {"emails": [NEW]})
    assert (denied.status_code, denied.text) == (403, "")
    for stranger in (cast.dan, cast.eve):
        absent = api("POST", path(cast), stranger, {"emails": [NEW]})
        line = f"User {stranger.id} cannot access workspace {cast.acme.id}"
        assert (absent.status_code, absent.json()) == (404, [line])
    assert post(database, cast.vault) == []
