"""Receivers that do not answer: others do not wait for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from hourhand.calls.calling import Line
from hourhand.db import Database
from hourhand.jobs import couriers
from tests.cast import assemble
from tests.clock import Clock
from tests.webhooks.receiver import Call, Receiver, Reply, agree
from tests.webhooks.site import Site

# How long somebody who does not answer is waited for, and how long others may have to wait for that.
HANGING, MOST = 4.0, 3.0


@pytest.fixture
def site(database: Database, tmp_path: Path, clock: Clock, receiver: Receiver) -> Iterator[Site]:
    """A site that has little patience."""
    line = Line((ip_network("127.0.0.0/8"),), total_seconds=HANGING)
    site = Site(database, assemble(database, tmp_path), clock, receiver, line)
    yield site
    site.close()


class Manners:
    """Answers at once, but for events at the path `/silent`; keeps when others were told.

    Once these were told of all that is expected, the rest may be over: it is answered then.
    """

    def __init__(self) -> None:
        self.told: list[float] = []
        self.expected = 1
        self.over = threading.Event()

    def __call__(self, call: Call) -> Reply:
        if not call.is_ping:
            if call.path == "/silent":
                self.over.wait(10)
            else:
                self.told.append(time.monotonic())
                if len(self.told) == self.expected:
                    self.over.set()
        return agree(call)


@pytest.fixture
def manners(receiver: Receiver) -> Iterator[Manners]:
    """How the receiver behaves."""
    receiver.answer = manners = Manners()
    yield manners
    manners.over.set()


def test_who_answers_does_not_wait_for_one_who_does_not(site: Site, manners: Manners) -> None:
    subscribe(site, "silent", 1)
    subscribe(site, "quick", 1)
    manners.expected = 8
    for number in range(manners.expected):
        tagged(site, f"tag {number}")
    began = time.monotonic()
    site.deliver()
    assert len(manners.told) == manners.expected
    assert max(manners.told) - began < MOST


def test_however_many_do_not_answer_some_couriers_are_left_for_others(
    site: Site, manners: Manners, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(couriers, "MOST_AT_ONCE", 4)
    subscribe(site, "silent", 4)
    tagged(site, "one")
    site.deliver()
    subscribe(site, "quick", 1)
    tagged(site, "two")
    began = time.monotonic()
    site.deliver()
    [told] = manners.told
    assert told - began < MOST


def subscribe(site: Site, path: str, count: int) -> None:
    """Have so many subscriptions to a path."""
    url = site.receiver.url.replace("/hook", f"/{path}")
    for number in range(count):
        site.subscribe(url_callback=url, description=f"{path} {number}")


def tagged(site: Site, name: str) -> None:
    """Make a tag."""
    site.api.data("POST", "/tags", site.cast.ann, {"tag": {"name": name, "wid": site.cast.acme.id}})
