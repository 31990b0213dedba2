"""`/workspaces` and `/clients` on the wire."""

from __future__ import annotations

from tests.api.conftest import Api
from tests.cast import Cast

WORKSPACE = [
    *("id", "name", "profile", "premium", "admin", "default_hourly_rate", "default_currency"),
    *("only_admins_may_create_projects", "only_admins_see_billable_rates", "only_admins_see_team_dashboard"),
    *("projects_billable_by_default", "rounding", "rounding_minutes", "api_token", "at", "ical_enabled"),
]


def test_a_new_workspace_has_every_member_in_order(api: Api, cast: Cast) -> None:
    out = api.data("POST", "/workspaces", cast.eve, {"workspace": {"name": "New"}})
    assert list(out) == WORKSPACE
    assert (out["default_currency"], out["default_hourly_rate"], out["rounding"], out["rounding_minutes"]) == (
        *("USD", 0, 1, 0),
    )
    assert api.data("GET", f"/workspaces/{out['id']}", cast.eve) == out


def test_rates_and_tokens_are_for_those_who_may_see_them(api: Api, cast: Cast) -> None:
    path = f"/workspaces/{cast.acme.id}"
    shown = api.data("PUT", path, cast.ann, {"workspace": {"default_hourly_rate": 50.5, "default_currency": "eur"}})
    assert (shown["default_hourly_rate"], shown["default_currency"]) == (50.5, "EUR")
    assert api.data("GET", path, cast.bob)["default_hourly_rate"] == 50.5
    api.data("PUT", path, cast.ann, {"workspace": {"only_admins_see_billable_rates": True}})
    bobs = api.data("GET", path, cast.bob)
    assert "default_hourly_rate" not in bobs
    assert "api_token" not in bobs
    assert api.data("GET", path, cast.ann)["default_hourly_rate"] == 50.5


def test_only_admins_change_a_workspace(api: Api, recorded: Api, cast: Cast) -> None:
    path, body = f"/workspaces/{cast.acme.id}", {"workspace": {"name": "Mine"}}
    assert api("PUT", path, cast.bob, body).status_code == 403
    refused = [api("PUT", path, cast.eve, body), api("PUT", f"/workspaces/{cast.acme.id + 4096}", cast.eve, body)]
    assert [answer.status_code for answer in refused] == [404, 404]
    assert recorded("PUT", path, cast.eve, body).text == f"User {cast.eve.id} cannot access workspace {cast.acme.id}\n"
    nonsense = {"workspace": {"name": " ", "rounding": 5, "default_currency": "euros", "default_hourly_rate": -1}}
    assert len(api("PUT", path, cast.ann, nonsense).json()) == 4


def test_hidden_and_absent_read_alike(api: Api, cast: Cast) -> None:
    for wid in (cast.acme.id, cast.acme.id + 4096):
        for path in (f"/workspaces/{wid}", f"/workspaces/{wid}/clients", f"/workspaces/{wid}/projects"):
            answer = api("GET", path, cast.eve)
            assert (answer.status_code, answer.text) == (404, "null\n")
    assert api("GET", "/workspaces/x", cast.eve).text == "Missing or invalid workspace_id\n"


def test_who_leaves_sees_nothing_more_and_owners_stay(api: Api, cast: Cast) -> None:
    sent = {"time_entry": {"wid": cast.acme.id, "created_with": "tests"}}
    running = api.data("POST", "/time_entries/start", cast.bob, sent)["id"]
    left = api("DELETE", f"/workspaces/{cast.acme.id}/leave", cast.bob)
    assert (left.status_code, left.json()) == (200, None)
    assert api("GET", f"/workspaces/{cast.acme.id}", cast.bob).status_code == 404
    assert api.data("GET", "/time_entries/current", cast.bob) is None
    assert api.data("GET", f"/time_entries/{running}", cast.ann)["duration"] >= 0
    assert api("DELETE", f"/workspaces/{cast.acme.id}/leave", cast.ann).status_code == 403


def test_clients_come_and_go(api: Api, cast: Cast) -> None:
    sent = {"client": {"name": " Big ", "wid": cast.acme.id, "notes": "Call first"}}
    born = api.data("POST", "/clients", cast.bob, sent)
    assert born == {"id": born["id"], "wid": cast.acme.id, "name": "Big", "notes": "Call first"}
    got = api.data("GET", f"/clients/{born['id']}", cast.ann)
    assert got == {**born, "at": got["at"]}
    assert api("POST", "/clients", cast.ann, sent).json() == ["Name has already been taken"]
    renamed = api.data("PUT", f"/clients/{born['id']}", cast.ann, {"client": {"name": "Bigger", "notes": None}})
    assert (renamed["notes"], renamed["name"]) == ("Call first", "Bigger")
    emptied = api.data("PUT", f"/clients/{born['id']}", cast.ann, {"client": {"name": None, "notes": ""}})
    assert ("notes" in emptied, emptied["name"]) == (False, "Bigger")
    assert [client["name"] for client in api("GET", "/clients", cast.bob).json()] == ["Bigger"]
    assert api("DELETE", f"/clients/{born['id']}", cast.bob).text == "null\n"
    assert api("DELETE", f"/clients/{born['id']}", cast.bob).status_code == 404


def test_clients_of_others_are_refused_alike(api: Api, cast: Cast) -> None:
    theirs = api.data("POST", "/clients", cast.ann, {"client": {"name": "Big", "wid": cast.acme.id}})["id"]
    body = {"client": {"name": "X"}}
    for client_id in (theirs, theirs + (1 << 40)):
        assert api("GET", f"/clients/{client_id}", cast.eve).text == "null\n"
        refused = api("PUT", f"/clients/{client_id}", cast.eve, body)
        assert (refused.status_code, refused.json()) == (404, [f"User {cast.eve.id} cannot access client {client_id}"])
    for wid in (cast.acme.id, cast.acme.id + 4096):
        refused = api("POST", "/clients", cast.eve, {"client": {"name": "X", "wid": wid}})
        assert refused.json() == ["cannot add or edit clients in workspace"]
    assert api("GET", "/clients/x", cast.eve).text == "Invalid client_id\n"
