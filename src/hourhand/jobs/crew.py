"""The crew: all that works beside requests, inside a server or in a process of its own."""

from __future__ import annotations

import asyncio

from hourhand.calls.calling import Line
from hourhand.jobs.couriers import Couriers
from hourhand.jobs.everything import KINDS
from hourhand.jobs.kinds import Tools
from hourhand.jobs.worker import Worker


class Crew:
    """The worker and the couriers, who begin and end together."""

    def __init__(self, tools: Tools, line: Line) -> None:
        self._members = (Worker(tools, KINDS), Couriers(tools, line))

    def start(self) -> None:
        """Begin to work, beside whatever else this event loop does."""
        for it in self._members:
            it.start()

    def stop(self) -> None:
        """Take nothing more."""
        for it in self._members:
            it.stop()

    async def stopped(self) -> None:
        """Stop, and return when nothing is done any more."""
        await asyncio.gather(*(it.stopped() for it in self._members))

    async def run(self) -> None:
        """Work until told to stop."""
        await asyncio.gather(*(it.run() for it in self._members))
