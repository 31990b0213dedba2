"""Deliveries: what of the event log is for which subscription, and what came of telling it.

The log of a bucket is followed, and each event that a subscription wants becomes a delivery of it. The deliveries of
one subscription that are about one thing are a *lane*: they are made one after the other, and lanes side by side.
A lane that is due is claimed for a while, so that any number of workers may share the work; one that ends with its
worker is claimed again. So everything is delivered at least once, and in order of each thing.
"""

from __future__ import annotations

import random

from msgspec import Struct

from hourhand.core import accounts, event_log, happenings, mails, subscriptions, workspaces
from hourhand.core.errors import NotFound
from hourhand.core.happenings import Happening
from hourhand.core.ids import BITS, bucket_of
from hourhand.core.mails import WebhookDisabled
from hourhand.core.secrets import Vault
from hourhand.core.subscriptions import Subscription
from hourhand.db import Tx

LEASE_SECONDS = 60
# How long to wait after each try that failed; after the last, as long again.
RETRY_SECONDS = (10, 60, 300, 1800, 3600, 10_800, 21_600)
GIVE_UP_SECONDS = 3 * 24 * 3600
LONGEST_ERROR = 200
_JITTER = 0.1

_FOLLOWED = """
select f.bucket, h.position > f.position from fan_outs f join bucket_heads h on h.bucket = f.bucket order by f.bucket
"""
_DUE = "l.run_at <= :now and (l.claimed_until is null or l.claimed_until <= :now)"
# Asked of each subscription, for there are few of them and perhaps very many lanes.
_WAITING = f"""
select s.id, s.failing_since is not null, (select count(*) from (
    select 1 from lanes l where l.bucket = s.bucket and l.subscription_id = s.id and {_DUE} limit :most) due)
from subscriptions s
where s.enabled and s.validated_at is not null and s.deleted_at is null order by s.id
"""
_NEXT_LANE = f"""
select l.noun, l.thing_id, l.attempts from lanes l
where l.bucket = :bucket and l.subscription_id = :subscription_id and {_DUE} order by l.run_at limit 1
"""
_OF_LANE = "bucket = :bucket and subscription_id = :subscription_id and noun = :noun and thing_id = :thing_id"
_IT = "bucket = :bucket and position = :position and subscription_id = :subscription_id"


class Lane(Struct, frozen=True):
    """What is to be delivered to a subscription of one thing."""

    subscription_id: int
    noun: str
    thing_id: int

    @property
    def named(self) -> dict[str, int | str]:
        return {
            "bucket": bucket_of(self.subscription_id),
            "subscription_id": self.subscription_id,
            "noun": self.noun,
            "thing_id": self.thing_id,
        }


class Due(Struct, frozen=True):
    """What a subscription has due: so many lanes, up to a limit, and one where all of late has failed."""

    subscription_id: int
    lanes: int
    failing: bool


class Parcel(Struct, frozen=True):
    """An event that is about to be delivered, in a lane that was claimed until `claimed_until`.

    `attempts` counts the tries before this one; `tried_since` is when the first of them was, or this one is.
    """

    lane: Lane
    subscription: Subscription
    happening: Happening
    attempts: int
    tried_since: int
    claimed_until: int

    def is_last_try(self, now: int) -> bool:
        """Whether the event has been tried for so long that it will not be again."""
        return now - self.tried_since >= GIVE_UP_SECONDS


class Failure(Struct, frozen=True):
    """Why a try failed, in words that the subscriber may read.

    `retry_after` is how many seconds the receiver asks to wait; `gone` says that it wants nothing any more.
    """

    error: str
    retry_after: int | None = None
    gone: bool = False


# Following the log --------------------------------------------------------------------------------


def followed(tx: Tx) -> dict[int, bool]:
    """The buckets whose log is followed, and whether it goes on behind where it was followed to. Asks everywhere."""
    return {bucket: bool(lags) for bucket, lags in tx.rows(_FOLLOWED)}


def fan_out(tx: Tx, bucket: int, limit: int) -> bool:
    """Make deliveries of at most so many events of a bucket; whether there are more of them."""
    lock = " for update skip locked" if tx.dialect == "postgres" else ""
    row = tx.row(f"select position from fan_outs where bucket = :bucket{lock}", bucket=bucket)
    if row is None:
        # Another worker is at it.
        return False
    found = event_log.following(tx, bucket, row[0], limit)
    listening = [(it, it.event_filters) for it in subscriptions.listening(tx, bucket)] if found else []
    for event in found:
        for subscription, filters in listening:
            if (
                event.workspace_id == subscription.workspace_id
                and event.position > subscription.position
                and any(it.has(event.noun, event.action) for it in filters)
            ):
                _add(tx, Lane(subscription.id, event.noun, event.thing_id), event.position)
    if found:
        tx.run(
            "update fan_outs set position = :position where bucket = :bucket",
            bucket=bucket,
            position=found[-1].position,
        )
    return len(found) == limit


