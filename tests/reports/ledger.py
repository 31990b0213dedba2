"""Acme's time, written down and asked for in few words, for examples that can be reckoned by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from msgspec import Struct

from hourhand.core import accounts, new_projects, project_members, projects, time_entries, workspaces
from hourhand.core.places import Place
from hourhand.core.timing import Said
from hourhand.db import Database
from hourhand.reports import detailed, summary, weekly
from hourhand.reports.filters import Filter
from hourhand.reports.results import Detailed, Summary, Weekly
from tests.cast import Cast, Person
from tests.core.acts import act
from tests.reports.world import moment

R = TypeVar("R")
HOUR = 3600


class Ledger(Struct, frozen=True):
    """The time of Acme."""

    database: Database
    cast: Cast

    def act(self, person: Person, verb: Callable[..., R], *arguments: Any) -> R:
        return act(self.database, person, verb, *arguments)

    def set(self, **changes: Any) -> None:
        """Settings of the workspace."""
        self.act(self.cast.ann, workspaces.update, self.cast.acme.id, workspaces.Changes(**changes))

    def project(self, name: str, **changes: Any) -> int:
        settings = projects.Changes(name=name, **{"is_private": False, **changes})
        return self.act(self.cast.ann, new_projects.create, new_projects.Draft(self.cast.acme.id, settings)).id

    def let_in(self, project_id: int, person: Person, **said: Any) -> int:
        draft = project_members.Draft(project_id, [person.id], **said)
        [member] = self.act(self.cast.ann, project_members.create, draft)
        return member.id

    def live_in(self, person: Person, zone: str) -> None:
        self.act(person, accounts.update, accounts.Changes(timezone=zone))

    def track(
        self,
        start: int | str,
        seconds: int | None = HOUR,
        *,
        by: Person | None = None,
        project: int | None = None,
        task: int | None = None,
        text: str = "",
        tags: tuple[str, ...] = (),
        billable: bool = True,
    ) -> int:
        """An entry of Ann's, or of somebody else; without seconds, it runs."""
        begun = start if isinstance(start, int) else moment(start)
        said = Said(begun, None, -1 if seconds is None else seconds)
        place = Place(self.cast.acme.id) if project is None else Place(self.cast.acme.id, project, task)
        draft = time_entries.Draft(place, said, text, tags, billable, created_with="tests")
        return self.act(by or self.cast.ann, time_entries.create, draft).id

    def asked(self, since: str, until: str, **narrowed: Any) -> Filter:
        days = date.fromisoformat(since), date.fromisoformat(until)
        return Filter(workspace_id=self.cast.acme.id, since=days[0], until=days[1], **narrowed)

    def summary(self, asked: Filter, *said: Any, reader: Person | None = None, **more: Any) -> Summary:
        return self.act(reader or self.cast.ann, summary.report, summary.Question(asked, *said, **more))

    def weekly(self, asked: Filter, *said: Any, reader: Person | None = None, **more: Any) -> Weekly:
        return self.act(reader or self.cast.ann, weekly.report, weekly.Question(asked, *said, **more))

    def detailed(self, asked: Filter, *said: Any, reader: Person | None = None, **more: Any) -> Detailed:
        return self.act(reader or self.cast.ann, detailed.report, detailed.Question(asked, *said, **more))
