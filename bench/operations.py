"""The operations that are measured, as the bytes of their requests."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from bench.seed import Person, World

SENDER = "bench"
ENTRY = {"description": "Meeting with possible clients", "tags": ["tag 1"], "created_with": SENDER}


class Operation(Struct, frozen=True):
    """One kind of request, of which a round has `count`.

    `limit` is what it may cost at most, in costs of the bare application. `requests` makes as many
    as asked; it is given the world, and the ids of the entries that were started last.
    """

    name: str
    limit: float
    count: int
    writes: bool
    requests: Callable[[World, int, list[int]], list[bytes]]
    starts: bool = False


def started(bodies: list[bytes]) -> list[int]:
    """The ids of the entries in the answers to `start`."""
    return [msgspec.json.decode(body)["data"]["id"] for body in bodies]


def tags(world: World, count: int) -> list[bytes]:
    """Requests that make so many tags."""
    bodies = (
        msgspec.json.encode({"tag": {"name": f"made {number}", "wid": world.reader.workspace_id}})
        for number in range(count)
    )
    return [_request("POST", "/tags", world.reader, body) for body in bodies]


def _read(path: str) -> Callable[[World, int, list[int]], list[bytes]]:
    return lambda world, count, _: [_request("GET", path, world.reader)] * count


def _list(world: World, count: int, _: list[int]) -> list[bytes]:
    path = f"/time_entries?start_date={_time(world.since)}&end_date={_time(world.until)}"
    return [_request("GET", path, world.reader)] * count


def _create(world: World, count: int, _: list[int]) -> list[bytes]:
    return [
        _request("POST", "/time_entries", person, _body(person, {"start": _time(world.until - i), "duration": 1200}))
        for i, person in enumerate(_people(world, count))
    ]


def _start(world: World, count: int, _: list[int]) -> list[bytes]:
    return [_request("POST", "/time_entries/start", person, _body(person, {})) for person in _people(world, count)]


def _stop(world: World, count: int, running: list[int]) -> list[bytes]:
    return [
        _request("PUT", f"/time_entries/{entry_id}/stop", person)
        for entry_id, person in zip(running, _people(world, count), strict=True)
    ]


def _people(world: World, count: int) -> list[Person]:
    """Everybody but the reader, in turn."""
    return [world.people[i % len(world.people)] for i in range(count)]


def _body(person: Person, more: dict[str, Any]) -> bytes:
    entry = ENTRY | {"wid": person.workspace_id, "pid": person.project_id} | more
    return msgspec.json.encode({"time_entry": entry})


def _request(method: str, path: str, person: Person, body: bytes = b"") -> bytes:
    head = [
        f"{method} /api/v8{path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: {authorization(person)}",
        f"User-Agent: {SENDER}",
        "Accept: */*",
    ]
    if method != "GET":
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


def authorization(person: Person) -> str:
    """The header that says who asks."""
    return "Basic " + base64.b64encode(f"{person.token}:api_token".encode()).decode()


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


START = Operation("POST /time_entries/start", 3, 400, True, _start, starts=True)
STOP = Operation("PUT /time_entries/{id}/stop", 3, 400, True, _stop)
ME = Operation("GET /me", 3, 400, False, _read("/me"))
CREATE = Operation("POST /time_entries", 3, 400, True, _create)
OPERATIONS = (
    Operation("GET /time_entries/current", 3, 400, False, _read("/time_entries/current")),
    ME,
    Operation("GET /time_entries, 200 in range", 1.5, 80, False, _list),
    CREATE,
    START,
    STOP,
)
