"""Requests of Ann's with something odd in them, and what becomes of those."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from hourhand.api.body import decode
from hourhand.core.errors import Malformed
from tests.endpoints import Endpoint, endpoints
from tests.matrix.stage import Stage

# By wrapper: what a body needs to be well, which of Ann's things it is about, and where that can be read.
GOOD: dict[str, tuple[dict[str, Any], str, str]] = {
    "client": ({"name": "$"}, "client acme", "/clients/{}"),
    "group": ({"name": "$"}, "group acme", ""),
    "project": ({"name": "$"}, "project public", "/projects/{}"),
    "project_user": ({"pid": "$project public", "uid": "$person bob"}, "project_user cleos", ""),
    "tag": ({"name": "$"}, "tag acme", ""),
    "task": ({"name": "$", "pid": "$project public"}, "task public", "/tasks/{}"),
    "time_entry": ({"created_with": "tests", "start": "2023-11-14T20:00:00Z"}, "entry anns", "/time_entries/{}"),
    "user": ({"fullname": "$"}, "person ann", "/me"),
    "workspace": ({"name": "$"}, "workspace home", "/workspaces/{}"),
    "workspace_user": ({"admin": False}, "member bob", ""),
}
_ODD = "$odd"
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Verdict(Struct, frozen=True):
    """Status and body of an answer; a failure is 500 and what was raised."""

    status: int
    body: str

    @property
    def data(self) -> Any:
        """What is in the wrapper of a success."""
        return json.loads(self.body)["data"]

    def comparable(self, member: str = "") -> tuple[int, Any]:
        """What two engines agree on: the member, or the refusal but for its numbers."""
        if self.status == 200:
            # Where none was said, the guid is drawn by lot.
            return 200, _UUID.sub("a uuid", str(self.data.get(member))) if member else None
        return self.status, re.sub("[0-9]+", "#", self.body)


def ask(stage: Stage, method: str, path: str, content: bytes | None = None) -> Verdict:
    """What becomes of a request."""
    try:
        answer = stage.api(method, path, stage.world.people["ann"], content=content)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what this looks for
        return Verdict(500, repr(error))
    return Verdict(answer.status_code, answer.text)


def ask_both(stages: list[Stage], endpoint: Endpoint, bodies: list[bytes]) -> list[Verdict]:
    """The verdicts of both engines; of one, where the body is refused before it matters which."""
    asked = stages if _is_readable(endpoint, bodies[0]) else stages[:1]
    return [
        ask(stage, endpoint.method, path_of(stage, endpoint), body)
        for stage, body in zip(asked, bodies[: len(asked)], strict=True)
    ]


def faults(verdicts: list[Verdict], member: str = "") -> list[str]:
    """What is wrong with the verdicts on one request: a failure, or that engines differ."""
    found = [f"{it.status} {it.body[:300]}" for it in verdicts if it.status >= 500]
    if len({repr(it.comparable(member)) for it in verdicts}) > 1:
        found.append(f"engines differ: {[(it.status, it.body[:300]) for it in verdicts]}")
    return found


def named(stage: Stage, name: str) -> Endpoint:
    """An endpoint by its method and path."""
    return next(endpoint for endpoint in endpoints(stage.api.house) if endpoint.name == name)


def path_of(stage: Stage, endpoint: Endpoint) -> str:
    """The path to Ann's thing."""
    if "{id}" not in endpoint.path:
        return endpoint.path
    return endpoint.path.replace("{id}", str(stage.world.ids(*GOOD[endpoint.wrapper][1].split())[0]))


def body_of(stage: Stage, endpoint: Endpoint, number: int, member: str = "", value: bytes = b"") -> bytes:
    """A body that is well but for one member; `number` keeps its names apart from those of other bodies."""
    entity = {name: filled(stage, said, number) for name, said in GOOD[endpoint.wrapper][0].items()}
    if not member:
        return msgspec.json.encode({endpoint.wrapper: entity})
    text = msgspec.json.encode({endpoint.wrapper: {**entity, member: _ODD}})
    return text.replace(msgspec.json.encode(_ODD), value)


def filled(stage: Stage, said: Any, number: int) -> Any:
    """What a member of `GOOD` stands for."""
    if not isinstance(said, str) or not said.startswith("$"):
        return said
    return f"name {number}" if said == "$" else stage.world.ids(*said[1:].split())[0]


def _is_readable(endpoint: Endpoint, body: bytes) -> bool:
    try:
        decode(_decoder(endpoint.body), body)
    except Malformed:
        return False
    return True


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, strict=False)
