"""Notices: what somebody who listens is told of a thing, and the things that a stretch of the log is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from hourhand.core.event_log import Event
from hourhand.core.events import Action

# Who listens, by workspace.
People = Mapping[int, Collection[int]]


class Notice(Struct, frozen=True):
    """What became of a thing, for some people. `position` is that of its last event.

    `thing` is as it is now and as these people see it, deleted or not; or `Lost`, deleted to them alone.
    """

    position: int
    action: Action
    noun: str
    workspace_id: int | None
    thing: Struct
    people: Collection[int]


class Lost(Struct, frozen=True):
    """A thing that goes on without somebody, who may not know of it any more. `project_id` is that of a task."""

    id: int
    workspace_id: int
    project_id: int | None = None


class Touch(Struct):
    """What happened to one thing in a stretch of the log, all in all."""

    action: Action
    position: int

    def became(self, deleted_at: object) -> Action:
        """The action that leads to how the thing is now."""
        if deleted_at is not None:
            return "deleted"
        return "created" if self.action == "created" else "updated"


class Touched:
    """The things of one noun that a stretch of the log is about."""

    def __init__(self) -> None:
        self._by_id: dict[int, Touch] = {}

    def __bool__(self) -> bool:
        return bool(self._by_id)

    def __iter__(self) -> Iterator[int]:
        return iter(self._by_id)

    def __getitem__(self, thing_id: int) -> Touch:
        return self._by_id[thing_id]

    def get(self, thing_id: int) -> Touch | None:
        return self._by_id.get(thing_id)

    def add(self, event: Event) -> None:
        """Take in an event; they come in order."""
        touch = self._by_id.get(event.thing_id)
        if touch is None:
            self._by_id[event.thing_id] = Touch(_action(event), event.position)
        else:
            touch.position = event.position
            if event.action != "updated":
                touch.action = _action(event)

    def follow(self, thing_ids: Iterable[int], position: int) -> None:
        """Note things that look different because of another one's event."""
        for thing_id in thing_ids:
            touch = self._by_id.setdefault(thing_id, Touch("updated", position))
            touch.position = max(touch.position, position)


def _action(event: Event) -> Action:
    return "created" if event.action == "created" else "deleted" if event.action == "deleted" else "updated"
