"""Who acts, when, and through which calling software."""

from __future__ import annotations

from msgspec import Struct

# Nobody's account: who acts is the operator, at the command line.
OPERATOR = 0


class Actor(Struct, frozen=True):
    """An account at work. `now` is unix seconds; `caller` the name of the software, for the log.

    `request` is what was asked for, as `POST /api/v8/time_entries`, where there was a request.

    The account of `OPERATOR` is in no workspace, and the log has no account where it acts.
    """

    account_id: int
    now: int
    caller: str | None = None
    request: str | None = None
