"""`hourhand serve` and `worker`."""

from __future__ import annotations

import click

from hourhand.cli.opening import settings_with
from hourhand.cli.words import database_option, examples


@click.command(
    epilog=examples(
        "hourhand serve",
        "hourhand serve --host 0.0.0.0 --port 80",
        "hourhand serve --database postgresql://hourhand@localhost/hourhand",
    )
)
@click.option("--host", help="The address to listen on, instead of HOURHAND_HOST's.")
@click.option("--port", type=int, help="The port to listen on, instead of HOURHAND_PORT's.")
@database_option
def serve(host: str | None, port: int | None, database: str | None) -> None:
    """Run the server until it is told to stop (Ctrl-C, or SIGTERM)."""
    settings = settings_with(host=host, port=port, database=database)
    from hourhand import app

    try:
        app.serve(settings)
    except app.CannotListen as error:
        raise click.ClickException(str(error)) from error


@click.command(
    epilog=examples("hourhand worker", "hourhand worker --database postgresql://hourhand@localhost/hourhand")
)
@database_option
def worker(database: str | None) -> None:
    """Do what is to be done later, as sending mail, until told to stop.

    A server does that itself, unless HOURHAND_WORKER is `off`. Any number of workers may share a database.
    """
    settings = settings_with(database=database)
    from hourhand import app

    app.work(settings)
