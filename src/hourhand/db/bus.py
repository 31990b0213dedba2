"""Word of commits within this process: which bucket's log goes on, and to where.

A hint only wakes a reader, who then reads the log; whoever must miss nothing looks there now and then too, because
other processes commit without a word. A server that outgrows this passes its hints through something that reaches
other machines, behind the same two functions.
"""

from __future__ import annotations

from collections.abc import Callable

Heads = dict[int, int]
Hear = Callable[[Heads], None]


class Bus:
    """One for each open database."""

    def __init__(self) -> None:
        self._hearing: tuple[Hear, ...] = ()

    @property
    def heard(self) -> bool:
        """Whether anybody would hear: what nobody hears need not be said."""
        return bool(self._hearing)

    def subscribe(self, hear: Callable[[Heads], None]) -> Callable[[], None]:
        """Have `hear` called with the last position of each bucket that a commit added to; returns how to end that.

        It is called from any thread, in the order of commits within a bucket or not, and must not raise.
        """
        self._hearing = (*self._hearing, hear)

        def unsubscribe() -> None:
            self._hearing = tuple(kept for kept in self._hearing if kept is not hear)

        return unsubscribe

    def publish(self, heads: Heads) -> None:
        """Tell of a commit that is durable."""
        for hear in self._hearing:
            hear(heads)
