"""How much was committed by this process: works that write, and the commits that carried them."""

from __future__ import annotations

import threading


class Tally:
    """Counts from the opening of a database on, and only what is durable. For any thread."""

    def __init__(self) -> None:
        self.writes = 0
        self.commits = 0
        self._guard = threading.Lock()

    def add(self, writes: int) -> None:
        """Count one commit, which carried so many works."""
        with self._guard:
            self.writes += writes
            self.commits += 1
