"""Sights: who learns of projects and their tasks, where what people may know of them can itself change.

A project that turns private is gone for those outside it, and there for those who come in, alone or with a group; its
tasks with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec
from msgspec import Struct

from hourhand.core import groups, known_projects, members, project_groups, project_members, projects, tasks
from hourhand.core.event_log import Event
from hourhand.core.events import Action
from hourhand.core.known_projects import Knowing
from hourhand.core.notices import Lost, Notice, People, Touched
from hourhand.core.projects import Project
from hourhand.core.tasks import Task
from hourhand.db import Tx, slices


class _Privacy(Struct):
    is_private: bool


class _Estimate(Struct):
    project_id: int
    estimated_seconds: int


class _Mate(Struct):
    project_id: int
    account_id: int


class _Team(Struct):
    """What the log tells of a group, or of its coming to a project: who is in it, and what it knows."""

    account_ids: frozenset[int] = frozenset()
    project_ids: tuple[int, ...] = ()
    project_id: int = 0


class Sights:
    """What a stretch of a bucket's log says of projects, their people, their groups and their tasks."""

    def __init__(self, tx: Tx, bucket: int, people: People) -> None:
        self._tx = tx
        self._bucket = bucket
        self._people = people
        self.projects = Touched()
        self._tasks = Touched()
        self._mates = Touched()
        # By project: whether it was private, at one time or another.
        self._privacy: dict[int, set[bool]] = {}
        self._estimated: dict[int, int] = {}
        # By project: who came into it or left it, and where in the log that stands last.
        self._crossed: dict[int, dict[int, int]] = {}
        # The same of those for whom a group did.
        self._led: dict[int, dict[int, int]] = {}
        self._found: dict[int, Project] = {}
        self._knowing: dict[int, list[Knowing]] = {}
        self._lost: dict[int, set[int]] = {}

    def add(self, event: Event) -> None:
        """Take in an event of one of these nouns; they come in order."""
        if event.noun == projects.NOUN:
            self.projects.add(event)
            known = [msgspec.json.decode(text, type=_Privacy) for text in (event.before, event.after) if text]
            self._privacy.setdefault(event.thing_id, set()).update(it.is_private for it in known)
        elif event.noun == tasks.NOUN:
            self._tasks.add(event)
            self._follow_estimate(event)
        elif event.noun in (groups.NOUN, project_groups.NOUN):
            self._follow_group(event)
        else:
            self._mates.add(event)
            mate = msgspec.json.decode(event.after or event.before or "", type=_Mate)
            if event.action == "updated":
                # Who manages a project sees its rate.
                self.projects.follow([mate.project_id], event.position)
            else:
                self._crossed.setdefault(mate.project_id, {})[mate.account_id] = event.position

    def notices(self) -> Iterator[Notice]:
        """What to tell, and whom."""
        mates = [mate for ids in slices(self._mates) for mate in project_members.kept(self._tx, self._bucket, ids)]
        found = [task for ids in slices(self._tasks) for task in tasks.kept(self._tx, self._bucket, ids)]
        self._look({*self.projects, *self._crossed, *self._led, *(task.project_id for task in found)})
        for project in self._found.values():
            self._lost[project.id] = self._losing(project)
            yield from self._of_project(project)
        for task in found:
            yield from self._of_task(task)
        for mate in mates:
            touch, knowing = self._mates[mate.id], self._knowing[mate.project_id]
            yield from _told(touch.position, touch.became(mate.deleted_at), project_members.NOUN, mate, knowing)

    def _follow_estimate(self, event: Event) -> None:
        """A project that adds up its tasks' estimates will look different if one of them changed."""
        before, after = (
            msgspec.json.decode(text, type=_Estimate) if text else None for text in (event.before, event.after)
        )
        if (task := after or before) is not None and before != after:
            self._estimated[task.project_id] = event.position

    def _follow_group(self, event: Event) -> None:
        """Whoever comes into a group comes into its projects, and a group into a project with all who are in it."""
        before, after = (
            msgspec.json.decode(text, type=_Team) if text else _Team() for text in (event.before, event.after)
        )
        known = after if event.after else before
        project_ids = known.project_ids if event.noun == groups.NOUN else (known.project_id,)
        for project_id in project_ids:
            led = dict.fromkeys(before.account_ids ^ after.account_ids, event.position)
            self._led.setdefault(project_id, {}).update(led)

    def _look(self, project_ids: set[int]) -> None:
        for some in slices(sorted(project_ids)):
            found = known_projects.kept(self._tx, self._bucket, some)
            self._found |= {project.id: project for project in found}
            people = {account_id for project in found for account_id in self._people.get(project.workspace_id, ())}
            self._knowing |= {project_id: [] for project_id in some}
            for listening in slices(people):
                for project_id, knowing in known_projects.by_project(self._tx, self._bucket, some, listening).items():
                    self._knowing[project_id] += knowing
        for project_id, position in self._estimated.items():
            if project_id in self._found and self._found[project_id].auto_estimates:
                self.projects.follow([project_id], position)
        for project_id, led in self._led.items():
            # Groups make no difference to a public project.
            if project_id in self._found and True in self._was_private(self._found[project_id]):
                crossed = self._crossed.setdefault(project_id, {})
                crossed |= {account_id: max(at, crossed.get(account_id, 0)) for account_id, at in led.items()}

    def _was_private(self, project: Project) -> set[bool]:
        """Whether a project was private, at one time of the stretch or another."""
        return self._privacy.get(project.id, {project.is_private})

    def _of_project(self, project: Project) -> Iterator[Notice]:
        touch, crossed = self.projects.get(project.id), self._crossed.get(project.id, {})
        position = max([*crossed.values(), *([touch.position] if touch else [])], default=0)
        came: list[Knowing] = []
        if project.deleted_at is not None or (touch is not None and touch.action == "created"):
            told = self._knowing[project.id] if touch is not None else []
        else:
            came = self._coming(project)
            told = [it for it in self._knowing[project.id] if touch is not None or it.account_id in crossed]
        action = "updated" if touch is None else touch.became(project.deleted_at)
        yield from _told(position, "created", projects.NOUN, project, came)
        yield from _told(position, action, projects.NOUN, project, [it for it in told if it not in came])
        yield from self._tasks_along(project, position, [it.account_id for it in came])
        yield from _gone(position, projects.NOUN, Lost(project.id, project.workspace_id), self._lost[project.id])

    def _of_task(self, task: Task) -> Iterator[Notice]:
        touch = self._tasks[task.id]
        people = [it.account_id for it in self._knowing[task.project_id]]
        if people:
            yield Notice(touch.position, touch.became(task.deleted_at), tasks.NOUN, task.workspace_id, task, people)
        if task.deleted_at is not None:
            lost = Lost(task.id, task.workspace_id, task.project_id)
            yield from _gone(touch.position, tasks.NOUN, lost, self._lost[task.project_id])

    def _tasks_along(self, project: Project, position: int, came: list[int]) -> Iterator[Notice]:
        """The tasks go with their project, in sight or out of it."""
        lost = self._lost[project.id]
        for task in tasks.of_projects(self._tx, self._bucket, [project.id]) if came or lost else ():
            if came:
                yield Notice(position, "created", tasks.NOUN, project.workspace_id, task, came)
            yield from _gone(position, tasks.NOUN, Lost(task.id, project.workspace_id, project.id), lost)

    def _coming(self, project: Project) -> list[Knowing]:
        """Whose sight a project that was private has come into."""
        if True not in self._was_private(project):
            return []
        crossed = self._crossed.get(project.id, {})
        return [
            it
            for it in self._knowing[project.id]
            if not it.admin and (it.account_id in crossed or not (project.is_private or it.inside))
        ]

    def _losing(self, project: Project) -> set[int]:
        """Who is in the workspace, may have known of a project, and may no longer."""
        if not project.is_private:
            return set()
        candidates = set(self._people.get(project.workspace_id, ()))
        if False not in self._privacy.get(project.id, ()):
            candidates.intersection_update(self._crossed.get(project.id, ()))
        candidates.difference_update(it.account_id for it in self._knowing[project.id])
        there = [members.roles(self._tx, [project.workspace_id], some) for some in slices(candidates)]
        return {account_id for roles in there for _, account_id in roles}


def _told(position: int, action: Action, noun: str, thing: Struct, knowing: list[Knowing]) -> Iterator[Notice]:
    """A notice for those who see rates, and one for those who do not."""
    workspace_id: int = getattr(thing, "workspace_id")  # noqa: B009
    for sees_rates in (True, False):
        people = [it.account_id for it in knowing if it.sees_rates == sees_rates]
        if people:
            shown = thing if sees_rates else known_projects.without_rates(thing)
            yield Notice(position, action, noun, workspace_id, shown, people)


def _gone(position: int, noun: str, lost: Lost, people: Collection[int]) -> Iterator[Notice]:
    if people:
        yield Notice(position, "deleted", noun, lost.workspace_id, lost, people)
