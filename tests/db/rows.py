"""A smallest row to write and read: an e-mail address, in a bucket of its own choice."""

from __future__ import annotations

from collections.abc import Callable

from hourhand.db import Tx


def put(email: str, bucket: int = 0) -> Callable[[Tx], int]:
    """A work that stores an address; it fails if the bucket has it already."""
    return lambda tx: tx.run(
        "insert into emails (bucket, email, account_id) values (:bucket, :email, 1)", bucket=bucket, email=email
    )


def emails(tx: Tx) -> list[str]:
    """A work that reads all addresses, in order."""
    return [email for (email,) in tx.rows("select email from emails order by email")]
