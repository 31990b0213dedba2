"""What the words of `hourhand report` mean in a database: in which workspace, for whose eyes, and of what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

import click

from hourhand.cli.words import printable

if TYPE_CHECKING:
    from hourhand.core.accounts import Account
    from hourhand.core.actor import Actor
    from hourhand.core.workspaces import Workspace
    from hourhand.db import Tx
    from hourhand.reports.filters import Filter, Ids

CALLER = "hourhand report"
# How many workspaces are named to choose from.
_MOST_NAMED = 10


class Words(NamedTuple):
    """What was said of a report, but for its kind and its form."""

    workspace: str | None
    user: str | None
    since: datetime | None
    until: datetime | None
    project: tuple[str, ...]
    client: tuple[str, ...]
    person: tuple[str, ...]
    tag: tuple[str, ...]
    description: str
    billable: bool | None
    rounding: bool


class Asked(NamedTuple):
    """A report as it is asked of the engine: by whom, and of what."""

    actor: Actor
    reader: Account
    workspace: Workspace
    filter: Filter


def understood(tx: Tx, words: Words) -> Asked:
    """Who asks for what. Raises `NotFound` for what there is none of, and `Invalid` for days that cannot be."""
    from hourhand.core import accounts, dates, workspaces
    from hourhand.core.actor import Actor
    from hourhand.core.errors import Problems
    from hourhand.reports.filters import NOUN, Filter, span

    user = accounts.find(tx, accounts.by_email(tx, words.user).id) if words.user else None
    theirs = workspaces.listing(tx, Actor(user.id, tx.now, CALLER)) if user else workspaces.every(tx)
    workspace = _chosen(theirs, words.workspace)
    reader = user or accounts.find(tx, workspace.owner_id)
    actor = Actor(reader.id, tx.now, CALLER)
    problems = Problems(NOUN)
    today = datetime.fromtimestamp(tx.now, dates.zone(reader.timezone)).date()
    since, until = span(problems, _day(words.since), _day(words.until), today)
    problems.refuse()
    projects, clients, people, tags = _ids(tx, actor, workspace.id, words)
    asked = Filter(
        workspace_id=workspace.id,
        since=since,
        until=until,
        billable=words.billable,
        client_ids=clients,
        project_ids=projects,
        account_ids=people,
        tag_ids=tags,
        description=words.description,
        rounded=words.rounding,
    )
    return Asked(actor, reader, workspace, asked)


def _chosen(found: list[Workspace], word: str | None) -> Workspace:
    from hourhand.core.errors import NotFound
    from hourhand.core.workspaces import NOUN

    if word is not None:
        # An id above a name: somebody may have called theirs like the id of another.
        found = [it for it in found if str(it.id) == word] or [it for it in found if _same(it.name, word)]
        if not found:
            raise NotFound(NOUN, word)
    if not found:
        raise click.ClickException("there is no workspace yet")
    if len(found) > 1:
        named = ", ".join(f"{it.id} {printable(it.name)}" for it in found[:_MOST_NAMED])
        more = ", …" if len(found) > _MOST_NAMED else ""
        raise click.ClickException(f"there are {len(found)} workspaces, choose one with --workspace: {named}{more}")
    return found[0]


def _ids(tx: Tx, actor: Actor, workspace_id: int, words: Words) -> Iterable[Ids | None]:
    """The ids of the projects, clients, people and tags that are meant."""
    from hourhand.core import clients, tags
    from hourhand.reports.books import Book

    book = Book(tx, actor, workspace_id)
    people = [(it.id, (it.name, it.email)) for it in book.people.values()]
    return (
        _meant("project", words.project, [(it.id, (it.name,)) for it in book.projects.values()]),
        _meant("client", words.client, [(it.id, (it.name,)) for it in clients.of_workspace(tx, actor, workspace_id)]),
        _meant("person", words.person, people, none=False),
        _meant("tag", words.tag, [(it.id, (it.name,)) for it in tags.of_workspace(tx, actor, workspace_id)]),
    )


def _meant(
    noun: str, words: tuple[str, ...], known: Sequence[tuple[int, tuple[str, ...]]], *, none: bool = True
) -> Ids | None:
    """The ids of things that are given by name or id, all that have the name; None where nothing is given."""
    from hourhand.core.errors import NotFound
    from hourhand.reports.filters import WITHOUT

    meant: set[int] = set()
    for word in words:
        found = {thing_id for thing_id, names in known if any(_same(name, word) for name in names)}
        found = found or {thing_id for thing_id, _ in known if str(thing_id) == word}
        if not found and none and word == str(WITHOUT):
            found = {WITHOUT}
        if not found:
            raise NotFound(noun, word)
        meant |= found
    return frozenset(meant) if words else None


def _same(name: str, word: str) -> bool:
    return name.casefold() == word.strip().casefold()


def _day(moment: datetime | None) -> date | None:
    return moment and moment.date()
