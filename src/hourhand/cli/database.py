"""`hourhand migrate`, `check`, `backup` and `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hourhand.cli.opening import settings_with
from hourhand.cli.words import database_option, examples

if TYPE_CHECKING:
    from hourhand.db import Database
    from hourhand.settings import Settings

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog=examples("hourhand migrate", "hourhand migrate --database sqlite:////srv/hourhand.db"))
@database_option
def migrate(database: str | None) -> None:
    """Bring the database to this version's schema, which `serve` does too."""
    from hourhand.db import open_database
    from hourhand.db.migrate import migrate as apply

    settings = settings_with(database=database)
    opened = open_database(settings.database)
    try:
        applied = apply(opened)
    finally:
        opened.close()
    for migration in applied:
        click.echo(f"applied {migration.version:04} {migration.name}")
    if not applied:
        click.echo("nothing to do")


@click.command(epilog=examples("hourhand check", "hourhand check --database sqlite:////srv/hourhand.db"))
@database_option
def check(database: str | None) -> None:
    """Look over settings, database and key, and say what to do about what is wrong. Changes nothing."""
    from hourhand.db import open_database

    settings = settings_with(database=database)
    click.echo("settings   ok")
    opened = open_database(settings.database, create=False)
    try:
        _check_integrity(opened)
        _check_schema(opened)
        _check_key(opened, settings)
    finally:
        opened.close()


@click.command(
    epilog=examples(
        "hourhand backup /backups/hourhand-2024-05-01.db",
        "hourhand backup hourhand.dump --database postgresql://hourhand@localhost/hourhand",
    )
)
@click.argument("file", type=_FILE)
@database_option
def backup(file: Path, database: str | None) -> None:
    """Copy the whole database into a new FILE, beside a running server, and verify the copy.

    With PostgreSQL the file is what pg_dump calls the custom format. The key file is not in the backup:
    keep a copy of it somewhere else.
    """
    from hourhand.db.backups import back_up

    settings = settings_with(database=database)
    rows = back_up(settings.database, file)
    click.echo(f"backed up {rows} rows to {file}; the key is not in it: {settings.key_path}")


@click.command(
    epilog=examples(
        "hourhand restore /backups/hourhand-2024-05-01.db",
        "hourhand restore /backups/hourhand-2024-05-01.db --move-aside",
        "hourhand restore hourhand.dump --database postgresql://hourhand@localhost/empty",
    )
)
@click.argument("file", type=_FILE)
@click.option("--move-aside", is_flag=True, help="Keep the SQLite file that is there, under another name.")
@database_option
def restore(file: Path, move_aside: bool, database: str | None) -> None:
    """Make the database of a backup FILE. Stop the server first.

    Nothing is overwritten: a SQLite file that is there is moved aside or the restore refused, and a
    PostgreSQL database must be empty.
    """
    from hourhand.db.backups import restore as put_back

    aside = put_back(settings_with(database=database).database, file, move_aside=move_aside)
    if aside is not None:
        click.echo(f"the database that was there is now {aside}")
    click.echo(f"restored {file}")


def _check_integrity(database: Database) -> None:
    from hourhand.db.sqlite import SqliteDatabase

    if isinstance(database, SqliteDatabase):
        database.refuse_damage()
        click.echo("integrity  ok")
    else:
        click.echo("integrity  PostgreSQL's own matter: pg_amcheck looks it over")


def _check_schema(database: Database) -> None:
    from hourhand.db.migrate import pending

    missing = pending(database)
    if missing:
        raise click.ClickException(f"the schema lacks {len(missing)} migrations: run hourhand migrate")
    click.echo("schema     ok")


def _check_key(database: Database, settings: Settings) -> None:
    from hourhand.core import accounts, tokens
    from hourhand.core.secrets import open_vault

    people = database.write_now(accounts.every)
    path = settings.key_path
    if people and not path.exists():
        raise click.ClickException(f"the key file {path} is missing: put it back from where you keep a copy")
    if people:
        vault = open_vault(path)
        if database.write_now(lambda tx: tokens.shown(tx, vault, people[0].id)) is None:
            raise click.ClickException(
                f"{path} is not the key that tokens were sealed with: put the right one back, "
                "or make new tokens with hourhand account token EMAIL --reset"
            )
    click.echo("key        ok")
