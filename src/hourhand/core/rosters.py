"""Rosters: who learns of a workspace's members and groups.

Everybody in a workspace sees its members, each as far as `people` says; groups are for its admins alone, but which of
them somebody is in is seen with that member.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from hourhand.core import groups, members, people
from hourhand.core.event_log import Event
from hourhand.core.groups import Group
from hourhand.core.members import Member
from hourhand.core.notices import Notice, People, Touched
from hourhand.core.people import Person
from hourhand.db import Tx, slices

# By account, of those who listen and are in a workspace.
Roles = dict[int, str]


class _Team(Struct):
    account_ids: frozenset[int] = frozenset()


class Rosters:
    """What a stretch of a bucket's log says of members and groups."""

    def __init__(self, tx: Tx, bucket: int, people: People) -> None:
        self._tx = tx
        self._bucket = bucket
        self._people = people
        self._members = Touched()
        self._groups = Touched()
        # By workspace: who came into a group or left it, and where in the log that stands last.
        self._regrouped: dict[int, dict[int, int]] = {}

    def add(self, event: Event) -> None:
        """Take in an event of one of these nouns; they come in order."""
        if event.noun == members.NOUN:
            self._members.add(event)
            return
        self._groups.add(event)
        before, after = (
            msgspec.json.decode(text, type=_Team) if text else _Team() for text in (event.before, event.after)
        )
        regrouped = dict.fromkeys(before.account_ids ^ after.account_ids, event.position)
        self._regrouped.setdefault(event.workspace_id or 0, {}).update(regrouped)

    def notices(self) -> Iterator[Notice]:
        """What to tell, and whom."""
        found_groups = [it for ids in slices(self._groups) for it in groups.kept(self._tx, self._bucket, ids)]
        found = self._found_members()
        for workspace_id in sorted({*found, *(group.workspace_id for group in found_groups)}):
            roles = self._roles(workspace_id)
            admins = [account_id for account_id, role in roles.items() if role != "member"]
            for group in found_groups:
                if group.workspace_id == workspace_id and admins:
                    yield self._of_group(group, admins)
            if roles and workspace_id in found:
                for person in people.whole(self._tx, workspace_id, found[workspace_id]):
                    yield from self._of_person(person, roles)

    def _found_members(self) -> dict[int, list[Member]]:
        """By workspace, the members that there is something to tell of."""
        found: dict[int, dict[int, Member]] = {}
        for ids in slices(self._members):
            for member in members.kept(self._tx, self._bucket, ids):
                found.setdefault(member.workspace_id, {})[member.id] = member
        for workspace_id, regrouped in self._regrouped.items():
            for account_ids in slices(regrouped):
                for member in members.among(self._tx, workspace_id, account_ids):
                    self._members.follow([member.id], regrouped[member.account_id])
                    found.setdefault(workspace_id, {})[member.id] = member
        return {workspace_id: list(its.values()) for workspace_id, its in found.items()}

    def _roles(self, workspace_id: int) -> Roles:
        listening = self._people.get(workspace_id, ())
        there = [members.roles(self._tx, [workspace_id], some) for some in slices(listening)]
        return {account_id: role for roles in there for (_, account_id), role in roles.items()}

    def _of_group(self, group: Group, admins: list[int]) -> Notice:
        touch = self._groups[group.id]
        return Notice(touch.position, touch.became(group.deleted_at), groups.NOUN, group.workspace_id, group, admins)

    def _of_person(self, person: Person, roles: Roles) -> Iterator[Notice]:
        """A notice for each way in which readers see them: as admins, as themselves, as others."""
        member = person.member
        touch = self._members[member.id]
        readers: dict[tuple[bool, bool], list[int]] = {}
        for account_id, role in roles.items():
            admin = role != "member"
            readers.setdefault((admin, not admin and account_id == member.account_id), []).append(account_id)
        for (admin, own), account_ids in readers.items():
            seen = people.seen(person, admin=admin, own=own)
            action = touch.became(member.deleted_at)
            yield Notice(touch.position, action, members.NOUN, member.workspace_id, seen, account_ids)
