"""Contract §4: members, their order, what is left out, the order of lists, colours."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Api
from tests.api.v8.members import well_formed
from tests.api.v8.sending import made, tracked
from tests.cast import Cast
from tests.clock import Clock

COLOURS = [
    *("#0b83d9", "#9e5bd9", "#d94182", "#e36a00", "#bf7000", "#2da608", "#06a893", "#c9806b", "#465bb3", "#990099"),
    *("#c7af14", "#566614", "#991102", "#d92b2b", "#525266"),
]


def test_a_create_answers_without_what_the_contract_leaves_out(api: Api, cast: Cast) -> None:
    wid, pid = cast.acme.id, cast.private.id
    assert well_formed("client", made(api, cast.ann, "client", wid=wid, name="A", notes="n"), without=("at",))
    assert well_formed("tag", made(api, cast.ann, "tag", wid=wid, name="A"), without=("at",))
    assert well_formed("task", made(api, cast.ann, "task", pid=pid, name="A", uid=cast.bob.id), without=("at",))
    assert well_formed("project", made(api, cast.ann, "project", wid=wid, name="A"), without=("created_at",))
    assert well_formed("workspace", made(api, cast.ann, "workspace", name="A"))
    assert well_formed("time_entry", tracked(api, cast.ann, wid=wid))


def test_everything_read_has_all_its_members_in_order(api: Api, recorded: Api, cast: Cast) -> None:
    wid = cast.acme.id
    client = made(api, cast.ann, "client", wid=wid, name="A")["id"]
    project = made(api, cast.ann, "project", wid=wid, cid=client, name="A")["id"]
    task = made(api, cast.ann, "task", pid=project, name="A")["id"]
    entry = tracked(api, cast.ann, tid=task, description="x", tags=["a"])["id"]
    for mode in (api, recorded):
        for noun, path in (
            ("client", f"/clients/{client}"),
            ("project", f"/projects/{project}"),
            ("task", f"/tasks/{task}"),
            ("time_entry", f"/time_entries/{entry}"),
            ("workspace", f"/workspaces/{wid}"),
        ):
            assert well_formed(noun, mode.data("GET", path, cast.ann)), noun
        for noun, path in (
            ("workspace", "/workspaces"),
            ("client", "/clients"),
            ("time_entry", "/time_entries"),
            ("project", f"/clients/{client}/projects"),
            ("task", f"/projects/{project}/tasks"),
            *((noun, f"/workspaces/{wid}/{noun}s") for noun in ("client", "project", "tag", "task")),
        ):
            listed = mode("GET", path, cast.ann).json()
            assert listed, path
            assert all(well_formed(noun, thing) and "at" in thing for thing in listed), path


def test_me_shows_everything_as_it_is_read_elsewhere(api: Api, cast: Cast) -> None:
    wid = cast.acme.id
    task = made(api, cast.ann, "task", pid=cast.private.id, name="A")["id"]
    made(api, cast.ann, "client", wid=wid, name="A")
    tracked(api, cast.ann, tid=task, tags=["a"], duration=59)
    me = api.data("GET", "/me?with_related_data=1", cast.ann)
    assert well_formed("user", me)
    assert me["time_entries"] == api("GET", "/time_entries", cast.ann).json()
    assert me["workspaces"] == api("GET", "/workspaces", cast.ann).json()
    assert me["clients"] == api("GET", "/clients", cast.ann).json()
    for plural in ("projects", "tags"):
        assert me[plural] == api("GET", f"/workspaces/{wid}/{plural}", cast.ann).json()
    assert [well_formed("task", it) and it["id"] for it in me["tasks"]] == [task]


def test_a_users_settings_are_what_the_contract_names(api: Api, cast: Cast) -> None:
    said: dict[str, list[Any]] = {
        "default_wid": [cast.acme.id, cast.bob.home],
        "email": ["bobby@example.org"],
        "fullname": ["Bobby Tables"],
        "timeofday_format": ["H:mm", "h:mm A"],
        "date_format": ["YYYY-MM-DD", "DD.MM.YYYY", "DD-MM-YYYY", "MM/DD/YYYY", "DD/MM/YYYY", "MM-DD-YYYY"],
        "beginning_of_week": list(range(7)),
        "timezone": ["Europe/Tallinn", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "Etc/UTC"],
        "duration_format": ["classic", "improved", "decimal"],
        "language": ["de_DE", "en_US"],
        **{
            flag: [True, False, True]
            for flag in (
                *("store_start_and_stop_time", "sidebar_piechart", "record_timeline", "render_timeline"),
                *("timeline_enabled", "timeline_experiment", "send_product_emails", "send_weekly_report"),
                "send_timer_notifications",
            )
        },
    }
    for member, values in said.items():
        for value in values:
            out = api.data("PUT", "/me", cast.bob, {"user": {member: value}})
            assert (out[member], well_formed("user", out)) == (value, True), member
            assert api.data("GET", "/me", cast.bob)[member] == value
    nonsense = {"timeofday_format": "H", "date_format": "Y", "beginning_of_week": -1, "timezone": "", "language": "xx"}
    for member, value in {**nonsense, "duration_format": "long", "default_wid": 1}.items():
        assert api("PUT", "/me", cast.bob, {"user": {member: value}}).status_code == 404, member


def test_what_is_read_only_stays(api: Api, cast: Cast) -> None:
    before = api.data("GET", "/me", cast.bob)
    sent = {
        **dict.fromkeys(("id", "retention"), 7),
        **dict.fromkeys(("api_token", "image_url", "at", "created_at", "last_blog_entry"), "x"),
        **dict.fromkeys(("should_upgrade", "openid_enabled"), True),
        **{member: {"a": 1} for member in ("new_blog_post", "invitation")},
        "jquery_date_format": "d",
    }
    api.data("PUT", "/me", cast.bob, {"user": sent})
    assert api.data("GET", "/me", cast.bob) == before
    pid = cast.private.id
    sent = {"id": 1, "created_at": "x", "at": "x", "actual_hours": 9, "wid": cast.ann.home, "template_id": 1}
    before = api.data("GET", f"/projects/{pid}", cast.ann)
    assert api.data("PUT", f"/projects/{pid}", cast.ann, {"project": sent}) == before
    before = api.data("GET", f"/workspaces/{cast.acme.id}", cast.ann)
    sent = {"id": 1, "premium": False, "admin": False, "api_token": "x", "profile": 9, "logo_url": "x", "at": "x"}
    after = api.data("PUT", f"/workspaces/{cast.acme.id}", cast.ann, {"workspace": sent})
    assert after == before


def test_formats_are_said_for_jquery_too(api: Api, cast: Cast) -> None:
    out = api.data("PUT", "/me", cast.bob, {"user": {"timeofday_format": "H:mm", "date_format": "DD.MM.YYYY"}})
    assert (out["jquery_timeofday_format"], out["jquery_date_format"]) == ("H:i", "d.m.Y")
    assert out["image_url"].startswith("http://127.0.0.1:8300/")
    picture = api("GET", out["image_url"])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")


def test_a_new_workspace_is_as_the_contract_says(api: Api, cast: Cast) -> None:
    out = made(api, cast.eve, "workspace", name=" Mine ")
    expected = {"name": "Mine", "default_currency": "USD", "default_hourly_rate": 0, "rounding": 1, "admin": True}
    assert expected.items() <= out.items()
    assert (out["rounding_minutes"], out["premium"]) == (0, True)
    path = f"/workspaces/{out['id']}"
    for rounding in (-1, 0, 1):
        changed = api.data("PUT", path, cast.eve, {"workspace": {"rounding": rounding, "rounding_minutes": 15}})
        assert (changed["rounding"], changed["rounding_minutes"]) == (rounding, 15)
    for sent in ({"rounding": 2}, {"rounding_minutes": -1}, {"default_hourly_rate": -1}, {"default_currency": "EURO"}):
        assert api("PUT", path, cast.eve, {"workspace": sent}).status_code == 404


def test_a_new_project_is_private_and_active_unless_told_otherwise(api: Api, cast: Cast) -> None:
    out = made(api, cast.ann, "project", name="A", wid=cast.acme.id)
    assert (out["is_private"], out["active"], out["template"], out["auto_estimates"]) == (True, True, False, False)
    told = {"is_private": False, "active": False, "template": True, "auto_estimates": True, "billable": False}
    out = made(api, cast.ann, "project", name="B", wid=cast.acme.id, **told)
    assert told.items() <= out.items()


def test_colours_are_numbers_of_the_palette(api: Api, cast: Cast) -> None:
    path = f"/projects/{cast.private.id}"
    by_number: list[tuple[dict[str, Any], str, str]] = [({"color": str(i)}, str(i), COLOURS[i]) for i in range(15)]
    for sent, color, hex_color in [
        *by_number,
        ({"color": 15}, "0", COLOURS[0]),
        ({"color": "23"}, "8", COLOURS[8]),
        ({"color": None, "hex_color": None}, "8", COLOURS[8]),
        ({"hex_color": "#566614"}, "11", "#566614"),
        ({"hex_color": "#566615"}, "11", "#566615"),
    ]:
        out = api.data("PUT", path, cast.ann, {"project": sent})
        assert (out["color"], out["hex_color"]) == (color, hex_color), sent
    for nonsense in ({"color": "red"}, {"color": -1}, {"hex_color": "#12345"}, {"hex_color": "566614"}):
        assert api("PUT", path, cast.ann, {"project": nonsense}).status_code == 404, nonsense


def test_names_are_unique_where_the_contract_says(api: Api, cast: Cast) -> None:
    wid = cast.acme.id
    one, two = (made(api, cast.ann, "client", name=name, wid=wid)["id"] for name in ("One", "Two"))
    for cid in (None, one, two):
        sent = {"project": {"name": "Site", "wid": wid, "cid": cid, "active": cid is None}}
        assert api("POST", "/projects", cast.ann, sent).status_code == 200
        assert api("POST", "/projects", cast.ann, sent).json() == ["Name has already been taken"]
    for noun in ("client", "tag", "project"):
        made(api, cast.ann, noun, name="Same", wid=wid)
        made(api, cast.ann, noun, name="Same", wid=cast.ann.home)
        made(api, cast.ann, noun, name="SAME", wid=wid)
    for pid in (cast.private.id, cast.public.id):
        made(api, cast.ann, "task", name="Same", pid=pid)
        assert api("POST", "/tasks", cast.ann, {"task": {"name": "Same", "pid": pid}}).status_code == 404


def test_lists_have_the_contracts_order(api: Api, cast: Cast, clock: Clock) -> None:
    wid = cast.acme.id
    names = ["b", "Ä", "a", "Z", "é", "10", "9", "_", "ß", "B"]
    for name in names:
        clock.advance(1)
        for noun in ("client", "tag", "project"):
            made(api, cast.ann, noun, name=name, wid=wid)
        made(api, cast.ann, "task", name=name, pid=cast.private.id)
    by_name = {"projects": sorted([*names, "Public", "Private"]), "tasks": sorted(names)}
    for plural, expected in {**by_name, "clients": names[::-1], "tags": names[::-1]}.items():
        listed = [thing["name"] for thing in api("GET", f"/workspaces/{wid}/{plural}", cast.ann).json()]
        assert listed == expected, plural
        related = api.data("GET", "/me?with_related_data=true", cast.ann)[plural]
        assert [thing["name"] for thing in related] == expected, plural


def test_estimates_are_said_by_hand_or_summed_from_tasks(api: Api, cast: Cast) -> None:
    path = f"/projects/{cast.private.id}"
    made(api, cast.ann, "task", name="A", pid=cast.private.id, estimated_seconds=5400)
    sent = {"project": {"estimated_hours": 4, "auto_estimates": False}}
    assert api.data("PUT", path, cast.ann, sent)["estimated_hours"] == 4
    assert api.data("PUT", path, cast.ann, {"project": {"auto_estimates": True}})["estimated_hours"] == 1.5
