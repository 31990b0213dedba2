"""Contract §1, refusals: codes and texts to the letter, in both modes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from hourhand.api.http import House
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.api.v8.sending import PASSWORD, START, entry, made, set_password, tracked
from tests.cast import Cast, Person

NOBODYS = 1 << 50


class Both:
    """The application in both modes, for a failed create or update."""

    def __init__(self, api: Api, recorded: Api) -> None:
        self._api = api
        self._recorded = recorded

    def refuse(self, lines: list[str], method: str, path: str, person: Person, body: object) -> None:
        """Check that both refuse, the one with all these lines, the other with the first."""
        answer = self._api(method, path, person, body)
        assert (answer.status_code, answer.json()) == (404, lines)
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        answer = self._recorded(method, path, person, body)
        assert (answer.status_code, answer.text) == (400, lines[0] + "\n")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"

    def break_off(self, method: str, path: str, person: Person, content: bytes) -> None:
        """Check that both refuse what is no JSON of the right shape, in one message."""
        answer = self._api(method, path, person, content=content)
        assert (answer.status_code, len(answer.json())) == (404, 1)
        message = answer.json()[0]
        answer = self._recorded(method, path, person, content=content)
        assert (answer.status_code, answer.text) == (400, message + "\n")


@pytest.fixture
def both(api: Api, recorded: Api) -> Both:
    return Both(api, recorded)


@pytest.fixture
def ids(api: Api, cast: Cast) -> dict[str, int]:
    """One thing of each kind, of Ann's, in Acme."""
    wid = cast.acme.id
    return {
        "workspace": wid,
        "client": made(api, cast.ann, "client", wid=wid, name="Client")["id"],
        "project": cast.private.id,
        "tag": made(api, cast.ann, "tag", wid=wid, name="tag")["id"],
        "task": made(api, cast.ann, "task", pid=cast.private.id, name="Task")["id"],
        "time_entry": tracked(api, cast.ann, wid=wid)["id"],
    }


def test_a_body_must_hold_its_entity_and_be_json(both: Both, ids: dict[str, int], cast: Cast) -> None:
    requests = [("PUT", "/me", "user"), ("POST", "/time_entries/start", "time_entry")]
    for noun, number in ids.items():
        plural = "time_entries" if noun == "time_entry" else f"{noun}s"
        requests += [("POST", f"/{plural}", noun), ("PUT", f"/{plural}/{number}", noun)]
    for method, path, noun in requests:
        name = noun if "_" in noun else noun.capitalize()
        bodies: list[dict[str, Any]] = [{}, {noun: None}, {"other": {}}, {noun.capitalize() + "s": {}}]
        for body in bodies:
            both.refuse([f"{name} can't be blank"], method, path, cast.ann, body)
        for content in (b"", b"{", b"nonsense", b"[]", b"null", f'{{"{noun}": []}}'.encode(), b"[" * 99 + b"]" * 99):
            both.break_off(method, path, cast.ann, content)


def test_what_is_needed_and_blank_is_named(both: Both, ids: dict[str, int], cast: Cast) -> None:
    lines = ["Name can't be blank"]
    places = {
        "client": {"wid": cast.acme.id},
        "project": {},
        "tag": {},
        "task": {"pid": cast.private.id},
        "workspace": {},
    }
    for noun, place in places.items():
        for blank in ("", "  ", None):
            both.refuse(lines, "POST", f"/{noun}s", cast.ann, {noun: {"name": blank, **place}})
        for blank in ("", "  "):
            both.refuse(lines, "PUT", f"/{noun}s/{ids[noun]}", cast.ann, {noun: {"name": blank}})
    both.refuse(["Start can't be blank"], "POST", "/time_entries", cast.ann, entry())
    both.refuse(["Start can't be blank"], "POST", "/time_entries", cast.ann, entry(start=None))
    both.refuse(["Start can't be blank"], "POST", "/time_entries", cast.ann, entry(start="", duration=60))
    both.refuse(["pid can't be blank"], "POST", "/tasks", cast.ann, {"task": {"name": "x"}})


def test_who_creates_or_starts_an_entry_says_so(both: Both, cast: Cast) -> None:
    nothing: list[object] = [None, "", " ", 7, True, [], {}]
    for sent in nothing:
        body = {"time_entry": {"start": START, "duration": 1, "created_with": sent}}
        for path in ("/time_entries", "/time_entries/start"):
            both.refuse(["created_with needs to be provided an a valid string"], "POST", path, cast.ann, body)


