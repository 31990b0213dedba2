"""`hourhand mail …`: what people were told, also where there is no mail server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from hourhand.cli.opening import opened, settings_with
from hourhand.cli.words import database_option, examples, json_option, print_list, printable

if TYPE_CHECKING:
    from hourhand.core.jobs import Job
    from hourhand.core.secrets import Vault
    from hourhand.settings import Settings

_STATES = {"waiting": "waiting", "running": "waiting", "failing": "failing", "buried": "given up", "finished": "sent"}
_SEALED = "(sealed with another key)"


@click.group(
    invoke_without_command=True,
    epilog=examples("hourhand mail list", "hourhand mail show 8197"),
)
@click.pass_context
def mail(context: click.Context) -> None:
    """Show the mails of the last week, sent or not."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@mail.command("list", epilog=examples("hourhand mail list", "hourhand mail list --json"))
@json_option
@database_option
def list_mails(as_json: bool, database: str | None) -> None:
    """List mails, oldest first: a line each with tabs between."""
    from hourhand.core import jobs, mails
    from hourhand.core.secrets import open_vault

    settings = settings_with(database=database)
    with opened(settings) as house:
        vault = open_vault(settings.key_path)
        now, stored = house.write_now(lambda tx: (tx.now, jobs.of_kind(tx, mails.KIND)))
    found = [_told(job, now, vault, settings) for job in stored]
    print_list(found, as_json=as_json)


@mail.command(epilog=examples("hourhand mail show 8197"))
@click.argument("mail_id", metavar="ID", type=int)
@database_option
def show(mail_id: int, database: str | None) -> None:
    """Show the mail ID as a person gets it, links and all."""
    from hourhand.core import jobs, mails
    from hourhand.core.errors import NotFound
    from hourhand.core.secrets import open_vault
    from hourhand.mail import messages

    settings = settings_with(database=database)
    with opened(settings) as house:
        vault = open_vault(settings.key_path)
        now, job = house.write_now(lambda tx: (tx.now, jobs.find(tx, mail_id)))
    if job.kind != mails.KIND:
        raise NotFound("mail", mail_id)
    for name, value in _told(job, now, vault, settings).items():
        click.echo(f"{name:<8}  {printable(str(value))}")
    if found := mails.opened(vault, job):
        click.echo()
        click.echo(messages.letter(found, settings.base_url).text(), nl=False)


def _told(job: Job, now: int, vault: Vault, settings: Settings) -> dict[str, object]:
    from hourhand.core import mails
    from hourhand.mail import messages

    found = mails.opened(vault, job)
    return {
        "id": job.id,
        "state": _STATES[job.state(now)],
        "to": (found.email or "(the log)") if found else _SEALED,
        "subject": messages.letter(found, settings.base_url).subject if found else _SEALED,
        "queued": datetime.fromtimestamp(job.created_at, UTC).isoformat(),
        "error": job.error or "",
    }
