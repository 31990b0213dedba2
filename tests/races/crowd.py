"""Many who act at once, and one who watches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from tests.cast import Person
from tests.server import Peer, Server

T = TypeVar("T")


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What each call returned; all begin together, each on a thread of its own."""
    together = threading.Barrier(len(calls))

    def begin(call: Callable[[], T]) -> T:
        together.wait(30)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(begin, calls))


@contextmanager
def watched(server: Server, person: Person) -> Iterator[list[int]]:
    """How many of a person's entries ran, at each of many looks while the block goes on."""
    over = threading.Event()
    sights: list[int] = []

    def watch() -> None:
        with Peer(server, person.token) as peer:
            while not over.is_set():
                sights.append(sum(entry["duration"] < 0 for entry in listed(peer)))

    with ThreadPoolExecutor(1) as threads:
        watching = threads.submit(watch)
        try:
            yield sights
        finally:
            over.set()
        watching.result()


def listed(peer: Peer) -> list[dict[str, Any]]:
    """A person's latest entries, all of one moment."""
    reply = peer.v8("GET", "/time_entries")
    assert reply.status == 200, reply
    entries: list[dict[str, Any]] = reply.json()
    return entries
