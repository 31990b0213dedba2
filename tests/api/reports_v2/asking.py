"""How tests ask the Reports API v2."""

from __future__ import annotations

from typing import Any

import httpx

from tests.api.conftest import Api
from tests.cast import Person

BASE = "http://127.0.0.1:8300/reports/api/v2"


def ask(api: Api, path: str, person: Person | None, workspace_id: object, **arguments: object) -> httpx.Response:
    """The answer to a question about a workspace; a None leaves an argument out."""
    said = {"user_agent": "tests", "workspace_id": workspace_id, **arguments}
    params = {name: str(value) for name, value in said.items() if value is not None}
    return api("GET", f"{BASE}{path}", person, params=params)


def told(api: Api, path: str, person: Person, workspace_id: int, **arguments: object) -> Any:
    """The JSON of an answer that must be a success."""
    answer = ask(api, path, person, workspace_id, **arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Status and message of a refusal, which must look like one."""
    error = answer.json()["error"]
    assert list(answer.json()) == ["error"]
    assert list(error) == ["message", "tip", "code"]
    assert error["code"] == answer.status_code
    assert error["tip"]
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["warning"] == error["message"]
    return answer.status_code, error["message"]