def _add(tx: Tx, lane: Lane, position: int) -> None:
    _open(tx, lane, "attempts = lanes.attempts")
    tx.run(
        "insert into deliveries (bucket, position, subscription_id, noun, thing_id, created_at, attempts)"
        " values (:bucket, :position, :subscription_id, :noun, :thing_id, :now, 0)",
        now=tx.now,
        position=position,
        **lane.named,
    )


def _open(tx: Tx, lane: Lane, change: str = "run_at = :now, attempts = 0") -> None:
    """Let there be a lane; one that is there is changed, and so waits for this transaction before it ends."""
    tx.run(
        "insert into lanes (bucket, subscription_id, noun, thing_id, run_at, attempts)"
        " values (:bucket, :subscription_id, :noun, :thing_id, :now, 0)"
        f" on conflict (bucket, subscription_id, noun, thing_id) do update set {change}",
        now=tx.now,
        **lane.named,
    )


# Delivering ---------------------------------------------------------------------------------------


def waiting(tx: Tx, most: int) -> list[Due]:
    """The subscriptions that have something due. Asks everywhere."""
    rows = tx.rows(_WAITING, now=tx.now, most=most)
    return [
        Due(subscription_id, min(due, 1) if failing else due, bool(failing))
        for subscription_id, failing, due in rows
        if due
    ]


def take(tx: Tx, subscription_id: int) -> Parcel | None:
    """Claim a lane of a subscription that is due, and the event that is next in it; None where there is nothing.

    What the subscriber may not know of any more is left out.
    """
    lock = " for update skip locked" if tx.dialect == "postgres" else ""
    try:
        subscription = subscriptions.find(tx, subscription_id)
    except NotFound:
        # It was deleted meanwhile.
        return None
    if not subscription.listens:
        return None
    while True:
        row = tx.row(_NEXT_LANE + lock, bucket=bucket_of(subscription_id), subscription_id=subscription_id, now=tx.now)
        if row is None:
            return None
        noun, thing_id, attempts = row
        lane = Lane(subscription_id, noun, thing_id)
        found = _next(tx, subscription, lane)
        if found is not None:
            happening, tried_at = found
            until = tx.now + LEASE_SECONDS
            tx.run(f"update lanes set claimed_until = :until where {_OF_LANE}", until=until, **lane.named)
            return Parcel(lane, subscription, happening, attempts, tried_at or tx.now, until)


def succeed(tx: Tx, parcel: Parcel) -> Parcel | None:
    """Note that an event was delivered, and take what is next; see `take`."""
    if _holds(tx, parcel):
        _finish(tx, parcel, error=None)
        if parcel.subscription.failing_since is not None:
            subscriptions.note_failing(tx, parcel.lane.subscription_id, None)
    return take(tx, parcel.lane.subscription_id)


def fail(tx: Tx, parcel: Parcel, failure: Failure, vault: Vault) -> Parcel | None:
    """Note that a try failed, put the lane off, and take what is next; see `take`.

    An event that was tried for three days is given up. Where nothing else came of the subscription in that time, or
    its address is gone, the subscription is disabled instead, and its maker is told by mail.
    """
    if not _holds(tx, parcel):
        return take(tx, parcel.lane.subscription_id)
    known = parcel.subscription
    since = tx.now if known.failing_since is None else known.failing_since
    if failure.gone or tx.now - since >= GIVE_UP_SECONDS:
        _put_off(tx, parcel, failure)
        _disable(tx, known.id, failure, vault)
        return None
    if known.failing_since is None:
        subscriptions.note_failing(tx, known.id, since)
    if parcel.is_last_try(tx.now):
        _finish(tx, parcel, failure.error)
    else:
        _put_off(tx, parcel, failure)
    return take(tx, parcel.lane.subscription_id)


def let_go(tx: Tx, parcel: Parcel) -> None:
    """Give back a lane that was claimed, as if nothing had been tried."""
    if _holds(tx, parcel):
        tx.run(f"update lanes set claimed_until = null where {_OF_LANE}", **parcel.lane.named)


def _disable(tx: Tx, subscription_id: int, failure: Failure, vault: Vault) -> None:
    # As it is by now: it may have been changed while it was called.
    known = subscriptions.disable(tx, subscription_id)
    workspace = workspaces.offered(tx, known.workspace_id)
    message = WebhookDisabled(workspace.name, known.description, failure.error, gone=failure.gone)
    mails.queue(tx, vault, accounts.find(tx, known.account_id), message)


