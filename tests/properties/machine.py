"""Ann and Bob at work: verbs in any order, each done to the database and to the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec import UNSET, Struct, structs

from hourhand.core import members, new_projects, removals, tags, time_entries
from hourhand.core.actor import Actor
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.errors import Invalid, NotFound, Refusal
from hourhand.core.ids import bucket_of
from hourhand.core.places import Place
from hourhand.core.projects import Changes as ProjectChanges
from hourhand.core.timing import Said
from hourhand.db import Database, Tx
from tests.cast import Cast, Person
from tests.clock import Clock
from tests.matrix import snapshot
from tests.matrix.snapshot import Rows
from tests.properties.model import Entry, Impossible, Model, Wish, born
from tests.properties.replay import Event, events_after, retold

P = ParamSpec("P")
T = TypeVar("T")
NOW = 1_700_000_000
_EVER = (0, 1 << 40)
_MOST_PROJECTS = 3

people = st.sampled_from(["ann", "bob"])
placed = st.sampled_from(["acme", "acme", "home"])
picks = st.integers(0, 50)
moments = st.integers(NOW - 5_000, NOW + 5_000)
durations = st.integers(0, 9_000) | st.just(-1)
words = st.sampled_from(["", "a", "b"])
colours = st.sampled_from(["red", "green", "blue", "black"])
tagged = st.frozensets(colours, max_size=3)
times = st.builds(Wish, start=st.none() | moments, stop=st.none() | moments, duration=st.none() | durations)
born_times = st.builds(Wish, start=moments, stop=st.none() | moments, duration=st.none() | durations)
retagged = st.builds(Wish, tags=tagged, tag_action=st.sampled_from(["add", "remove", None]))


class Arena(Struct, frozen=True):
    """A database with the cast in it, and its rows before anything happens."""

    database: Database
    cast: Cast
    clock: Clock
    rows: Rows


class Tracking(RuleBasedStateMachine):
    """Each rule is one verb; what is checked after each is at the end."""

    def __init__(self, arena: Arena) -> None:
        super().__init__()
        self.arena = arena
        self.model = Model()
        self.people = {"ann": arena.cast.ann, "bob": arena.cast.bob}
        # Names of tags in the shared workspace and in people's own.
        self.tags: dict[str, set[str]] = {"acme": set(), "ann": set(), "bob": set()}
        self.projects: list[int] = []
        self.bob_is_in = True
        self.known: dict[int, Entry] = {}
        self.last_at: dict[int, int] = {}
        # The last verb changes entries without an event of theirs; or an entry twice, perhaps back again.
        self.silent = self.twice = False
        arena.clock.now = NOW
        snapshot.restore(arena.database, arena.rows)
        self.events: dict[int, list[Event]] = {
            bucket: events_after(arena.database, bucket, 0)
            for bucket in sorted({bucket_of(person.id) for person in self.people.values()})
        }

    # Verbs ----------------------------------------------------------------------------------------

    @rule(seconds=st.integers(-7_200, 86_400))
    def the_clock_moves(self, seconds: int) -> None:
        self.arena.clock.advance(seconds)

    @rule(who=people, place=placed, when=born_times, text=words, names=tagged, pick=picks)
    def create(self, who: str, place: str, when: Wish, text: str, names: frozenset[str], pick: int) -> None:
        wish = Wish(when.start, when.stop, when.duration, text, self._project(pick, place), names)
        self._add(who, place, wish, time_entries.create)

    @rule(who=people, place=placed, text=words, names=tagged, pick=picks)
    def start(self, who: str, place: str, text: str, names: frozenset[str], pick: int) -> None:
        wish = Wish(self._now(), None, -1, text, self._project(pick, place), names)
        self._add(who, place, wish, time_entries.start)

    @rule(who=people, pick=picks)
    def stop(self, who: str, pick: int) -> None:
        for entry_id in self._picked(pick, 1):
            if self._may(who, entry_id):
                self._act(who, time_entries.stop, entry_id)
                self.model.stop(entry_id, self._now())
            else:
                self._refused(NotFound, who, time_entries.stop, entry_id)

    @rule(who=people, pick=picks, wish=times | retagged | st.builds(Wish, description=words))
    def update(self, who: str, pick: int, wish: Wish) -> None:
        self._change(who, self._picked(pick, 1), wish)

    @rule(who=people, pick=picks, project=picks)
    def move_to_a_project(self, who: str, pick: int, project: int) -> None:
        entry_ids = [entry_id for entry_id in self._picked(pick, 1) if self.model.entries[entry_id].place == "acme"]
        self._change(who, entry_ids, Wish(project=self._project(project, "acme")))

    @rule(who=people, pick=picks, wish=retagged | st.builds(Wish, description=words, start=st.none() | moments))
    def update_several(self, who: str, pick: int, wish: Wish) -> None:
        self._change(who, self._picked(pick, 3), wish)

    @rule(who=people, pick=picks, text=words)
    def let_several_run_again(self, who: str, pick: int, text: str) -> None:
        self.twice = True
        self._change(who, self._picked(pick, 3), Wish(duration=-1, description=text))

    @rule(who=people, pick=picks, several=st.integers(1, 2))
    def delete(self, who: str, pick: int, several: int) -> None:
        entry_ids = self._picked(pick, several)
        if all(self._may(who, entry_id) for entry_id in entry_ids):
            self._act(who, time_entries.delete, entry_ids)
            for entry_id in entry_ids:
                del self.model.entries[entry_id]
        else:
            self._refused(NotFound, who, time_entries.delete, entry_ids)

    @rule()
    def make_a_project(self) -> None:
        if len(self.projects) < _MOST_PROJECTS:
            wanted = ProjectChanges(name=f"Project {self._events_so_far()}", is_private=False)
            draft = new_projects.Draft(self.arena.cast.acme.id, wanted)
            self.projects.append(self._act("ann", new_projects.create, draft).id)

    @rule(pick=picks)
    def delete_a_project(self, pick: int) -> None:
        if self.projects:
            project_id = self.projects.pop(pick % len(self.projects))
            self._act("ann", removals.delete_projects, [project_id])
            self.model.forget_project(project_id)

    @rule(who=people, old=colours, new=colours | st.just("violet"))
    def rename_a_tag(self, who: str, old: str, new: str) -> None:
        if old not in self.tags["acme"]:
            return
        arguments = (self._tag_id(old), tags.Changes(new))
        if not self._is_in(who):
            self._refused(NotFound, who, tags.update, *arguments)
        elif new != old and new in self.tags["acme"]:
            self._refused(Invalid, who, tags.update, *arguments)
        else:
            self.silent = True
            self._act(who, tags.update, *arguments)
            self.tags["acme"] = self.tags["acme"] - {old} | {new}
            self.model.rename_tag(old, new)

    @rule(who=people, name=colours)
    def delete_a_tag(self, who: str, name: str) -> None:
        if name in self.tags["acme"] and self._is_in(who):
            self.silent = True
            self._act(who, removals.delete_tag, self._tag_id(name))
            self.tags["acme"].remove(name)
            self.model.rename_tag(name, None)

    @rule()
    def bob_leaves_or_comes_back(self) -> None:
        acme = self.arena.cast.acme.id
        if not self.bob_is_in:
            self._act("ann", members.join, acme, self.people["bob"].id, "member")
        else:
            self._act("bob", removals.leave_workspace, acme)
            running = self.model.current("bob")
            if running is not None and self.model.entries[running].place == "acme":
                self.model.stop(running, self._now())
        self.bob_is_in = not self.bob_is_in

    # What is checked ------------------------------------------------------------------------------

    @invariant()
    def every_change_is_told_once(self) -> None:
        changed = {it for it in {*self.known, *self.model.entries} if self.known.get(it) != self.model.entries.get(it)}
        told = [event for bucket in self.events for event in self._news(bucket) if event.noun == "time_entry"]
        ids = {event.thing_id for event in told}
        if self.twice:
            assert ids >= changed
        else:
            assert ids == (set() if self.silent else changed)
            assert len(ids) == len(told)
        for event in told:
            before, after = event.thing_id in self.known, event.thing_id in self.model.entries
            assert event.action == {(False, True): "created", (True, False): "deleted"}.get((before, after), "updated")
            self.last_at[event.thing_id] = event.at
        self.known = dict(self.model.entries)
        self.silent = self.twice = False

    @invariant()
    def reading_shows_what_the_model_has(self) -> None:
        self.arena.database.write_now(self._compare)

    @invariant()
    def the_events_alone_tell_everything(self) -> None:
        known = [retold(events) for events in self.events.values()]
        entries = {entry_id: entry for it in known for entry_id, entry in it["time_entry"].items()}
        assert {entry_id: _told(self.people, entry) for entry_id, entry in entries.items()} == {
            entry_id: _shown(entry) for entry_id, entry in self.model.entries.items()
        }
        names = sorted(tag["name"] for it in known for tag in it["tag"].values())
        assert names == sorted(name for held in self.tags.values() for name in held)
        assert {it for one in known for it in one["project"]} >= set(self.projects)

    def _news(self, bucket: int) -> list[Event]:
        """What happened since the last look: without gaps, and at no earlier time."""
        known = self.events[bucket]
        news = events_after(self.arena.database, bucket, known[-1].position)
        whole = [known[-1], *news]
        assert [event.position for event in whole] == [known[-1].position + i for i in range(len(whole))]
        assert [event.at for event in whole] == sorted(event.at for event in whole)
        known += news
        return news

    def _compare(self, tx: Tx) -> None:
        for who, person in self.people.items():
            seen = {it: entry for it, entry in self.model.entries.items() if self._may(who, it)}
            own = sorted((it for it in seen if seen[it].owner == who), key=lambda it: (seen[it].start, it))
            listed = time_entries.listing(tx, person.at(tx), *_EVER)
            assert [entry.id for entry in listed] == own
            found = [*listed, *(time_entries.visible(tx, person.at(tx), it) for it in seen)]
            assert [_read(self.people, entry) for entry in found] == [_shown(self.model.entries[it.id]) for it in found]
            assert [entry.at for entry in found] == [self.last_at[entry.id] for entry in found]
            running = self.model.current(who)
            current = time_entries.current(tx, person.at(tx))
            assert (current and current.id) == (running if running in seen else None)

    # How ------------------------------------------------------------------------------------------

    def _now(self) -> int:
        return int(self.arena.clock.now)

    def _act(self, who: str, verb: Callable[Concatenate[Tx, Actor, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        person = self.people[who]
        return self.arena.database.write_now(lambda tx: verb(tx, person.at(tx), *args, **kwargs))

    def _refused(self, kind: type[Refusal], who: str, verb: Callable[..., Any], *args: Any) -> None:
        with pytest.raises(kind):
            self._act(who, verb, *args)

    def _add(self, who: str, place: str, wish: Wish, verb: Callable[[Tx, Actor, Any], TimeEntry]) -> None:
        home = self.people[who].home
        where = Place(self.arena.cast.acme.id if place == "acme" else home, wish.project or UNSET)
        said, names = Said(wish.start, wish.stop, wish.duration), tuple(sorted(wish.tags or ()))
        draft = time_entries.Draft(where, said, wish.description or "", names, created_with="tests")
        try:
            entry = born(who, place, wish)
        except Impossible:
            self._refused(Invalid, who, verb, draft)
            return
        if place == "acme" and not self._is_in(who):
            self._refused(Invalid, who, verb, draft)
            return
        self.model.add(self._act(who, verb, draft).id, entry)
        self._note_tags(entry)

    def _change(self, who: str, entry_ids: list[int], wish: Wish) -> None:
        changes = time_entries.Changes(
            place=Place(project_id=wish.project or UNSET),
            said=Said(wish.start, wish.stop, wish.duration),
            description=UNSET if wish.description is None else wish.description,
            tags=UNSET if wish.tags is None else tuple(sorted(wish.tags)),
            tag_action=wish.tag_action or UNSET,
        )
        if not all(self._may(who, entry_id) for entry_id in entry_ids):
            self._refused(NotFound, who, time_entries.update, entry_ids, changes)
        elif not self.model.is_possible(entry_ids, wish):
            self._refused(Invalid, who, time_entries.update, entry_ids, changes)
        else:
            answers = self._act(who, time_entries.update, entry_ids, changes)
            for entry_id in entry_ids:
                self.model.change(entry_id, wish)
                self._note_tags(self.model.entries[entry_id])
            shown = [_shown(self.model.entries[entry_id]) for entry_id in entry_ids]
            assert [_read(self.people, answer) for answer in answers] == shown

    def _picked(self, pick: int, several: int) -> list[int]:
        """So many of the entries there are, in some order."""
        entry_ids = sorted(self.model.entries)
        turned = entry_ids[pick % len(entry_ids) :] + entry_ids[: pick % len(entry_ids)] if entry_ids else []
        return turned[:several] if pick % 2 else turned[:several][::-1]

    def _project(self, pick: int, place: str) -> int | None:
        chosen = pick % (len(self.projects) + 1)
        return self.projects[chosen - 1] if chosen and place == "acme" else None

    def _may(self, who: str, entry_id: int) -> bool:
        """Whether a person may know of an entry: of their own, and Ann as the admin of the rest of Acme."""
        entry = self.model.entries[entry_id]
        if entry.place == "home":
            return entry.owner == who
        return who == "ann" or (entry.owner == who and self.bob_is_in)

    def _is_in(self, who: str) -> bool:
        return who == "ann" or self.bob_is_in

    def _note_tags(self, entry: Entry) -> None:
        self.tags["acme" if entry.place == "acme" else entry.owner] |= entry.tags

    def _tag_id(self, name: str) -> int:
        found = self._act("ann", tags.of_workspace, self.arena.cast.acme.id)
        return next(tag.id for tag in found if tag.name == name)

    def _events_so_far(self) -> int:
        return sum(map(len, self.events.values()))


def _shown(entry: Entry) -> tuple[Any, ...]:
    names = tuple(sorted(entry.tags))
    return entry.owner, entry.start, entry.stop, entry.duration, entry.description, entry.project, names


def _read(people: dict[str, Person], entry: TimeEntry) -> tuple[Any, ...]:
    return _told(people, structs.asdict(entry))


def _told(people: dict[str, Person], entry: dict[str, Any]) -> tuple[Any, ...]:
    owner = next(name for name, person in people.items() if person.id == entry["account_id"])
    said = (entry[name] for name in ("start", "stop", "duration", "description", "project_id"))
    return (owner, *said, tuple(entry["tags"]))
