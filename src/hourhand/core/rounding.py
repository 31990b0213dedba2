"""Rounding of durations by a workspace's rule, entry by entry."""

from __future__ import annotations

from msgspec import Struct

DOWN, NEAREST, UP = -1, 0, 1


class Rule(Struct, frozen=True):
    """Rounds seconds to multiples of `step`: `(seconds + shift) // step * step`. An exact multiple stays as it is.

    As two numbers, so that a database reckons with them just as well.
    """

    step: int = 1
    shift: int = 0

    @classmethod
    def of(cls, rounding: int, minutes: int) -> Rule:
        """A workspace's rule: down, to the nearest (a half goes up) or up to so many minutes; 0 rounds nothing."""
        step = minutes * 60
        if step == 0:
            return cls()
        return cls(step, {DOWN: 0, NEAREST: step // 2, UP: step - 1}[rounding])

    def apply(self, seconds: int) -> int:
        """A rounded duration; both in seconds."""
        return (seconds + self.shift) // self.step * self.step
