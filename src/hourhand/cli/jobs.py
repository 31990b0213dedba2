"""`hourhand jobs …`: what waits to be done, what went wrong with it, and trying it again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from hourhand.cli.opening import opened, settings_with
from hourhand.cli.words import database_option, examples, json_option, print_list

if TYPE_CHECKING:
    from hourhand.core.jobs import Job
    from hourhand.db import Tx


@click.group(
    invoke_without_command=True,
    epilog=examples("hourhand jobs", "hourhand jobs list --json", "hourhand jobs retry 8197"),
)
@click.pass_context
def jobs(context: click.Context) -> None:
    """Show what waits to be done later, fails or was given up, or try it again."""
    if context.invoked_subcommand is None:
        context.invoke(list_jobs)


@jobs.command("list", epilog=examples("hourhand jobs list", "hourhand jobs list --json"))
@json_option
@database_option
def list_jobs(as_json: bool = False, database: str | None = None) -> None:
    """List what is not done yet, oldest first: a line each with tabs between."""
    from hourhand.core import jobs as core

    def look(tx: Tx) -> list[dict[str, object]]:
        return [_told(job, tx.now) for job in core.unfinished(tx)]

    with opened(settings_with(database=database)) as house:
        found = house.write_now(look)
    print_list(found, as_json=as_json)


@jobs.command(epilog=examples("hourhand jobs retry 8197"))
@click.argument("job_id", metavar="ID", type=int)
@database_option
def retry(job_id: int, database: str | None) -> None:
    """Have the job ID, which was given up or put off, tried again now."""
    from hourhand.core import jobs as core
    from hourhand.core.errors import Conflict

    with opened(settings_with(database=database)) as house:
        try:
            house.write_now(lambda tx: core.requeue(tx, job_id))
        except Conflict as error:
            raise click.ClickException(f"job {job_id} is {error.reason}") from None
    click.echo(f"job {job_id} will be tried again")


def _told(job: Job, now: int) -> dict[str, object]:
    return {
        "id": job.id,
        "state": job.state(now),
        "kind": job.kind,
        "attempts": job.attempts,
        "run_at": datetime.fromtimestamp(job.run_at, UTC).isoformat(),
        "error": job.error or "",
    }
