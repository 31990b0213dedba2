"""Every example of the public documentation, sent and answered, in both modes."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import httpx
import pytest

from hourhand.api.http import House
from hourhand.core import accounts, passwords
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.api.v8 import documented
from tests.api.v8.documented import CHAPTERS, Example, Kind, Refused, Shape
from tests.api.v8.members import ORDER
from tests.cast import Cast
from tests.clock import Clock

Mode = Literal["documented", "recorded"]
ZONE = "Europe/Tallinn"
PASSWORD = "secret"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_example_is_answered_as_documented(stage: Stage, chapter: str) -> None:
    for example in CHAPTERS[chapter]:
        stage.play(example)


@pytest.fixture(params=["documented", "recorded"])
def stage(request: pytest.FixtureRequest, database: Database, cast: Cast, clock: Clock) -> Iterator[Stage]:
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", signup="open", v8_mode=request.param)))
    stored = passwords.hashed(PASSWORD)
    database.write_now(lambda tx: accounts.set_password(tx, cast.ann.at(tx), cast.ann.id, stored))
    yield Stage(api, cast, clock, request.param)
    api.close()


class Stage:
    """A place where all ids exist that the documentation speaks of, for Ann, who lives in Tallinn."""

    def __init__(self, api: Api, cast: Cast, clock: Clock, mode: Mode) -> None:
        self.api = api
        self.cast = cast
        self.clock = clock
        self.mode = mode
        self.cookie = ""
        self.ids = {
            "user": cast.ann.id,
            "bob": cast.bob.id,
            "cleo": cast.cleo.id,
            "member": cast.bob.id,
            "manager": cast.cleo.id,
            "home": cast.ann.home,
            "workspace": cast.acme.id,
            "public": cast.public.id,
            "private": cast.private.id,
        }
        api.data("PUT", "/me", cast.ann, {"user": {"timezone": ZONE}})
        self._furnish()

    def play(self, example: Example) -> None:
        """Send the request, and compare the answer."""
        self.clock.advance(example.seconds_later)
        answer = self._ask(example)
        if isinstance(example.answer, Refused):
            self._check_refusal(answer, example.answer, example.request)
            return
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8"), (
            f"{example.request}: {answer.text}"
        )
        expected = None if example.answer == [] and self.mode == "recorded" else example.answer
        self._compare(expected, answer.json(), example.request)
        if example.keeps:
            self.ids[example.keeps] = answer.json()["data"]["id"]
        self.cookie = answer.headers.get("set-cookie", self.cookie).split(";")[0]

    def _ask(self, example: Example) -> httpx.Response:
        method, path = self._with_ids(example.request).split(" ")
        body, content = (None, b"") if example.sent == "" else (self._with_ids(example.sent), None)
        return self.api(method, path, None, body, content=content, headers=self._credentials(example))

    def _credentials(self, example: Example) -> dict[str, str]:
        pairs = {"token": f"{self.cast.ann.token}:api_token", "password": f"ann@example.org:{PASSWORD}"}
        if example.by in pairs:
            return {"Authorization": "Basic " + b64encode(pairs[example.by].encode()).decode()}
        return {"Cookie": self.cookie} if example.by == "cookie" else {}

    def _with_ids(self, sent: Any) -> Any:
        """The same with real ids for the names in braces."""
        if isinstance(sent, dict):
            return {name: self._with_ids(value) for name, value in sent.items()}
        if isinstance(sent, list):
            return [self._with_ids(value) for value in sent]
        if isinstance(sent, str):
            named = re.fullmatch(r"{([\w ]+)}", sent)
            return self.ids[named[1]] if named else re.sub(r"{([\w ]+)}", lambda it: str(self.ids[it[1]]), sent)
        return sent

    def _check_refusal(self, answer: httpx.Response, refused: Refused, where: str) -> None:
        if self.mode == "documented":
            assert (answer.status_code, answer.json()) == (404, refused.lines), where
        else:
            assert (answer.status_code, answer.text) == (400, refused.lines[0] + "\n"), where

    def _compare(self, expected: Any, got: Any, where: str) -> None:
        if isinstance(expected, Shape):
            assert list(got) == [name for name in ORDER[expected.entity] if name in got], where
            for name, value in expected.members.items():
                assert name in got, f"{where}: no {name}"
                self._compare(value, got[name], f"{where}: {name}")
        elif isinstance(expected, Kind):
            assert self._is_a(expected, got), f"{where}: {got} is no {expected.name}"
        elif isinstance(expected, list):
            assert len(got) == len(expected), where
            for one, other in zip(expected, got, strict=True):
                self._compare(one, other, where)
        elif isinstance(expected, dict):
            assert list(got) == list(expected), where
            for name, value in expected.items():
                self._compare(value, got[name], f"{where}: {name}")
        else:
            assert (got, type(got)) == (self._with_ids(expected), type(self._with_ids(expected))), where

    def _is_a(self, kind: Kind, got: Any) -> bool:
        if kind == documented.RECKONED and self.mode == "recorded":
            return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", got) is not None
        if kind in (documented.TIME, documented.RECKONED):
            return _is_time(got, ZONE if self.mode == "documented" else "Etc/UTC")
        holds: dict[Kind, Callable[[], bool]] = {
            documented.ID: lambda: type(got) is int and 0 < got < 1 << 53,
            documented.WHOLE: lambda: type(got) is int,
            documented.UNIX: lambda: type(got) is int and abs(got - self.clock.now) < 60,
            documented.FLAG: lambda: type(got) is bool,
            documented.TEXT: lambda: isinstance(got, str),
            documented.TOKEN: lambda: re.fullmatch("[0-9a-f]{32}", got) is not None,
            documented.URL: lambda: str(got).startswith("http"),
        }
        return holds[kind]()

    def _furnish(self) -> None:
        wid = self.cast.acme.id
        self._make("client", "/clients", {"client": {"name": "Big Company", "wid": wid, "notes": "Lovely projects"}})
        self.clock.advance(1)
        notes = "Really cool people"
        self._make("other client", "/clients", {"client": {"name": "Small Startup", "wid": wid, "notes": notes}})
        factory = {"name": "Factory", "wid": wid, "cid": self.ids["client"], "billable": False, "color": "5"}
        self._make("project", "/projects", {"project": factory})
        self._make("mould", "/projects", {"project": {"name": "Mould", "wid": wid, "template": True}})
        swot = {"name": "SWOT", "pid": self.ids["project"], "uid": self.cast.ann.id, "estimated_seconds": 7200}
        self._make("task", "/tasks", {"task": swot})
        self._make("other task", "/tasks", {"task": {"name": "Another task", "pid": self.ids["project"]}})
        self._make("tag", "/tags", {"tag": {"name": "billable", "wid": wid}})
        self._make("other group", "/groups", {"group": {"name": "Management", "wid": wid}})
        self._make("group", "/groups", {"group": {"name": "Developers", "wid": wid}})
        found = self.api("GET", f"/workspaces/{wid}/workspace_users", self.cast.ann).json()
        self.ids["workspace user"] = next(it["id"] for it in found if it["uid"] == self.cast.bob.id)
        recent = {"description": "Best work so far", "start": "2023-11-14T10:00:00Z", "duration": 14400}
        self._make(
            "recent", "/time_entries", {"time_entry": {**recent, "tid": self.ids["task"], "created_with": "tests"}}
        )
        self.clock.advance(-1)

    def _make(self, name: str, path: str, body: dict[str, Any]) -> None:
        self.ids[name] = self.api.data("POST", path, self.cast.ann, body)["id"]


def _is_time(text: str, zone: str) -> bool:
    """Whether it is RFC 3339 to the second, with the offset that the zone has at that time."""
    time = datetime.fromisoformat(text)
    offset = time.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return time.isoformat() == text and text[-6] in "+-" and time.utcoffset() == offset