def test_entries_are_refused_in_these_words(both: Both, api: Api, cast: Cast) -> None:
    elsewhere = made(api, cast.ann, "project", name="Elsewhere", wid=cast.ann.home)["id"]
    task = made(api, cast.ann, "task", name="Task", pid=cast.private.id)["id"]
    late = "2100-12-31T23:59:59Z"
    start_year, stop_year = (f"{which} time year must be between 2006 and 2100" for which in ("Start", "Stop"))
    refused: list[tuple[dict[str, Any], list[str]]] = [
        ({"pid": NOBODYS}, ["User cannot access the selected project"]),
        ({"tid": NOBODYS}, ["User cannot access selected task"]),
        ({"wid": NOBODYS}, [f"User {cast.ann.id} cannot access workspace {NOBODYS}"]),
        ({"pid": elsewhere, "wid": cast.acme.id}, ["Project is in another workspace"]),
        ({"tid": task, "pid": elsewhere}, ["Task belongs to another project"]),
        ({"duration": 999 * 3600 + 1}, ["Max allowed duration per 1 time entry is 999 hours"]),
        ({"stop": "2023-11-14T08:59:59+02:00"}, ["Stop time must be after start time"]),
        ({"start": "2005-12-31T23:59:59Z"}, [start_year]),
        ({"start": "2101-01-01T00:00:00Z"}, [start_year, stop_year]),
        ({"start": late, "duration": 60}, [stop_year]),
        ({"start": late, "stop": "2101-01-01T00:00:00Z"}, [stop_year]),
        ({"start": "soon"}, ["Start is invalid"]),
        ({"stop": "later"}, ["Stop is invalid"]),
        ({"description": "x" * 3001}, ["Maximum length for description (3000 chars) exceeded"]),
        ({"tags": [f"tag {i}" for i in range(51)]}, ["Tags are limited to 50 per time entry"]),
    ]
    for sent, lines in refused:
        both.refuse(lines, "POST", "/time_entries", cast.ann, entry(**{"start": START, **sent}))
    for fine in (
        {"start": "2006-01-01T00:00:00Z", "duration": 999 * 3600},
        {"start": late, "duration": 0},
        {"start": START, "description": "x" * 3000},
        {"start": START, "tags": [f"tag {i}" for i in range(50)]},
    ):
        assert api("POST", "/time_entries", cast.ann, entry(**fine)).status_code == 200


def test_the_other_entities_are_refused_in_these_words(both: Both, api: Api, ids: dict[str, int], cast: Cast) -> None:
    wid, cid = cast.acme.id, ids["client"]
    ann, bob, cleo, eve = cast.ann, cast.bob, cast.cleo, cast.eve
    foreign = made(api, ann, "client", name="Mine", wid=ann.home)["id"]
    api.data("PUT", f"/workspaces/{wid}", ann, {"workspace": {"only_admins_may_create_projects": True}})
    mates = "User cannot add or edit projects in workspace"
    taken = "Name has already been taken"
    for method, path, person, body, line in (
        ("PUT", f"/clients/{cid}", eve, {"client": {"name": "x"}}, f"User {eve.id} cannot access client {cid}"),
        ("POST", "/clients", eve, {"client": {"name": "x", "wid": wid}}, "cannot add or edit clients in workspace"),
        ("POST", "/projects", eve, {"project": {"name": "x", "wid": wid}}, mates),
        ("POST", "/projects", bob, {"project": {"name": "x", "wid": wid}}, mates),
        *(
            ("PUT", f"/projects/{cast.private.id}", cleo, {"project": sent}, line)
            for sent, line in (
                ({"is_private": False}, "Only admins can change project visibility"),
                ({"cid": NOBODYS}, f"User {cleo.id} cannot access client {NOBODYS}"),
            )
        ),
        ("PUT", f"/projects/{cast.private.id}", ann, {"project": {"cid": foreign}}, "client is in another workspace"),
        ("PUT", f"/projects/{cast.private.id}", ann, {"project": {"name": "Public"}}, taken),
        ("POST", "/clients", ann, {"client": {"name": "Client", "wid": wid}}, taken),
        ("POST", "/projects", ann, {"project": {"name": "Public", "wid": wid}}, taken),
        ("POST", "/tasks", ann, {"task": {"name": "Task", "pid": cast.private.id}}, taken),
        ("POST", "/tags", ann, {"tag": {"name": "tag", "wid": wid}}, "Tag already exists: tag"),
        ("POST", "/tags", eve, {"tag": {"name": "x", "wid": wid}}, f"User {eve.id} cannot access workspace {wid}"),
        ("PUT", "/me", ann, {"user": {"email": ""}}, "Emails should not be blank"),
        ("PUT", "/me", ann, {"user": {"email": "nonsense"}}, "Invalid e-mail"),
        ("PUT", "/me", ann, {"user": {"email": "BOB@example.org"}}, "User with this email already exists"),
    ):
        both.refuse([line], method, path, person, body)


