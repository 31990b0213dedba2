"""`/workspace_users`, and who is in a workspace, on the wire."""

from __future__ import annotations

from typing import Any

from hourhand.core import accounts, groups
from hourhand.db import Database, Tx
from tests.api.conftest import Api
from tests.api.v8.members import ORDER, well_formed
from tests.api.v8.sending import log_in, made, tracked
from tests.cast import Cast, Person
from tests.core.acts import act

NO_ADMIN = {"workspace_user": {"admin": False}}
ADMIN = {"workspace_user": {"admin": True}}


def test_a_workspace_user_has_every_member_in_order_nulls_included(api: Api, cast: Cast, database: Database) -> None:
    group = made(api, cast.ann, "group", name="G", wid=cast.acme.id)["id"]
    act(database, cast.ann, groups.set_members, group, [cast.bob.id])
    ann, bob, cleo = _listed(api, cast, cast.ann)
    assert list(bob) == ORDER["workspace_user"]
    assert bob == {
        "id": bob["id"],
        "uid": cast.bob.id,
        "wid": cast.acme.id,
        "admin": False,
        "owner": False,
        "active": True,
        "email": "bob@example.org",
        "timezone": "Etc/UTC",
        "inactive": False,
        "at": "2023-11-14T22:13:20+00:00",
        "name": "Bob",
        "group_ids": [group],
        "rate": None,
        "labour_cost": None,
        "invite_url": None,
        "invitation_code": None,
        "avatar_file_name": None,
        "can_be_removed": True,
    }
    assert (ann["admin"], ann["owner"], ann["can_be_removed"], ann["group_ids"]) == (True, True, False, [])
    assert (cleo["uid"], cleo["admin"], cleo["owner"]) == (cast.cleo.id, False, False)


def test_members_are_told_who_is_there_and_not_what_they_cost(api: Api, cast: Cast, database: Database) -> None:
    database.write_now(
        lambda tx: tx.run(
            "update members set rate = 5050, labour_cost = 2000 where bucket = :bucket and workspace_id = :acme",
            bucket=cast.acme.id & 4095,
            acme=cast.acme.id,
        )
    )
    seen = _listed(api, cast, cast.ann)
    assert {(it["rate"], it["labour_cost"]) for it in seen} == {(50.5, 20)}
    hidden = {"rate": None, "labour_cost": None}
    expected = [{**it, **hidden, "can_be_removed": it["uid"] == cast.bob.id} for it in seen]
    assert _listed(api, cast, cast.bob) == expected
    for person in (cast.eve, cast.dan):
        absent = api("GET", f"/workspaces/{cast.acme.id}/workspace_users", person)
        assert (absent.status_code, absent.text) == (404, "null\n")


def test_who_is_invited_or_disabled_is_shown_as_that(api: Api, cast: Cast, database: Database) -> None:
    bob_waits = "set active = :no where bucket = :bucket and account_id = :bob and workspace_id = :acme"
    named = {"no": False, "bob": cast.bob.id, "acme": cast.acme.id}

    def invite(tx: Tx) -> None:
        tx.run(f"update members {bob_waits}", bucket=cast.acme.id & 4095, **named)
        tx.run(f"update memberships {bob_waits}", bucket=cast.bob.id & 4095, **named)

    database.write_now(invite)
    database.write_now(lambda tx: accounts.disable(tx, cast.cleo.account, tx.now))
    _, bob, cleo = _listed(api, cast, cast.ann)
    assert [(it["active"], it["inactive"]) for it in (bob, cleo)] == [(False, False), (True, True)]
    assert api("GET", f"/workspaces/{cast.acme.id}", cast.bob).status_code == 404


def test_only_the_admin_flag_changes(api: Api, cast: Cast) -> None:
    before = _of(api, cast, cast.bob)
    path = f"/workspace_users/{before['id']}"
    sent = {"id": 1, "uid": cast.eve.id, "wid": cast.ann.home, "owner": True, "active": False, "rate": 9, "name": "x"}
    for unsaid in ({}, {"admin": None}, {"admin": "false"}, sent):
        assert api.data("PUT", path, cast.ann, {"workspace_user": unsaid}) == before
    made_admin = api.data("PUT", path, cast.ann, {"workspace_user": {**sent, "admin": "true"}})
    assert made_admin == {**before, "admin": True, "at": made_admin["at"]}
    assert api.data("GET", f"/workspaces/{cast.acme.id}", cast.bob)["admin"] is True
    assert api.data("PUT", path, cast.bob, NO_ADMIN)["admin"] is False


