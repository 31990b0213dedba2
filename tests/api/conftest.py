"""The application, called in process by the cast."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from litestar import Litestar

from hourhand import app
from hourhand.api.http import House
from hourhand.db import Database
from hourhand.settings import Settings
from tests.cast import Cast, Person, assemble


class Api:
    """Sends requests to an application, as somebody or as nobody."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._requests = _taken(house)
        with patch.object(app, "litestar_app", lambda *_: self._requests):
            self.app = app.application(house)
        # One for all requests: to make a client takes as long as many an answer.
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app=lambda *call: self.app(*call)))
        self._runner = asyncio.Runner()

    def __call__(
        self,
        method: str,
        path: str,
        person: Person | None = None,
        body: object = None,
        *,
        content: bytes | AsyncIterable[bytes] | None = None,
        headers: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
    ) -> httpx.Response:
        """The answer to one request below `/api/v8`; a `body` is sent as JSON, `content` as it is."""
        given: dict[str, Any] = {"content": content, "params": params}
        if body is not None:
            given = {"json": body, "params": params}
        return self._runner.run(
            self._send(method, path, {**(person.header if person else {}), **(headers or {})}, given)
        )

    async def _send(self, method: str, path: str, headers: dict[str, str], given: dict[str, Any]) -> httpx.Response:
        url = path if path.startswith("http") else f"http://127.0.0.1:8300/api/v8{path}"
        # Whoever comes brings their own cookies, and no one's who came before.
        self._client.cookies.clear()
        return await self._client.request(method, url, headers=headers, **given)

    def data(self, method: str, path: str, person: Person, body: object = None) -> Any:
        """The `data` of an answer that must be a success."""
        response = self(method, path, person, body)
        assert response.status_code == 200, response.text
        return response.json()["data"]

    def close(self) -> None:
        self._runner.close()
        if not self.house.settings.metrics_token:
            _UNUSED.setdefault(self.house.settings, []).append(self._requests)


# By settings, those that no test uses any more: to make one takes longer than most tests.
_UNUSED: dict[Settings, list[Litestar]] = {}


def _taken(house: House) -> Litestar:
    """An application for a house: one that another had, if there is one with these settings."""
    unused = _UNUSED.get(house.settings)
    if not unused:
        return app.litestar_app(house)
    found = unused.pop()
    found.state.update(app.belongings(house))
    return found


@pytest.fixture
def cast(database: Database, tmp_path: Path) -> Cast:
    """The cast on a fresh database."""
    return assemble(database, tmp_path)


@pytest.fixture
def settings() -> Settings:
    """The settings of `api`."""
    return Settings(log="off", rate_limit="off")


@pytest.fixture
def api(database: Database, cast: Cast, settings: Settings) -> Iterator[Api]:
    """The application in its documented mode."""
    api = Api(House(database, cast.vault, settings))
    yield api
    api.close()


@pytest.fixture
def recorded(database: Database, cast: Cast) -> Iterator[Api]:
    """The application in its recorded mode, on the same database."""
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", v8_mode="recorded")))
    yield api
    api.close()
