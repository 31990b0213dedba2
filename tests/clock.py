"""A clock that stands still until a test moves it."""

from __future__ import annotations


class Clock:
    """Called, it gives the time in unix seconds, as `time.time` does."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Move on, or back where `seconds` is negative."""
        self.now += seconds
