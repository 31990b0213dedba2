"""The backlog: how much is to be done later, and for how long it has been waiting, for whoever watches the server.

What is for a subscription that does not listen is left out: it waits for nothing.
"""

from __future__ import annotations

from msgspec import Struct

from hourhand.core import jobs
from hourhand.core.jobs import State
from hourhand.db import Tx

# So that a look costs little, however much there is.
MOST_COUNTED = 10_000

_LISTENS = "s.enabled and s.validated_at is not null and s.deleted_at is null"
# SQLite takes the tables of a `cross join` in this order, so it never looks through what waits for nothing.
_WAITING = f"""
select count(*) from (
    select 1 from subscriptions s cross join deliveries d
    where {_LISTENS} and d.bucket = s.bucket and d.subscription_id = s.id and d.finished_at is null limit :most) waiting
"""
# The plus keeps SQLite from the primary key, by which it would look through all lanes.
_FAILING_LANES = f"""
select count(*) from (
    select 1 from subscriptions s cross join lanes l
    where {_LISTENS} and +l.bucket = s.bucket and l.subscription_id = s.id and l.attempts > 0 limit :most) failing
"""
_SUBSCRIPTIONS = f"""
select count(s.failing_since), min((
    select d.created_at from deliveries d
    where d.bucket = s.bucket and d.subscription_id = s.id and d.finished_at is null order by d.created_at limit 1))
from subscriptions s where {_LISTENS}
"""
_LOG = """
select min((
    select e.at from events e where e.bucket = f.bucket and e.position > f.position order by e.position limit 1))
from fan_outs f
"""


class Backlog(Struct, frozen=True):
    """What is not done yet, all over the database. No number is above `MOST_COUNTED`, ages are in seconds.

    `jobs` are those not finished, by kind and state. Of webhooks: deliveries not made, lanes whose last try failed,
    subscriptions where all of late has failed, the age of the oldest delivery not made, and of the oldest event of
    which it is not known yet whom it is to be delivered to.
    """

    jobs: dict[tuple[str, State], int]
    deliveries: int
    failing_lanes: int
    failing_subscriptions: int
    oldest_delivery: int
    oldest_event: int


def of(tx: Tx) -> Backlog:
    """The backlog at this moment. Asks everywhere."""
    failing_subscriptions, delivery_since = tx.rows(_SUBSCRIPTIONS)[0]
    return Backlog(
        jobs=jobs.counts(tx, MOST_COUNTED),
        deliveries=tx.rows(_WAITING, most=MOST_COUNTED)[0][0],
        failing_lanes=tx.rows(_FAILING_LANES, most=MOST_COUNTED)[0][0],
        failing_subscriptions=failing_subscriptions,
        oldest_delivery=_age(tx, delivery_since),
        oldest_event=_age(tx, tx.rows(_LOG)[0][0]),
    )


def _age(tx: Tx, since: int | None) -> int:
    # An event may be a little later than the clock: its time never goes back within a bucket.
    return 0 if since is None else max(0, tx.now - since)
