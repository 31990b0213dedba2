"""Clocks of tests."""

from __future__ import annotations

import time


class Clock:
    """Called, it gives the time in unix seconds, as `time.time` does; it stands still until a test moves it."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Move on, or back where `seconds` is negative."""
        self.now += seconds


class FastClock(Clock):
    """A clock that was right at `now`, and has been going so many times as fast since. Processes may share one."""

    def __init__(self, now: float, speed: float) -> None:
        super().__init__(now)
        self._began = now
        self._speed = speed

    def __call__(self) -> float:
        return self.now + (time.time() - self._began) * self._speed
