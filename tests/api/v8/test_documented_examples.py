"""Every example of the public documentation, sent and answered, in both modes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from hourhand.api.http import House
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.api.v8 import documented
from tests.api.v8.documented import CHAPTERS, Example, Kind, Refused, Shape
from tests.api.v8.members import ORDER
from tests.api.v8.stage import ZONE, Stage
from tests.cast import Cast
from tests.clock import Clock


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_example_is_answered_as_documented(player: Player, chapter: str) -> None:
    for example in CHAPTERS[chapter]:
        player.play(example)


@pytest.fixture(params=["documented", "recorded"])
def player(request: pytest.FixtureRequest, database: Database, cast: Cast, clock: Clock) -> Iterator[Player]:
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", signup="open", v8_mode=request.param)))
    yield Player(Stage(api, cast, clock))
    api.close()


class Player:
    """Plays examples on a stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def play(self, example: Example) -> None:
        """Send the request, and compare the answer."""
        self.stage.clock.advance(example.seconds_later)
        answer = self.stage.ask(example.request, example.sent, example.by)
        if isinstance(example.answer, Refused):
            self._check_refusal(answer, example.answer, example.request)
            return
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8"), (
            f"{example.request}: {answer.text}"
        )
        expected = None if example.answer == [] and self.stage.recorded else example.answer
        self._compare(expected, answer.json(), example.request)
        if example.keeps:
            self.stage.ids[example.keeps] = answer.json()["data"]["id"]

    def _check_refusal(self, answer: httpx.Response, refused: Refused, where: str) -> None:
        if self.stage.recorded:
            assert (answer.status_code, answer.text) == (400, refused.lines[0] + "\n"), where
        else:
            assert (answer.status_code, answer.json()) == (404, refused.lines), where

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
            assert (got, type(got)) == (self.stage.with_ids(expected), type(self.stage.with_ids(expected))), where

    def _is_a(self, kind: Kind, got: Any) -> bool:
        if kind == documented.RECKONED and self.stage.recorded:
            return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", got) is not None
        if kind in (documented.TIME, documented.RECKONED):
            return _is_time(got, "Etc/UTC" if self.stage.recorded else ZONE)
        holds: dict[Kind, Callable[[], bool]] = {
            documented.ID: lambda: type(got) is int and 0 < got < 1 << 53,
            documented.WHOLE: lambda: type(got) is int,
            documented.UNIX: lambda: type(got) is int and abs(got - self.stage.clock.now) < 60,
            documented.FLAG: lambda: type(got) is bool,
            documented.TEXT: lambda: isinstance(got, str),
            documented.TOKEN: lambda: re.fullmatch("[0-9a-f]{32}", got) is not None,
            documented.URL: lambda: str(got).startswith("http"),
        }
        return holds[kind]()


def _is_time(text: str, zone: str) -> bool:
    """Whether it is RFC 3339 to the second, with the offset that the zone has at that time."""
    time = datetime.fromisoformat(text)
    offset = time.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return time.isoformat() == text and text[-6] in "+-" and time.utcoffset() == offset
