"""Couriers: they deliver what happens to those who subscribed to it.

Beside the worker, because what they do is not a job that is tried now and then, but all the time and in order. Once a
second, and at once after a commit in this process, the log is followed and the subscriptions are looked at that have
something due; each of them has some couriers, who go on as long as there is more. One that does not answer has few.
"""

from __future__ import annotations

import asyncio
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from hourhand.calls.calling import Answer, Line
from hourhand.calls.errors import NotCalled
from hourhand.core import deliveries
from hourhand.core.deliveries import Due, Failure, Parcel
from hourhand.db import DatabaseError, Tx
from hourhand.db.bus import Heads
from hourhand.jobs.kinds import Tools
from hourhand.webhooks import bodies, sending

POLL_SECONDS = 1.0
EVENTS_AT_ONCE = 200
MOST_OF_ONE = 8
MOST_AT_ONCE = 128
GRACE_SECONDS = 3.0
# Between two looks: what is committed meanwhile is seen together.
LEAST_SECONDS = 0.01
_GONE = 410

Settle = Callable[[Tx], Parcel | None]


class Couriers:
    """Deliver from `start` until `stopped`."""

    def __init__(self, tools: Tools, line: Line, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._tools = tools
        self._line = line
        self._poll_seconds = poll_seconds
        self._under_way: dict[asyncio.Task[None], int] = {}
        self._stopping = False
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._followed: frozenset[int] = frozenset()

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._under_way)

    def start(self) -> None:
        """Begin, beside whatever else this event loop does."""
        self._loop = asyncio.create_task(self.run())

    def stop(self) -> None:
        """Take nothing more."""
        self._stopping = True
        self._wake.set()

    async def stopped(self) -> None:
        """Stop, and return when nothing is under way any more: what takes too long is delivered again later."""
        self.stop()
        if self._loop is not None:
            await self._loop
        if self._under_way:
            _, pending = await asyncio.wait(self._under_way, timeout=GRACE_SECONDS)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    async def run(self) -> None:
        """Deliver until told to stop. Nothing that a receiver or the database does ends this, but a failed disk."""
        self._hearing = asyncio.get_running_loop()
        unsubscribe = self._tools.database.bus.subscribe(self._hear)
        try:
            while not self._stopping and self._tools.database.failure is None:
                self._wake.clear()
                await self._look()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._poll_seconds):
                        await self._wake.wait()
                        await asyncio.sleep(LEAST_SECONDS)
        finally:
            unsubscribe()

    def _hear(self, heads: Heads) -> None:
        """Look at once where a log goes on that is followed. From any thread."""
        if not self._followed.isdisjoint(heads):
            with suppress(RuntimeError):
                self._hearing.call_soon_threadsafe(self._wake.set)

    async def _look(self) -> None:
        """Follow the log, and send couriers to whoever has something due."""
        try:
            await self._follow()
            if self._followed:
                self._send(await self._tools.database.read(partial(deliveries.waiting, most=MOST_OF_ONE)))
        except DatabaseError as error:
            self._tools.say(couriers="wait for the database", error=str(error))
        except Exception:  # noqa: BLE001 - a bug in here must not end all deliveries for good
            self._tools.say(couriers="failed", traceback=traceback.format_exc())

    async def _follow(self) -> None:
        database = self._tools.database
        followed = await database.read(deliveries.followed)
        self._followed = frozenset(followed)
        for bucket, lags in followed.items():
            work = partial(deliveries.fan_out, bucket=bucket, limit=EVENTS_AT_ONCE)
            while lags and not self._stopping:
                lags = await database.write(work)

    def _send(self, waiting: list[Due]) -> None:
        busy = Counter(self._under_way.values())
        for it in waiting:
            # Who does not answer keeps a courier for long: there are always some left for the others.
            most = MOST_AT_ONCE // 2 if it.failing else MOST_AT_ONCE
            while busy[it.subscription_id] < it.lanes and len(self._under_way) < most and not self._stopping:
                busy[it.subscription_id] += 1
                task = asyncio.create_task(self._deliver_all(it.subscription_id))
                self._under_way[task] = it.subscription_id
                task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]

    async def _deliver_all(self, subscription_id: int) -> None:
        """Deliver what a subscription is due, one event after the other."""
        database = self._tools.database
        try:
            parcel = await database.write(partial(deliveries.take, subscription_id=subscription_id))
            while parcel is not None:
                settle = await self._delivered(parcel)
                if self._stopping:
                    settle = partial(_last, settle=settle)
                parcel = await database.write(settle)
        except DatabaseError as error:
            self._tools.say(couriers="wait for the database", error=str(error))
        except Exception:  # noqa: BLE001 - whatever is wrong with one subscription is kept from the others
            self._tools.say(subscription=subscription_id, traceback=traceback.format_exc())

    async def _delivered(self, parcel: Parcel) -> Settle:
        """Try once; gives what is to be noted of it."""
        subscription, happening, now = parcel.subscription, parcel.happening, self._tools.database.clock()
        body = bodies.event(subscription, happening, now)
        try:
            answer = await sending.send(self._line, self._tools.vault, subscription, body, str(happening.id), now)
        except NotCalled as error:
            return self._failed(parcel, Failure(error.reason))
        if answer.accepted:
            return partial(deliveries.succeed, parcel=parcel)
        return self._failed(parcel, _failure(answer, now))

    def _failed(self, parcel: Parcel, failure: Failure) -> Settle:
        return partial(deliveries.fail, parcel=parcel, failure=failure, vault=self._tools.vault)


def _failure(answer: Answer, now: float) -> Failure:
    error = f"it answered with {sending.status_class(answer)}"
    return Failure(error, sending.retry_after(answer, now), gone=answer.status == _GONE)


def _last(tx: Tx, settle: Settle) -> None:
    """Note what a try came to, and leave what is next to others."""
    parcel = settle(tx)
    if parcel is not None:
        deliveries.let_go(tx, parcel)
