"""How often a caller may ask: for an account from an address, and for the address of strangers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from hourhand.api.http import House
from hourhand.app import application
from hourhand.db import Database, open_database
from hourhand.settings import Settings
from tests.cast import Cast, Person, assemble
from tests.clock import Clock
from tests.server import Peer, Server

HERE = "192.0.2.1"
WRONG = {"Authorization": "Basic d3Jvbmc6YXBpX3Rva2Vu"}


class Door:
    """The application with its default settings and a clock of its own, asked from any address."""

    def __init__(self, database: Database, cast: Cast, clock: Clock, **settings: Any) -> None:
        self.clock = clock
        self._app = application(House(database, cast.vault, Settings(log="off", **settings)))
        self._runner = asyncio.Runner()

    def ask(self, person: Person | None = None, address: str = HERE, path: str = "/api/v8/me") -> httpx.Response:
        """The answer to a `GET`."""
        return self._runner.run(self._ask(path, address, person.header if person else WRONG))

    def statuses(self, count: int, person: Person | None = None, address: str = HERE, **where: str) -> list[int]:
        """The answers to so many of them, one after the other."""
        return [self.ask(person, address, **where).status_code for _ in range(count)]

    def close(self) -> None:
        self._runner.close()

    async def _ask(self, path: str, address: str, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(app=self._app, client=(address, 50_000))
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.get(f"http://127.0.0.1:8300{path}", headers=headers)


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that limits go by; it stands still until a test moves it."""
    clock = Clock(1000.0)
    monkeypatch.setattr("hourhand.api.auth.time", SimpleNamespace(monotonic=clock))
    return clock


@pytest.fixture
def door(database: Database, cast: Cast, ticking: Clock) -> Iterator[Door]:
    door = Door(database, cast, ticking)
    yield door
    door.close()


def test_sixty_at_once_and_ten_a_second_are_what_a_caller_gets_unless_set_otherwise(door: Door, cast: Cast) -> None:
    assert door.statuses(62, cast.bob) == [200] * 60 + [429] * 2
    refused = door.ask(cast.bob)
    assert (refused.text, refused.headers["retry-after"]) == ("Too many requests\n", "1")
    assert refused.headers["content-type"] == "text/plain; charset=utf-8"
    door.clock.advance(1)
    assert door.statuses(11, cast.bob) == [200] * 10 + [429]
    through = 0
    for _ in range(300):
        door.clock.advance(0.05)
        through += door.ask(cast.bob).status_code == 200
    assert through == pytest.approx(150, rel=0.05)


def test_the_limit_of_the_original_and_none_at_all_can_be_set(database: Database, cast: Cast, ticking: Clock) -> None:
    for words, expected in (("toggl", [200] * 3 + [429] * 67), ("off", [200] * 70)):
        door = Door(database, cast, ticking, rate_limit=words)
        assert door.statuses(70, cast.bob) == expected
        door.close()


def test_two_people_behind_one_address_do_not_count_as_one(door: Door, cast: Cast) -> None:
    assert door.statuses(61, cast.bob)[-1] == 429
    assert door.statuses(61) == [403] * 60 + [429]
    assert door.statuses(61, cast.cleo) == [200] * 60 + [429]
    assert door.statuses(1, cast.bob, "192.0.2.2") == [200]


def test_strangers_are_counted_for_the_network_they_have(door: Door) -> None:
    assert door.statuses(60, None, "2001:db8:0:1::1") == [403] * 60
    assert door.statuses(1, None, "2001:db8:0:1:ff::2") == [429]
    assert door.statuses(1, None, "2001:db8:0:2::1") == [403]
    door.clock.advance(0.1)
    assert door.statuses(2, None, "2001:db8:0:1::3") == [403, 429]


@pytest.mark.parametrize("path", ["/health", "/ready", "/docs", "/api/v8/openapi.json", "/images/profile.png"])
def test_what_asks_for_no_credentials_is_not_limited(door: Door, path: str) -> None:
    assert door.statuses(61) == [403] * 60 + [429]
    assert door.statuses(70, path=path) == [200] * 70


def test_an_address_is_taken_from_a_header_of_a_trusted_proxy_alone(sqlite_url: str, tmp_path: Path) -> None:
    database = open_database(sqlite_url)
    assemble(database, tmp_path)
    database.close()
    for proxies, expected in (("", [403] * 3 + [429] * 3), ("127.0.0.1", [403] * 6)):
        with Server(sqlite_url, tmp_path, rate_limit="toggl", trusted_proxies=proxies) as server, Peer(server) as peer:
            addresses = [f"192.0.2.{number}" for number in range(6)]
            heads: list[dict[str, str]] = [{**WRONG, "X-Forwarded-For": address} for address in addresses]
            assert [peer("GET", "/api/v8/me", **head).status for head in heads] == expected
