"""Timers that run long: their people are told once for an entry, by mail, unless they want no such mail.

What was told is noted with the entry that runs, and only there: starting and stopping know nothing of it.
"""

from __future__ import annotations

from hourhand.core import accounts, mails
from hourhand.core.errors import NotFound
from hourhand.core.ids import bucket_of
from hourhand.core.mails import LongTimer
from hourhand.core.secrets import Vault
from hourhand.db import Tx

LONG_SECONDS = 8 * 3600
_AT_ONCE = 500


def untold(tx: Tx) -> list[tuple[int, int]]:
    """The people whose timer has run for more than `LONG_SECONDS` without their being told, and its entry.

    Asks everywhere for what runs, and then the buckets of those entries for their beginnings.
    """
    rows = tx.rows("select account_id, time_entry_id from running_entries where noticed_at is null")
    long = _long(tx, [entry_id for _, entry_id in rows])
    return [(account_id, entry_id) for account_id, entry_id in rows if entry_id in long]


def tell(tx: Tx, vault: Vault, account_id: int, entry_id: int) -> None:
    """Tell a person that an entry of theirs runs long, if it still does, and note that they were told."""
    found = tx.row(
        "select description, start from time_entries where bucket = :bucket and id = :id and account_id = :account_id"
        " and duration < 0 and deleted_at is null and start < :before",
        bucket=bucket_of(entry_id),
        id=entry_id,
        account_id=account_id,
        before=tx.now - LONG_SECONDS,
    )
    noted = found and tx.run(
        "update running_entries set noticed_at = :now"
        " where bucket = :bucket and account_id = :account_id and time_entry_id = :entry_id and noticed_at is null",
        now=tx.now,
        bucket=bucket_of(account_id),
        account_id=account_id,
        entry_id=entry_id,
    )
    if not found or not noted:
        return
    try:
        account = accounts.find(tx, account_id)
    except NotFound:
        return
    if account.send_timer_notifications:
        description, start = found
        mails.queue(tx, vault, account, LongTimer(description, start, tx.now - start))


def _long(tx: Tx, entry_ids: list[int]) -> set[int]:
    long: set[int] = set()
    for at in range(0, len(entry_ids), _AT_ONCE):
        some = entry_ids[at : at + _AT_ONCE]
        rows = tx.rows(
            "select id from time_entries where bucket in (:buckets) and id in (:ids) and start < :before",
            buckets=sorted({bucket_of(entry_id) for entry_id in some}),
            ids=some,
            before=tx.now - LONG_SECONDS,
        )
        long.update(entry_id for (entry_id,) in rows)
    return long