def _holds(tx: Tx, parcel: Parcel) -> bool:
    """Whether a claim still holds. The lane then waits for this transaction."""
    row = tx.row(f"select claimed_until from lanes where {_OF_LANE} for update", **parcel.lane.named)
    return row is not None and row[0] == parcel.claimed_until


def _next(tx: Tx, subscription: Subscription, lane: Lane) -> tuple[Happening, int | None] | None:
    """The next event of a lane that its subscriber may know of, and when it was first tried; without one it ends."""
    while row := tx.row(
        f"select position, first_tried_at from deliveries where {_OF_LANE} and finished_at is null"
        " order by position limit 1",
        **lane.named,
    ):
        position, tried_at = row
        happening = happenings.told(tx, subscription.account_id, subscription.workspace_id, position)
        if happening is not None:
            return happening, tried_at
        _drop(tx, lane, position)
    tx.run(f"delete from lanes where {_OF_LANE}", **lane.named)
    return None


def _drop(tx: Tx, lane: Lane, position: int) -> None:
    """Forget that an event was for a subscription."""
    tx.run(
        f"delete from deliveries where {_IT}",
        bucket=bucket_of(lane.subscription_id),
        position=position,
        subscription_id=lane.subscription_id,
    )


def _finish(tx: Tx, parcel: Parcel, error: str | None) -> None:
    """End a delivery; the lane goes on at once, if there is more in it."""
    _note_try(tx, parcel, error, finished_at=tx.now)
    lane = parcel.lane
    if tx.row(f"select 1 from deliveries where {_OF_LANE} and finished_at is null limit 1", **lane.named):
        tx.run(
            f"update lanes set run_at = :now, attempts = 0, claimed_until = null where {_OF_LANE}",
            now=tx.now,
            **lane.named,
        )
    else:
        tx.run(f"delete from lanes where {_OF_LANE}", **lane.named)


def _put_off(tx: Tx, parcel: Parcel, failure: Failure) -> None:
    _note_try(tx, parcel, failure.error, finished_at=None)
    end = parcel.tried_since + GIVE_UP_SECONDS
    run_at = tx.now + _pause(parcel.attempts, failure.retry_after)
    tx.run(
        f"update lanes set run_at = :run_at, attempts = :attempts, claimed_until = null where {_OF_LANE}",
        run_at=min(run_at, end) if end > tx.now else run_at,
        attempts=parcel.attempts + 1,
        **parcel.lane.named,
    )


def _note_try(tx: Tx, parcel: Parcel, error: str | None, finished_at: int | None) -> None:
    tx.run(
        "update deliveries set attempts = attempts + 1, first_tried_at = :tried_since, tried_at = :now,"
        f" error = :error, finished_at = :finished_at where {_IT}",
        tried_since=parcel.tried_since,
        now=tx.now,
        error=error and error[:LONGEST_ERROR],
        finished_at=finished_at,
        bucket=bucket_of(parcel.lane.subscription_id),
        position=parcel.happening.position,
        subscription_id=parcel.lane.subscription_id,
    )


def _pause(attempts: int, retry_after: int | None) -> int:
    """Seconds until the next try, spread so that what failed together does not come back together."""
    usual = RETRY_SECONDS[min(attempts, len(RETRY_SECONDS) - 1)]
    spread = round(usual * (1 + _JITTER * random.random()))  # noqa: S311
    return spread if retry_after is None else min(max(spread, retry_after), RETRY_SECONDS[-1])


# Again -------------------------------------------------------------------------------------------


def replay(tx: Tx, subscription: Subscription, event_id: int | None = None) -> int:
    """Have what was not delivered tried again at once, or one event whatever came of it; how many those are."""
    bucket = bucket_of(subscription.id)
    if event_id is not None and bucket_of(event_id) != bucket:
        return 0
    which = "error is not null" if event_id is None else "position = :position"
    rows = tx.rows(
        "select position, noun, thing_id from deliveries where bucket = :bucket"
        f" and subscription_id = :subscription_id and {which} order by position",
        bucket=bucket,
        subscription_id=subscription.id,
        position=(event_id or 0) >> BITS,
    )
    for position, noun, thing_id in rows:
        _renew(tx, Lane(subscription.id, noun, thing_id), position)
    return len(rows)


def _renew(tx: Tx, lane: Lane, position: int) -> None:
    _open(tx, lane)
    tx.run(
        f"update deliveries set attempts = 0, first_tried_at = null, error = null, finished_at = null where {_IT}",
        bucket=bucket_of(lane.subscription_id),
        position=position,
        subscription_id=lane.subscription_id,
    )
