"""`/projects` on the wire."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.api.conftest import Api
from tests.cast import Cast, Person

BORN = [
    *("id", "wid", "name", "billable", "is_private", "active", "template", "at", "color", "auto_estimates"),
    "hex_color",
]
FULL = [
    *("id", "guid", "wid", "cid", "name", "billable", "is_private", "active", "template", "template_id", "at"),
    *("created_at", "color", "auto_estimates", "estimated_hours", "actual_hours", "rate", "currency", "hex_color"),
]


def create(api: Api, person: Person, wid: int, **members: object) -> Any:
    return api.data("POST", "/projects", person, {"project": {"wid": wid, **members}})


def names(api: Api, path: str, person: Person) -> list[str]:
    return [project["name"] for project in api("GET", path, person).json()]


def track(api: Api, person: Person, pid: int, duration: int) -> None:
    entry = {"pid": pid, "start": "2023-11-14T10:00:00Z", "duration": duration, "created_with": "tests"}
    api.data("POST", "/time_entries", person, {"time_entry": entry})


def test_a_new_project_has_its_members_in_order_and_no_created_at(api: Api, cast: Cast) -> None:
    born = create(api, cast.bob, cast.acme.id, name="Site")
    assert list(born) == BORN
    assert (born["is_private"], born["active"], born["template"], born["color"]) == (True, True, False, "0")
    read = api.data("GET", f"/projects/{born['id']}", cast.bob)
    assert read.pop("created_at") == born["at"] == "2023-11-14T22:13:20+00:00"
    assert read == born


def test_every_member_is_shown_in_order(api: Api, cast: Cast) -> None:
    mould = create(api, cast.ann, cast.acme.id, name="Mould", template=True)
    client = api.data("POST", "/clients", cast.ann, {"client": {"wid": cast.acme.id, "name": "Globex"}})
    settings = {"estimated_hours": 1.5, "rate": 12.5, "currency": "EUR", "color": 17}
    links = {"guid": "g-1", "cid": client["id"], "template_id": mould["id"]}
    born = create(api, cast.ann, cast.acme.id, name="Site", **settings, **links)
    track(api, cast.ann, born["id"], 7300)
    read = api.data("GET", f"/projects/{born['id']}", cast.ann)
    assert list(read) == FULL
    assert (read["color"], read["hex_color"], read["rate"], read["currency"]) == ("2", "#d94182", 12.5, "EUR")
    assert (read["estimated_hours"], read["actual_hours"], read["cid"]) == (1.5, 2, client["id"])


def test_what_callers_send_in_their_own_ways_is_understood(api: Api, cast: Cast) -> None:
    sent = {"id": 0, "name": "Loose", "workspace": {"id": str(cast.acme.id)}, "cid": 0, "active": "true", "color": "5"}
    nulls = ("wid", "rate", "template_id", "guid", "is_private", "billable", "template", "auto_estimates", "hex_color")
    # A decimal with dozens of digits, which no float of ours could write.
    hours = b'"client": {"id": 9}, "estimated_hours": 2.' + b"0" * 60
    body = msgspec.json.encode({"project": {**sent, **dict.fromkeys(nulls)}}).replace(b'"id":0', hours)
    answer = api("POST", "/projects", cast.bob, content=body)
    assert answer.status_code == 200
    project = answer.json()["data"]
    assert (project["wid"], project["estimated_hours"], project["color"]) == (cast.acme.id, 2, "5")
    assert "cid" not in project
    assert api.data("POST", "/projects", cast.bob, {"project": {"name": "Home"}})["wid"] == cast.bob.home


def test_an_update_changes_what_it_names_and_clears_what_it_nulls(api: Api, cast: Cast) -> None:
    path = f"/projects/{cast.private.id}"
    sent = {"name": "Renamed", "color": "6", "rate": "4", "estimated_hours": 3, "wid": cast.cleo.home}
    after = api.data("PUT", path, cast.cleo, {"project": sent})
    assert (after["name"], after["color"], after["rate"], after["wid"]) == ("Renamed", "6", 4, cast.acme.id)
    cleared = api.data("PUT", path, cast.cleo, {"project": {"rate": None, "estimated_hours": None, "active": None}})
    assert cleared["active"] is True
    assert {"rate", "currency", "estimated_hours"}.isdisjoint(cleared)
    hexadecimal = api.data("PUT", path, cast.cleo, {"project": {"hex_color": "#ABCDEF"}})
    assert (hexadecimal["hex_color"], hexadecimal["color"]) == ("#abcdef", "1")
    assert api.data("PUT", path, cast.cleo, {"project": hexadecimal}) == hexadecimal


@pytest.mark.parametrize(
    ("sent", "lines"),
    [
        ({}, ["Name can't be blank"]),
        ({"name": "Public"}, ["Name has already been taken"]),
        ({"name": "A", "is_private": False}, ["Only admins can change project visibility"]),
        ({"name": "A", "template_id": 4096}, ["User cannot access the selected template"]),
        ({"name": "", "color": "x", "rate": -1}, ["Name can't be blank", "Color is invalid", "Rate is invalid"]),
        ({"name": "A", "guid": "g" * 300}, ["Guid is too long (maximum is 255 characters)"]),
    ],
)
def test_a_failed_create_says_why(
    api: Api, recorded: Api, cast: Cast, sent: dict[str, object], lines: list[str]
) -> None:
    body = {"project": {"wid": cast.acme.id, **sent}}
    answer = api("POST", "/projects", cast.bob, body)
    assert (answer.status_code, answer.json()) == (404, lines)
    answer = recorded("POST", "/projects", cast.bob, body)
    assert (answer.status_code, answer.text) == (400, lines[0] + "\n")


def test_a_missing_wrapper_and_what_is_out_of_reach_are_refused(api: Api, cast: Cast) -> None:
    assert api("POST", "/projects", cast.bob, {}).json() == ["Project can't be blank"]
    foreign = {"project": {"wid": cast.acme.id, "name": "A"}}
    assert api("POST", "/projects", cast.eve, foreign).json() == ["User cannot add or edit projects in workspace"]
    client = api.data("POST", "/clients", cast.eve, {"client": {"wid": cast.eve.home, "name": "Hers"}})["id"]
    answer = api("POST", "/projects", cast.bob, {"project": {"wid": cast.acme.id, "name": "A", "cid": client}})
    assert answer.json() == [f"User {cast.bob.id} cannot access client {client}"]
    client = api.data("POST", "/clients", cast.bob, {"client": {"wid": cast.bob.home, "name": "His"}})["id"]
    answer = api("POST", "/projects", cast.bob, {"project": {"wid": cast.acme.id, "name": "A", "cid": client}})
    assert answer.json() == ["client is in another workspace"]


def test_hidden_and_absent_are_alike_and_known_is_forbidden(api: Api, recorded: Api, cast: Cast) -> None:
    body = {"project": {"name": "Mine"}}
    for project_id in (cast.private.id, cast.private.id + 4096 * 1000):
        for method in ("GET", "DELETE"):
            answer = api(method, f"/projects/{project_id}", cast.bob)
            assert (answer.status_code, answer.text) == (404, "null\n")
        answer = api("PUT", f"/projects/{project_id}", cast.bob, body)
        assert (answer.status_code, answer.json()) == (404, ["User cannot access the selected project"])
        assert recorded("PUT", f"/projects/{project_id}", cast.bob, body).status_code == 400
    for method, sent in (("PUT", body), ("DELETE", None)):
        assert api(method, f"/projects/{cast.public.id}", cast.bob, sent).status_code == 403
    assert api("GET", "/projects/x", cast.bob).text == "project_id must be a positive integer\n"


def test_several_are_deleted_at_once_or_none(api: Api, cast: Cast) -> None:
    one, two = (create(api, cast.bob, cast.acme.id, name=name)["id"] for name in ("One", "Two"))
    assert api("DELETE", f"/projects/{one},{cast.private.id}", cast.bob).status_code == 404
    answer = api("DELETE", f"/projects/{two},{one}", cast.bob)
    assert (answer.status_code, answer.json()) == (200, [two, one])
    assert api("DELETE", f"/projects/{one}", cast.bob).status_code == 404


def test_a_workspaces_projects_are_filtered(api: Api, cast: Cast) -> None:
    create(api, cast.ann, cast.acme.id, name="Old", active=False)
    create(api, cast.ann, cast.acme.id, name="Mould", template=True)
    path = f"/workspaces/{cast.acme.id}/projects"
    assert names(api, path, cast.ann) == ["Mould", "Private", "Public"]
    assert names(api, path, cast.bob) == ["Public"]
    assert names(api, f"{path}?active=false", cast.ann) == ["Old"]
    assert names(api, f"{path}?active=both&junk=1", cast.ann) == ["Mould", "Old", "Private", "Public"]
    assert names(api, f"{path}?only_templates=true", cast.ann) == ["Mould"]
    assert all("created_at" in project for project in api("GET", path, cast.ann).json())


def test_actual_hours_are_shown_when_there_are_any_or_asked_for(api: Api, cast: Cast) -> None:
    track(api, cast.ann, cast.public.id, 3599)
    path = f"/workspaces/{cast.acme.id}/projects"
    assert [p.get("actual_hours") for p in api("GET", path, cast.ann).json()] == [None, None]
    assert [p.get("actual_hours") for p in api("GET", f"{path}?actual_hours=true", cast.ann).json()] == [0, 0]
    track(api, cast.bob, cast.public.id, 3601)
    assert [p.get("actual_hours") for p in api("GET", path, cast.ann).json()] == [None, 2]


def test_a_clients_projects(api: Api, recorded: Api, cast: Cast) -> None:
    client = api.data("POST", "/clients", cast.ann, {"client": {"wid": cast.acme.id, "name": "Globex"}})["id"]
    path = f"/clients/{client}/projects"
    assert api("GET", path, cast.bob).text == "[]"
    assert recorded("GET", path, cast.bob).text == "null"
    for name, active in (("B", True), ("A", False)):
        create(api, cast.bob, cast.acme.id, name=name, cid=client, active=active)
    assert names(api, path, cast.bob) == ["B"]
    assert names(api, f"{path}?active=both", cast.bob) == ["A", "B"]
    assert names(api, path, cast.cleo) == []
    assert (api("GET", path, cast.eve).status_code, api("GET", path, cast.eve).text) == (404, "null\n")
    assert api("GET", "/clients/x/projects", cast.bob).text == "Missing or invalid client ID\n"
    api("DELETE", f"/clients/{client}", cast.bob)
    assert names(api, f"/workspaces/{cast.acme.id}/projects?active=both", cast.bob) == ["A", "B", "Public"]


def test_a_changed_project_is_in_what_changed_since(api: Api, cast: Cast) -> None:
    project = create(api, cast.bob, cast.acme.id, name="Gone")["id"]
    api("DELETE", f"/projects/{project}", cast.bob)
    found = api("GET", "/me?with_related_data=true&since=1", cast.bob).json()["data"]["projects"]
    assert [p["name"] for p in found if "server_deleted_at" in p] == ["Gone"]
    found = api("GET", "/me?with_related_data=true", cast.bob).json()["data"]["projects"]
    assert [p["name"] for p in found] == ["Public"]
