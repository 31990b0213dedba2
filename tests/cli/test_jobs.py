"""`hourhand jobs` and `hourhand worker`, and the worker inside a server."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hourhand.core import jobs
from hourhand.core.ids import bucket_of_text
from hourhand.db import Database, Tx, open_database
from hourhand.db.tx import T, Work
from hourhand.jobs.kinds import Nothing
from tests.cli.conftest import SCRIPT, Cli
from tests.server import Server

STOP_SECONDS = 10


def test_what_waits_fails_or_was_given_up_is_listed_and_tried_again(cli: Cli) -> None:
    assert cli.done("jobs") == ""
    waiting, failing, buried = visit(cli.environment["HOURHAND_DATABASE"], three_jobs)
    lines = [line.split("\t") for line in cli.done("jobs").splitlines()]
    assert [line[:3] for line in lines] == [
        [str(waiting), "waiting", "later"],
        [str(failing), "failing", "greet"],
        [str(buried), "buried", "greet"],
    ]
    assert (lines[1][3], lines[1][5], lines[2][5]) == ("1", "no�answer", "nobody there")
    told = json.loads(cli.done("jobs", "list", "--json"))
    assert [list(job) for job in told] == [["id", "state", "kind", "attempts", "run_at", "error"]] * 3
    assert cli.done("jobs", "retry", str(buried)) == f"job {buried} will be tried again\n"
    assert [line.split("\t")[1] for line in cli.done("jobs", "list").splitlines()] == ["waiting", "failing", "failing"]


def test_what_cannot_be_tried_again_is_refused_in_one_line(on_sqlite: Cli) -> None:
    assert on_sqlite.refused("jobs", "retry", "12345678") == "there is no job 12345678"
    assert "ID" in on_sqlite.refused("jobs", "retry", "all")

    def running(tx: Tx) -> int:
        job_id = jobs.enqueue(tx, "greet", Nothing(), bucket=7)
        assert job_id
        assert jobs.claim(tx, job_id)
        return job_id

    job_id = visit(on_sqlite.environment["HOURHAND_DATABASE"], running)
    assert on_sqlite.refused("jobs", "retry", str(job_id)) == f"job {job_id} is running"


def test_a_server_does_jobs_and_stops_in_order(database_url: str, tmp_path: Path) -> None:
    with Server(database_url, tmp_path) as server:
        wait_for(lambda: visit(database_url, tidied))
        began = time.monotonic()
        server.terminate()
        assert server.wait(STOP_SECONDS) == 0
        assert time.monotonic() - began < STOP_SECONDS
        assert "Traceback" not in server.stderr


def test_a_server_told_not_to_leaves_jobs_to_a_worker_process(database_url: str, tmp_path: Path) -> None:
    with Server(database_url, tmp_path, worker="off") as server:
        time.sleep(1.2)
        assert visit(database_url, jobs.unfinished) == []
        assert not visit(database_url, tidied)
        worker = subprocess.Popen(
            [SCRIPT, "worker"], env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            wait_for(lambda: visit(database_url, tidied))
            worker.send_signal(signal.SIGTERM)
            printed, said = worker.communicate(timeout=STOP_SECONDS)
        finally:
            worker.kill()
        assert (worker.returncode, printed, said.count("\n")) == (0, "", 1)


@pytest.mark.parametrize("url", ["sqlite:////proc/nowhere/x.db", "postgresql://nobody@127.0.0.1:1/x"])
def test_a_worker_without_a_database_is_refused_in_one_line(on_sqlite: Cli, url: str) -> None:
    assert on_sqlite.refused("worker", "--database", url)


def three_jobs(tx: Tx) -> list[int]:
    """One that waits, one that failed, and one that was given up."""
    ids = [
        jobs.enqueue(tx, "later", Nothing(), bucket=7, run_at=tx.now + 3600),
        jobs.enqueue(tx, "greet", Nothing(), bucket=8),
        jobs.enqueue(tx, "greet", Nothing(), bucket=9),
    ]
    made = [job_id for job_id in ids if job_id is not None]
    for job_id, error in zip(made[1:], ("no\tanswer", "nobody there"), strict=True):
        job = jobs.claim(tx, job_id)
        assert job is not None
        jobs.fail(tx, job, error, hopeless=error.startswith("nobody"))
    return made


def tidied(tx: Tx) -> bool:
    """Whether the job of the day is done."""
    rows = tx.rows(
        "select finished_at from jobs where bucket = :bucket and kind = 'tidy_up'", bucket=bucket_of_text("tidy_up")
    )
    return [row[0] is not None for row in rows] == [True]


def visit(url: str, work: Work[T]) -> T:
    """What a work finds in a database, beside whoever else has it."""
    database: Database = open_database(url)
    try:
        return database.write_now(work)
    finally:
        database.close()


def wait_for(true: Callable[[], bool], seconds: float = 20) -> None:
    """Return once that is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)
