"""`/project_users` on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api
from tests.api.v8.members import well_formed
from tests.api.v8.sending import made, tracked
from tests.cast import Cast, Person
from tests.clock import Clock

MEMBERS = ["id", "pid", "uid", "wid", "manager", "rate"]
NONSENSE = "uid must be a positive integer, or several joined by commas"


def test_a_project_user_has_its_members_in_order_and_a_new_one_no_time(api: Api, cast: Cast) -> None:
    born = _enter(api, cast, cast.bob, rate=4.5, manager=True)
    assert list(born.items()) == [
        ("id", born["id"]),
        ("pid", cast.private.id),
        ("uid", cast.bob.id),
        ("wid", cast.acme.id),
        ("manager", True),
        ("rate", 4.5),
    ]
    for path in (f"/projects/{cast.private.id}/project_users", f"/workspaces/{cast.acme.id}/project_users"):
        listed = api("GET", path, cast.bob).json()
        assert all(list(it) == [*MEMBERS, "at"] and well_formed("project_user", it) for it in listed)
        assert listed[-1] == {**born, "at": listed[-1]["at"]}


def test_no_rate_is_shown_as_null_and_0_is_a_rate(api: Api, cast: Cast) -> None:
    plain = _enter(api, cast, cast.bob)
    assert (plain["rate"], plain["manager"]) == (None, False)
    path = f"/project_users/{plain['id']}"
    for rate in (0, None, 12.34, 7):
        out = api.data("PUT", path, cast.cleo, {"project_user": {"rate": rate}})
        assert list(out) == [*MEMBERS, "at"]
        assert (out["rate"], type(out["rate"])) == (rate, type(rate))
        assert api("GET", f"/projects/{cast.private.id}/project_users", cast.bob).json()[-1] == out
    api("DELETE", path, cast.cleo)
    assert _enter(api, cast, cast.bob, rate=0)["rate"] == 0


def test_fields_ask_for_the_full_name(api: Api, cast: Cast) -> None:
    born = _enter(api, cast, cast.bob, fields="fullname")
    assert (list(born), born["fullname"]) == ([*MEMBERS, "fullname"], "Bob")
    path = f"/project_users/{born['id']}"
    asked = api.data("PUT", path, cast.cleo, {"project_user": {"manager": True, "fields": "x,fullname"}})
    assert (list(asked), asked["fullname"]) == ([*MEMBERS, "fullname", "at"], "Bob")
    assert "fullname" not in api.data("PUT", path, cast.cleo, {"project_user": {"fields": ""}})
    listed = api("GET", f"/projects/{cast.private.id}/project_users", cast.cleo, params={"fields": "fullname"}).json()
    assert not any("fullname" in it for it in listed)


@pytest.mark.parametrize("blank", ["", " "])
def test_several_come_in_together_in_the_order_asked_for(api: Api, cast: Cast, blank: str) -> None:
    uid = f"{cast.cleo.id},{blank}{cast.bob.id}{blank},{cast.cleo.id}"
    sent = {"project_user": {"pid": cast.public.id, "uid": uid, "rate": 4, "fields": "fullname"}}
    both = api.data("POST", "/project_users", cast.ann, sent)
    assert [(it["uid"], it["rate"], it["fullname"]) for it in both] == [
        (cast.cleo.id, 4, "Cleo"),
        (cast.bob.id, 4, "Bob"),
    ]
    assert not any("at" in it for it in both)


def test_one_is_an_object_and_a_comma_makes_an_array(api: Api, cast: Cast) -> None:
    as_text = _enter(api, cast, cast.bob, uid=str(cast.bob.id), manager="true", rate="4")
    assert (as_text["uid"], as_text["manager"], as_text["rate"]) == (cast.bob.id, True, 4)
    path = f"/project_users/{as_text['id']}"
    assert isinstance(api.data("PUT", path, cast.cleo, {"project_user": {}}), dict)
    twice = api.data("PUT", f"{path},{as_text['id']}", cast.cleo, {"project_user": {"manager": False}})
    assert [(it["id"], it["manager"]) for it in twice] == [(as_text["id"], False)]
    assert api("DELETE", f"{path},{as_text['id']}", cast.cleo).json() == [as_text["id"]]
    sent = {"project_user": {"pid": cast.private.id, "uid": f"{cast.bob.id},{cast.bob.id}"}}
    assert [it["uid"] for it in api.data("POST", "/project_users", cast.cleo, sent)] == [cast.bob.id]


def test_who_and_where_cannot_be_changed(api: Api, cast: Cast) -> None:
    born = _enter(api, cast, cast.bob)
    path = f"/project_users/{born['id']}"
    for sent in (
        {"pid": cast.public.id, "uid": cast.cleo.id, "wid": cast.ann.home, "id": 1, "at": "x"},
        {"pid": 0, "uid": "nonsense", "wid": None, "manager": None},
    ):
        out = api.data("PUT", path, cast.cleo, {"project_user": sent})
        assert {member: out[member] for member in MEMBERS} == born


def test_refusals_in_both_modes(api: Api, recorded: Api, cast: Cast) -> None:
    pid, bob = cast.private.id, cast.bob.id
    unreachable = f"cannot access workspace {cast.acme.id}"
    for sent, lines in (
        ({}, ["pid can't be blank", "uid can't be blank"]),
        ({"uid": bob}, ["pid can't be blank"]),
        ({"pid": None, "uid": bob}, ["pid can't be blank"]),
        *(({"pid": pid, "uid": none}, ["uid can't be blank"]) for none in (None, 0, "", " ", "0")),
        ({"pid": 1, "uid": bob}, ["User cannot access the selected project"]),
        ({"pid": cast.eve.home, "uid": bob}, ["User cannot access the selected project"]),
        ({"pid": pid, "uid": bob, "wid": cast.cleo.home}, ["Project is in another workspace"]),
        ({"pid": pid, "uid": cast.dan.id}, [f"User {cast.dan.id} {unreachable}"]),
        ({"pid": pid, "uid": 7}, [f"User 7 {unreachable}"]),
        ({"pid": pid, "uid": f"{bob},7,8,7"}, [f"User 7 {unreachable}", f"User 8 {unreachable}"]),
        ({"pid": pid, "uid": f"{bob},{cast.ann.id}"}, [f"User {cast.ann.id} is already in the project"]),
        ({"pid": pid, "uid": bob, "rate": -1}, ["Rate is invalid"]),
        *(({"pid": pid, "uid": uid}, [NONSENSE]) for uid in ("bob", f"{bob},", ",", f"{bob};7", "1.5", -bob, "١")),
        ({"pid": pid, "uid": ",".join([str(bob)] * 201)}, ["At most 200 ids are allowed"]),
    ):
        documented = api("POST", "/project_users", cast.cleo, {"project_user": sent})
        assert (documented.status_code, documented.json()) == (404, lines), sent
        answer = recorded("POST", "/project_users", cast.cleo, {"project_user": sent})
        assert (answer.status_code, answer.text) == (400, lines[0] + "\n"), sent
    assert api("POST", "/project_users", cast.cleo, {}).json() == ["project_user can't be blank"]
    for unread in ([bob], {"id": bob}, True, 1.5):
        sent = {"project_user": {"pid": pid, "uid": unread}}
        assert (api("POST", "/project_users", cast.cleo, sent).status_code, len(_people(api, cast))) == (404, 2)
        assert recorded("POST", "/project_users", cast.cleo, sent).status_code == 400
    assert len(api.data("POST", "/project_users", cast.cleo, {"project_user": {"pid": pid, "uid": f"{bob}"}})) == 6


def test_an_account_elsewhere_is_answered_as_none_at_all(api: Api, cast: Cast) -> None:
    """Whether it never came here, has left, or does not exist."""
    said = set()
    for uid in (cast.eve.id, cast.dan.id, cast.eve.id + (1 << 30), 1, 10**15, 10**30):
        answer = api("POST", "/project_users", cast.cleo, {"project_user": {"pid": cast.private.id, "uid": uid}})
        said.add((answer.status_code, answer.text.replace(f"User {uid} ", "User # ")))
    assert said == {(404, f'["User # cannot access workspace {cast.acme.id}"]\n')}


def test_an_unknown_one_refuses_all(api: Api, recorded: Api, cast: Cast) -> None:
    born = _enter(api, cast, cast.bob, rate=1)
    eves = made(api, cast.eve, "project", name="Mine", wid=cast.eve.home)["id"]
    foreign = api("GET", f"/projects/{eves}/project_users", cast.eve).json()[0]["id"]
    line = "Project user not found/no access to it"
    for unknown in (foreign, born["id"] + (1 << 30), 1, 10**15):
        path = f"/project_users/{born['id']},{unknown}"
        updated = api("PUT", path, cast.cleo, {"project_user": {"rate": 2}})
        assert (updated.status_code, updated.json()) == (404, [line])
        updated = recorded("PUT", path, cast.cleo, {"project_user": {"rate": 2}})
        assert (updated.status_code, updated.text) == (400, line + "\n")
        for mode in (api, recorded):
            deleted = mode("DELETE", path, cast.cleo)
            assert (deleted.status_code, deleted.text) == (404, "null\n")
    assert _people(api, cast)[-1]["rate"] == 1


def test_who_sees_and_does_not_manage_is_told_so(api: Api, recorded: Api, cast: Cast) -> None:
    born = _enter(api, cast, cast.bob)
    path = f"/project_users/{born['id']}"
    for mode in (api, recorded):
        for answer in (
            mode("POST", "/project_users", cast.bob, {"project_user": {"pid": cast.private.id, "uid": cast.eve.id}}),
            mode("PUT", path, cast.bob, {"project_user": {"manager": True}}),
            mode("DELETE", path, cast.bob),
        ):
            assert (answer.status_code, answer.text) == (
                403,
                "You have no permissions to add users to the project\n",
            )
    assert [it["manager"] for it in _people(api, cast)] == [True, True, False]


def test_rates_are_kept_from_those_who_may_not_see_them(api: Api, cast: Cast) -> None:
    _enter(api, cast, cast.bob, rate=98765.43)
    hiding = {"workspace": {"only_admins_see_billable_rates": True}}
    api.data("PUT", f"/workspaces/{cast.acme.id}", cast.ann, hiding)
    for path in (f"/projects/{cast.private.id}/project_users", f"/workspaces/{cast.acme.id}/project_users"):
        for person, rate in ((cast.ann, 98765.43), (cast.cleo, 98765.43), (cast.bob, None)):
            assert api("GET", path, person).json()[-1]["rate"] == rate


def test_who_is_let_in_sees_at_once_and_who_is_taken_out_no_longer(api: Api, cast: Cast) -> None:
    path = f"/projects/{cast.private.id}"
    assert api("GET", path, cast.bob).status_code == 404
    born = _enter(api, cast, cast.bob)
    assert api("GET", path, cast.bob).status_code == 200
    entry_path = f"/time_entries/{tracked(api, cast.bob, pid=cast.private.id)['id']}"
    entry = api.data("GET", entry_path, cast.bob)
    answer = api("DELETE", f"/project_users/{born['id']}", cast.cleo)
    assert (answer.status_code, answer.json()) == (200, [born["id"]])
    for gone in (path, f"{path}/project_users", f"{path}/tasks"):
        assert (api("GET", gone, cast.bob).status_code, api("GET", gone, cast.bob).text) == (404, "null\n")
    assert cast.private.id not in [it["pid"] for it in _of_workspace(api, cast, cast.bob)]
    assert api.data("GET", entry_path, cast.bob) == entry
    renamed = {"time_entry": {"description": "x", "pid": cast.private.id}}
    assert api.data("PUT", entry_path, cast.bob, renamed)["pid"] == cast.private.id
    again = api("DELETE", f"/project_users/{born['id']}", cast.cleo)
    assert (again.status_code, again.text) == (404, "null\n")


def test_who_is_let_in_learns_of_what_has_long_been_there(api: Api, cast: Cast, clock: Clock) -> None:
    task, gone = (made(api, cast.cleo, "task", name=name, pid=cast.private.id)["id"] for name in ("Old", "Gone"))
    api("DELETE", f"/tasks/{gone}", cast.cleo)
    clock.advance(100)
    since = int(clock.now)
    path = f"/me?with_related_data=true&since={since}"
    assert (api.data("GET", path, cast.bob)["projects"], api.data("GET", path, cast.bob)["tasks"]) == ([], [])
    born = _enter(api, cast, cast.bob)
    related = api.data("GET", path, cast.bob)
    assert [it["id"] for it in related["projects"]] == [cast.private.id]
    assert [it["id"] for it in related["tasks"]] == [task]
    later = api.data("GET", f"/me?with_related_data=true&since={since + 1}", cast.bob)
    assert (later["projects"], later["tasks"]) == ([], [])
    api("DELETE", f"/project_users/{born['id']}", cast.cleo)
    assert api.data("GET", path, cast.bob)["projects"] == []


def test_the_people_of_a_deleted_project_are_gone(api: Api, cast: Cast) -> None:
    born = _enter(api, cast, cast.bob)
    api("DELETE", f"/projects/{cast.private.id}", cast.cleo)
    path = f"/project_users/{born['id']}"
    updated = api("PUT", path, cast.ann, {"project_user": {"rate": 1}})
    assert (updated.status_code, updated.json()) == (404, ["Project user not found/no access to it"])
    for answer in (
        api("DELETE", path, cast.ann),
        api("GET", f"/projects/{cast.private.id}/project_users", cast.ann),
    ):
        assert (answer.status_code, answer.text) == (404, "null\n")
    assert [it["pid"] for it in _of_workspace(api, cast, cast.ann)] == [cast.public.id]


def test_an_empty_list_is_empty_by_mode(api: Api, recorded: Api, cast: Cast) -> None:
    [anns] = api("GET", f"/projects/{cast.public.id}/project_users", cast.bob).json()
    api("DELETE", f"/project_users/{anns['id']}", cast.ann)
    for path in (f"/projects/{cast.public.id}/project_users", f"/workspaces/{cast.acme.id}/project_users"):
        assert (api("GET", path, cast.bob).text, recorded("GET", path, cast.bob).text) == ("[]", "null")


def test_an_id_that_is_no_number_is_refused_in_a_line(api: Api, cast: Cast) -> None:
    for method, path, line in (
        ("PUT", "/project_users/x", "project_user_id must be a positive integer"),
        ("DELETE", "/project_users/1,x", "project_user_id must be a positive integer"),
        ("DELETE", f"/project_users/{','.join(['4096'] * 201)}", "At most 200 ids are allowed"),
        ("GET", "/projects/x/project_users", "project_id must be a positive integer"),
        ("GET", "/workspaces/x/project_users", "Missing or invalid workspace_id"),
    ):
        answer = api(method, path, cast.bob, {"project_user": {}} if method == "PUT" else None)
        assert (answer.status_code, answer.text) == (400, line + "\n")


def _enter(api: Api, cast: Cast, person: Person, **sent: Any) -> Any:
    """Somebody new in the private project."""
    return api.data(
        "POST", "/project_users", cast.cleo, {"project_user": {"pid": cast.private.id, "uid": person.id, **sent}}
    )


def _people(api: Api, cast: Cast) -> Any:
    return api("GET", f"/projects/{cast.private.id}/project_users", cast.cleo).json()


def _of_workspace(api: Api, cast: Cast, person: Person) -> Any:
    return api("GET", f"/workspaces/{cast.acme.id}/project_users", person).json()
