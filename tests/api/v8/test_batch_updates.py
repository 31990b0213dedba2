"""Batches: many requests in one, each answered as if it stood alone. tests/matrix/test_batches.py has who may what."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from hourhand.api.v8 import batch_updates
from hourhand.core import batches, events
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound
from hourhand.db import Retry, Tx
from tests.api.conftest import Api
from tests.api.v8.sending import START, entry, log_in, made, tracked
from tests.cast import Cast, Person
from tests.core.acts import history

JSON = "application/json; charset=utf-8"
LINE = "text/plain; charset=utf-8"
Element = dict[str, Any]


def test_answers_come_in_order_with_five_members_each(api: Api, cast: Cast) -> None:
    create, rename, bad = (
        element("POST", "/api/v8/clients", {"client": {"name": "A"}}, guid="1"),
        element("POST", "tags", {"tag": {"name": "B"}}, guid="2"),
        element("POST", "/api/v8/tags", {"tag": {}}, guid="3"),
    )
    answers = batch(api, cast.bob, create, rename, bad)
    assert [list(answer) for answer in answers] == [["status", "guid", "content_type", "method", "body"]] * 3
    assert [(it["status"], it["guid"], it["content_type"], it["method"]) for it in answers] == [
        (200, "1", JSON, "POST"),
        (200, "2", JSON, "POST"),
        (400, "3", LINE, "POST"),
    ]
    assert json.loads(answers[0]["body"])["data"]["name"] == "A"
    assert answers[2]["body"] == "Name can't be blank\n"


def test_an_element_that_is_refused_leaves_nothing_and_keeps_no_other_from_its_way(api: Api, cast: Cast) -> None:
    # The second one would stop what the first one starts, if anything stayed of it.
    answers = batch(
        api,
        cast.bob,
        element("POST", "time_entries/start", entry(description="runs", wid=cast.acme.id), guid="runs"),
        element("PUT", "projects/4096,x", {"project": {}}),
        element("DELETE", f"projects/{cast.public.id}"),
        element("POST", "time_entries", entry(start=START, duration=5, wid=cast.acme.id), guid="done"),
    )
    assert [answer["status"] for answer in answers] == [200, 400, 403, 200]
    assert answers[2]["body"] == ""
    assert api.data("GET", "/time_entries/current", cast.bob)["guid"] == "runs"


def test_what_a_refused_element_did_before_is_undone_with_its_events(
    api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A create that is refused when it is all but done takes back its tags, its entry, what it stopped, its events."""
    running = api.data("POST", "/time_entries/start", cast.bob, entry(wid=cast.acme.id))
    positions = _positions(api)
    monkeypatch.setattr(events, "record", _refusing(events.record, "time_entry", times=2))
    first, second = batch(
        api,
        cast.bob,
        element("POST", "time_entries/start", entry(wid=cast.acme.id, tags=["new"], description="refused"), guid="a"),
        element("POST", "time_entries/start", entry(wid=cast.acme.id, tags=["newer"], description="kept"), guid="b"),
    )
    monkeypatch.undo()
    assert (first["status"], second["status"]) == (400, 200)
    kept = json.loads(second["body"])["data"]
    assert api.data("GET", "/time_entries/current", cast.bob) == kept
    assert [tag["name"] for tag in api("GET", f"/workspaces/{cast.acme.id}/tags", cast.bob).json()] == ["newer"]
    assert history(api.house.database, "time_entry", running["id"]) == ["created", "updated"]
    assert history(api.house.database, "time_entry", kept["id"]) == ["created"]
    # A tag, an entry that stopped, an entry that runs.
    assert _positions(api) == positions + 3


def test_later_elements_see_what_earlier_ones_did(api: Api, cast: Cast) -> None:
    work = tracked(api, cast.bob)
    answers = batch(
        api,
        cast.bob,
        element("PUT", f"time_entries/{work['id']}", {"time_entry": {"description": "Changed"}}),
        element("GET", f"time_entries/{work['id']}"),
        element("DELETE", f"time_entries/{work['id']}"),
        element("PUT", f"time_entries/{work['id']}", {"time_entry": {"description": "Gone"}}),
    )
    assert [answer["status"] for answer in answers] == [200, 200, 200, 404]
    assert json.loads(answers[1]["body"])["data"]["description"] == "Changed"
    assert json.loads(answers[2]["body"]) == [work["id"]]
    assert json.loads(answers[3]["body"]) == "Time entry not found/no access to it"