def test_everything_that_is_wrong_is_said_at_once(both: Both, database: Database, api: Api, cast: Cast) -> None:
    set_password(database, cast.ann)
    lines = ["Password should be at least 6 characters long", "Current password is not valid"]
    profile = ["Timezone is invalid", "Invalid e-mail"]
    wrong = {"timezone": "Mars", "email": "x", "password": "short", "current_password": "wrong"}
    answer = api("PUT", "/me", cast.ann, {"user": wrong})
    assert (answer.status_code, sorted(answer.json())) == (404, sorted([*lines, *profile]))
    both.refuse(answer.json(), "PUT", "/me", cast.ann, {"user": wrong})
    sent = {"start": "2005-01-01T00:00:00Z", "duration": 999 * 3600 + 1, "wid": NOBODYS, "description": "x" * 3001}
    answer = api("POST", "/time_entries", cast.ann, {"time_entry": {**sent, "tags": [str(i) for i in range(51)]}})
    assert len(answer.json()) == 6
    project = {"wid": cast.acme.id, "name": "Public", "rate": -1, "color": "red", "estimated_hours": "NaN"}
    assert len(api("POST", "/projects", cast.ann, {"project": project}).json()) == 4


def test_a_failed_sign_up_says_everything_too(database: Database, cast: Cast) -> None:
    set_password(database, cast.bob)
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", signup="open")))
    short = "Password should be at least 6 characters long"
    for sent, lines in (
        ({}, ["Emails should not be blank", short]),
        ({"email": "bob@example.org", "password": "12345"}, ["User with this email already exists", short]),
        ({"email": "x@y", "password": "123456", "timezone": "Mars"}, ["Invalid e-mail", "Timezone is invalid"]),
    ):
        answer = api("POST", "/signups", None, {"user": sent})
        assert (answer.status_code, answer.json()) == (404, lines)
    assert api("POST", "/signups", None, {"user": {"email": "x@y.org", "password": "123456"}}).status_code == 200
    api.close()


def test_bad_ids_in_paths_are_refused_in_these_words(api: Api, recorded: Api, cast: Cast) -> None:
    body = {"name": "x"}
    for method, path, sent, line in (
        ("GET", "/clients/x", None, "Invalid client_id"),
        ("PUT", "/clients/x", {"client": body}, "Invalid client_id"),
        ("DELETE", "/clients/x", None, "Invalid client_id"),
        ("GET", "/clients/x/projects", None, "Missing or invalid client ID"),
        ("GET", "/projects/x", None, "project_id must be a positive integer"),
        ("PUT", "/projects/x", {"project": body}, "project_id must be a positive integer"),
        ("DELETE", "/projects/1,x", None, "project_id must be a positive integer"),
        ("GET", "/projects/x/tasks", None, "project_id must be a positive integer"),
        ("PUT", "/tags/x", {"tag": body}, "tag_id must be a positive integer"),
        ("DELETE", "/tags/x", None, "tag_id must be a positive integer"),
        ("GET", "/tasks/x", None, "task_id must be a positive integer"),
        ("PUT", "/tasks/1,,2", {"task": body}, "task_id must be a positive integer"),
        ("GET", "/time_entries/x", None, "time_entry_id must be a positive integer"),
        ("PUT", "/time_entries/x", entry(), "time_entry_id must be a positive integer"),
        ("PUT", "/time_entries/x/stop", None, "time_entry_id must be a positive integer"),
        ("DELETE", "/time_entries/1,0", None, "time_entry_id must be a positive integer"),
        ("GET", "/workspaces/x", None, "Missing or invalid workspace_id"),
        ("PUT", "/workspaces/x", {"workspace": body}, "Missing or invalid workspace_id"),
        ("GET", "/workspaces/x/clients", None, "Missing or invalid workspace_id"),
        ("GET", "/workspaces/x/projects", None, "Missing or invalid workspace_id"),
        ("GET", "/workspaces/x/tags", None, "Missing or invalid workspace_id"),
        ("GET", "/workspaces/x/tasks", None, "Missing or invalid workspace_id"),
    ):
        for mode in (api, recorded):
            refused = mode(method, path, cast.ann, sent)
            assert (refused.status_code, refused.text) == (400, line + "\n"), (method, path)
            assert refused.headers["content-type"] == "text/plain; charset=utf-8"


