"""Why there was no answer."""

from __future__ import annotations


class NotCalled(Exception):
    """There was no answer. The reason may be shown to whoever named the address: it tells nothing of what is there.

    `for_good` says that the next time will be no better.
    """

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good
