"""Jobs: what is to be done later, outside the request that asked for it.

A job is stored in the transaction that wants it done, so it is there if and only if that committed.
A worker claims it for `LEASE_SECONDS`, does it, and finishes it. When the worker dies in between, the
job is claimed again after that time: a job runs at least once, and what it does must bear a repeat.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec import Struct, structs

from hourhand.core import ids
from hourhand.core.errors import Conflict, NotFound
from hourhand.core.ids import bucket_of
from hourhand.db import Tx, columns, insert_into, parameters, reader

NOUN = "job"
LEASE_SECONDS = 300
KEEP_SECONDS = 7 * 24 * 3600
LONGEST_ERROR = 1000
# How long to wait after each try that failed, in seconds: two days and a half in all. Then the job is buried.
RETRY_SECONDS = (10, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 57600, 86400)
MOST_ATTEMPTS = len(RETRY_SECONDS) + 1
_JITTER = 0.2

State = Literal["waiting", "running", "failing", "buried", "finished"]


class Job(Struct, frozen=True):
    """Something to do. `attempts` counts the tries that were begun; `error` is what the last one met."""

    id: int
    workspace_id: int | None
    kind: str
    key: str | None
    payload: str
    sealed: bytes | None
    run_at: int
    attempts: int
    claimed_until: int | None
    error: str | None
    created_at: int
    finished_at: int | None
    buried_at: int | None

    def state(self, now: int) -> State:
        """In which part of its life the job is."""
        if self.finished_at is not None:
            return "finished"
        if self.buried_at is not None:
            return "buried"
        if self.claimed_until is not None and self.claimed_until > now:
            return "running"
        return "waiting" if self.error is None else "failing"


COLUMNS = columns(Job)
_read = reader(Job)
_INSERT = insert_into("jobs", Job) + " on conflict (bucket, kind, key) where key is not null do nothing"
_OPEN = "finished_at is null and buried_at is null"
# As `Job.state` has it.
_STATE = "case when claimed_until > :now then 'running' when error is null then 'waiting' else 'failing' end"
_COUNT_OPEN = f"""
select kind, state, count(*) from (
    select kind, {_STATE} state from jobs where {_OPEN} order by run_at limit :most) unfinished
group by kind, state
"""
_COUNT_BURIED = """
select kind, 'buried', count(*) from (
    select kind from jobs where buried_at is not null limit :most) buried
group by kind
"""
_DUE = f"{_OPEN} and run_at <= :now and (claimed_until is null or claimed_until <= :now)"


def enqueue(
    tx: Tx,
    kind: str,
    payload: Struct,
    *,
    bucket: int,
    workspace_id: int | None = None,
    key: str | None = None,
    run_at: int | None = None,
    seal: Callable[[int], bytes] | None = None,
) -> int | None:
    """Have something done at `run_at` (unix seconds), or soon. Returns the job's id.

    A `key` is for what must be done only once: None where there is or was such a job of this kind in this
    bucket, for as long as finished jobs are kept. `seal` makes what is secret of it, given the job's id.
    """
    job_id = ids.new(tx, NOUN, bucket)
    job = Job(
        id=job_id,
        workspace_id=workspace_id,
        kind=kind,
        key=key,
        payload=msgspec.json.encode(payload).decode(),
        sealed=seal(job_id) if seal else None,
        run_at=tx.now if run_at is None else run_at,
        attempts=0,
        claimed_until=None,
        error=None,
        created_at=tx.now,
        finished_at=None,
        buried_at=None,
    )
    return job_id if tx.run(_INSERT, bucket=bucket, **parameters(job)) else None


def free_key(tx: Tx, kind: str, name: str, *, bucket: int, most: int, seconds: int) -> str | None:
    """A key to enqueue one more job of this kind and name with; None after `most` of them in so many `seconds`.

    Two who get the same key at once enqueue one job. `seconds` is no more than finished jobs are kept.
    """
    period = tx.now // seconds
    keys = {at: [f"{name} {at} {number}" for number in range(most)] for at in (period - 1, period)}
    rows = tx.rows(
        "select key, created_at from jobs where bucket = :bucket and kind = :kind and key in (:keys)",
        bucket=bucket,
        kind=kind,
        keys=[*keys[period - 1], *keys[period]],
    )
    if sum(created_at > tx.now - seconds for _, created_at in rows) >= most:
        return None
    taken = {key for key, _ in rows}
    return next(key for key in keys[period] if key not in taken)


def due(tx: Tx, kinds: list[str], limit: int) -> list[tuple[int, str]]:
    """The ids and kinds of the jobs that may be claimed now, those that wait longest first. Asks everywhere."""
    rows = tx.rows(
        f"select id, kind from jobs where {_DUE} and kind in (:kinds) order by run_at, id limit :limit",
        now=tx.now,
        kinds=kinds,
        limit=limit,
    )
    return [(job_id, kind) for job_id, kind in rows]


def claim(tx: Tx, job_id: int) -> Job | None:
    """Take a job that is due, for `LEASE_SECONDS`; None where another worker has it.

    A job that ended its worker time and again is buried instead.
    """
    # Who meets another's claim has something better to do than to wait for it. SQLite has one writer.
    lock = " for update skip locked" if tx.dialect == "postgres" else ""
    bucket = bucket_of(job_id)
    row = tx.row(
        f"select {COLUMNS} from jobs where bucket = :bucket and id = :id and {_DUE}{lock}",
        bucket=bucket,
        id=job_id,
        now=tx.now,
    )
    if row is None:
        return None
    found = _read(row)
    if found.attempts >= MOST_ATTEMPTS:
        _end_try(tx, found, error="its worker ended while it ran", buried_at=tx.now)
        return None
    claimed = structs.replace(found, attempts=found.attempts + 1, claimed_until=tx.now + LEASE_SECONDS)
    tx.run(
        "update jobs set attempts = :attempts, claimed_until = :claimed_until where bucket = :bucket and id = :id",
        attempts=claimed.attempts,
        claimed_until=claimed.claimed_until,
        bucket=bucket,
        id=job_id,
    )
    return claimed


def finish(tx: Tx, job: Job) -> bool:
    """Note that a claimed job is done; False where the claim no longer holds."""
    return _end_try(tx, job, finished_at=tx.now)


def fail(tx: Tx, job: Job, error: str, *, hopeless: bool = False) -> bool:
    """Note that a try came to nothing: put the job off, for longer each time, and bury it after the last time.

    A `hopeless` one is buried at once. False where the claim no longer holds.
    """
    error = error[:LONGEST_ERROR].replace("\x00", "").encode(errors="replace").decode()
    if hopeless or job.attempts >= MOST_ATTEMPTS:
        return _end_try(tx, job, error=error, buried_at=tx.now)
    return _end_try(tx, job, error=error, run_at=tx.now + _pause(job.attempts))


def requeue(tx: Tx, job_id: int) -> Job:
    """Let a job that was buried, or put off, be tried anew and at once. Raises `NotFound`, `Conflict`."""
    job = find(tx, job_id)
    state = job.state(tx.now)
    if state in ("finished", "running"):
        raise Conflict(NOUN, state, id=job_id)
    renewed = structs.replace(job, run_at=tx.now, attempts=0, claimed_until=None, buried_at=None)
    tx.run(
        "update jobs set run_at = :run_at, attempts = 0, claimed_until = null, buried_at = null"
        " where bucket = :bucket and id = :id",
        run_at=tx.now,
        bucket=bucket_of(job_id),
        id=job_id,
    )
    return renewed


def find(tx: Tx, job_id: int) -> Job:
    """A job, in whatever state. Raises `NotFound`."""
    row = ids.possible(job_id) and tx.row(
        f"select {COLUMNS} from jobs where bucket = :bucket and id = :id", bucket=bucket_of(job_id), id=job_id
    )
    if not row:
        raise NotFound(NOUN, job_id)
    return _read(row)


def unfinished(tx: Tx) -> list[Job]:
    """All that waits, runs, fails or is buried, oldest first, for the operator's eyes. Asks everywhere."""
    return [
        _read(row) for row in tx.rows(f"select {COLUMNS} from jobs where finished_at is null order by created_at, id")
    ]


