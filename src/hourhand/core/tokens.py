"""API tokens: found by their hash, in its bucket, and sealed with their account, to be shown to its owner."""

from __future__ import annotations

from hourhand.core import accounts
from hourhand.core.accounts import NOUN, USABLE, Account
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound
from hourhand.core.ids import bucket_of, bucket_of_hash
from hourhand.core.secrets import Vault, digest, new_token
from hourhand.db import Tx

_MOST_LED = 10_000


def owner(tx: Tx, token: str) -> Account:
    """The account of an API token. Raises `NotFound`."""
    hashed = digest(token)
    # Where it led to before. That is no more than a hint: the account itself says whether the token is still its own.
    led: dict[bytes, int] = tx.memory.setdefault("tokens", {})
    if account_id := led.get(hashed):
        row = tx.row(USABLE + " and token_hash = :hash", bucket=bucket_of(account_id), id=account_id, hash=hashed)
        if row is not None:
            return accounts.TABLE.read(row)
    account = accounts.find(tx, _account_of(tx, hashed))
    if len(led) >= _MOST_LED:
        led.clear()
    led[hashed] = account.id
    return account


def shown(tx: Tx, vault: Vault, account_id: int) -> str | None:
    """The account's API token as its owner may see it; None when the key file is not the one it was sealed with."""
    return vault.open(place(account_id), sealed(tx, account_id))


def sealed(tx: Tx, account_id: int) -> bytes | None:
    """The account's API token as it is stored: open it with `place`."""
    row = tx.row(
        "select sealed_token from accounts where bucket = :bucket and id = :id",
        bucket=bucket_of(account_id),
        id=account_id,
    )
    return row[0] if row else None


def place(account_id: int) -> str:
    """The place an account's token is sealed for."""
    return f"accounts|sealed_token|{account_id}"


def give(tx: Tx, vault: Vault, account_id: int) -> str:
    """Make a token and let it lead to an account that has none."""
    token = new_token()
    hashed = digest(token)
    tx.run(
        "insert into api_tokens (bucket, hash, account_id, created_at) values (:bucket, :hash, :account_id, :now)",
        bucket=bucket_of_hash(hashed),
        hash=hashed,
        account_id=account_id,
        now=tx.now,
    )
    tx.run(
        "update accounts set sealed_token = :sealed, token_hash = :hash where bucket = :bucket and id = :id",
        sealed=vault.seal(place(account_id), token),
        hash=hashed,
        bucket=bucket_of(account_id),
        id=account_id,
    )
    return token


def reset(tx: Tx, vault: Vault, actor: Actor, account_id: int) -> str:
    """A new API token; the old one and all sessions stop working at once."""
    tx.serialise(bucket_of(account_id), account_id)
    _forget(tx, account_id)
    token = give(tx, vault, account_id)
    accounts.end_what_was(tx, actor, account_id)
    return token


def _account_of(tx: Tx, hashed_token: bytes) -> int:
    row = tx.row(
        "select account_id from api_tokens where bucket = :bucket and hash = :hash",
        bucket=bucket_of_hash(hashed_token),
        hash=hashed_token,
    )
    if row is None:
        raise NotFound(NOUN)
    return int(row[0])


def _forget(tx: Tx, account_id: int) -> None:
    row = tx.row(
        "select token_hash from accounts where bucket = :bucket and id = :id",
        bucket=bucket_of(account_id),
        id=account_id,
    )
    if row and row[0] is not None:
        tx.run(
            "delete from api_tokens where bucket = :bucket and hash = :hash",
            bucket=bucket_of_hash(row[0]),
            hash=row[0],
        )
