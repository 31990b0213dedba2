"""`/tags` on the wire."""

from __future__ import annotations

from tests.api.conftest import Api
from tests.cast import Cast


def test_a_tag_has_its_members_in_order_and_a_new_one_no_time(api: Api, cast: Cast) -> None:
    born = api.data("POST", "/tags", cast.bob, {"tag": {"name": "billed", "wid": cast.acme.id}})
    assert list(born.items()) == [("id", born["id"]), ("wid", cast.acme.id), ("name", "billed")]
    renamed = api.data("PUT", f"/tags/{born['id']}", cast.bob, {"tag": {"name": "not billed", "wid": 1}})
    assert list(renamed) == ["id", "wid", "name", "at"]
    assert (renamed["wid"], renamed["name"]) == (cast.acme.id, "not billed")
    assert api("GET", f"/workspaces/{cast.acme.id}/tags", cast.cleo).json() == [renamed]


def test_a_tag_without_a_workspace_goes_to_the_default_one(api: Api, cast: Cast) -> None:
    for nowhere in ({}, {"wid": None}, {"wid": 0}):
        sent = {"tag": {"name": f"t{len(nowhere)}{nowhere.get('wid')}", **nowhere}}
        assert api.data("POST", "/tags", cast.bob, sent)["wid"] == cast.bob.home


def test_a_deleted_tag_is_gone(api: Api, recorded: Api, cast: Cast) -> None:
    tag_id = api.data("POST", "/tags", cast.bob, {"tag": {"name": "billed", "wid": cast.acme.id}})["id"]
    for status in (200, 404):
        answer = api("DELETE", f"/tags/{tag_id}", cast.bob)
        assert (answer.status_code, answer.text) == (status, "null\n")
    path = f"/workspaces/{cast.acme.id}/tags"
    assert (api("GET", path, cast.bob).text, recorded("GET", path, cast.bob).text) == ("[]", "null")


def test_refusals_in_both_modes(api: Api, recorded: Api, cast: Cast) -> None:
    tag = {"tag": {"name": "billed", "wid": cast.acme.id}}
    api.data("POST", "/tags", cast.bob, tag)
    for body, lines in (
        (tag, ["Tag already exists: billed"]),
        ({}, ["Tag can't be blank"]),
        ({"tag": {"wid": cast.acme.id}}, ["Name can't be blank"]),
        ({"tag": {"wid": cast.ann.home}}, ["Name can't be blank", _unreachable(cast, cast.ann.home)]),
        ({"tag": {"name": "x" * 129, "wid": cast.acme.id}}, ["Name is too long (maximum is 128 characters)"]),
    ):
        documented = api("POST", "/tags", cast.bob, body)
        assert (documented.status_code, documented.json()) == (404, lines)
        answer = recorded("POST", "/tags", cast.bob, body)
        assert (answer.status_code, answer.text) == (400, lines[0] + "\n")


def test_hidden_and_absent_are_alike(api: Api, cast: Cast) -> None:
    tag_id = api.data("POST", "/tags", cast.ann, {"tag": {"name": "billed", "wid": cast.acme.id}})["id"]
    for number in (tag_id, tag_id + 4096, 1):
        renamed = api("PUT", f"/tags/{number}", cast.eve, {"tag": {"name": "x"}})
        assert (renamed.status_code, renamed.json()) == (404, ["Tag not found/no access to it"])
        deleted = api("DELETE", f"/tags/{number}", cast.eve)
        assert (deleted.status_code, deleted.text) == (404, "null\n")
    for workspace_id in (cast.acme.id, cast.acme.id + 4096):
        listed = api("GET", f"/workspaces/{workspace_id}/tags", cast.eve)
        assert (listed.status_code, listed.text) == (404, "null\n")


def test_an_id_that_is_no_number_is_refused_in_a_line(api: Api, cast: Cast) -> None:
    answer = api("DELETE", "/tags/x", cast.bob)
    assert (answer.status_code, answer.text) == (400, "tag_id must be a positive integer\n")


def _unreachable(cast: Cast, workspace_id: int) -> str:
    return f"User {cast.bob.id} cannot access workspace {workspace_id}"
