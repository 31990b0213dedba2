"""Who listens, and the one task that reads the log for all of them. Knows no dialect: a listener brings its words.

A hint wakes the task as soon as a commit of this process is durable; what other processes commit it finds ten times a
second by a look at the ends of the logs. While nobody listens there is no task, and nobody is told anything.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from functools import partial

from msgspec import Struct, structs

from hourhand.api.http import Caller
from hourhand.core import accounts, event_log, listeners, news
from hourhand.core.accounts import Account
from hourhand.core.errors import NotFound
from hourhand.core.ids import bucket_of
from hourhand.core.listeners import Standing
from hourhand.core.news import News
from hourhand.core.notices import Notice
from hourhand.db import Database, DatabaseError, Tx
from hourhand.db.bus import Heads

SWEEP_SECONDS = 0.1
# Between two readings of the log: what comes meanwhile is read together.
LEAST_SECONDS = 0.01
# Clients expect a sign of life every ten seconds.
PING_SECONDS = 8.0
TICK_SECONDS = 0.5
# Who takes nothing for so long, while so many messages wait, does not read; more never wait.
STALL_SECONDS = 5.0
MOST_STALLED = 500
MOST_WAITING = 20_000
# Read at once, so that nobody else waits long meanwhile.
MOST_BUCKETS = 8

# How a dialect says a notice; None where it has no words for it.
Write = Callable[[Notice, Caller], str | None]


class End(Struct, frozen=True):
    """Why a conversation ends: a code of RFC 6455, and what the peer may know of the reason."""

    code: int
    reason: str


TOO_SLOW = End(1008, "You do not read what is sent")
REVOKED = End(1008, "Your credentials or your access changed: connect again")
FAILED = End(1011, "Internal error")


class Listener:
    """Somebody who listens: what they listen to, and what waits to be sent to them.

    `write` puts notices into the words of a dialect, which are the same for all listeners of one `key` and account's
    view. `ping` is what is sent when nothing has been for a while.
    """

    def __init__(self, caller: Caller, write: Write, key: Callable[[Caller], Hashable], ping: str) -> None:
        self.caller = caller
        self.roles: dict[int, str] = {}
        self.ended: asyncio.Future[End] = asyncio.get_running_loop().create_future()
        self.gone = False
        self._epoch = caller.account.auth_epoch
        self._write = write
        self._key = key
        self._ping = ping
        self._waiting: deque[str] = deque()
        self._taken = 0.0
        self._more = asyncio.Event()
        self.key = key(caller)

    def tell(self, notice: Notice, said: dict[Hashable, str | None]) -> None:
        """Have a notice sent. `said` keeps how it was put for others."""
        if self.key not in said:
            said[self.key] = self._write(notice, self.caller)
        message = said[self.key]
        if message is not None:
            self._push(message)

    def tell_all(self, notices: Iterable[Notice]) -> None:
        """Have many notices sent that came at once, and say nothing about how fast the peer reads."""
        self._waiting.extend(message for notice in notices if (message := self._write(notice, self.caller)) is not None)
        self._more.set()

    def tell_of(self, told: News) -> None:
        """Have all sent that some news are to this listener."""
        notices = told.of(self.caller.account.id)
        if all(self.renew(notice.thing) for notice in notices if isinstance(notice.thing, Account)):
            self.tell_all(notices)

    def ping(self) -> None:
        """Have a sign of life sent."""
        self._push(self._ping)

    def renew(self, account: Account) -> bool:
        """Take note of a changed account; whether its owner may go on listening."""
        if not accounts.holds(account, self._epoch):
            self.end(REVOKED)
            return False
        self.caller = structs.replace(self.caller, account=account)
        self.key = self._key(self.caller)
        return True

    def end(self, end: End) -> None:
        """Let the conversation end, and send nothing more of what waits."""
        self._waiting.clear()
        if not self.ended.done():
            self.ended.set_result(end)

    async def following(self) -> str:
        """The next message to send, as soon as there is one."""
        while not self._waiting:
            self._more.clear()
            await self._more.wait()
        self._taken = asyncio.get_running_loop().time()
        return self._waiting.popleft()

    def _push(self, message: str) -> None:
        if self.ended.done():
            return
        waiting, now = len(self._waiting), self.ended.get_loop().time()
        if waiting == 0:
            self._taken = now
        elif waiting >= MOST_WAITING or (waiting >= MOST_STALLED and now - self._taken > STALL_SECONDS):
            self.end(TOO_SLOW)
            return
        self._waiting.append(message)
        self._more.set()


class Arrival(Struct, frozen=True):
    """A listener who begins to listen to some workspaces, and to what is their `own`, from somewhere in each log."""

    listener: Listener
    roles: dict[int, str]
    positions: dict[int, int]
    own: tuple[int, ...] = ()

    @property
    def account_id(self) -> int:
        return self.listener.caller.account.id

    def news(self, tx: Tx, bucket: int, position: int, until: int | None = None) -> News:
        """What happened in a bucket, to this listener alone."""
        people = dict.fromkeys(self.roles, (self.account_id,))
        return news.read(tx, bucket, position, people, self.own, until)


class Hub:
    """All who listen through this process. Only its one task changes who listens to what."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listening: dict[int, set[Listener]] = {}
        self._people: dict[int, set[int]] = {}
        # How far the log of each bucket that concerns somebody has been told.
        self._positions: dict[int, int] = {}
        self._dirty: dict[int, None] = {}
        self._moved: dict[int, None] = {}
        self._coming: list[Arrival] = []
        self._leaving: list[Listener] = []
        self._pings: deque[tuple[float, Listener]] = deque()
        self._wake = asyncio.Event()
        self._sweep_due = 0.0
        self._version: int | None = None
        self._task: asyncio.Task[None] | None = None

    def count(self, account_id: int) -> int:
        """How often somebody listens."""
        return len(self._listening.get(account_id, ()))

    def join(self, listener: Listener, standing: Standing, positions: dict[int, int], *, moved: bool = False) -> None:
        """Let somebody listen, who knows all that the log says up to these positions.

        `moved` says that their ways into workspaces may have changed since they stood so.
        """
        self._coming.append(Arrival(listener, standing.roles, positions, (standing.account.id,)))
        if moved:
            self._moved[standing.account.id] = None
        self._wake.set()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def leave(self, listener: Listener) -> None:
        """Somebody has gone, whether or not they had come to listen."""
        listener.gone = True
        self._leaving.append(listener)
        self._wake.set()

    # The task --------------------------------------------------------------------------------------

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        unsubscribe = self._database.bus.subscribe(partial(_call_in, loop, self._hear))
        ticking = loop.create_task(self._tick(loop))
        try:
            while self._listening or self._coming:
                await self._rest(loop)
                # What cannot be read now stays to be read.
                with suppress(DatabaseError):
                    await self._round(loop.time())
        except Exception as error:  # noqa: BLE001 - whatever it was, nobody may go on waiting
            self._fail(error)
        finally:
            unsubscribe()
            ticking.cancel()
            self._forget()

    async def _rest(self, loop: asyncio.AbstractEventLoop) -> None:
        await asyncio.sleep(LEAST_SECONDS)
        if not self._wake.is_set():
            timer = loop.call_at(max(self._sweep_due, loop.time()), self._wake.set)
            await self._wake.wait()
            timer.cancel()
        self._wake.clear()

    async def _round(self, now: float) -> None:
        self._let_go()
        if now >= self._sweep_due:
            self._sweep_due = now + SWEEP_SECONDS
            await self._sweep()
        coming = self._coming.copy()
        # Those who come may know more than was told so far, so that is told first.
        self._dirty.update(dict.fromkeys(b for it in coming for b in it.positions if b in self._positions))
        await self._tell()
        for arrival in coming:
            if arrival.listener.gone or not self._is_ahead(arrival):
                await self._settle(arrival, now)
                self._coming.remove(arrival)
        for account_id in list(self._moved):
            await self._look_again(account_id)
            del self._moved[account_id]

    def _hear(self, heads: Heads) -> None:
        for bucket, position in heads.items():
            if position > self._positions.get(bucket, position):
                self._dirty[bucket] = None
                self._wake.set()

    async def _sweep(self) -> None:
        """Find what no hint told of."""
        buckets, version = list(self._positions), self._version

        def look(tx: Tx) -> tuple[int | None, Heads]:
            now = tx.version()
            return now, {} if now is not None and now == version else event_log.heads(tx, buckets)

        if buckets:
            self._version, heads = await self._database.read(look)
            self._hear(heads)

    async def _tell(self) -> None:
        """Read and tell what the log has to say by now."""
        left, self._dirty = [bucket for bucket in self._dirty if bucket in self._positions], {}
        try:
            while left:
                found = await self._database.read(partial(self._read, left[:MOST_BUCKETS]))
                del left[:MOST_BUCKETS]
                self._tell_of(found)
                # On SQLite nothing here waits for anything, and others want their turn.
                await asyncio.sleep(0)
        finally:
            self._dirty.update(dict.fromkeys(left))

    def _read(self, buckets: list[int], tx: Tx) -> dict[int, News]:
        people, own = self._people, self._listening
        return {bucket: news.read(tx, bucket, self._positions[bucket], people, own) for bucket in buckets}

    def _tell_of(self, found: dict[int, News]) -> None:
        # Who may no longer listen hears nothing of what came at the same time.
        for told in found.values():
            for notice in told.notices:
                self._renew(notice)
        for bucket, told in found.items():
            self._positions[bucket] = told.position
            if told.more:
                self._dirty[bucket] = None
                self._wake.set()
            self._moved.update(dict.fromkeys(account_id for account_id in told.moved if account_id in self._listening))
            for notice in told.notices:
                said: dict[Hashable, str | None] = {}
                for account_id in notice.people:
                    for listener in self._listening.get(account_id, ()):
                        if notice.workspace_id is None or notice.workspace_id in listener.roles:
                            listener.tell(notice, said)

    def _renew(self, notice: Notice) -> None:
        if isinstance(notice.thing, Account):
            for listener in self._listening.get(notice.thing.id, ()):
                listener.renew(notice.thing)

    # Coming and going ------------------------------------------------------------------------------

    def _is_ahead(self, arrival: Arrival) -> bool:
        """Whether somebody would hear again what they know."""
        return any(position > self._positions.get(bucket, position) for bucket, position in arrival.positions.items())

    async def _settle(self, arrival: Arrival, now: float) -> None:
        """Bring somebody up to what the others were told, and let them listen with them."""
        listener, account_id = arrival.listener, arrival.account_id
        if listener.gone:
            return
        for bucket, position in arrival.positions.items():
            if bucket not in self._positions:
                # Since the look that gave the position, a hint may have gone unheard.
                self._dirty[bucket] = None
                self._wake.set()
            await self._bring_up(arrival, bucket, position, self._positions.setdefault(bucket, position))
        listener.roles |= arrival.roles
        for workspace_id in arrival.roles:
            self._people.setdefault(workspace_id, set()).add(account_id)
        if arrival.own:
            self._listening.setdefault(account_id, set()).add(listener)
            listener.ping()
            self._pings.append((now + PING_SECONDS, listener))

    async def _bring_up(self, arrival: Arrival, bucket: int, position: int, until: int) -> None:
        while position < until:
            told = await self._database.read(lambda tx, at=position: arrival.news(tx, bucket, at, until))  # type: ignore[misc]
            arrival.listener.tell_of(told)
            if arrival.account_id in told.moved:
                self._moved[arrival.account_id] = None
            if told.position == position:
                break
            position = told.position

    async def _look_again(self, account_id: int) -> None:
        """Somebody's way into a workspace opened, closed or changed."""
        for listener in list(self._listening.get(account_id, ())):
            try:
                standing, told = await self._database.read(
                    lambda tx, roles=listener.roles: listeners.again(tx, account_id, roles)  # type: ignore[misc]
                )
            except NotFound:
                listener.end(REVOKED)
                continue
            if not set(listener.roles) <= set(standing.roles):
                listener.end(REVOKED)
                continue
            for notices in told.values():
                listener.tell_all(notices)
            opened = {it: role for it, role in standing.roles.items() if it not in listener.roles}
            listener.roles |= {it: role for it, role in standing.roles.items() if it in listener.roles}
            if opened:
                positions = {bucket_of(it): standing.heads[bucket_of(it)] for it in opened}
                self._coming.append(Arrival(listener, opened, positions))
                self._wake.set()

    def _let_go(self) -> None:
        if not self._leaving:
            return
        for listener in self._leaving:
            account_id = listener.caller.account.id
            others = self._listening.get(account_id, set())
            others.discard(listener)
            for workspace_id in listener.roles:
                if not any(workspace_id in other.roles for other in others):
                    self._people.get(workspace_id, set()).discard(account_id)
            if not others:
                self._listening.pop(account_id, None)
        self._leaving.clear()
        self._people = {workspace_id: people for workspace_id, people in self._people.items() if people}
        concerned = {*map(bucket_of, self._people), *map(bucket_of, self._listening)}
        self._positions = {bucket: at for bucket, at in self._positions.items() if bucket in concerned}

    def _fail(self, error: Exception) -> None:
        """A bug: everybody is to connect again, and one of them has it in the log of their conversation."""
        there = {*(it for some in self._listening.values() for it in some), *(it.listener for it in self._coming)}
        for listener in there:
            if not listener.ended.done():
                listener.ended.set_exception(error)
                break
        for listener in there:
            listener.end(FAILED)

    def _forget(self) -> None:
        self._listening, self._people, self._positions = {}, {}, {}
        self._dirty, self._moved, self._version, self._task = {}, {}, None, None
        self._coming.clear()
        self._leaving.clear()
        self._pings.clear()

    async def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let nobody wait for a sign of life, however long the database takes."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            while self._pings and self._pings[0][0] <= loop.time():
                due, listener = self._pings.popleft()
                if not listener.gone:
                    listener.ping()
                    self._pings.append((due + PING_SECONDS, listener))


def _call_in(loop: asyncio.AbstractEventLoop, hear: Callable[[Heads], None], heads: Heads) -> None:
    # A loop that was closed has nobody left who listens.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(hear, heads)
