"""Pictures: a workspace's logo, a person's face. What is stored here was made anew of what people sent."""

from __future__ import annotations

import hashlib

from hourhand.core import ids
from hourhand.core.errors import NotFound
from hourhand.core.ids import bucket_of
from hourhand.db import Tx

NOUN = "picture"


def put(tx: Tx, noun: str, thing_id: int, png: bytes | None) -> str | None:
    """Give a thing this picture, or none; returns the path it is served at, which is new for each picture.

    Whoever has the path may see the picture.
    """
    bucket = bucket_of(thing_id)
    tx.run(
        "delete from pictures where bucket = :bucket and noun = :noun and thing_id = :thing_id",
        bucket=bucket,
        noun=noun,
        thing_id=thing_id,
    )
    if png is None:
        return None
    digest = hashlib.sha256(png).hexdigest()[:32]
    tx.run(
        "insert into pictures (bucket, noun, thing_id, digest, png) values (:bucket, :noun, :thing_id, :digest, :png)",
        bucket=bucket,
        noun=noun,
        thing_id=thing_id,
        digest=digest,
        png=png,
    )
    return f"/images/{noun}/{thing_id}/{digest}.png"


def find(tx: Tx, noun: str, thing_id: int, digest: str) -> bytes:
    """The picture at a path, as PNG. Raises `NotFound`."""
    row = ids.possible(thing_id) and tx.row(
        "select png from pictures"
        " where bucket = :bucket and noun = :noun and thing_id = :thing_id and digest = :digest",
        bucket=bucket_of(thing_id),
        noun=noun,
        thing_id=thing_id,
        digest=digest,
    )
    if not row:
        raise NotFound(NOUN)
    return bytes(row[0])


def of(tx: Tx, noun: str, thing_id: int) -> bytes | None:
    """The picture of a thing that is known to the reader, as PNG."""
    row = tx.row(
        "select png from pictures where bucket = :bucket and noun = :noun and thing_id = :thing_id",
        bucket=bucket_of(thing_id),
        noun=noun,
        thing_id=thing_id,
    )
    return bytes(row[0]) if row else None
