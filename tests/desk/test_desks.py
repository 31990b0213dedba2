"""Reports are made elsewhere, and whatever becomes of them there, the server goes on."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from hourhand.api.downloads import CSV, Download
from hourhand.core.actor import Actor
from hourhand.core.errors import Conflict, Forbidden, Invalid, NotFound, Problem, TooMany, Unauthenticated
from hourhand.core.places import Place
from hourhand.db import Database, StorageFull, Unavailable
from hourhand.desk import desks, queues
from hourhand.desk.desks import Desk, Inside, Office
from hourhand.reports.filters import Filter
from hourhand.settings import Settings
from tests.cast import Cast, assemble
from tests.desk import works
from tests.reports.office import SINCE, UNTIL, entry

Run = Callable[[Callable[[Desk], Awaitable[Any]]], Any]


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let other processes find the works of these tests."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))


@pytest.fixture
def people(database: Database, tmp_path: Path) -> Cast:
    """Somebody to make reports for."""
    return assemble(database, tmp_path)


@pytest.fixture(params=["processes", "inside"])
def desk(request: pytest.FixtureRequest, database: Database, database_url: str) -> Iterator[Desk]:
    """Both kinds of desk."""
    settings = Settings(database=database_url)
    desk: Desk = Office(settings) if request.param == "processes" else Inside(database, settings)
    yield desk
    desk.close()


@pytest.fixture
def office(database: Database, database_url: str) -> Iterator[Office]:
    """The desk with processes of its own; they may have 512 mebibytes, and a file four."""
    office = Office(Settings(database=database_url, report_process_memory=512, report_file_size=4))
    yield office
    office.close()


def actor(people: Cast) -> Actor:
    return Actor(people.ann.id, 1_700_000_000)


def test_a_report_is_made(desk: Desk, people: Cast) -> None:
    async def ask() -> tuple[bytes, bytes]:
        return (
            await desk.report(works.name_of, actor(people), people.acme.id),
            await desk.report(works.moment, actor(people), None),
        )

    assert asyncio.run(ask()) == (b"Acme", b"1700000000")


def test_a_file_comes_as_it_is_made(desk: Desk, people: Cast) -> None:
    async def ask() -> bytes:
        return b"".join([part async for part in desk.export(works.named_parts, actor(people), people.acme.id)])

    assert asyncio.run(ask()) == b"Acme" * (1 << 21)


def test_what_is_refused_is_refused_as_it_is(desk: Desk, people: Cast) -> None:
    async def ask(work: Any, question: Any) -> None:
        await desk.report(work, actor(people), question)

    async def export() -> None:
        await anext(desk.export(works.named_parts, actor(people), people.eve.home))

    with pytest.raises(Invalid) as invalid:
        asyncio.run(ask(works.refuse, None))
    assert invalid.value.problems == (Problem("report", "rows", "too_many", {"limit": 7}),)
    with pytest.raises(NotFound) as hidden:
        asyncio.run(ask(works.name_of, people.eve.home))
    assert (hidden.value.noun, hidden.value.key) == ("workspace", people.eve.home)
    with pytest.raises(NotFound):
        asyncio.run(export())


@pytest.mark.parametrize(
    "error",
    [
        NotFound("project", 5),
        Forbidden("see rates"),
        Conflict("project", "taken", name="x"),
        TooMany("reports", 5),
        Unauthenticated(3),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_refusal_can_be_sent(error: Exception) -> None:
    import pickle

    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.args, vars(again)) == (type(error), error.args, vars(error))


@pytest.mark.parametrize(("memory", "few", "packed"), [(64, 2, b"True"), (64, 3, b"False"), (0, 2, b"False")])
def test_entries_are_packed_where_there_are_many_and_memory(
    database: Database,
    database_url: str,
    people: Cast,
    monkeypatch: pytest.MonkeyPatch,
    memory: int,
    few: int,
    packed: bytes,
) -> None:
    monkeypatch.setattr(desks, "FEW_TO_SUM", few)
    monkeypatch.setattr(desks, "FEW_TO_LIST", few)
    for _ in range(2):
        database.write_now(lambda tx: entry(tx, people.ann, Place(people.acme.id), 1))
    asked = Filter(workspace_id=people.acme.id, since=SINCE, until=UNTIL)
    office = Office(Settings(database=database_url, report_memory=memory))

    async def ask() -> tuple[bytes, bytes]:
        parts = [part async for part in office.export(works.packed_parts, actor(people), asked)]
        return await office.report(works.packed, actor(people), asked), b"".join(parts)

    try:
        assert asyncio.run(ask()) == (packed, packed)
    finally:
        office.close()


def test_a_process_that_dies_is_replaced(office: Office, people: Cast) -> None:
    async def ask() -> bytes:
        with pytest.raises(Unavailable):
            await office.report(works.die, actor(people), None)
        return await office.report(works.name_of, actor(people), people.acme.id)

    assert asyncio.run(ask()) == b"Acme"


def test_a_report_that_takes_too_long_is_given_up(database_url: str, people: Cast) -> None:
    office = Office(Settings(database=database_url, report_seconds=2))

    async def ask() -> None:
        for _ in range(2):
            with pytest.raises(Unavailable, match="longer than 2 seconds"):
                await office.report(works.sleep, actor(people), 60.0)

    began = time.monotonic()
    try:
        asyncio.run(ask())
    finally:
        office.close()
    assert time.monotonic() - began < 30


def test_a_report_that_wants_too_much_memory_is_given_up(office: Office, people: Cast) -> None:
    async def ask() -> bytes:
        with pytest.raises(Unavailable, match="memory"):
            await office.report(works.gorge, actor(people), None)
        return await office.report(works.name_of, actor(people), people.acme.id)

    assert asyncio.run(ask()) == b"Acme"


def test_a_bug_is_told_with_where_it_was(office: Office, people: Cast) -> None:
    async def ask() -> bytes:
        with pytest.raises(queues.Bug, match="in fail"):
            await office.report(works.fail, actor(people), None)
        return await office.report(works.name_of, actor(people), people.acme.id)

    assert asyncio.run(ask()) == b"Acme"


def test_what_breaks_off_does_not_look_whole(office: Office, people: Cast) -> None:
    async def ask() -> int:
        parts = office.export(works.break_off, actor(people), None)
        first = await anext(parts)
        with pytest.raises(queues.Bug):
            await anext(parts)
        return len(first)

    assert asyncio.run(ask()) == 100_000


def test_a_file_that_is_too_large_is_broken_off(office: Office, people: Cast) -> None:
    async def ask(mebibytes: int) -> int:
        return sum([len(part) async for part in office.export(works.much, actor(people), mebibytes)])

    assert asyncio.run(ask(4)) == 4 << 20
    with pytest.raises(StorageFull):
        asyncio.run(ask(5))


def test_the_first_part_does_not_wait_for_the_last(office: Office, people: Cast) -> None:
    async def ask() -> float:
        await office.report(works.name_of, actor(people), people.acme.id)
        parts = office.export(works.drip, actor(people), 2.0)
        assert await anext(parts) == b"first"
        began = time.monotonic()
        assert await anext(parts) == b"last"
        return time.monotonic() - began

    assert asyncio.run(ask()) > 1


def test_who_reads_slowly_holds_up_nobody(office: Office, people: Cast) -> None:
    async def ask() -> bytes:
        slow = office.export(works.much, actor(people), 4)
        await anext(slow)
        quick = office.export(works.drip, actor(people), 0.0)
        parts = b"".join([part async for part in quick])
        await _close(slow)
        return parts

    assert asyncio.run(ask()) == b"firstlast"


def test_who_leaves_frees_the_process(office: Office, people: Cast) -> None:
    async def ask() -> float:
        parts = office.export(works.drip, actor(people), 60.0)
        await anext(parts)
        began = time.monotonic()
        await _close(parts)
        assert [part async for part in office.export(works.drip, actor(people), 0.0)] != []
        return time.monotonic() - began

    assert asyncio.run(ask()) < 30


def test_somebody_may_only_ask_so_much_at_once(office: Office, people: Cast) -> None:
    async def ask() -> list[Any]:
        many = [office.report(works.sleep, actor(people), 0.01) for _ in range(queues.MOST_OF_ONE + 2)]
        found = await asyncio.gather(*many, return_exceptions=True)
        assert await office.report(works.sleep, actor(people), 0.0) == b"slept"
        return found

    found = asyncio.run(ask())
    assert [it for it in found if it == b"slept"] == [b"slept"] * queues.MOST_OF_ONE
    assert [type(it) for it in found if it != b"slept"] == [TooMany] * 2


def test_questions_do_not_wait_for_files(office: Office, people: Cast) -> None:
    async def ask() -> float:
        parts = office.export(works.drip, actor(people), 60.0)
        await anext(parts)
        began = time.monotonic()
        await office.report(works.name_of, actor(people), people.acme.id)
        elapsed = time.monotonic() - began
        await _close(parts)
        return elapsed

    assert asyncio.run(ask()) < 30


def test_a_report_may_take_its_time_between_two_looks(desk: Desk, people: Cast) -> None:
    # Others are cut off after four seconds.
    assert asyncio.run(desk.report(works.pause, actor(people), 5.0)) == b"read"


def test_the_processes_end_with_the_desk(office: Office, people: Cast) -> None:
    process = psutil.Process(int(asyncio.run(office.report(works.process, actor(people), None))))
    # With a session of its own, it would take the processor from the server whatever its priority is.
    assert process.nice() > psutil.Process().nice()
    assert os.getsid(process.pid) == os.getsid(0)
    # A terminal's Ctrl-C is not for it.
    assert os.getpgid(process.pid) != os.getpgid(0)
    office.close()
    assert not process.is_running()


async def _close(parts: AsyncIterator[bytes]) -> None:
    await cast(AsyncGenerator[bytes, None], parts).aclose()


def test_who_leaves_before_there_is_anything_frees_the_process(office: Office, people: Cast) -> None:
    async def ask() -> float:
        leaving = asyncio.Event()

        async def receive() -> dict[str, str]:
            await leaving.wait()
            return {"type": "http.disconnect"}

        async def send(message: object) -> None:
            raise AssertionError("there is nobody to send to")

        respond = _download(office.export(works.linger, actor(people), 60.0))
        answering = asyncio.ensure_future(respond({}, receive, send))
        await asyncio.sleep(0.5)
        began = time.monotonic()
        leaving.set()
        await answering
        assert b"".join([part async for part in office.export(works.drip, actor(people), 0.0)]) == b"firstlast"
        return time.monotonic() - began

    assert asyncio.run(ask()) < 30


def _download(parts: AsyncIterator[bytes]) -> Any:
    return Download(CSV, "name", parts).to_asgi_response(None, cast(Any, None))
