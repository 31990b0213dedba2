"""Everybody at every door, by a batch: an element is answered as its request would be outside, and does the same.

Outside means the recorded mode, for that is how elements are refused in either mode.
"""

from __future__ import annotations

import re
from typing import Any

import httpx
import msgspec
import pytest
from msgspec import structs

from hourhand.api.http import House
from tests.api.conftest import Api
from tests.matrix import requests, snapshot
from tests.matrix.snapshot import Rows
from tests.matrix.stage import Stage
from tests.matrix.table import ALLOWED, MATRIX, Row

# A picture is no verb, and takes the request itself.
ALONE = "/workspaces/{id}/logo"
THINGS = ("/clients", "/groups", "/project", "/tags", "/tasks", "/time_entries", "/workspace")
ABOUT_THINGS = [key for key in MATRIX if key.split()[1].startswith(THINGS) and ALONE not in key]
PEOPLE = ("eve", "gil", "bob")
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CODE = re.compile('(code=|"invitation_code":")[0-9a-f]{32}')
pytestmark = pytest.mark.parametrize("stage", ["sqlite"], indirect=True)


@pytest.mark.parametrize("key", ABOUT_THINGS)
def test_what_is_refused_outside_is_refused_alike_in_a_batch(stage: Stage, key: str) -> None:
    row, recorded = MATRIX[key], _recorded(stage)
    refused = {cell: said for cell, said in row.cells().items() if said not in ALLOWED}
    for who in PEOPLE:
        columns = [column for column in row.columns if (who, column) in refused]
        outside = [_said(requests.send(recorded, stage.world, key, row, who, column)) for column in columns]
        assert _batched(stage, key, row, who, columns) == outside, who
    recorded.close()
    assert not stage.changed()


@pytest.mark.parametrize("key", ABOUT_THINGS)
def test_what_is_done_outside_is_done_alike_in_a_batch(stage: Stage, key: str) -> None:
    row = MATRIX[key]
    allowed = {said: cell for cell, said in row.cells().items() if said in ALLOWED}
    for who, column in allowed.values():
        outside = _said(requests.send(stage.api, stage.world, key, row, who, column)), _rows(stage)
        inside = _batched(stage, key, row, who, [column])[0], _rows(stage)
        assert inside == outside, (who, column)


def _recorded(stage: Stage) -> Api:
    house = stage.api.house
    settings = structs.replace(house.settings, v8_mode="recorded")
    return Api(House(house.database, house.vault, settings))


def _batched(stage: Stage, key: str, row: Row, who: str, columns: list[str]) -> list[tuple[int, str, str]]:
    """The answers to the elements of one batch that ask what a row asks about these things."""
    elements = []
    for column in columns:
        method, path = requests.address_of(stage.world, key, row, column)
        body = requests.body_of(stage.world, row, column)
        elements.append({"method": method, "relative_url": path, "guid": "", "body": body})
    answer = stage.api("POST", "/batch_updates", stage.world.people[who], elements)
    assert answer.status_code == 200
    return [(it["status"], it["content_type"], _without_lots(it["body"])) for it in answer.json()]


def _said(answer: httpx.Response) -> tuple[int, str, str]:
    return answer.status_code, answer.headers["content-type"], _without_lots(answer.text)


def _without_lots(text: str) -> str:
    """A body without what is drawn by lot."""
    return _CODE.sub(r"\1a code", _UUID.sub("a uuid", text))


def _rows(stage: Stage) -> Rows:
    """What the rows have become; they are then what they were."""
    rows = snapshot.without_lots(snapshot.read(stage.database))
    stage.reset()
    told: Any = msgspec.json.decode(_without_lots(msgspec.json.encode(rows).decode()))
    return dict(told)
