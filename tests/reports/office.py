"""An office to ask reports of, and what may happen in it that a report has to see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import structs

from hourhand.core import (
    accounts,
    clients,
    groups,
    new_projects,
    project_members,
    projects,
    removals,
    tags,
    tasks,
    time_entries,
    undeletions,
    workspaces,
)
from hourhand.core.actor import OPERATOR, Actor
from hourhand.core.places import Place
from hourhand.core.timing import Said
from hourhand.db import Database, Tx
from hourhand.reports import detailed, summary, sums, weekly
from hourhand.reports.filters import Filter
from tests.cast import Cast, Person, assemble
from tests.clock import Clock
from tests.core.acts import act

NOW = 1_700_000_000
SINCE, UNTIL = date(2023, 11, 10), date(2023, 11, 16)
ROOM = 64 << 20
HOUR = 3600


class Office(NamedTuple):
    """Acme with a little of everything in it, and every statement that runs."""

    database: Database
    cast: Cast
    clock: Clock
    statements: list[str]
    project: int
    task: int
    client: int
    tag: int
    entries: list[int]


def opened(database: Database, folder: Path, clock: Clock, statements: list[str]) -> Office:
    """A little of everything in a database without people."""
    cast = assemble(database, folder)
    return Office(database, cast, clock, statements, *database.write_now(lambda tx: _things(tx, cast)))


def _things(tx: Tx, cast: Cast) -> tuple[int, int, int, int, list[int]]:
    ann = cast.ann.at(tx)
    workspaces.update(tx, ann, cast.acme.id, workspaces.Changes(default_hourly_rate=Decimal(60)))
    client = clients.create(tx, ann, clients.Draft(cast.acme.id, "Client")).id
    changes = projects.Changes(name="Site", client_id=client, rate=Decimal(90), is_private=False)
    project = new_projects.create(tx, ann, new_projects.Draft(cast.acme.id, changes)).id
    task = tasks.create(tx, ann, tasks.Draft(project, "Task")).id
    [tag] = tags.named(tx, ann, cast.acme.id, ["tag"])
    made = [
        entry(tx, cast.ann, Place(project_id=project, task_id=task), 0, "tag"),
        # Not yet, so that what changes now is in time for it.
        entry(tx, cast.ann, Place(project_id=project), 30),
        entry(tx, cast.bob, Place(cast.acme.id), 2, "tag"),
        entry(tx, cast.ann, Place(cast.ann.home), 3),
        entry(tx, cast.bob, Place(project_id=project), 4),
        entry(tx, cast.cleo, Place(project_id=project, task_id=task), 5, "tag"),
    ]
    return project, task, client, tag, made


def entry(tx: Tx, person: Person, place: Place, hour: int, *names: str) -> int:
    said = Said(NOW - 24 * HOUR + hour * HOUR, None, 600 + hour)
    draft = time_entries.Draft(place, said, f"hour {hour}", names, billable=True, created_with="tests")
    return time_entries.create(tx, person.at(tx), draft).id


# What may go wrong --------------------------------------------------------------------------------


def create(office: Office) -> None:
    _act(office, time_entries.create, _draft(office, Said(NOW, None, 60)))


def start_and_stop(office: Office) -> None:
    _act(office, time_entries.start, _draft(office, Said()))
    office.clock.advance(77)
    _act(office, time_entries.start, _draft(office, Said()))


def change_times(office: Office) -> None:
    _change(office, said=Said(NOW - 3 * 24 * HOUR, None, 5))


def let_run_again(office: Office) -> None:
    _change(office, said=Said(None, None, -1))


def change_description(office: Office) -> None:
    _change(office, description="anew")


def change_billable(office: Office) -> None:
    _change(office, billable=False)


def take_off_the_project(office: Office) -> None:
    _change(office, place=Place(project_id=None))


def tag_anew(office: Office) -> None:
    _change(office, tags=("another",))


def untag(office: Office) -> None:
    _change(office, tags=())


def delete(office: Office) -> None:
    _act(office, time_entries.delete, [office.entries[0]])


def delete_and_bring_back(office: Office) -> None:
    delete(office)
    _bring_back(office, "time_entry", office.entries[0])


def delete_the_tag(office: Office) -> None:
    _act(office, removals.delete_tag, office.tag)


def bring_the_tag_back(office: Office) -> None:
    delete_the_tag(office)
    ask(office)
    _bring_back(office, "tag", office.tag)


def rename_the_tag(office: Office) -> None:
    _act(office, tags.update, office.tag, tags.Changes("renamed"))


def delete_the_task(office: Office) -> None:
    _act(office, removals.delete_tasks, [office.task])


def bring_the_task_back(office: Office) -> None:
    delete_the_task(office)
    ask(office)
    _bring_back(office, "task", office.task)


def delete_the_project(office: Office) -> None:
    _act(office, removals.delete_projects, [office.project])


def bring_the_project_back(office: Office) -> None:
    delete_the_project(office)
    ask(office)
    _bring_back(office, "project", office.project)


def delete_the_client(office: Office) -> None:
    _act(office, removals.delete_client, office.client)


def bring_the_client_back(office: Office) -> None:
    delete_the_client(office)
    ask(office)
    _bring_back(office, "client", office.client)


def move_out(office: Office) -> None:
    _change(office, place=Place(office.cast.ann.home, None))


def move_out_and_back(office: Office) -> None:
    move_out(office)
    ask(office)
    _change(office, place=Place(office.cast.acme.id, None))


def move_in(office: Office) -> None:
    place = Place(office.cast.acme.id, None)
    _act(office, time_entries.update, [office.entries[3]], time_entries.Changes(place=place))


def change_rates(office: Office) -> None:
    _act(office, projects.update, office.project, projects.Changes(rate=Decimal(1)))
    _act(office, workspaces.update, office.cast.acme.id, workspaces.Changes(default_hourly_rate=Decimal(2)))


def give_somebody_a_rate(office: Office) -> None:
    draft = project_members.Draft(office.project, [office.cast.bob.id], rate=Decimal(7))
    _act(office, project_members.create, draft)


def change_rounding(office: Office) -> None:
    _act(office, workspaces.update, office.cast.acme.id, workspaces.Changes(rounding=1, rounding_minutes=15))


def change_a_zone(office: Office) -> None:
    _act(office, accounts.update, accounts.Changes(timezone="Pacific/Kiritimati"))


def leave(office: Office) -> None:
    act(office.database, office.cast.bob, removals.leave_workspace, office.cast.acme.id)


def group_people(office: Office) -> None:
    group = _act(office, groups.create, groups.Draft(office.cast.acme.id, "group"))
    _act(office, groups.set_members, group.id, [office.cast.bob.id])


CHANGES = [
    create,
    start_and_stop,
    change_times,
    let_run_again,
    change_description,
    change_billable,
    take_off_the_project,
    tag_anew,
    untag,
    delete,
    delete_and_bring_back,
    delete_the_tag,
    bring_the_tag_back,
    rename_the_tag,
    delete_the_task,
    bring_the_task_back,
    delete_the_project,
    bring_the_project_back,
    delete_the_client,
    bring_the_client_back,
    move_out,
    move_out_and_back,
    move_in,
    change_rates,
    give_somebody_a_rate,
    change_rounding,
    change_a_zone,
    leave,
    group_people,
]
# After these, reports are what they were.
LIKE_BEFORE = [
    delete_and_bring_back,
    bring_the_task_back,
    bring_the_project_back,
    bring_the_client_back,
    leave,
    group_people,
]


# How ----------------------------------------------------------------------------------------------


def ask(office: Office) -> list[object]:
    """All kinds of reports of both of Ann's workspaces as she sees them, and of one as Cleo does."""
    return office.database.write_now(lambda tx: told(tx, office))


