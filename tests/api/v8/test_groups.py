"""`/groups` on the wire."""

from __future__ import annotations

from tests.api.conftest import Api
from tests.api.v8.members import well_formed
from tests.api.v8.sending import made
from tests.cast import Cast


def test_a_group_has_its_members_in_order_and_a_new_one_no_time(api: Api, cast: Cast) -> None:
    born = made(api, cast.ann, "group", name=" Developers ", wid=cast.acme.id)
    assert list(born.items()) == [("id", born["id"]), ("wid", cast.acme.id), ("name", "Developers")]
    renamed = api.data("PUT", f"/groups/{born['id']}", cast.ann, {"group": {"name": "Crew", "wid": cast.ann.home}})
    assert (renamed["wid"], renamed["name"], well_formed("group", renamed)) == (cast.acme.id, "Crew", True)
    assert api("GET", f"/workspaces/{cast.acme.id}/groups", cast.ann).json() == [renamed]


def test_groups_are_listed_by_name_and_no_list_is_said_by_the_mode(api: Api, recorded: Api, cast: Cast) -> None:
    path = f"/workspaces/{cast.acme.id}/groups"
    assert (api("GET", path, cast.ann).text, recorded("GET", path, cast.ann).text) == ("[]", "null")
    for name in ("b", "Ä", "a", "Z", "10", "9"):
        made(api, cast.ann, "group", name=name, wid=cast.acme.id)
    assert [it["name"] for it in api("GET", path, cast.ann).json()] == ["10", "9", "Z", "a", "b", "Ä"]


def test_a_group_without_a_workspace_goes_to_the_default_one(api: Api, cast: Cast) -> None:
    assert made(api, cast.bob, "group", name="A")["wid"] == cast.bob.home
    nested = {"group": {"name": "B", "wid": None, "workspace": {"id": cast.acme.id}}}
    assert api.data("POST", "/groups", cast.ann, nested)["wid"] == cast.acme.id


def test_a_null_changes_nothing(api: Api, cast: Cast) -> None:
    number = made(api, cast.ann, "group", name="A", wid=cast.acme.id)["id"]
    assert api.data("PUT", f"/groups/{number}", cast.ann, {"group": {"name": None}})["name"] == "A"


def test_a_deleted_group_is_gone_and_its_name_is_free(api: Api, cast: Cast) -> None:
    number = made(api, cast.ann, "group", name="A", wid=cast.acme.id)["id"]
    for status in (200, 404):
        answer = api("DELETE", f"/groups/{number}", cast.ann)
        assert (answer.status_code, answer.text) == (status, "null\n")
    assert api("GET", f"/workspaces/{cast.acme.id}/groups", cast.ann).json() == []
    made(api, cast.ann, "group", name="A", wid=cast.acme.id)


def test_refusals_in_both_modes(api: Api, recorded: Api, cast: Cast) -> None:
    wid = cast.acme.id
    group = {"group": {"name": "A", "wid": wid}}
    other = made(api, cast.ann, "group", name="B", wid=wid)["id"]
    api.data("POST", "/groups", cast.ann, group)
    unreachable = f"User {cast.ann.id} cannot access workspace {cast.bob.home}"
    for method, path, body, lines in (
        ("POST", "/groups", group, ["Name has already been taken"]),
        ("POST", "/groups", {}, ["Group can't be blank"]),
        ("POST", "/groups", {"group": {"wid": wid}}, ["Name can't be blank"]),
        ("POST", "/groups", {"group": {"wid": cast.bob.home}}, ["Name can't be blank", unreachable]),
        (
            "POST",
            "/groups",
            {"group": {"name": "x" * 256, "wid": wid}},
            ["Name is too long (maximum is 255 characters)"],
        ),
        ("PUT", f"/groups/{other}", group, ["Name has already been taken"]),
        ("PUT", f"/groups/{other}", {"group": {"name": " "}}, ["Name can't be blank"]),
        ("PUT", f"/groups/{other + 4096 * 9}", group, ["Group not found/no access to it"]),
    ):
        documented = api(method, path, cast.ann, body)
        assert (documented.status_code, documented.json()) == (404, lines)
        answer = recorded(method, path, cast.ann, body)
        assert (answer.status_code, answer.text) == (400, lines[0] + "\n")


def test_groups_are_for_admins_and_unknown_to_strangers(api: Api, cast: Cast) -> None:
    wid, number = cast.acme.id, made(api, cast.ann, "group", name="A", wid=cast.acme.id)["id"]
    body = {"group": {"name": "B", "wid": wid}}
    asked = (
        ("POST", "/groups", body),
        ("PUT", f"/groups/{number}", body),
        ("DELETE", f"/groups/{number}", None),
        ("GET", f"/workspaces/{wid}/groups", None),
    )
    for method, path, sent in asked:
        denied = api(method, path, cast.bob, sent)
        assert (denied.status_code, denied.text) == (403, ""), path
        hidden = api(method, path, cast.eve, sent)
        absent = api(method, path.replace(str(number), str(number + 4096 * 9)), cast.eve, sent)
        assert (hidden.status_code, hidden.content) == (404, absent.content), path


def test_an_id_that_is_no_number_is_refused_in_a_line(api: Api, cast: Cast) -> None:
    for method, body in (("PUT", {"group": {"name": "B"}}), ("DELETE", None)):
        for segment in ("x", "0", "-1", "1.0", "1,2"):
            answer = api(method, f"/groups/{segment}", cast.ann, body)
            assert (answer.status_code, answer.text) == (400, "Invalid group ID\n")
