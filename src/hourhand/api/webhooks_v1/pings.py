"""Pings: whether anybody is at an address, and whether it is the subscriber's."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter
from msgspec import Struct

from hourhand.api.auth import Gate
from hourhand.api.http import Caller, CallerGiven
from hourhand.api.webhooks_v1.refuse import WrongCode
from hourhand.api.webhooks_v1.wire import PathId, get, post, subscription_of, workspace_of
from hourhand.calls.calling import Line
from hourhand.calls.errors import NotCalled
from hourhand.core import subscriptions
from hourhand.core.errors import Invalid, NotFound, Problem
from hourhand.core.subscriptions import Draft, Subscription
from hourhand.webhooks import bodies, sending

CodeGiven = Annotated[str, PathParameter(description="The code of a ping")]


class StatusOut(Struct):
    """How it went."""

    status: str


class ProofIn(Struct):
    """What a receiver may answer to prove that it is the subscriber's."""

    validation_code: str | None = None


@post("/ping/{workspace_id:str}/{subscription_id:str}")
async def ping(caller: CallerGiven, workspace_id: PathId, subscription_id: PathId) -> StatusOut:
    """Send a ping to the address of a subscription; an answer that repeats its code validates it."""
    known = await caller.read(subscriptions.visible, workspace_of(workspace_id), subscription_of(subscription_id))
    if await _proves(caller, known) and known.validated_at is None:
        await caller.write(subscriptions.prove, known.workspace_id, known.id, known.url)
    return StatusOut("OK")


@get("/validate/{workspace_id:str}/{subscription_id:str}/{code:str}")
async def validate(
    request: Request[Any, Any, Any],
    gate: NamedDependency[Gate],
    workspace_id: PathId,
    subscription_id: PathId,
    code: CodeGiven,
) -> str:
    """Validate a subscription with the code that its address got; for anybody who has it."""
    gate.admit_stranger(request)
    database, vault = gate.house.database, gate.house.vault
    try:
        ids = workspace_of(workspace_id), subscription_of(subscription_id)
        await database.write(lambda tx: subscriptions.validate(tx, vault, *ids, code))
    except NotFound:
        about = f"subscription {subscription_id} for workspace {workspace_id} and validation code '{code}'"
        raise WrongCode(f"{about} was not found") from None
    return "OK"


async def saved(caller: Caller, workspace_id: int, draft: Draft, known_id: int | None = None) -> Subscription:
    """Store a subscription whose address has answered a ping. Raises `Invalid` where it has not."""
    house, most = caller.house, caller.house.settings.webhook_limit
    proposal = await caller.write(subscriptions.proposed, workspace_id, draft, house.vault, most, known_id)
    _check_address(house.line, proposal)
    proven = proposal.enabled and await _proves(caller, proposal)
    return await caller.write(subscriptions.save, proposal, most, validated=proven)


async def switched(caller: Caller, workspace_id: int, subscription_id: int, enabled: bool) -> Subscription:
    """Switch a subscription on, once its address has answered a ping, or off."""
    if enabled:
        known = await caller.read(subscriptions.visible, workspace_id, subscription_id)
        if await _proves(caller, known) and known.validated_at is None:
            await caller.write(subscriptions.prove, workspace_id, known.id, known.url)
    most = caller.house.settings.webhook_limit
    return await caller.write(subscriptions.enable, workspace_id, subscription_id, enabled, most)


def _check_address(line: Line, subscription: Subscription) -> None:
    """Refuse what can never be called, even where nothing is to be sent yet. Raises `Invalid`."""
    try:
        line.check(subscription.url)
    except NotCalled as error:
        raise Invalid(_unreachable(subscription, error)) from None


async def _proves(caller: Caller, subscription: Subscription) -> bool:
    """Ping an address; whether the answer proves that it is the subscriber's. Raises `Invalid`, `TooMany`."""
    house = caller.house
    house.pings.take(caller.account.id)
    now = house.database.clock()
    code = subscription.code(house.vault)
    told = code if subscription.validated_at is None else None
    body = bodies.ping(subscription, now, caller.account.id, told, house.settings.base_url)
    try:
        answer = await sending.send(house.line, house.vault, subscription, body, f"ping_{subscription.id}_{now}", now)
    except NotCalled as error:
        raise Invalid(_unreachable(subscription, error)) from None
    if not answer.accepted:
        raise Invalid(_problem("refused", url=subscription.url, status=sending.status_class(answer)))
    return _repeated(answer.body) == code


def _repeated(body: bytes) -> str | None:
    try:
        return msgspec.json.decode(body, type=ProofIn).validation_code
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _unreachable(subscription: Subscription, error: NotCalled) -> Problem:
    return _problem("unreachable", url=subscription.url, error=error.reason)


def _problem(reason: str, **about: object) -> Problem:
    return Problem(subscriptions.NOUN, "url", reason, about)


ROUTES: list[HTTPRouteHandler] = [ping, validate]