def test_what_may_not_be_changed_is_said_in_both_modes(api: Api, recorded: Api, cast: Cast) -> None:
    ann, bob = _of(api, cast, cast.ann), _of(api, cast, cast.bob)
    unknown = f"/workspace_users/{bob['id'] + 4096 * 99}"
    stays = "The owner stays in the workspace as its admin"
    for path, person, body, status, line in (
        (f"/workspace_users/{ann['id']}", cast.ann, NO_ADMIN, 400, stays),
        (f"/workspace_users/{bob['id']}", cast.ann, {}, 400, "workspace_user can't be blank"),
        (unknown, cast.ann, ADMIN, 404, "Workspace not found/accessible"),
        (f"/workspace_users/{bob['id']}", cast.eve, ADMIN, 404, "Workspace not found/accessible"),
        (f"/workspace_users/{bob['id']}", cast.dan, ADMIN, 404, "Workspace not found/accessible"),
    ):
        documented = api("PUT", path, person, body)
        assert (documented.status_code, documented.json()) == (404, [line])
        answer = recorded("PUT", path, person, body)
        assert (answer.status_code, answer.text) == (status, line + "\n")
    for each in (api, recorded):
        for method in ("PUT", "DELETE"):
            denied = each(method, f"/workspace_users/{ann['id']}", cast.bob, ADMIN)
            assert (denied.status_code, denied.text) == (403, "Cannot access workspace users\n")
            bad = each(method, "/workspace_users/x", cast.ann, ADMIN)
            assert (bad.status_code, bad.text) == (400, "workspace_user_id must be a positive integer\n")
        for path, person in ((unknown, cast.ann), (f"/workspace_users/{bob['id']}", cast.eve)):
            absent = each("DELETE", path, person)
            assert (absent.status_code, absent.text) == (404, "null\n")


def test_who_is_removed_is_out_with_the_next_request_and_their_time_stays(api: Api, cast: Cast) -> None:
    number = tracked(api, cast.bob, wid=cast.acme.id)["id"]
    session = log_in(api, cast.bob)
    path = f"/workspaces/{cast.acme.id}"
    assert api("GET", path, None, headers=session).status_code == 200
    user = f"/workspace_users/{_of(api, cast, cast.bob)['id']}"
    removed = api("DELETE", user, cast.ann)
    assert (removed.status_code, removed.text) == (200, "null\n")
    for headers in (session, cast.bob.header):
        assert api("GET", path, None, headers=headers).status_code == 404
        assert api("GET", f"/projects/{cast.public.id}", None, headers=headers).status_code == 404
    assert api.data("GET", f"/time_entries/{number}", cast.ann)["uid"] == cast.bob.id
    assert cast.bob.id not in [it["uid"] for it in _listed(api, cast, cast.ann)]
    again = api("DELETE", user, cast.ann)
    assert (again.status_code, again.text) == (404, "null\n")


def test_who_is_demoted_is_no_admin_with_the_next_request(api: Api, cast: Cast) -> None:
    user = f"/workspace_users/{_of(api, cast, cast.bob)['id']}"
    path = f"/workspaces/{cast.acme.id}/users"
    for body, status in ((ADMIN, 200), (NO_ADMIN, 403), (ADMIN, 200)):
        api.data("PUT", user, cast.ann, body)
        assert api("GET", path, cast.bob).status_code == status


def test_one_may_remove_oneself_but_not_as_the_owner(api: Api, cast: Cast) -> None:
    ann, bob = _of(api, cast, cast.ann), _of(api, cast, cast.bob)
    assert api("DELETE", f"/workspace_users/{bob['id']}", cast.bob).text == "null\n"
    refused = api("DELETE", f"/workspace_users/{ann['id']}", cast.ann)
    assert (refused.status_code, refused.text) == (403, "The owner cannot leave the workspace\n")
    api.data("PUT", f"/workspace_users/{_of(api, cast, cast.cleo)['id']}", cast.ann, ADMIN)
    refused = api("DELETE", f"/workspace_users/{ann['id']}", cast.cleo)
    assert (refused.status_code, refused.text) == (403, "The owner stays in the workspace as its admin\n")


def test_a_removed_persons_default_workspace_is_another_of_theirs(api: Api, cast: Cast) -> None:
    api.data("PUT", "/me", cast.bob, {"user": {"default_wid": cast.acme.id}})
    api("DELETE", f"/workspace_users/{_of(api, cast, cast.bob)['id']}", cast.ann)
    assert api.data("GET", "/me", cast.bob)["default_wid"] == cast.bob.home
    assert made(api, cast.bob, "client", name="A")["wid"] == cast.bob.home


def test_profiles_are_listed_for_admins_without_tokens_oneself_last(api: Api, cast: Cast) -> None:
    api.data("PUT", "/me", cast.cleo, {"user": {"fullname": "Adele"}})
    path = f"/workspaces/{cast.acme.id}/users"
    found = api("GET", path, cast.ann)
    assert [it["fullname"] for it in found.json()] == ["Adele", "Bob", "Ann"]
    assert all(well_formed("user", it, without=("api_token",)) for it in found.json())
    assert all(it["image_url"].startswith("http://127.0.0.1:8300/") for it in found.json())
    assert not any(person.token in found.text for person in (cast.ann, cast.bob, cast.cleo))
    denied = api("GET", path, cast.bob)
    assert (denied.status_code, denied.text) == (403, "")
    for number in (cast.acme.id, cast.acme.id + 4096):
        absent = api("GET", f"/workspaces/{number}/users", cast.eve)
        assert (absent.status_code, absent.text) == (404, "null\n")


def _listed(api: Api, cast: Cast, reader: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api("GET", f"/workspaces/{cast.acme.id}/workspace_users", reader).json()
    return found


def _of(api: Api, cast: Cast, person: Person) -> dict[str, Any]:
    [found] = [it for it in _listed(api, cast, cast.ann) if it["uid"] == person.id]
    return found
