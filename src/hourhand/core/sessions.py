"""Sessions: an opaque id in a cookie, stored as its hash, ended by time, by log-out or by a reset."""

from __future__ import annotations

from hourhand.core import accounts
from hourhand.core.accounts import Account
from hourhand.core.errors import NotFound
from hourhand.core.ids import bucket_of_hash
from hourhand.core.secrets import digest, new_session_id
from hourhand.db import Tx

LONGEST_SECONDS = 30 * 24 * 3600
IDLE_SECONDS = 7 * 24 * 3600
# Often enough for the idle limit, rare enough that reading stays reading.
TOUCH_SECONDS = 3600
_DEAD = "created_at <= :begun or seen_at <= :seen"


def begin(tx: Tx, account: Account) -> str:
    """A new session of an account; returns its id, which is shown only this once."""
    session_id = new_session_id()
    hashed = digest(session_id)
    tx.run(
        "insert into sessions (bucket, hash, account_id, auth_epoch, created_at, seen_at)"
        " values (:bucket, :hash, :account_id, :auth_epoch, :now, :now)",
        bucket=bucket_of_hash(hashed),
        hash=hashed,
        account_id=account.id,
        auth_epoch=account.auth_epoch,
        now=tx.now,
    )
    return session_id


def find(tx: Tx, session_id: str) -> tuple[Account, bool]:
    """The account of a session that still holds, and whether it is time to `touch` it. Raises `NotFound`."""
    hashed = digest(session_id)
    row = tx.row(
        "select account_id, auth_epoch, created_at, seen_at from sessions where bucket = :bucket and hash = :hash",
        bucket=bucket_of_hash(hashed),
        hash=hashed,
    )
    if row is None:
        raise NotFound("session")
    account_id, auth_epoch, created_at, seen_at = row
    account = accounts.find(tx, account_id)
    if account.auth_epoch != auth_epoch or tx.now >= created_at + LONGEST_SECONDS or tx.now >= seen_at + IDLE_SECONDS:
        raise NotFound("session")
    return account, tx.now >= seen_at + TOUCH_SECONDS


def touch(tx: Tx, session_id: str) -> None:
    """Note that a session is in use."""
    hashed = digest(session_id)
    tx.run(
        "update sessions set seen_at = :now where bucket = :bucket and hash = :hash",
        now=tx.now,
        bucket=bucket_of_hash(hashed),
        hash=hashed,
    )


def renew(tx: Tx, session_id: str, account: Account) -> None:
    """Let this one session outlive the reset its owner just made through it."""
    hashed = digest(session_id)
    tx.run(
        "update sessions set auth_epoch = :auth_epoch where bucket = :bucket and hash = :hash"
        " and account_id = :account_id",
        auth_epoch=account.auth_epoch,
        bucket=bucket_of_hash(hashed),
        hash=hashed,
        account_id=account.id,
    )


def end(tx: Tx, session_id: str) -> None:
    """End a session; ending one that has ended is fine."""
    hashed = digest(session_id)
    tx.run("delete from sessions where bucket = :bucket and hash = :hash", bucket=bucket_of_hash(hashed), hash=hashed)


def with_dead(tx: Tx) -> list[int]:
    """The buckets that hold sessions which have run out. Asks everywhere."""
    return [bucket for (bucket,) in tx.rows(f"select distinct bucket from sessions where {_DEAD}", **_limits(tx))]


def forget_dead(tx: Tx, bucket: int) -> int:
    """Remove the sessions of a bucket that have run out; how many those were."""
    return tx.run(f"delete from sessions where bucket = :bucket and ({_DEAD})", bucket=bucket, **_limits(tx))


def _limits(tx: Tx) -> dict[str, int]:
    return {"begun": tx.now - LONGEST_SECONDS, "seen": tx.now - IDLE_SECONDS}
