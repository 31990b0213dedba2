"""Packed columns are never stale: whatever was written before a report is in it, as it is over rows."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from hourhand.core import history, removals, time_entries, workspaces
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.ids import BITS, bucket_of
from hourhand.core.places import Place
from hourhand.core.timing import Said
from hourhand.db import Tx, insert_into, open_database, parameters
from hourhand.reports import column_batches, detailed, packs, summary, sums
from hourhand.reports.filters import Filter
from hourhand.reports.results import Summary
from tests.clock import Clock
from tests.matrix import snapshot
from tests.reports.office import (
    CHANGES,
    HOUR,
    LIKE_BEFORE,
    NOW,
    SINCE,
    UNTIL,
    Office,
    ask,
    entry,
    listed,
    opened,
    over_rows,
    told,
)
from tests.statements import Recorder

_ROOM = 64 << 20
# More than are kept beside a pack, and too many to be a few.
_MANY = 4_200


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """The office, on each engine; packs are kept of however few rows, and every statement."""
    recorder, statements = Recorder(), list[str]()

    def observe(tx: Tx, sql: str, named: dict[str, Any]) -> None:
        statements.append(sql)
        recorder(tx, sql, named)

    clock = Clock(NOW)
    database = open_database(database_url, serving=True, clock=clock, observe=observe)
    office = opened(database, tmp_path, clock, statements)
    packs.kept_in(database.memory, _ROOM, 1)
    yield office
    database.close()
    assert recorder.faults == set()


def test_a_warm_report_sees_every_change(office: Office) -> None:
    rows = snapshot.read(office.database)
    for change in CHANGES:
        snapshot.restore(office.database, rows)
        office.clock.now = NOW
        packs.kept_in(office.database.memory, _ROOM, 1)
        before = ask(office)
        change(office)
        after = ask(office)
        assert after == over_rows(office), change.__name__
        assert (after == before) == (change in LIKE_BEFORE), change.__name__


def test_a_warm_report_reads_no_entries_and_a_cold_one_all(office: Office) -> None:
    assert _reads_entries(office, office.cast.acme.id)
    assert not _reads_entries(office, office.cast.acme.id)


def test_a_write_elsewhere_in_the_bucket_changes_nothing(office: Office) -> None:
    before = ask(office)
    ann = office.cast.ann
    office.database.write_now(lambda tx: workspaces.create(tx, ann.at(tx), workspaces.Draft("Beside")))
    assert ask(office) == before == over_rows(office)
    assert not _reads_entries(office, office.cast.acme.id)


@pytest.mark.parametrize("descending", [True, False])
def test_a_long_list_over_columns_is_the_one_over_rows(
    office: Office, descending: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(column_batches, "AT_ONCE", 2)
    ann, place = office.cast.ann, Place(project_id=office.project)
    paused = Said(NOW - HOUR, NOW, 60)

    def odd(tx: Tx) -> None:
        for _ in range(3):
            entry(tx, ann, place, 7)
        for said in (paused, Said(NOW - 23 * HOUR, None, -1)):
            time_entries.create(tx, ann.at(tx), time_entries.Draft(place, said, created_with="tests"))
        # One more that began when another has, and is much younger.
        entry(tx, ann, place, 1)

    question = detailed.Question(
        Filter(workspace_id=office.cast.acme.id, since=SINCE, until=UNTIL), descending=descending
    )

    def both() -> tuple[list[object], list[object]]:
        over_columns = office.database.write_now(lambda tx: listed(tx, ann.at(tx), question))
        shelf = office.database.memory.pop(sums.SHELF)
        over_rows = office.database.write_now(lambda tx: listed(tx, ann.at(tx), question))
        office.database.memory[sums.SHELF] = shelf
        return over_columns, over_rows

    # With those that have changed beside the others, and with all of them together.
    both()
    office.database.write_now(odd)
    beside, expected = both()
    packs.kept_in(office.database.memory, _ROOM, 1)
    together, _ = both()
    assert len(expected) > 8
    assert beside == together == expected


def test_those_that_were_asked_for_longest_ago_go_first(office: Office) -> None:
    first, second, third = office.cast.acme.id, office.cast.ann.home, _beside(office)
    # Not quite for all three.
    room = sum(_size(office, it) for it in (first, second, third)) - 1
    packs.kept_in(office.database.memory, room, 1)
    for workspace_id in (first, second, first, third):
        _reads_entries(office, workspace_id)
    assert not _reads_entries(office, first)
    assert not _reads_entries(office, third)
    assert _reads_entries(office, second)


def test_what_has_no_room_is_summed_over_rows(office: Office) -> None:
    packs.kept_in(office.database.memory, 1, 1)
    assert _reads_entries(office, office.cast.acme.id)
    assert _reads_entries(office, office.cast.acme.id)
    assert ask(office) == over_rows(office)


def test_a_few_rows_are_not_worth_it(office: Office) -> None:
    packs.kept_in(office.database.memory, _ROOM, 1_000)
    assert _reads_entries(office, office.cast.acme.id)
    assert _reads_entries(office, office.cast.acme.id)


def test_a_transaction_that_began_earlier_sees_what_was(office: Office) -> None:
    before = ask(office)
    began, written = threading.Event(), threading.Event()

    def late(tx: Tx) -> list[object]:
        # From here on, it sees the database as it is now.
        tx.row("select 1 from time_entries where bucket = :bucket limit 1", bucket=bucket_of(office.cast.acme.id))
        began.set()
        assert written.wait(60)
        return told(tx, office)

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(lambda: asyncio.run(office.database.read_long(late)))
        assert began.wait(60)
        office.database.write_now(lambda tx: entry(tx, office.cast.ann, Place(office.cast.acme.id), 5, "tag"))
        after = ask(office)
        written.set()
        assert answer.result(60) == before != after
    assert ask(office) == after == over_rows(office)


def test_where_history_was_forgotten_everything_is_read_again(office: Office) -> None:
    ask(office)
    for hour in range(3):
        office.clock.advance(1)
        office.database.write_now(lambda tx, at=hour: entry(tx, office.cast.ann, Place(office.cast.acme.id), at))  # type: ignore[misc]
    office.clock.advance(1000)
    while office.database.write_now(lambda tx: history.forget(tx, tx.now, 100)):
        pass
    assert ask(office) == over_rows(office)
    assert not _reads_entries(office, office.cast.acme.id)


def test_many_changes_are_put_among_the_others(office: Office) -> None:
    office.database.write_now(lambda tx: _fill(tx, office))
    before = _totals(office)
    ann, project_id = office.cast.ann, office.project
    office.database.write_now(lambda tx: removals.delete_projects(tx, ann.at(tx), [project_id]))
    after = _totals(office)
    assert after.totals.seconds == before.totals.seconds
    assert [group.title.id for group in after.groups] == [None]
    assert ask(office) == over_rows(office)
    # And a few more, beside so many.
    first = office.entries[0]
    office.database.write_now(lambda tx: time_entries.delete(tx, ann.at(tx), [first]))
    assert ask(office) == over_rows(office)


def test_threads_that_ask_at_once_get_the_same(office: Office) -> None:
    expected = over_rows(office)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: _read(office), range(8)))
    assert found == [expected] * 8


def test_threads_see_what_was_written_before_they_asked(office: Office) -> None:
    def write_and_ask(number: int) -> bool:
        made = office.database.write_now(
            lambda tx: entry(tx, office.cast.ann, Place(office.cast.acme.id), number, "tag")
        )
        asked = Filter(workspace_id=office.cast.acme.id, since=SINCE, until=UNTIL)
        question = summary.Question(asked, with_entry_ids=True)
        found = asyncio.run(office.database.read_long(lambda tx: summary.report(tx, office.cast.ann.at(tx), question)))
        return made in [it for group in found.groups for item in group.items for it in item.entry_ids or ()]

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(write_and_ask, range(12)))
    assert ask(office) == over_rows(office)


# How ----------------------------------------------------------------------------------------------


def _totals(office: Office, workspace_id: int = 0) -> Summary:
    asked = Filter(workspace_id=workspace_id or office.cast.acme.id, since=SINCE, until=UNTIL)
    return office.database.write_now(
        lambda tx: summary.report(tx, office.cast.ann.at(tx), summary.Question(asked, "projects", "users"))
    )


def _read(office: Office) -> list[object]:
    return asyncio.run(office.database.read_long(lambda tx: told(tx, office)))


def _reads_entries(office: Office, workspace_id: int) -> bool:
    """Whether a report of sums has to look at rows of entries."""
    office.statements.clear()
    _totals(office, workspace_id)
    return any("time_entries" in sql for sql in office.statements)


def _size(office: Office, workspace_id: int) -> int:
    """About the memory that a workspace's pack takes."""
    packs.kept_in(office.database.memory, _ROOM, 1)
    _totals(office, workspace_id)
    shelf: packs.Shelf = office.database.memory[sums.SHELF]
    [pack] = shelf._packs.values()
    return pack.bytes


def _beside(office: Office) -> int:
    """One more workspace of Ann's, with an entry."""

    def work(tx: Tx) -> int:
        made = workspaces.create(tx, office.cast.ann.at(tx), workspaces.Draft("Beside")).id
        entry(tx, office.cast.ann, Place(made), 4)
        return made

    return office.database.write_now(work)


def _fill(tx: Tx, office: Office) -> None:
    """Many entries of the project, written as bare rows."""
    bucket = bucket_of(office.cast.acme.id)
    tx.run_many(
        insert_into("time_entries", TimeEntry),
        [{"bucket": bucket, **parameters(_bare(office, number, bucket))} for number in range(_MANY)],
    )


def _bare(office: Office, number: int, bucket: int) -> TimeEntry:
    start = NOW - number
    return TimeEntry(
        id=((1 << 30) + number) << BITS | bucket,
        workspace_id=office.cast.acme.id,
        account_id=office.cast.bob.id,
        project_id=office.project,
        task_id=None,
        guid=str(number),
        description=f"hour {number % 7}",
        start=start,
        stop=start + number,
        duration=number,
        billable=number % 2 == 0,
        duronly=False,
        created_with="tests",
        created_at=start,
        at=start,
        deleted_at=None,
    )