def test_elements_are_refused_in_the_recorded_way_in_both_modes(api: Api, recorded: Api, cast: Cast) -> None:
    asked = [
        element("POST", "time_entries", entry()),
        element("POST", "time_entries", {}),
        element("POST", "time_entries", None),
        element("PUT", "time_entries/5004", {"time_entry": {"description": "x"}}),
        element("PUT", "tags/5004", {"tag": {"name": "x"}}),
        element("DELETE", "tags/5004"),
        element("PUT", "time_entries/x", {"time_entry": {}}),
    ]
    said = [(it["status"], it["content_type"], it["body"]) for it in batch(api, cast.bob, *asked)]
    assert said == [
        (400, LINE, "Start can't be blank\n"),
        (400, LINE, "time_entry can't be blank\n"),
        (400, LINE, "Input data was truncated\n"),
        (404, JSON, '"Time entry not found/no access to it"\n'),
        (400, LINE, "Tag not found/no access to it\n"),
        (404, JSON, "null\n"),
        (400, LINE, "time_entry_id must be a positive integer\n"),
    ]
    assert [(it["status"], it["content_type"], it["body"]) for it in batch(recorded, cast.bob, *asked)] == said


def test_a_success_is_shown_as_the_mode_shows_it_outside(api: Api, recorded: Api, cast: Cast) -> None:
    api.data("PUT", "/me", cast.bob, {"user": {"timezone": "Europe/Tallinn"}})
    work = tracked(api, cast.bob)
    for door in (api, recorded):
        [answer] = batch(door, cast.bob, element("GET", f"time_entries/{work['id']}"))
        assert answer["body"] == door("GET", f"/time_entries/{work['id']}", cast.bob).text


def test_addresses_are_taken_with_and_without_their_beginning(api: Api, cast: Cast) -> None:
    urls = ["/api/v8/tags", "api/v8/tags", "/tags", "tags", "//api/v8//tags/", "tags?x=%FF&y=é#z", "/api/v8/%74ags"]
    answers = batch(api, cast.bob, *(element("POST", url, {"tag": {"name": url}}) for url in urls))
    assert {answer["status"] for answer in answers} == {200}


def test_arguments_of_an_address_count(api: Api, cast: Cast) -> None:
    api.data("PUT", f"/projects/{cast.public.id}", cast.ann, {"project": {"active": False}})
    path = f"workspaces/{cast.acme.id}/projects"
    here, gone = batch(api, cast.bob, element("GET", path), element("GET", f"{path}?active=false"))
    assert json.loads(here["body"]) == []
    assert [project["id"] for project in json.loads(gone["body"])] == [cast.public.id]


def test_a_body_may_be_a_text_that_holds_json(api: Api, cast: Cast) -> None:
    sent = json.dumps({"client": {"name": 'Big "Ö" Company'}})
    good, bad = batch(api, cast.bob, element("POST", "clients", sent), element("POST", "clients", "{nonsense"))
    assert json.loads(good["body"])["data"]["name"] == 'Big "Ö" Company'
    assert (bad["status"], bad["content_type"]) == (400, LINE)


def test_an_element_without_a_body_is_as_a_request_without_one(api: Api, cast: Cast) -> None:
    running = api.data("POST", "/time_entries/start", cast.bob, entry())
    path = f"time_entries/{running['id']}/stop"
    answers = batch(api, cast.bob, {"method": "put", "relative_url": path}, element("PUT", path, []))
    assert [(answer["status"], answer["method"], answer["guid"]) for answer in answers] == [
        (200, "PUT", ""),
        (200, "PUT", "g"),
    ]


@pytest.mark.parametrize("path", ["time_entries", "time_entries/start"])
def test_a_repeated_create_of_an_entry_is_harmless(api: Api, cast: Cast, path: str) -> None:
    asked = element("POST", path, entry(start=START, duration=60, wid=cast.acme.id), guid="mine")
    first, again = (json.loads(batch(api, cast.bob, asked)[0]["body"])["data"] for _ in range(2))
    twice = [json.loads(answer["body"])["data"] for answer in batch(api, cast.bob, asked, asked)]
    assert first["guid"] == "mine"
    assert {it["id"] for it in (again, *twice)} == {first["id"]}
    # The same person's, said by a request of its own.
    assert (
        api.data("POST", f"/{path}", cast.bob, entry(start=START, wid=cast.acme.id, guid="mine"))["id"] == first["id"]
    )


def test_a_repeated_create_of_a_project_is_harmless(api: Api, cast: Cast) -> None:
    asked = element("POST", "projects", {"project": {"name": "P", "wid": cast.acme.id}}, guid="project guid")
    ids = [json.loads(answer["body"])["data"]["id"] for answer in batch(api, cast.bob, asked, asked)]
    ids += [json.loads(batch(api, cast.bob, asked)[0]["body"])["data"]["id"]]
    assert len(set(ids)) == 1
    assert api.data("GET", f"/projects/{ids[0]}", cast.bob)["guid"] == "project guid"


