"""News: what the event log says to those who listen, each of them only what they may know.

One reading of a bucket's new events serves everybody who listens to it. Things are told as they are now, once for a
stretch of the log: whoever puts each notice in the place of what they knew of a thing has what a fresh look would show.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import Any

import msgspec
from msgspec import Struct, structs

from hourhand.core import (
    accounts,
    clients,
    entry_rows,
    event_log,
    groups,
    known_projects,
    members,
    project_groups,
    project_members,
    projects,
    tags,
    tasks,
    time_entries,
    workspaces,
)
from hourhand.core.event_log import Event
from hourhand.core.notices import Notice, People, Touched
from hourhand.core.rosters import Rosters
from hourhand.core.sights import Sights
from hourhand.db import Tx, slices

MOST_EVENTS = 200
_OF_SIGHTS = (projects.NOUN, tasks.NOUN, project_members.NOUN, project_groups.NOUN, groups.NOUN)
_OF_ROSTERS = (members.NOUN, groups.NOUN)
_OF_MEMBERS = (clients.NOUN, tags.NOUN, time_entries.NOUN, workspaces.NOUN)


class News(Struct, frozen=True):
    """What a stretch of a bucket's log came to.

    `position` is its end, `more` says that the log goes on. `moved` are the accounts whose way into some workspace
    opened, closed or changed: see `listeners`.
    """

    position: int
    more: bool
    notices: list[Notice]
    moved: dict[int, set[int]]

    def of(self, account_id: int) -> list[Notice]:
        """What one of these people is told."""
        return [notice for notice in self.notices if account_id in notice.people]


def read(tx: Tx, bucket: int, position: int, people: People, own: Container[int], until: int | None = None) -> News:
    """What happened in a bucket after a position, and not after `until`.

    For `people`, by workspace, and for those with an `own` account in the bucket.
    """
    found = event_log.following(tx, bucket, position, MOST_EVENTS, until)
    reading = _Reading(tx, bucket, people, own)
    for event in found:
        reading.add(event)
    end = found[-1].position if found else position
    return News(end, len(found) == MOST_EVENTS, list(reading.notices()), reading.moved)


class _Membership(Struct):
    account_id: int
    workspace_id: int


class _Rates(Struct):
    only_admins_see_billable_rates: bool


class _Reading:
    """The things that a stretch of the log is about, noun by noun."""

    def __init__(self, tx: Tx, bucket: int, people: People, own: Container[int]) -> None:
        self._tx = tx
        self._bucket = bucket
        self._people = people
        self._own = own
        self._touched = {noun: Touched() for noun in (accounts.NOUN, *_OF_MEMBERS)}
        self._sights = Sights(tx, bucket, people)
        self._rosters = Rosters(tx, bucket, people)
        self.moved: dict[int, set[int]] = {}

    def add(self, event: Event) -> None:
        """Take in an event; they come in order."""
        if event.noun in (members.NOUN, members.LEADING):
            self._move(event)
        if event.noun == accounts.NOUN and event.thing_id in self._own:
            self._touched[event.noun].add(event)
        if event.workspace_id in self._people:
            self._add_of_workspace(event)

    def notices(self) -> Iterator[Notice]:
        """What to tell, and whom: what others refer to comes first."""
        yield from self._of_accounts()
        told = list(self._of_members()) if any(self._touched[noun] for noun in _OF_MEMBERS) else []
        yield from (notice for notice in told if notice.noun != time_entries.NOUN)
        yield from self._rosters.notices()
        yield from self._sights.notices()
        yield from (notice for notice in told if notice.noun == time_entries.NOUN)

    def _add_of_workspace(self, event: Event) -> None:
        if event.noun in _OF_ROSTERS:
            self._rosters.add(event)
        if event.noun in _OF_SIGHTS:
            self._sights.add(event)
        if event.noun in _OF_MEMBERS:
            self._touched[event.noun].add(event)
        if event.noun == workspaces.NOUN:
            self._follow_rates(event)

    def _move(self, event: Event) -> None:
        moved = msgspec.json.decode(event.after or event.before or "", type=_Membership)
        self.moved.setdefault(moved.account_id, set()).add(moved.workspace_id)

    def _follow_rates(self, event: Event) -> None:
        """Who sees the rates of projects is for the workspace to say."""
        before, after = (
            msgspec.json.decode(text, type=_Rates) if text else None for text in (event.before, event.after)
        )
        if before is not None and before != after:
            self._sights.projects.follow(known_projects.with_rates(self._tx, event.thing_id), event.position)

    def _of_accounts(self) -> Iterator[Notice]:
        touched = self._touched[accounts.NOUN]
        for ids in slices(touched):
            for account in accounts.named(self._tx, ids).values():
                yield Notice(touched[account.id].position, "updated", accounts.NOUN, None, account, (account.id,))

    def _of_members(self) -> Iterator[Notice]:
        """What every member of a workspace may know; of time entries, whoever they belong to."""
        kept = self._kept()
        roles = self._roles(kept)
        for noun, things in kept.items():
            for thing in things:
                touch = self._touched[noun][thing.id]
                workspace_id = thing.id if noun == workspaces.NOUN else thing.workspace_id
                here = roles.get(workspace_id, {})
                action = touch.became(thing.deleted_at)
                for shown, people in _shown(noun, thing, here):
                    yield Notice(touch.position, action, noun, workspace_id, shown, people)

    def _kept(self) -> dict[str, list[Any]]:
        look: dict[str, Callable[[Tx, int, list[int]], list[Any]]] = {
            workspaces.NOUN: workspaces.kept,
            clients.NOUN: clients.kept,
            tags.NOUN: tags.kept,
            time_entries.NOUN: entry_rows.kept,
        }
        return {
            noun: [thing for ids in slices(self._touched[noun]) for thing in kept(self._tx, self._bucket, ids)]
            for noun, kept in look.items()
            if self._touched[noun]
        }

    def _roles(self, kept: dict[str, list[Any]]) -> dict[int, dict[int, str]]:
        """By workspace, the roles of those who may have to be told."""
        wanted: dict[int, set[int]] = {}
        for noun, things in kept.items():
            for thing in things:
                workspace_id = thing.id if noun == workspaces.NOUN else thing.workspace_id
                listening = self._people.get(workspace_id, ())
                told = listening if noun != time_entries.NOUN else {thing.account_id}.intersection(listening)
                wanted.setdefault(workspace_id, set()).update(told)
        found: dict[int, dict[int, str]] = {}
        for people in slices({account_id for told in wanted.values() for account_id in told}):
            for (workspace_id, account_id), role in members.roles(self._tx, sorted(wanted), people).items():
                found.setdefault(workspace_id, {})[account_id] = role
        return found


def _shown(noun: str, thing: Any, roles: dict[int, str]) -> Iterator[tuple[Struct, list[int]]]:
    """A thing as each of these people sees it."""
    if noun == time_entries.NOUN:
        people = [thing.account_id] if thing.account_id in roles else []
        shown = [(thing, people)]
    elif noun == workspaces.NOUN:
        by_role = {role: [who for who, its in roles.items() if its == role] for role in sorted(set(roles.values()))}
        shown = [(structs.replace(thing, role=role), people) for role, people in by_role.items()]
    else:
        shown = [(thing, list(roles))]
    return ((it, people) for it, people in shown if people)
