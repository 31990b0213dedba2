"""The command line. Thin: a command reads its words, calls one verb and says what came of it.

Modules here import what they call inside their functions, so that help and completion are quick.
"""

from __future__ import annotations

import sys

import click

from hourhand import __version__
from hourhand.cli import accounts, database, errors, history, jobs, mail, reports, server, webhooks
from hourhand.cli.words import examples


@click.group(
    invoke_without_command=True,
    epilog=examples(
        "hourhand serve",
        "hourhand account add ann@example.org --name Ann",
        "hourhand report summary --since 2024-01-01",
        "hourhand backup hourhand-backup.db",
    ),
)
@click.version_option(__version__, prog_name="hourhand", message="%(prog)s %(version)s")
@click.pass_context
def hourhand(context: click.Context) -> None:
    """A self-hosted time-tracking server that speaks the Toggl APIs.

    Settings come from the environment (HOURHAND_…) and from hourhand.toml in the current folder.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (
    server.serve,
    server.worker,
    accounts.account,
    jobs.jobs,
    mail.mail,
    webhooks.webhooks,
    reports.report,
    history.history,
    history.undelete,
    database.migrate,
    database.check,
    database.backup,
    database.restore,
):
    hourhand.add_command(command)


def main() -> None:
    """The console script. An error is one line on stderr and exit code 2; 3 is a damaged database, 4 a failed disk."""
    try:
        sys.exit(hourhand.main(prog_name="hourhand", standalone_mode=False))
    except Exception as error:
        line = errors.line(error)
        if line is None:
            raise
        click.echo(f"hourhand: {line}", err=True)
        sys.exit(errors.exit_code(error))