def test_the_guid_of_a_body_counts_before_that_of_its_element(api: Api, cast: Cast) -> None:
    [answer] = batch(api, cast.bob, element("POST", "time_entries", entry(start=START, guid="inner"), guid="outer"))
    assert answer["guid"] == "outer"
    assert json.loads(answer["body"])["data"]["guid"] == "inner"


def test_the_guid_of_an_update_changes_nothing(api: Api, cast: Cast) -> None:
    work = tracked(api, cast.bob, guid="old")
    change = element("PUT", f"time_entries/{work['id']}", {"time_entry": {"description": "x"}}, guid="new")
    assert json.loads(batch(api, cast.bob, change)[0]["body"])["data"]["guid"] == "old"


def test_unknown_addresses_and_wrong_methods_are_answered_as_outside(api: Api, cast: Cast) -> None:
    unknown, other_api, wrong = batch(
        api,
        cast.bob,
        element("GET", "nonsense"),
        element("GET", "/api/v9/clients"),
        element("PATCH", "clients"),
    )
    for answer in (unknown, other_api):
        assert (answer["status"], answer["body"]) == (404, "404 page not found\n")
    assert (wrong["status"], wrong["body"]) == (405, "")


def test_what_is_no_verb_about_things_cannot_be_part_of_a_batch(api: Api, cast: Cast) -> None:
    inner = [element("POST", "clients", {"client": {"name": "A"}})]
    answers = batch(
        api,
        cast.bob,
        element("POST", "batch_updates", inner),
        element("POST", "/api/v8/batch_updates", inner),
        element("POST", "signups", {"user": {"email": "new@example.org", "password": "correct horse"}}),
        element("PUT", "me", {"user": {"current_password": "x", "password": "correct horse"}}),
        *(element("POST", url) for url in ("sessions", "reset_token")),
        *(element("GET", url) for url in ("me", "status", "openapi.json", f"dashboard/{cast.acme.id}")),
        element("DELETE", "sessions"),
        element("OPTIONS", "clients"),
    )
    line = "This cannot be a part of a batch: send it as a request of its own\n"
    assert {(answer["status"], answer["content_type"], answer["body"]) for answer in answers} == {(400, LINE, line)}
    assert api("GET", "/clients", cast.bob).json() == []


def test_junk_is_refused_for_itself(api: Api, cast: Cast) -> None:
    junk: list[object] = [
        *(None, 5, "text", [], {}),
        {"method": 5, "relative_url": "clients"},
        {"method": "POST"},
        {"relative_url": "clients"},
        {"method": "POST", "relative_url": ["clients"]},
        {"method": "", "relative_url": ""},
        {"method": "POST", "relative_url": "clients", "guid": 7, "body": {"client": {"name": "J"}}},
        {"method": "POST", "relative_url": "clients", "body": 7},
        {"method": "POST", "relative_url": "clients", "body": {"client": {"name": "NUL \0"}}},
        {"method": "POST", "relative_url": "clients", "body": '{"client": {"name": "NUL \\u0000"}}'},
        {"method": "POST", "relative_url": "clients", "body": "[" * 100_000},
    ]
    good = [element("POST", "tags", {"tag": {"name": str(i)}}) for i in range(len(junk))]
    answers = batch(api, cast.bob, *(it for pair in zip(junk, good, strict=True) for it in pair))
    for sent, refused in zip(junk, answers[::2], strict=True):
        assert (refused["status"], refused["content_type"]) == (400, LINE), sent
        assert refused["body"].strip(), sent
    assert {answer["status"] for answer in answers[1::2]} == {200}


def test_what_is_no_list_is_a_failed_create(api: Api, recorded: Api, cast: Cast) -> None:
    for body in (b"", b"{}", b'{"batch_updates": []}', b"5", b"null", b"[", b"[[1,]", b"nonsense", b"[" * 100_000):
        documented_answer = api("POST", "/batch_updates", cast.bob, content=body)
        recorded_answer = recorded("POST", "/batch_updates", cast.bob, content=body)
        assert documented_answer.status_code == 404, body
        [line] = documented_answer.json()
        assert (recorded_answer.status_code, recorded_answer.text) == (400, f"{line}\n")


def test_an_empty_batch_has_an_empty_answer(api: Api, recorded: Api, cast: Cast) -> None:
    assert api("POST", "/batch_updates", cast.bob, []).json() == []
    assert recorded("POST", "/batch_updates", cast.bob, []).json() is None


def test_a_batch_has_at_most_200_elements(api: Api, cast: Cast) -> None:
    asked = [element("POST", "tags", {"tag": {"name": f"tag {i}"}}) for i in range(201)]
    refused = api("POST", "/batch_updates", cast.bob, asked)
    assert (refused.status_code, refused.json()) == (404, ["A batch has at most 200 elements"])
    assert {answer["status"] for answer in batch(api, cast.bob, *asked[:200])} == {200}
    assert len(api("GET", f"/workspaces/{cast.bob.home}/tags", cast.bob).json()) == 200