def test_hidden_absent_and_deleted_are_one(api: Api, recorded: Api, ids: dict[str, int], cast: Cast) -> None:
    """Byte for byte, whoever asks; an unknown entry is no failure to read, and its second deletion none either."""
    for noun in ("client", "project", "task", "tag", "workspace"):
        deleted = ids[noun]
        if noun in ("client", "tag"):
            deleted = made(api, cast.ann, noun, name="Gone", wid=cast.acme.id)["id"]
        if noun == "task":
            deleted = made(api, cast.ann, noun, name="Gone", pid=cast.private.id)["id"]
        if deleted != ids[noun]:
            assert api("DELETE", f"/{noun}s/{deleted}", cast.ann).status_code == 200
        for mode in (api, recorded):
            answers = [_read(mode, noun, ids[noun], cast.eve), _read(mode, noun, ids[noun] + (1 << 40), cast.ann)]
            if deleted != ids[noun]:
                answers.append(_read(mode, noun, deleted, cast.ann))
            assert {(answer.status_code, answer.text) for answer in answers} == {(404, "null\n")}, noun
    for mode in (api, recorded):
        for number, person in ((ids["time_entry"], cast.eve), (NOBODYS, cast.ann)):
            read = mode("GET", f"/time_entries/{number}", person)
            assert (read.status_code, read.text) == (200, '{"data":null}')
            gone = mode("DELETE", f"/time_entries/{number}", person)
            assert (gone.status_code, gone.text) == (404, "null\n")


def test_an_unknown_entry_is_not_changed_or_stopped(api: Api, recorded: Api, ids: dict[str, int], cast: Cast) -> None:
    line = "Time entry not found/no access to it"
    for method, path, body in (
        ("PUT", "/time_entries/{}", entry(description="x")),
        ("PUT", "/time_entries/{},{}", entry(tags=["x"])),
        ("PUT", "/time_entries/{}/stop", None),
        ("POST", "/time_entries/{}/stop", None),
    ):
        for number, person in ((ids["time_entry"], cast.eve), (NOBODYS, cast.ann)):
            target = path.format(number, number)
            answer = api(method, target, person, body)
            assert (answer.status_code, answer.json()) == (404, [line])
            answer = recorded(method, target, person, body)
            assert (answer.status_code, answer.text) == (404, f'"{line}"\n')


def test_too_many_requests_are_asked_to_wait(database: Database, cast: Cast) -> None:
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="1/3")))
    answers = [api("GET", "/me", cast.bob) for _ in range(5)]
    assert [answer.status_code for answer in answers[:4]] == [200, 200, 200, 429]
    assert (answers[-1].text, int(answers[-1].headers["retry-after"])) == ("Too many requests\n", 1)
    assert api("GET", "/me", cast.ann).status_code == 200
    api.close()


def test_signing_up_where_that_is_closed_is_said_in_a_line(api: Api, recorded: Api) -> None:
    for mode in (api, recorded):
        answer = mode("POST", "/signups", None, {"user": {"email": "x@example.org", "password": PASSWORD}})
        assert (answer.status_code, answer.text) == (403, "Sign-up is closed on this server\n")


def _read(api: Api, noun: str, number: int, person: Person) -> httpx.Response:
    """The answer to reading a thing, or to deleting it where it cannot be read alone."""
    return api("DELETE" if noun == "tag" else "GET", f"/{noun}s/{number}", person)
