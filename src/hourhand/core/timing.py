"""How start, stop and duration of an entry determine each other. Pure; all values are unix seconds.

An entry runs while its duration is negative and it has no stop. Where all three are said and
disagree, all three are kept: that is a paused clock.
"""

from __future__ import annotations

from msgspec import Struct

from hourhand.core import dates
from hourhand.core.errors import Problems

LONGEST_SECONDS = 999 * 3600


class Timing(Struct, frozen=True):
    """When an entry was: running if `stop` is None, and then `duration` is minus `start`."""

    start: int
    stop: int | None
    duration: int

    @property
    def running(self) -> bool:
        return self.stop is None


class Said(Struct, frozen=True):
    """What a request says about the time; None says nothing."""

    start: int | None = None
    stop: int | None = None
    duration: int | None = None


def running_from(start: int) -> Timing:
    """An entry that runs since a moment."""
    return Timing(start, None, -start)


def stopped_at(timing: Timing, moment: int) -> Timing:
    """A running entry, ended; never before it began."""
    stop = max(moment, timing.start)
    return Timing(timing.start, stop, stop - timing.start)


def born(said: Said) -> Timing | None:
    """The timing of a new entry, or None where it has no start."""
    return None if said.start is None else _settle(said.start, said.stop, said.duration)


def changed(timing: Timing, said: Said) -> Timing:
    """The timing after an update.

    A stop alone keeps the start and gives a new duration; a start alone keeps the duration; a
    negative duration lets the entry run again.
    """
    start = timing.start if said.start is None else said.start
    if said.stop is None and said.duration is None:
        if timing.running:
            return running_from(start)
        return timing if said.start is None else Timing(start, start + timing.duration, timing.duration)
    return _settle(start, said.stop, said.duration)


def check(problems: Problems, timing: Timing) -> None:
    """Note what a timing may not be."""
    if not dates.FIRST_SECOND <= timing.start <= dates.LAST_SECOND:
        problems.add("start", "year")
    if timing.stop is not None:
        if timing.stop < timing.start:
            problems.add("stop", "before_start")
        elif timing.stop > dates.LAST_SECOND and timing.duration <= LONGEST_SECONDS:
            problems.add("stop", "year")
    if timing.duration > LONGEST_SECONDS:
        problems.add("duration", "too_large")


def _settle(start: int, stop: int | None, duration: int | None) -> Timing:
    if duration is None:
        return Timing(start, start, 0) if stop is None else Timing(start, stop, stop - start)
    if duration < 0:
        # A client that stops an entry by sending all of it back still sends the old, negative duration.
        return running_from(start) if stop is None else Timing(start, stop, stop - start)
    return Timing(start, start + duration if stop is None else stop, duration)
