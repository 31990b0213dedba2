"""Acme's time, written down and asked for in few words, for examples that can be reckoned by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from msgspec import Struct

from hourhand.core import accounts, new_projects, project_members, projects, time_entries, workspaces
from hourhand.core.actor import Actor
from hourhand.core.places import Place
from hourhand.core.timing import Said
from hourhand.db import Database, Tx
from hourhand.reports import detailed, summary, weekly
from hourhand.reports.filters import Filter
from hourhand.reports.results import Detailed, Summary, Weekly
from tests.cast import Cast, Person

R = TypeVar("R")
Q = TypeVar("Q")
HOUR = 3600


class Ledger(Struct, frozen=True):
    """The time of Acme."""

    database: Database
    cast: Cast

    def act(self, person: Person, verb: Callable[..., R], *arguments: Any) -> R:
        return self.database.write_now(lambda tx: verb(tx, person.at(tx), *arguments))

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
        return self._ask(summary.report, summary.Question(asked, *said, **more), reader)

    def weekly(self, asked: Filter, *said: Any, reader: Person | None = None, **more: Any) -> Weekly:
        return self._ask(weekly.report, weekly.Question(asked, *said, **more), reader)

    def detailed(self, asked: Filter, *said: Any, reader: Person | None = None, **more: Any) -> Detailed:
        return self._ask(detailed.report, detailed.Question(asked, *said, **more), reader)

    def _ask(self, report: Callable[[Tx, Actor, Q], R], question: Q, reader: Person | None) -> R:
        return self.database.write_now(lambda tx: report(tx, (reader or self.cast.ann).at(tx), question))


def moment(text: str) -> int:
    """An instant, said in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
