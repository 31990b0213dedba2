"""Why there was no answer."""

from __future__ import annotations


class NotCalled(Exception):
    """There was no answer. The reason may be shown to whoever named the address: it tells nothing of what is there."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
