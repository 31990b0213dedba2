"""A place where all ids exist that the documentation of API v8 speaks of."""

from __future__ import annotations

import re
from typing import Any

import httpx

from hourhand.core import accounts, passwords
from tests.api.conftest import Api
from tests.api.v8.sending import basic
from tests.cast import Cast
from tests.clock import Clock

ZONE = "Europe/Tallinn"
PASSWORD = "secret"


class Stage:
    """Acme, furnished, as Ann sees it, who lives in Tallinn. `ids` has what `{name}` stands for in requests."""

    def __init__(self, api: Api, cast: Cast, clock: Clock) -> None:
        self.api = api
        self.cast = cast
        self.clock = clock
        self.cookie = ""
        self.ids = {
            "user": cast.ann.id,
            "bob": cast.bob.id,
            "cleo": cast.cleo.id,
            "member": cast.bob.id,
            "manager": cast.cleo.id,
            "home": cast.ann.home,
            "bobs home": cast.bob.home,
            "workspace": cast.acme.id,
            "public": cast.public.id,
            "private": cast.private.id,
        }
        stored = passwords.hashed(PASSWORD)
        database = api.house.database
        database.write_now(lambda tx: accounts.set_password(tx, cast.ann.at(tx), cast.ann.id, stored))
        api.data("PUT", "/me", cast.ann, {"user": {"timezone": ZONE}})
        self._furnish()

    @property
    def recorded(self) -> bool:
        """Whether the dialect is in its recorded mode."""
        return self.api.house.settings.v8_mode == "recorded"

    def ask(self, request: str, sent: Any, by: str) -> httpx.Response:
        """The answer to a request. What is sent is JSON; text and bytes go as they are.

        `by` is `token`, `password` or `cookie` of Ann's, `bob`, `eve`, `nobody`, or an e-mail and a password.
        """
        method, path = self.with_ids(request).split(" ")
        headers = self._credentials(by)
        if isinstance(sent, str | bytes):
            content = sent.encode() if isinstance(sent, str) else sent
            answer = self.api(method, path, content=content, headers=headers)
        else:
            answer = self.api(method, path, None, self.with_ids(sent), headers=headers)
        self.cookie = answer.headers.get("set-cookie", self.cookie).split(";")[0]
        return answer

    def with_ids(self, sent: Any) -> Any:
        """The same with real ids for the names in braces."""
        if isinstance(sent, dict):
            return {name: self.with_ids(value) for name, value in sent.items()}
        if isinstance(sent, list):
            return [self.with_ids(value) for value in sent]
        if isinstance(sent, str):
            named = re.fullmatch(r"{([\w ]+)}", sent)
            return self.ids[named[1]] if named else re.sub(r"{([\w ]+)}", lambda it: str(self.ids[it[1]]), sent)
        return sent

    def _credentials(self, by: str) -> dict[str, str]:
        if by == "cookie":
            return {"Cookie": self.cookie}
        if by == "password":
            return basic("ann@example.org", PASSWORD)
        if ":" in by:
            return basic(*by.split(":"))
        people = {"token": self.cast.ann, "bob": self.cast.bob, "eve": self.cast.eve}
        return people[by].header if by in people else {}

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
