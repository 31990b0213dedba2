"""Codes: secrets that let somebody do one thing, once, until they expire. Stored as a hash, in its bucket.

`purpose` is part of what a code is: one that was given for one purpose is none for another.
"""

from __future__ import annotations

from msgspec import Struct

from hourhand.core import accounts
from hourhand.core.accounts import Account
from hourhand.core.errors import NotFound
from hourhand.core.ids import bucket_of_hash
from hourhand.core.secrets import digest, new_code
from hourhand.db import Tx

NOUN = "code"


class Code(Struct, frozen=True):
    """What a code says. With an `auth_epoch` it holds until the account's password or token is reset."""

    account_id: int
    thing_id: int | None
    auth_epoch: int | None


def issue(
    tx: Tx, purpose: str, account: Account, seconds: int, *, thing_id: int | None = None, outlives_resets: bool = False
) -> str:
    """A new code of an account's, which is shown only this once."""
    code = new_code()
    hashed = digest(code)
    tx.run(
        "insert into codes (bucket, hash, purpose, account_id, thing_id, auth_epoch, created_at, expires_at)"
        " values (:bucket, :hash, :purpose, :account_id, :thing_id, :auth_epoch, :now, :expires_at)",
        bucket=bucket_of_hash(hashed),
        hash=hashed,
        purpose=purpose,
        account_id=account.id,
        thing_id=thing_id,
        auth_epoch=None if outlives_resets else account.auth_epoch,
        now=tx.now,
        expires_at=tx.now + seconds,
    )
    return code


def find(tx: Tx, purpose: str, code: str) -> Code:
    """What a code says, while it holds. Raises `NotFound`. Whether its account is as it was, `owner` says."""
    hashed = digest(code)
    row = tx.row(
        "select account_id, thing_id, auth_epoch from codes"
        " where bucket = :bucket and hash = :hash and purpose = :purpose and expires_at > :now",
        bucket=bucket_of_hash(hashed),
        hash=hashed,
        purpose=purpose,
        now=tx.now,
    )
    if row is None:
        raise NotFound(NOUN)
    return Code(*row)


def spend(tx: Tx, purpose: str, code: str) -> Code:
    """Use a code up; of two who try at once, one finds nothing. Raises `NotFound`."""
    found = find(tx, purpose, code)
    if not withdraw(tx, code):
        raise NotFound(NOUN)
    return found


def owner(tx: Tx, code: Code) -> Account:
    """The account of a code that holds until a reset, as long as there was none. Raises `NotFound`."""
    account = accounts.find(tx, code.account_id)
    if account.auth_epoch != code.auth_epoch:
        raise NotFound(NOUN)
    return account


def withdraw(tx: Tx, code: str) -> bool:
    """Let a code be worth nothing; whether it was there."""
    hashed = digest(code)
    return (
        tx.run("delete from codes where bucket = :bucket and hash = :hash", bucket=bucket_of_hash(hashed), hash=hashed)
        > 0
    )


def with_expired(tx: Tx) -> list[int]:
    """The buckets that hold codes which have expired. Asks everywhere."""
    return [bucket for (bucket,) in tx.rows("select distinct bucket from codes where expires_at <= :now", now=tx.now)]


def forget_expired(tx: Tx, bucket: int) -> int:
    """Remove the codes of a bucket that have expired; how many those were."""
    return tx.run("delete from codes where bucket = :bucket and expires_at <= :now", bucket=bucket, now=tx.now)