def told(tx: Tx, office: Office) -> list[object]:
    """As `ask`, within a transaction."""
    found: list[object] = []
    ann, cleo, acme = office.cast.ann, office.cast.cleo, office.cast.acme.id
    for person, workspace_id in [(ann, acme), (ann, ann.home), (cleo, acme)]:
        asked = Filter(workspace_id=workspace_id, since=SINCE, until=UNTIL)
        for narrowed in [
            asked,
            structs.replace(asked, tag_ids=frozenset({office.tag})),
            structs.replace(asked, tag_ids=frozenset({0}), rounded=True),
            structs.replace(asked, client_ids=frozenset({office.client}), description="HOUR"),
        ]:
            actor = person.at(tx)
            found += [
                summary.report(tx, actor, summary.Question(narrowed, with_entry_ids=True)),
                summary.report(tx, actor, summary.Question(narrowed, "users", "tasks", distinct_rates=True)),
                weekly.report(tx, actor, weekly.Question(narrowed)),
                detailed.report(tx, actor, detailed.Question(narrowed)),
                listed(tx, actor, detailed.Question(narrowed)),
            ]
    return found


def listed(tx: Tx, actor: Actor, question: detailed.Question) -> list[object]:
    """All entries, as batches have them."""
    return [row for batch in detailed.batches(tx, actor, question) for row in zip(*batch, strict=True)]


def over_rows(office: Office) -> list[object]:
    """As `ask`, without packed columns."""
    shelf = office.database.memory.pop(sums.SHELF)
    found = ask(office)
    office.database.memory[sums.SHELF] = shelf
    return found


def _draft(office: Office, said: Said) -> time_entries.Draft:
    return time_entries.Draft(Place(project_id=office.project), said, "drafted", ("tag",), created_with="tests")


def _act(office: Office, verb: Callable[..., Any], *arguments: Any) -> Any:
    return act(office.database, office.cast.ann, verb, *arguments)


def _change(office: Office, **said: Any) -> None:
    _act(office, time_entries.update, [office.entries[0]], time_entries.Changes(**said))


def _bring_back(office: Office, noun: str, thing_id: int) -> None:
    office.database.write_now(lambda tx: undeletions.undelete(tx, Actor(OPERATOR, tx.now), noun, thing_id))