def test_a_batch_that_takes_too_long_leaves_the_rest_undone(
    api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_updates, "MOST_SECONDS", -1.0)
    answers = batch(api, cast.bob, *[element("POST", "clients", {"client": {"name": "A"}})] * 2)
    assert [answer["status"] for answer in answers] == [503, 503]
    assert api("GET", "/clients", cast.bob).json() == []


def test_a_batch_needs_credentials(api: Api, cast: Cast) -> None:
    asked = [element("POST", "clients", {"client": {"name": "A"}})]
    refused = api("POST", "/batch_updates", None, asked)
    assert (refused.status_code, refused.text) == (403, "")
    # A page of somebody else's cannot send one with the cookie that the browser has.
    cookie = log_in(api, cast.bob)
    foreign = {**cookie, "Sec-Fetch-Site": "cross-site", "Origin": "https://example.org"}
    assert api("POST", "/batch_updates", body=asked, headers=foreign).status_code == 403
    assert api("POST", "/batch_updates", body=asked, headers=cookie).status_code == 200


def test_things_out_of_reach_are_refused_inside_as_outside(api: Api, cast: Cast) -> None:
    """Some of what the access matrix goes through, in words."""
    theirs = made(api, cast.eve, "client", name="Eve's")["id"]
    work, task = tracked(api, cast.ann)["id"], made(api, cast.ann, "task", name="T", pid=cast.private.id)["id"]
    answers = batch(
        api,
        cast.bob,
        element("POST", "clients", {"client": {"name": "A", "wid": cast.eve.home}}),
        element("POST", "projects", {"project": {"name": "A", "wid": cast.acme.id, "cid": theirs}}),
        element("POST", "time_entries", entry(start=START, pid=cast.private.id)),
        element("POST", "time_entries", entry(start=START, tid=task)),
        element("GET", f"projects/{cast.private.id}"),
        element("PUT", f"time_entries/{work}", {"time_entry": {"description": "Mine"}}),
        element("DELETE", f"clients/{theirs}"),
    )
    assert [(answer["status"], answer["body"]) for answer in answers] == [
        (400, "cannot add or edit clients in workspace\n"),
        (400, f"User {cast.bob.id} cannot access client {theirs}\n"),
        (400, "User cannot access the selected project\n"),
        (400, "User cannot access selected task\n"),
        (404, "null\n"),
        (404, '"Time entry not found/no access to it"\n'),
        (404, "null\n"),
    ]


def test_a_batch_that_is_run_again_does_everything_once(api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def reluctant(tx: Tx, actor: Actor, *args: Any) -> Any:
        outcomes = run(tx, actor, *args)
        tries.append(len(outcomes))
        if len(tries) == 1:
            raise Retry
        return outcomes

    run = batches.run
    monkeypatch.setattr(batches, "run", reluctant)
    answers = batch(
        api,
        cast.bob,
        element("POST", "clients", {"client": {"name": "A"}}),
        element("POST", "clients", {"client": {"name": "A"}}),
        element("POST", "time_entries/start", entry(), guid="runs"),
    )
    assert tries == [3, 3]
    assert [answer["status"] for answer in answers] == [200, 400, 200]
    assert len(api("GET", "/clients", cast.bob).json()) == 1


def element(method: str, url: str, body: object = None, guid: str = "g") -> Element:
    return {"method": method, "relative_url": url, "guid": guid, "body": body}


def batch(api: Api, person: Person, *elements: object) -> list[Element]:
    """The answers to the elements of a batch."""
    answer = api("POST", "/batch_updates", person, list(elements))
    assert answer.status_code == 200, answer.text
    found: list[Element] = answer.json()
    assert len(found) == len(elements)
    return found


def _refusing(record: Callable[..., None], noun: str, times: int) -> Callable[..., None]:
    """Record events, and refuse once, after so many of a noun: something a verb finds out late."""
    left = [times]

    def recording(tx: Tx, actor: Actor, told: str, thing_id: int, **said: Any) -> None:
        record(tx, actor, told, thing_id, **said)
        if told == noun:
            left[0] -= 1
            if left[0] == 0:
                raise NotFound("workspace", thing_id)

    return recording


def _positions(api: Api) -> int:
    """How many events there are, all in their places."""
    rows = api.house.database.write_now(
        lambda tx: tx.rows("select bucket, count(*), max(position) from events group by bucket")
    )
    assert all(count == last for _, count, last in rows)
    return sum(count for _, count, _ in rows)
