"""A receiver's ledger: every call that came, and what all of them come to.

It may be told a thing's event again as long as it has not been told the next one: whoever told it, may not have
heard that it was taken.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from tests.webhooks.history import History, Step, Thing
from tests.webhooks.receiver import Call, Reply, agree

FILTERS = [{"entity": entity, "action": "*"} for entity in ("time_entry", "project", "client", "tag")]
WORKER = "x-worker"


class Told(Struct, frozen=True):
    """One call: the event, what it says was done, and whether that was taken."""

    event_id: int
    message_id: str
    step: Step
    taken: bool


class Ledger:
    """Answers calls as `answer` says, and keeps them; `by_worker` counts those of each worker that says who it is."""

    def __init__(self, answer: Callable[[Call], Reply] = agree) -> None:
        self.told: list[Told] = []
        self.by_worker: Counter[str] = Counter()
        self.answer = answer
        self._taken: set[int] = set()
        self._guard = threading.Lock()

    def __call__(self, call: Call) -> Reply:
        reply = self.answer(call)
        if not call.is_ping:
            with self._guard:
                self._note(call, taken=reply[0] == 200)
        return reply

    @property
    def length(self) -> int:
        """How many events were taken."""
        return len(self._taken)

    @property
    def repeats(self) -> int:
        """How many events were taken that had been taken before."""
        return sum(it.taken for it in self.told) - self.length

    def assert_tells(self, history: History) -> None:
        """All that was done is there, in order of each thing; what was not done is not."""
        by_thing: dict[Thing, list[Told]] = {}
        for it in self.told:
            assert it.message_id == str(it.event_id), it
            by_thing.setdefault(it.step.thing, []).append(it)
        firsts = {thing: in_order(told) for thing, told in by_thing.items()}
        assert firsts.keys() == history.done.keys()
        for thing, steps in history.done.items():
            assert [it.step for it in firsts[thing]] == steps
        assert len({it.event_id for told in firsts.values() for it in told}) == history.length

    def _note(self, call: Call, *, taken: bool) -> None:
        said = call.said
        self.told.append(Told(said["event_id"], call.headers["webhook-id"], _step(said), taken))
        self.by_worker[call.headers.get(WORKER, "")] += 1
        if taken:
            self._taken.add(said["event_id"])


def in_order(told: list[Told]) -> list[Told]:
    """What was told of a thing, each event once. A repeat says the same, and no event comes before its time."""
    found: list[Told] = []
    taken = True
    for it in told:
        if found and it.event_id == found[-1].event_id:
            assert it.step == found[-1].step
            taken = taken or it.taken
        else:
            assert taken, f"{it} came although {found[-1]} had not been taken"
            assert not found or it.event_id > found[-1].event_id, f"{it} came after {found[-1]}"
            found.append(it)
            taken = it.taken
    assert taken, f"{found[-1]} was not taken"
    return found


def _step(said: dict[str, Any]) -> Step:
    metadata, payload = said["metadata"], said["payload"]
    name = payload["description"] if metadata["model"] == "time_entry" else payload["name"]
    return Step((metadata["model"], payload["id"]), metadata["action"], name)