def counts(tx: Tx, most: int) -> dict[tuple[str, State], int]:
    """How many jobs of each kind are in each state but the last, counting so many at most. Asks everywhere."""
    rows = tx.rows(_COUNT_OPEN, now=tx.now, most=most) + tx.rows(_COUNT_BURIED, most=most)
    return {(kind, state): count for kind, state, count in rows}


def of_kind(tx: Tx, kind: str) -> list[Job]:
    """All jobs of a kind, finished ones too, oldest first, for the operator's eyes. Asks everywhere."""
    rows = tx.rows(f"select {COLUMNS} from jobs where kind = :kind order by created_at, id", kind=kind)
    return [_read(row) for row in rows]


def with_old(tx: Tx) -> list[int]:
    """The buckets that hold jobs finished more than `KEEP_SECONDS` ago. Asks everywhere."""
    rows = tx.rows(
        "select distinct bucket from jobs where finished_at is not null and finished_at < :before",
        before=tx.now - KEEP_SECONDS,
    )
    return [bucket for (bucket,) in rows]


def forget_old(tx: Tx, bucket: int) -> int:
    """Remove what was finished long ago from a bucket; how many that were."""
    return tx.run(
        "delete from jobs where bucket = :bucket and finished_at is not null and finished_at < :before",
        bucket=bucket,
        before=tx.now - KEEP_SECONDS,
    )


def place(job_id: int) -> str:
    """The place that a job's secrets are sealed for."""
    return f"jobs|sealed|{job_id}"


def _end_try(
    tx: Tx,
    job: Job,
    *,
    error: str | None = None,
    run_at: int | None = None,
    finished_at: int | None = None,
    buried_at: int | None = None,
) -> bool:
    # A job whose time ran out may be another worker's by now.
    held = "claimed_until is null" if job.claimed_until is None else "claimed_until = :claimed_until"
    changed = tx.run(
        "update jobs set claimed_until = null, error = :error, run_at = :run_at, finished_at = :finished_at,"
        f" buried_at = :buried_at where bucket = :bucket and id = :id and attempts = :attempts and {held} and {_OPEN}",
        error=error,
        run_at=job.run_at if run_at is None else run_at,
        finished_at=finished_at,
        buried_at=buried_at,
        bucket=bucket_of(job.id),
        id=job.id,
        attempts=job.attempts,
        claimed_until=job.claimed_until,
    )
    return changed == 1


def _pause(attempts: int) -> int:
    """Seconds until the next try, spread so that what failed together does not come back together."""
    return round(RETRY_SECONDS[attempts - 1] * (1 + _JITTER * (2 * random.random() - 1)))  # noqa: S311
