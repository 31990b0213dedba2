"""An application with webhooks, somebody to be told, and couriers who work when a test says so."""

from __future__ import annotations

import asyncio
from functools import partial
from ipaddress import ip_network
from typing import Any

from hourhand.api.http import House
from hourhand.calls.calling import Line
from hourhand.core import deliveries
from hourhand.db import Database
from hourhand.jobs.couriers import Couriers
from hourhand.jobs.kinds import Record, Tools
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.cast import Cast, Person
from tests.clock import Clock
from tests.webhooks.receiver import Receiver

# A test's receivers are on this machine.
HERE = Line((ip_network("127.0.0.0/8"),), total_seconds=3)
EVERYTHING = [{"entity": "*", "action": "*"}]


class Site:
    """Everything that webhooks take."""

    def __init__(self, database: Database, cast: Cast, clock: Clock, receiver: Receiver, line: Line = HERE) -> None:
        self.database = database
        self.cast = cast
        self.clock = clock
        self.receiver = receiver
        self.records: list[Record] = []
        settings = Settings(log="off", rate_limit="off", public_url="https://hours.example")
        self.house = House(database, cast.vault, settings, line=line)
        self.api = Api(self.house)
        self._tools = Tools(database, cast.vault, settings, self.records.append)

    def call(self, method: str, path: str, person: Person | None = None, body: object = None) -> Any:
        """A request to this dialect: status and what was answered."""
        answer = self.api(method, f"http://127.0.0.1:8300/webhooks/api/v1{path}", person, body)
        return answer.status_code, answer.json()

    def subscribe(self, person: Person | None = None, **more: Any) -> dict[str, Any]:
        """A new subscription of somebody's, in Acme and to everything unless said otherwise."""
        body = {
            "url_callback": self.receiver.url,
            "event_filters": EVERYTHING,
            "enabled": True,
            "description": f"hook {len(self.receiver.calls)}",
            **more,
        }
        status, made = self.call("POST", f"/subscriptions/{self.cast.acme.id}", person or self.cast.ann, body)
        assert status == 200, made
        found: dict[str, Any] = made
        return found

    def deliver(self, seconds: float = 20) -> None:
        """Have couriers work until nothing is due."""
        asyncio.run(self._deliver(seconds))

    async def _deliver(self, seconds: float) -> None:
        couriers = Couriers(self._tools, self.house.line, poll_seconds=0.01)
        couriers.start()
        try:
            async with asyncio.timeout(seconds):
                # Busy again: what was due may have been claimed between two looks, and then looks like nothing.
                while couriers.busy or await self._is_something_due() or couriers.busy:
                    await asyncio.sleep(0.01)
        finally:
            await couriers.stopped()

    async def _is_something_due(self) -> bool:
        lagging = await self.database.read(deliveries.followed)
        return any(lagging.values()) or bool(await self.database.read(partial(deliveries.waiting, most=1)))

    def close(self) -> None:
        self.api.close()
