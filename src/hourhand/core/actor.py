"""Who acts, when, and through which calling software."""

from __future__ import annotations

from msgspec import Struct


class Actor(Struct, frozen=True):
    """An account at work. `now` is unix seconds; `caller` the name of the software, for the log."""

    account_id: int
    now: int
    caller: str | None = None
