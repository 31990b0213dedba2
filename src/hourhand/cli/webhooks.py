"""`hourhand webhooks …`: who is told of what happens, what came of it, telling it again and telling nothing more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from hourhand.cli.opening import opened, settings_with
from hourhand.cli.words import database_option, examples, json_option, print_list

if TYPE_CHECKING:
    from hourhand.core.outcomes import Outcome
    from hourhand.core.subscriptions import Subscription
    from hourhand.db import Tx

_id_argument = click.argument("subscription_id", metavar="ID", type=int)


@click.group(
    invoke_without_command=True,
    epilog=examples("hourhand webhooks", "hourhand webhooks deliveries 8197", "hourhand webhooks replay 8197"),
)
@click.pass_context
def webhooks(context: click.Context) -> None:
    """Show who is told of what happens and what came of it, tell it again, or tell nothing more."""
    if context.invoked_subcommand is None:
        context.invoke(list_subscriptions)


@webhooks.command("list", epilog=examples("hourhand webhooks list", "hourhand webhooks list --json"))
@json_option
@database_option
def list_subscriptions(as_json: bool = False, database: str | None = None) -> None:
    """List the subscriptions of all workspaces, oldest first: a line each with tabs between.

    One is "on", or "failing" while nothing reaches its address, "unproven" until its address is validated, or "off".
    """
    from hourhand.core import subscriptions as core

    with opened(settings_with(database=database)) as house:
        found = house.write_now(core.every)
    print_list([_subscription(it) for it in found], as_json=as_json)


@webhooks.command(epilog=examples("hourhand webhooks deliveries 8197", "hourhand webhooks deliveries 8197 --json"))
@_id_argument
@json_option
@database_option
def deliveries(subscription_id: int, as_json: bool, database: str | None) -> None:
    """List what the subscription ID was told in the last seven days, or is to be: the latest first, 500 at most."""
    from hourhand.core import outcomes as core
    from hourhand.core import subscriptions

    with opened(settings_with(database=database)) as house:
        found = house.write_now(lambda tx: core.every(tx, subscriptions.find(tx, subscription_id)))
    print_list([_delivery(it) for it in found], as_json=as_json)


@webhooks.command(epilog=examples("hourhand webhooks replay 8197", "hourhand webhooks replay 8197 --event 53251"))
@_id_argument
@click.option("--event", "event_id", metavar="EVENT", type=int, help="This event alone, even if it was delivered.")
@database_option
def replay(subscription_id: int, event_id: int | None, database: str | None) -> None:
    """Tell the subscription ID again, at once, of all that failed or was given up."""
    from hourhand.core import deliveries as core
    from hourhand.core import subscriptions

    def again(tx: Tx) -> tuple[Subscription, int]:
        known = subscriptions.find(tx, subscription_id)
        return known, core.replay(tx, known, event_id)

    with opened(settings_with(database=database)) as house:
        known, count = house.write_now(again)
    if event_id is not None and not count:
        raise click.ClickException(f"subscription {subscription_id} was not told of event {event_id}")
    when = "" if known.listens else f" once it is on: it is {_state(known)}"
    click.echo(f"{count} {'event' if count == 1 else 'events'} will be told again{when}")


@webhooks.command(epilog=examples("hourhand webhooks disable 8197"))
@_id_argument
@database_option
def disable(subscription_id: int, database: str | None) -> None:
    """Tell the subscription ID nothing more. Its owner may enable it again."""
    from hourhand.core import subscriptions as core

    with opened(settings_with(database=database)) as house:
        house.write_now(lambda tx: core.disable(tx, subscription_id))
    click.echo(f"subscription {subscription_id} is off")


def _subscription(it: Subscription) -> dict[str, object]:
    return {
        "id": it.id,
        "state": _state(it),
        "workspace_id": it.workspace_id,
        "user_id": it.account_id,
        "pending": it.pending,
        "url": it.url,
        "description": it.description,
    }


def _state(it: Subscription) -> str:
    if not it.enabled:
        return "off"
    if it.validated_at is None:
        return "unproven"
    return "on" if it.failing_since is None else "failing"


def _delivery(it: Outcome) -> dict[str, object]:
    return {
        "event_id": it.event_id,
        "state": it.state,
        "noun": it.noun,
        "id": it.thing_id,
        "attempts": it.attempts,
        "created_at": _moment(it.created_at),
        "tried_at": "" if it.tried_at is None else _moment(it.tried_at),
        "error": it.error or "",
    }


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
