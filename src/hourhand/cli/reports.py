"""`hourhand report …`: what was tracked, on the terminal or in a file."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

from hourhand.cli.opening import opened, settings_with
from hourhand.cli.report_words import Words, understood
from hourhand.cli.words import database_option, examples

if TYPE_CHECKING:
    from hourhand.cli.report_kinds import Kind, Question
    from hourhand.db import Tx
    from hourhand.reports.summary import Grouping, Subgrouping
    from hourhand.reports.weekly import Grouping as WeeklyGrouping

FORMATS = ("table", "csv", "xlsx", "pdf", "json")
GROUPINGS = ("projects", "clients", "users")
SUBGROUPINGS = ("time_entries", "tasks", "projects", "clients", "users")
WEEKLY_GROUPINGS = ("projects", "users")
_BINARY = ("xlsx", "pdf")
# What is kept in memory on the way to a file.
_MOST_IN_MEMORY = 1 << 24
_WIDTH = 160

Command = TypeVar("Command", bound=Callable[..., None])
Form = Literal["table", "csv", "xlsx", "pdf", "json"]


@click.group(
    invoke_without_command=True,
    epilog=examples(
        "hourhand report summary --since 2024-01-01 --until 2024-01-31",
        "hourhand report detailed --since 2024-01-01 --project Website --output january.xlsx",
        "hourhand report weekly --since 2024-01-01 --format csv > week.csv",
    ),
)
@click.pass_context
def report(context: click.Context) -> None:
    """Show what was tracked, or write it to a file: CSV, XLSX, PDF or JSON.

    Projects, clients, people and tags are given by name or id, each option as often as there are several of them; 0 is
    for time without one.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _options(command: Command) -> Command:
    """What can be said of every report."""
    day = click.DateTime(["%Y-%m-%d"])
    named: dict[str, Any] = {"multiple": True, "metavar": "NAME"}
    for option in reversed(
        (
            click.option("--workspace", metavar="NAME", help="Its name or id; needed where there are several."),
            click.option("--user", metavar="EMAIL", help="As whom to look at it; otherwise the workspace's owner."),
            click.option("--since", type=day, metavar="YYYY-MM-DD", help="The first day; otherwise six days ago."),
            click.option("--until", type=day, metavar="YYYY-MM-DD", help="The last day; otherwise today."),
            click.option("--project", **named, help="Only time of this project."),
            click.option("--client", **named, help="Only time for this client."),
            click.option("--person", **named, help="Only time of this person; their e-mail address will do too."),
            click.option("--tag", **named, help="Only time with this tag."),
            click.option("--description", default="", metavar="TEXT", help="Only time whose description has this."),
            click.option("--billable/--unbillable", default=None, help="Only time that is billable, or is not."),
            click.option("--rounding", is_flag=True, help="Round each entry as the workspace does."),
            click.option(
                "--format",
                "form",
                type=click.Choice(FORMATS),
                help="Otherwise what the file's name ends in, or a table on the terminal.",
            ),
            click.option("--decimal-hours", is_flag=True, help="Write 1.50 for an hour and a half."),
            click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it."),
            database_option,
        )
    ):
        command = option(command)
    return command


@report.command(
    epilog=examples(
        "hourhand report summary --since 2024-01-01 --until 2024-01-31",
        "hourhand report summary --grouping clients --subgrouping projects --rounding",
        "hourhand report summary --billable --client Acme --output invoice.pdf",
    )
)
@click.option("--grouping", type=click.Choice(GROUPINGS), default="projects", show_default=True)
@click.option("--subgrouping", type=click.Choice(SUBGROUPINGS), default="time_entries", show_default=True)
@_options
def summary(grouping: Grouping, subgrouping: Subgrouping, **said: Any) -> None:
    """Sum time up, by project, client or person."""
    from hourhand.cli.report_kinds import Summary

    _answer(Summary(grouping, subgrouping), **said)


@report.command(
    epilog=examples(
        "hourhand report detailed --since 2024-01-01 --person ann@example.org",
        "hourhand report detailed --project 0 --format csv > without-project.csv",
    )
)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Of the table; files have all.")
@_options
def detailed(page: int, **said: Any) -> None:
    """List time entries, the latest first."""
    from hourhand.cli.report_kinds import Detailed

    _answer(Detailed(page), **said)


@report.command(
    epilog=examples(
        "hourhand report weekly --since 2024-01-01",
        "hourhand report weekly --since 2024-01-01 --grouping users --output week.xlsx",
    )
)
@click.option("--grouping", type=click.Choice(WEEKLY_GROUPINGS), default="projects", show_default=True)
@_options
def weekly(grouping: WeeklyGrouping, **said: Any) -> None:
    """Show seven days from --since on, day by day; --until does not matter."""
    from hourhand.cli.report_kinds import Weekly

    _answer(Weekly(grouping), **(said | {"until": None}))


def _answer(
    kind: Kind, form: Form | None, output: Path | None, decimal_hours: bool, database: str | None, **said: Any
) -> None:
    """Print a report, or write it where it is wanted."""
    form = _form(form, output)
    words = Words(**said)
    settings = settings_with(database=database)

    def answer(tx: Tx) -> list[Any] | IO[bytes]:
        from hourhand.cli.report_kinds import Question
        from hourhand.reports import looks

        asked = understood(tx, words)
        defuse = settings.csv_formulas == "defused"
        look = looks.of(asked.reader, decimal_hours=decimal_hours, defuse=defuse)
        question = Question(tx, asked, look)
        return kind.shown(question) if form == "table" else _kept(_written(kind, form, question))

    with opened(settings) as house:
        # Beside whatever a server does: nothing is locked.
        answered = asyncio.run(house.read_long(answer))
    if isinstance(answered, list):
        _print(answered)
    else:
        _deliver(answered, output)


def _form(form: Form | None, output: Path | None) -> Form:
    ending = output.suffix.lower().removeprefix(".") if output else "table"
    if form is None and ending not in FORMATS:
        raise click.UsageError(f"Say which --format {output} is to have.")
    chosen = form or cast(Form, ending)
    if chosen == "table" and output is not None:
        raise click.UsageError("A table is for the terminal: choose another --format for a file.")
    if chosen in _BINARY and output is None and sys.stdout.isatty():
        raise click.UsageError(f"{chosen} is nothing for a terminal: say where to write it with --output.")
    return chosen


def _written(kind: Kind, form: Form, question: Question) -> Iterable[bytes]:
    if form == "json":
        return kind.json(question)
    if form == "pdf":
        return [kind.pdf(question)]
    if form == "xlsx":
        from hourhand.reports import xlsx

        return xlsx.written(kind.table(question), question.look)
    from hourhand.reports import csv

    return csv.written(kind.table(question), question.look)


def _kept(pieces: Iterable[bytes]) -> IO[bytes]:
    """The whole of a file, before any of it is out: what is asked of a database may be asked again."""
    file = cast(IO[bytes], tempfile.SpooledTemporaryFile(_MOST_IN_MEMORY))  # noqa: SIM115
    file.writelines(pieces)
    file.seek(0)
    return file


def _deliver(file: IO[bytes], output: Path | None) -> None:
    with file:
        if output is None:
            shutil.copyfileobj(file, sys.stdout.buffer)
            return
        with output.open("wb") as target:
            shutil.copyfileobj(file, target)


def _print(shown: list[Any]) -> None:
    from rich.console import Console

    # What is not read on a terminal need not be narrow.
    narrow = sys.stdout.isatty() or "COLUMNS" in os.environ
    console = Console(highlight=False, width=None if narrow else _WIDTH)
    for each in shown:
        console.print(each)
