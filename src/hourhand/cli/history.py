"""`hourhand history` and `undelete`: what happened to a thing, and taking back that it was deleted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from hourhand.cli.opening import opened, settings_with
from hourhand.cli.words import database_option, examples, json_option, printable

if TYPE_CHECKING:
    from hourhand.core.history import Event
    from hourhand.core.undeletions import Undeleted
    from hourhand.db import Tx

_DAY_SECONDS = 24 * 3600
# One transaction's worth: others that write do not wait long for it.
_FORGOTTEN_AT_ONCE = 5000
_TIMES = ("start", "stop", "created_at", "deleted_at")

_noun_option = click.option(
    "--noun",
    type=click.Choice(["time_entry", "project", "client", "tag", "task"]),
    default="time_entry",
    show_default=True,
    help="What the id is of.",
)


@click.command(
    epilog=examples(
        "hourhand history 436694100",
        "hourhand history 193838628 --noun project --json",
        "hourhand history --forget",
    )
)
@click.argument("thing_id", metavar="ID", type=int, required=False)
@_noun_option
@json_option
@click.option("--forget", is_flag=True, help="Forget what is older than HOURHAND_HISTORY_DAYS, of everything.")
@database_option
def history(thing_id: int | None, noun: str, as_json: bool, forget: bool, database: str | None) -> None:
    """Show what happened to the thing with this ID, newest last: when, by whom, and what changed."""
    from hourhand.core.history import of

    if forget:
        if thing_id is not None:
            raise click.UsageError("--forget is for everything: give it no ID.")
        _forget(database)
        return
    if thing_id is None:
        raise click.UsageError("Missing argument 'ID'.")
    with opened(settings_with(database=database)) as house:
        found = house.write_now(lambda tx: of(tx, noun, thing_id))
    if not found:
        raise click.ClickException(f"nothing is known of a {noun} {thing_id}")
    told = [_told(event) for event in found]
    click.echo(json.dumps(told) if as_json else "\n".join(line for event in told for line in _lines(event)))


@click.command(
    epilog=examples("hourhand undelete 436694100", "hourhand undelete 193838628 --noun project"),
)
@click.argument("thing_id", metavar="ID", type=int)
@_noun_option
@database_option
def undelete(thing_id: int, noun: str, database: str | None) -> None:
    """Bring the deleted thing with this ID back as it was.

    A time entry comes with its tags, stopped if it ran, and without a project that is gone by now. A project, client
    or task comes with what its deletion took from others, as far as the history reaches and they are as it left them.
    """
    from hourhand.core import undeletions
    from hourhand.core.actor import OPERATOR, Actor

    def bring_back(tx: Tx) -> Undeleted:
        return undeletions.undelete(tx, Actor(OPERATOR, tx.now, "hourhand undelete"), noun, thing_id)

    with opened(settings_with(database=database)) as house:
        back = house.write_now(bring_back)
    along = [_counted(number, name) for name, number in back.along.items() if number]
    said = [f"with {' and '.join(along)}"] * bool(along) + [f"without its {name}" for name in back.without]
    click.echo(", ".join([f"{noun} {thing_id} is back", *said]))


def _forget(database: str | None) -> None:
    from hourhand.core.history import forget

    settings = settings_with(database=database)
    if not settings.history_days:
        raise click.ClickException("HOURHAND_HISTORY_DAYS is 0: everything is kept")
    forgotten = 0
    with opened(settings) as house:
        while number := house.write_now(
            lambda tx: forget(tx, tx.now - settings.history_days * _DAY_SECONDS, _FORGOTTEN_AT_ONCE)
        ):
            forgotten += number
    click.echo(f"forgot {_counted(forgotten, 'event')} from before the last {_counted(settings.history_days, 'day')}")


def _told(event: Event) -> dict[str, Any]:
    person = event.person
    return {
        "at": _iso(event.at),
        "action": event.action,
        "uid": event.account_id,
        "name": person.name if person else None,
        "email": person.email if person else None,
        "caller": event.caller,
        "changes": {field: [before, after] for field, (before, after) in event.changes.items()},
    }


def _lines(told: dict[str, Any]) -> list[str]:
    """An event for people: a line for it, and one for each field."""
    who = f"{told['name']} <{told['email']}>" if told["email"] else f"account {told['uid']}"
    by = "the operator" if told["uid"] is None else who
    with_software = f" with {told['caller']}" if told["caller"] else ""
    lines = [printable(f"{told['at']}  {told['action']} by {by}{with_software}")]
    for field, (before, after) in told["changes"].items():
        if told["action"] == "created":
            lines.append(printable(f"    {field}: {_shown(field, after)}"))
        elif told["action"] == "updated":
            lines.append(printable(f"    {field}: {_shown(field, before)} -> {_shown(field, after)}"))
        else:
            lines.append(printable(f"    {field}: was {_shown(field, before)}"))
    return lines


def _shown(field: str, value: Any) -> str:
    if field in _TIMES and value is not None:
        return _iso(value)
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _counted(number: int, noun: str) -> str:
    words = noun.replace("_", " ")
    many = words[:-1] + "ies" if words.endswith("y") and not words.endswith("ay") else words + "s"
    return f"{number} {words if number == 1 else many}"
