"""How often somebody may try: a leaky bucket for requests, a throttle for passwords. In memory, bounded."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable

from hourhand.core.errors import TooMany

_MOST_KEYS = 100_000
_INEXACT = 1e-6


class LeakyBucket:
    """Lets `burst` requests through at once and `rate` a second after that, for each key.

    It remembers the `most_keys` that came last; one that is forgotten begins anew.
    """

    def __init__(self, rate: float, burst: int, clock: Callable[[], float], most_keys: int = _MOST_KEYS) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._most_keys = most_keys
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable) -> None:
        """Let one request of this key through, or raise `TooMany`."""
        now = self._clock()
        level, seen = self._levels.pop(key, (0.0, now))
        level = max(0.0, level - (now - seen) * self._rate)
        over = level + 1 - self._burst
        # A difference of two times is not exact.
        if over > _INEXACT:
            self._put(key, level, now)
            raise TooMany("requests", math.ceil(over / self._rate))
        self._put(key, level + 1, now)

    def _put(self, key: Hashable, level: float, now: float) -> None:
        self._levels[key] = (level, now)
        if len(self._levels) > self._most_keys:
            self._levels.popitem(last=False)


class Throttle:
    """Counts password attempts in a window. An attempt counts before its password is hashed, so that a
    flood of them cannot make the server hash; a right password takes its attempt back."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._attempts: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def attempt(self, key: Hashable) -> int:
        """Count an attempt; returns how many are left. Raises `TooMany` when there is none."""
        now = self._clock()
        count, since = self._attempts.pop(key, (0, now))
        if now - since >= self._seconds:
            count, since = 0, now
        self._attempts[key] = (min(count + 1, self._most + 1), since)
        if len(self._attempts) > _MOST_KEYS:
            self._attempts.popitem(last=False)
        if count >= self._most:
            raise TooMany("log-ins", math.ceil(since + self._seconds - now))
        return self._most - count - 1

    def succeeded(self, key: Hashable) -> None:
        """The attempt had the right password: forget the wrong ones before it."""
        self._attempts.pop(key, None)
