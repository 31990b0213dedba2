"""Clients with a ledger each, who write at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from hourhand.core import members
from hourhand.db import Tx
from tests.cast import assemble, person
from tests.edge.served import wait_for
from tests.races.ledger import Ledger
from tests.server import Server

CLIENTS = 8


def crew(server: Server, folder: Path) -> list[Ledger]:
    """Clients that each write to the same workspace and to one of their own."""
    with server.visit() as (database, vault):
        cast = assemble(database, folder)
        people = [person(database, vault, f"Writer{number}") for number in range(CLIENTS)]

        def join(tx: Tx) -> None:
            for someone in people:
                members.join(tx, cast.ann.at(tx), cast.acme.id, someone.id, "member")

        database.write_now(join)
    return [Ledger(someone, [cast.acme.id, someone.home], seed) for seed, someone in enumerate(people)]


@contextmanager
def writing(ledgers: list[Ledger], server: Server, at_least: int) -> Iterator[list[Future[None]]]:
    """Have all clients write; the block begins when so many of their writes were acknowledged, and they end with it."""
    over = Event()
    with ThreadPoolExecutor(len(ledgers)) as threads:
        at_work = [threads.submit(ledger.write, server, over) for ledger in ledgers]
        try:
            wait_until_acknowledged(ledgers, at_least, at_work)
            yield at_work
        finally:
            over.set()
    for work in at_work:
        work.result()


def wait_until_acknowledged(ledgers: list[Ledger], more: int, at_work: list[Future[None]], seconds: float = 30) -> None:
    """Wait until so many more writes were acknowledged, or a client has failed."""
    target = sum(ledger.acknowledged for ledger in ledgers) + more

    def enough() -> bool:
        return sum(ledger.acknowledged for ledger in ledgers) >= target or any(work.done() for work in at_work)

    wait_for(enough, seconds)
