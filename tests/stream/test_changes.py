"""What is told: every change that the person may see, in the shape in which API v8 shows things."""

from __future__ import annotations

import time

from tests.cast import Cast
from tests.stream.conftest import Asks, Listens
from tests.stream.device import IN_TIME


def test_a_time_entry_is_told_from_its_start_to_its_end(cast: Cast, listens: Listens, asks: Asks) -> None:
    device, ann = listens(cast.ann), asks(cast.ann)
    sent = {"time_entry": {"description": "Reading", "wid": cast.acme.id, "created_with": "tests", "tags": ["dull"]}}
    started = ann.v8("POST", "/time_entries/start", sent).data
    tag, entry = device.take(2)
    assert (tag[:2], tag[2]["name"]) == (("insert", "tag"), "dull")
    assert entry == ("insert", "time_entry", started)
    stopped = ann.v8("PUT", f"/time_entries/{started['id']}/stop").data
    assert device.take(1) == [("update", "time_entry", stopped)]
    ann.v8("DELETE", f"/time_entries/{started['id']}")
    [(action, model, data)] = device.take(1)
    assert (action, model, data["id"]) == ("delete", "time_entry", started["id"])
    assert data["server_deleted_at"] == data["at"]


def test_it_is_told_in_time(cast: Cast, listens: Listens, asks: Asks) -> None:
    device, ann = listens(cast.ann), asks(cast.ann)
    delays = []
    for number in range(20):
        ann.v8("POST", "/clients", {"client": {"name": f"Client {number}", "wid": cast.acme.id}})
        answered = time.monotonic()
        device.next()
        delays.append(time.monotonic() - answered)
    assert sorted(delays)[len(delays) // 2] < IN_TIME
