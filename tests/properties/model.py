"""Tracking time as the contract tells it, in memory: what the core is held against."""

from __future__ import annotations

from msgspec import Struct, structs


class Entry(Struct, frozen=True):
    """A time entry. It runs where there is no stop."""

    owner: str
    place: str
    start: int
    stop: int | None
    duration: int
    description: str = ""
    project: int | None = None
    tags: frozenset[str] = frozenset()

    @property
    def running(self) -> bool:
        return self.stop is None

    def ended(self, moment: int) -> Entry:
        """The entry, stopped; never before it began."""
        stop = max(self.start, moment)
        return structs.replace(self, stop=stop, duration=stop - self.start)


class Wish(Struct, frozen=True):
    """What a request says about an entry; None says nothing. A negative duration says that it runs."""

    start: int | None = None
    stop: int | None = None
    duration: int | None = None
    description: str | None = None
    project: int | None = None
    tags: frozenset[str] | None = None
    tag_action: str | None = None


class Impossible(Exception):
    """A wish that contradicts itself."""


class Model:
    """The entries of some people, in a workspace they share (`acme`) and in their own (`home`), by id."""

    def __init__(self) -> None:
        self.entries: dict[int, Entry] = {}

    def current(self, owner: str) -> int | None:
        """What a person has running."""
        running = [entry_id for entry_id, it in self.entries.items() if it.owner == owner and it.running]
        assert len(running) <= 1
        return running[0] if running else None

    def is_possible(self, entry_ids: list[int], wish: Wish) -> bool:
        """Whether a wish can be fulfilled for all of these entries."""
        try:
            for entry_id in entry_ids:
                _timed(self.entries[entry_id], wish)
        except Impossible:
            return False
        return True

    def add(self, entry_id: int, entry: Entry) -> None:
        """A new entry; if it runs, what ran stops when it starts."""
        if entry.running:
            self._stop_others(entry.owner, entry.start, entry_id)
        self.entries[entry_id] = entry

    def change(self, entry_id: int, wish: Wish) -> None:
        """Fulfil a wish."""
        before = self.entries[entry_id]
        after = _timed(before, wish)
        if wish.description is not None:
            after = structs.replace(after, description=wish.description)
        if wish.project is not None:
            after = structs.replace(after, project=wish.project)
        if wish.tags is not None:
            merged = {"add": before.tags | wish.tags, "remove": before.tags - wish.tags}
            after = structs.replace(after, tags=merged.get(wish.tag_action or "", wish.tags))
        if after.running and (not before.running or after.start != before.start):
            self._stop_others(after.owner, after.start, entry_id)
        self.entries[entry_id] = after

    def stop(self, entry_id: int, now: int) -> None:
        """Stop an entry; one that has stopped stays as it is."""
        if self.entries[entry_id].running:
            self.entries[entry_id] = self.entries[entry_id].ended(now)

    def forget_project(self, project: int) -> None:
        """A project goes; its entries stay."""
        for entry_id, entry in self.entries.items():
            if entry.project == project:
                self.entries[entry_id] = structs.replace(entry, project=None)

    def rename_tag(self, old: str, new: str | None) -> None:
        """A tag of the shared workspace is called otherwise, or goes."""
        for entry_id, entry in self.entries.items():
            if entry.place == "acme" and old in entry.tags:
                tags = entry.tags - {old} | ({new} if new else set())
                self.entries[entry_id] = structs.replace(entry, tags=frozenset(tags))

    def _stop_others(self, owner: str, moment: int, but: int) -> None:
        running = self.current(owner)
        if running is not None and running != but:
            self.entries[running] = self.entries[running].ended(moment)


def born(owner: str, place: str, wish: Wish) -> Entry:
    """A new entry as a wish has it. Raises `Impossible`."""
    assert wish.start is not None
    return structs.replace(
        _timed(Entry(owner, place, wish.start, wish.start, 0), wish),
        description=wish.description or "",
        project=wish.project,
        tags=wish.tags or frozenset(),
    )


def _timed(entry: Entry, wish: Wish) -> Entry:
    start = entry.start if wish.start is None else wish.start
    stop: int | None
    if wish.duration is not None and wish.duration < 0 and wish.stop is None:
        return structs.replace(entry, start=start, stop=None, duration=-start)
    if wish.stop is None and wish.duration is None:
        if entry.running:
            return structs.replace(entry, start=start, duration=-start)
        stop, duration = (entry.stop if wish.start is None else start + entry.duration), entry.duration
    elif wish.stop is None:
        stop, duration = start + (wish.duration or 0), wish.duration or 0
    else:
        said = wish.duration is not None and wish.duration >= 0
        stop, duration = wish.stop, (wish.duration or 0) if said else wish.stop - start
    if stop is not None and stop < start:
        raise Impossible
    return structs.replace(entry, start=start, stop=stop, duration=duration)
