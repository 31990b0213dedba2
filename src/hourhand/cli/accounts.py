"""`hourhand account …`: people who may log in."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

import click

from hourhand.cli.opening import opened, settings_with
from hourhand.cli.words import database_option, examples, json_option, print_list, printable

if TYPE_CHECKING:
    from hourhand.core.accounts import Account
    from hourhand.db import Tx
    from hourhand.settings import Settings

_stdin_option = click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")


@click.group(
    invoke_without_command=True,
    epilog=examples("hourhand account add ann@example.org", "hourhand account list"),
)
@click.pass_context
def account(context: click.Context) -> None:
    """Add, list and change the accounts of people."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@account.command(
    epilog=examples(
        "hourhand account add ann@example.org --name Ann --timezone Europe/Tallinn",
        "hourhand account add ann@example.org --password-stdin --json < password.txt",
        "hourhand account add robot@example.org --no-password",
    )
)
@click.argument("email")
@click.option("--name", help="What others see; otherwise made of the e-mail address.")
@click.option("--timezone", help="An IANA name such as Europe/Tallinn; otherwise UTC.")
@_stdin_option
@click.option("--no-password", is_flag=True, help="Only the API token logs in, until `account password` sets one.")
@json_option
@database_option
def add(
    email: str,
    name: str | None,
    timezone: str | None,
    password_stdin: bool,
    no_password: bool,
    as_json: bool,
    database: str | None,
) -> None:
    """Make an account for EMAIL, with an API token and a workspace of its own."""
    from hourhand.core import new_accounts, tokens
    from hourhand.core.secrets import open_vault

    if password_stdin and no_password:
        raise click.UsageError("--password-stdin and --no-password exclude each other.")
    settings = settings_with(database=database)
    password_hash = None if no_password else _new_password(settings, password_stdin)
    draft = new_accounts.Draft(email, name, timezone, created_with="hourhand account add")
    with opened(settings, create=True) as house:
        vault = open_vault(settings.key_path)

        def create(tx: Tx) -> tuple[Account, str | None]:
            made = new_accounts.create(tx, vault, draft, password_hash)
            return made, tokens.shown(tx, vault, made.id)

        made, token = house.write_now(create)
    told = {"id": made.id, "email": made.email, "api_token": token, "default_wid": made.default_workspace_id}
    click.echo(json.dumps(told) if as_json else "\n".join(f"{label:<11}  {value}" for label, value in told.items()))


@account.command("list", epilog=examples("hourhand account list", "hourhand account list --json"))
@json_option
@database_option
def list_accounts(as_json: bool, database: str | None) -> None:
    """List all accounts, oldest first: a table on a terminal, elsewhere a line each with tabs between."""
    from hourhand.core import accounts

    with opened(settings_with(database=database)) as house:
        found = [_told(person) for person in house.write_now(accounts.every)]
    if sys.stdout.isatty() and not as_json:
        _print_table(found)
    else:
        print_list(found, as_json=as_json)


@account.command(
    epilog=examples("hourhand account token ann@example.org", "hourhand account token ann@example.org --reset")
)
@click.argument("email")
@click.option("--reset", is_flag=True, help="Make a new token; the old one and all sessions end at once.")
@database_option
def token(email: str, reset: bool, database: str | None) -> None:
    """Show the API token of EMAIL."""
    from hourhand.core import tokens
    from hourhand.core.actor import Actor
    from hourhand.core.secrets import open_vault

    settings = settings_with(database=database)
    with opened(settings) as house:
        vault = open_vault(settings.key_path)

        def show(tx: Tx) -> str | None:
            person = _usable(tx, email)
            if not reset:
                return tokens.shown(tx, vault, person.id)
            return tokens.reset(tx, vault, Actor(person.id, tx.now, "hourhand account token"), person.id)

        shown = house.write_now(show)
    if shown is None:
        raise click.ClickException(f"{settings.key_path} is not the key of this token: make a new one with --reset")
    click.echo(shown)


@account.command(
    epilog=examples(
        "hourhand account picture ann@example.org ann.jpg", "hourhand account picture ann@example.org --remove"
    )
)
@click.argument("email")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--remove", is_flag=True, help="Show the picture of those who have none.")
@database_option
def picture(email: str, file: IO[bytes] | None, remove: bool, database: str | None) -> None:
    """Give EMAIL the picture in FILE: PNG, JPEG, GIF or WebP. It is drawn anew, without what else is in the file."""
    from hourhand import images
    from hourhand.core import accounts
    from hourhand.core.actor import Actor

    if (file is None) != remove:
        raise click.UsageError("Give either a FILE or --remove.")
    png = None if file is None else images.anew(file.read(), accounts.NOUN, "picture")
    with opened(settings_with(database=database)) as house:

        def change(tx: Tx) -> None:
            person = _usable(tx, email)
            accounts.set_picture(tx, Actor(person.id, tx.now, "hourhand account picture"), person.id, png)

        house.write_now(change)


@account.command(
    epilog=examples(
        "hourhand account password ann@example.org",
        "hourhand account password ann@example.org --password-stdin < password.txt",
    )
)
@click.argument("email")
@_stdin_option
@database_option
def password(email: str, password_stdin: bool, database: str | None) -> None:
    """Set a new password for EMAIL; sessions from before end at once."""
    from hourhand.core import accounts
    from hourhand.core.actor import Actor

    settings = settings_with(database=database)
    password_hash = _new_password(settings, password_stdin)

    def change(tx: Tx) -> None:
        person = _usable(tx, email)
        accounts.set_password(tx, Actor(person.id, tx.now, "hourhand account password"), person.id, password_hash)

    with opened(settings) as house:
        house.write_now(change)
    click.echo(f"{email} has a new password")


@account.command(epilog=examples("hourhand account disable ann@example.org"))
@click.argument("email")
@database_option
def disable(email: str, database: str | None) -> None:
    """Let nobody in as EMAIL any more. What was tracked stays."""
    from hourhand.core import accounts

    with opened(settings_with(database=database)) as house:
        house.write_now(lambda tx: accounts.disable(tx, _usable(tx, email), tx.now))
    click.echo(f"{email} is disabled")


def _new_password(settings: Settings, from_stdin: bool) -> str:
    """The hash of a password that is asked for twice, or read."""
    from hourhand.core import accounts, passwords

    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        # On stderr, so that what is asked for is not mixed with the answer.
        given = click.prompt("Password", hide_input=True, confirmation_prompt="The same again", err=True)
    else:
        raise click.UsageError("There is no terminal to ask for a password on: give it with --password-stdin.")
    accounts.check_password(given, settings.password_min_length)
    return passwords.hashed(given)


def _usable(tx: Tx, email: str) -> Account:
    from hourhand.core import accounts

    person = accounts.by_email(tx, email)
    if person.disabled_at is not None:
        raise click.ClickException(f"{email} is disabled")
    return person


def _told(person: Account) -> dict[str, object]:
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "timezone": person.timezone,
        "created_at": datetime.fromtimestamp(person.created_at, UTC).isoformat(),
        "state": "active" if person.disabled_at is None else "disabled",
    }


def _print_table(found: list[dict[str, object]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("id", "e-mail", "name", "time zone", "since", "state")
    for person in found:
        table.add_row(*(Text(printable(str(value))) for value in person.values()))
    Console().print(table)
