"""A cell of the matrix as a request, and what its answer amounts to."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
from msgspec import structs

from tests.api.conftest import Api
from tests.matrix.table import PAGES, Row
from tests.matrix.world import World

HOST = "http://127.0.0.1:8300"
# Several that follow each other are one name.
_PARAMETER = re.compile(r"{\w+}(/{\w+})*")
_NAMED = re.compile(r"{(\w+)\.(\w+)}")
_UNLIKE = ("x-request-id", "content-length")


def send(api: Api, world: World, key: str, row: Row, who: str, column: str) -> httpx.Response:
    """The answer to a person, or to nobody, who does what a row is about to one of its things."""
    method, path = address_of(world, key, row, column)
    body = body_of(world, row, column)
    sent = {"content": body} if isinstance(body, bytes) else {"body": body}
    return api(method, path, world.people.get(who), **sent)


def address_of(world: World, key: str, row: Row, column: str) -> tuple[str, str]:
    """The method and the path that a row's key names for a thing."""
    method, path = key.split()[:2]
    host = HOST if key in PAGES else ""
    return method, host + _filled_path(world, path, row, column)


def body_of(world: World, row: Row, column: str) -> Any:
    """The body that is sent about a thing, the same whoever sends it."""
    ids = _ids(world, row, column)
    return None if row.body is None else _filled(world, row.body, ids[0] if ids else 0)


def without_thing(row: Row) -> Row:
    """The row with bodies that do not name the thing."""
    [(wrapper, entity)] = row.body.items()
    kept = {name: value for name, value in entity.items() if value != "$" and value != {"id": "$"}}
    return structs.replace(row, body={wrapper: kept})


def amounts_to(answer: httpx.Response, verdict: str) -> bool:
    """Whether an answer is what a cell says."""
    status, fits = _MEANING[verdict]
    return answer.status_code == status and fits(answer.text)


def without_ids(world: World, row: Row, who: str, column: str, answer: httpx.Response) -> tuple[Any, ...]:
    """An answer with the ids it was asked for blotted out: two that are then equal tell nothing apart."""
    # One's own id first, which a thing of another kind may have too.
    text = answer.text.replace(f"User {world.people[who].id} ", "User <me> ") if who in world.people else answer.text
    at = world.ids(*row.at.split()) if row.at else []
    # A pass may be of several parts.
    for thing_id in {part for it in (*_ids(world, row, column), *at) for part in str(it).split("/")}:
        text = re.sub(rf"\b{re.escape(thing_id)}\b", "<id>", text)
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in _UNLIKE)
    return answer.status_code, headers, text


def _ids(world: World, row: Row, column: str) -> list[int | str]:
    return [] if row.kind == "own" else world.ids(row.kind, column)


def _filled_path(world: World, path: str, row: Row, column: str) -> str:
    ids = world.ids(*row.at.split()) if row.at else _ids(world, row, column)
    named = _NAMED.sub(lambda it: str(world.ids(it[1], it[2])[0]), path)
    return _PARAMETER.sub(",".join(map(str, ids)), named)


def _filled(world: World, body: Any, thing_id: int | str) -> Any:
    if isinstance(body, dict):
        return {name: _filled(world, value, thing_id) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(world, value, thing_id) for value in body]
    if not isinstance(body, str) or not body.startswith("$"):
        return body
    return thing_id if body == "$" else world.ids(*body[1:].split())[0]


def _data(text: str) -> Any:
    said = msgspec.json.decode(text)
    return said.get("data", ...) if isinstance(said, dict) else ...


def _error(text: str) -> bool:
    return list(msgspec.json.decode(text)) == ["error"]


def _reason(text: str) -> bool:
    return isinstance(msgspec.json.decode(text), str)


def _line(text: str) -> bool:
    return text == "" or text.find("\n") == len(text) - 1


_MEANING: dict[str, tuple[int, Callable[[str], bool]]] = {
    "data": (200, lambda text: isinstance(_data(text), dict)),
    "kept": (200, lambda text: isinstance(_data(text), dict)),
    "many": (200, lambda text: isinstance(_data(text), list)),
    "nil": (200, lambda text: _data(text) is None),
    "list": (200, lambda text: isinstance(msgspec.json.decode(text), list)),
    "null": (200, lambda text: text == "null\n"),
    "never": (200, lambda text: text == "null"),
    "page": (200, lambda text: msgspec.json.decode(text) is not None),
    "html": (200, lambda text: text.startswith("<!DOCTYPE html>")),
    "css": (200, lambda text: "{" in text),
    "png": (200, lambda text: text[1:4] == "PNG"),
    "feed": (200, lambda text: text.startswith("BEGIN:VCALENDAR")),
    "docs": (302, lambda text: text == ""),
    "enter": (303, lambda text: text == "null"),
    "lost": (404, lambda text: text == "404 page not found\n"),
    "dead": (404, lambda text: text.startswith("<!DOCTYPE html>")),
    "misread": (400, lambda text: text.startswith("<!DOCTYPE html>")),
    "gone": (404, lambda text: text == "null\n"),
    "unfit": (404, lambda text: msgspec.json.decode(text, type=list[str]) != []),
    "clash": (404, lambda text: msgspec.json.decode(text, type=list[str]) != []),
    "deny": (403, _line),
    "shut": (401, lambda text: text == "401 unauthorized\n"),
    "gate": (403, lambda text: text == ""),
    "report": (200, lambda text: isinstance(msgspec.json.decode(text), dict)),
    "file": (200, lambda text: text != ""),
    "words": (200, _line),
    "alien": (401, _error),
    "foreign": (403, _error),
    "absent": (404, _error),
    "object": (200, lambda text: isinstance(msgspec.json.decode(text), dict)),
    "agreed": (200, lambda text: text == '"OK"'),
    "unheard": (400, _reason),
    "unproven": (400, _reason),
    "unnamed": (401, _reason),
    "outside": (403, _reason),
    "unknown": (404, _reason),
    "try400": (400, _error),
    "try500": (500, _error),
}
