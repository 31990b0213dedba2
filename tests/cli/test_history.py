"""`hourhand history` and `undelete`, on both engines."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import click
import pytest

from hourhand.cli.history import history as history_command
from hourhand.cli.history import undelete as undelete_command
from hourhand.core import accounts, history, new_projects, projects, removals, tags, time_entries, undeletions
from hourhand.core.actor import Actor
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.places import Place
from hourhand.core.timing import Said
from hourhand.db import Tx
from tests.cli.conftest import Cli
from tests.cli.test_accounts import visit

START = 1_700_000_000


def track(cli: Cli) -> TimeEntry:
    """An entry of Ann's, which she then changed."""
    home = cli.add("ann@example.org", "--name", "Ann")["default_wid"]

    def work(tx: Tx) -> TimeEntry:
        ann = Actor(accounts.by_email(tx, "ann@example.org").id, tx.now, "curl/8\x1b[2J")
        said = Said(START, None, 60)
        draft = time_entries.Draft(Place(home), said, description="one", tags=("red",), created_with="tests")
        entry = time_entries.create(tx, ann, draft)
        [entry] = time_entries.update(tx, ann, [entry.id], time_entries.Changes(description="two\nlines"))
        return entry

    entry: TimeEntry = visit(cli, work)
    return entry


def delete(cli: Cli, entry: TimeEntry) -> None:
    visit(cli, lambda tx: time_entries.delete(tx, Actor(entry.account_id, tx.now, "curl"), [entry.id]))


def test_the_history_of_an_entry_is_told_newest_last(cli: Cli) -> None:
    entry = track(cli)
    delete(cli, entry)
    lines = cli.done("history", str(entry.id)).splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    whens = [datetime.fromisoformat(line.split("  ")[0]) for line in heads]
    assert all(when.utcoffset() == timedelta(0) for when in whens)
    assert [line.split("  ")[1] for line in heads] == [
        "created by Ann <ann@example.org> with curl/8�[2J",
        "updated by Ann <ann@example.org> with curl/8�[2J",
        "deleted by Ann <ann@example.org> with curl",
    ]
    assert "    start: 2023-11-14T22:13:20+00:00" in lines
    assert r'    description: "one" -> "two\nlines"' in lines
    assert '    tags: was ["red"]' in lines


def test_the_history_is_told_in_json(cli: Cli) -> None:
    entry = track(cli)
    created, updated = json.loads(cli.done("history", str(entry.id), "--json"))
    assert list(created) == ["at", "action", "uid", "name", "email", "caller", "changes"]
    assert created["changes"]["start"] == [None, START]
    assert (updated["uid"], updated["email"], updated["name"]) == (entry.account_id, "ann@example.org", "Ann")
    assert updated["changes"] == {"description": ["one", "two\nlines"]}


def test_a_deleted_entry_is_brought_back_once(cli: Cli) -> None:
    entry = track(cli)
    delete(cli, entry)
    assert cli.done("undelete", str(entry.id)) == f"time_entry {entry.id} is back\n"
    found: list[TimeEntry] = visit(
        cli, lambda tx: time_entries.listing(tx, Actor(entry.account_id, tx.now), START, START)
    )
    assert [(one.description, one.tags) for one in found] == [("two\nlines", ("red",))]
    line = cli.refused("undelete", str(entry.id))
    assert line == f"time_entry {entry.id} is not deleted"
    last = json.loads(cli.done("history", str(entry.id), "--json"))[-1]
    assert (last["action"], last["uid"], last["caller"]) == ("created", None, "hourhand undelete")
    assert "created by the operator with hourhand undelete" in cli.done("history", str(entry.id))


def test_a_name_that_was_taken_meanwhile_is_told(cli: Cli) -> None:
    entry = track(cli)

    def work(tx: Tx) -> int:
        ann = Actor(entry.account_id, tx.now)
        [tag] = tags.listing(tx, ann)
        removals.delete_tag(tx, ann, tag.id)
        tags.create(tx, ann, tags.Draft(entry.workspace_id, "red"))
        return tag.id

    tag_id = visit(cli, work)
    line = cli.refused("undelete", str(tag_id), "--noun", "tag")
    assert line == "the name 'red' is in use by another tag now: rename that first"


def test_what_came_along_is_counted(on_sqlite: Cli) -> None:
    entry = track(on_sqlite)

    def work(tx: Tx) -> int:
        ann = Actor(entry.account_id, tx.now)
        wanted = new_projects.Draft(entry.workspace_id, projects.Changes(name="Site"))
        project = new_projects.create(tx, ann, wanted)
        time_entries.update(tx, ann, [entry.id], time_entries.Changes(place=Place(project_id=project.id)))
        removals.delete_projects(tx, ann, [project.id])
        return project.id

    project_id = visit(on_sqlite, work)
    said = on_sqlite.done("undelete", str(project_id), "--noun", "project")
    assert said == f"project {project_id} is back, with 1 project member and 1 time entry\n"
    visit(on_sqlite, lambda tx: time_entries.delete(tx, Actor(entry.account_id, tx.now), [entry.id]))
    visit(on_sqlite, lambda tx: removals.delete_projects(tx, Actor(entry.account_id, tx.now), [project_id]))
    said = on_sqlite.done("undelete", str(entry.id))
    assert said == f"time_entry {entry.id} is back, without its project\n"


def test_the_nouns_of_the_option_are_those_that_can_come_back() -> None:
    for command in (history_command, undelete_command):
        [choice] = [option.type for option in command.params if option.name == "noun"]
        assert isinstance(choice, click.Choice)
        assert set(choice.choices) == set(undeletions.NOUNS)


@pytest.mark.parametrize("words", [["history"], ["undelete"]])
def test_wrong_words_are_refused_in_one_line(on_sqlite: Cli, words: list[str]) -> None:
    assert "ID" in on_sqlite.refused(*words)
    assert "12" in on_sqlite.refused(*words, "12")
    assert "time_entry" in on_sqlite.refused(*words, "12", "--noun", "account")
    assert "12x" in on_sqlite.refused(*words, "12x")
    assert "tag" in on_sqlite.refused(*words, "99999999999999999999999", "--noun", "tag")


def test_old_history_is_forgotten_as_the_setting_says(cli: Cli) -> None:
    entry = track(cli)
    # Of that much, so that it counts as old: the clock of the command line cannot be moved.
    visit(cli, lambda tx: tx.run("update events set at = at - 86400 * 3"))
    assert cli.refused("history", "--forget") == "HOURHAND_HISTORY_DAYS is 0: everything is kept"
    assert "everything" in cli.refused("history", "--forget", str(entry.id), HOURHAND_HISTORY_DAYS="2")
    assert (
        cli("history", "--forget", HOURHAND_HISTORY_DAYS="4").stdout == "forgot 0 events from before the last 4 days\n"
    )
    kept = visit(cli, lambda tx: tx.rows("select bucket, max(position) from events group by bucket order by bucket"))
    every = visit(cli, lambda tx: tx.row("select count(*) from events"))[0]
    told = cli("history", "--forget", HOURHAND_HISTORY_DAYS="2").stdout
    assert told == f"forgot {every - len(kept)} events from before the last 2 days\n"
    assert visit(cli, lambda tx: tx.rows("select bucket, position from events order by bucket")) == kept
    assert len(visit(cli, lambda tx: history.of(tx, "time_entry", entry.id))) == 1
