"""What there is to subscribe to, how many may, and that anybody is here."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from hourhand.api.http import CallerGiven
from hourhand.api.webhooks_v1.pings import StatusOut
from hourhand.api.webhooks_v1.wire import PathId, get, workspace_of
from hourhand.core import event_filters, subscriptions
from hourhand.webhooks.payloads import MODELS


class LimitsOut(Struct):
    """How many enabled subscriptions somebody may have in a workspace, and has, and how many filters each."""

    max_webhooks: int
    max_events_per_webhook: int
    webhooks: int


@get("/status")
async def get_status() -> StatusOut:
    """That this API is here; for anybody."""
    return StatusOut("OK")


@get("/event_filters")
async def get_event_filters() -> dict[str, list[str]]:
    """By entity, what may be done to it; for anybody."""
    return {MODELS[noun]: list(event_filters.ACTIONS) for noun in sorted(event_filters.NOUNS, key=MODELS.__getitem__)}


@get("/limits/{workspace_id:str}")
async def get_limits(caller: CallerGiven, workspace_id: PathId) -> LimitsOut:
    """How many subscriptions one may have in a workspace."""
    count = await caller.read(subscriptions.count, workspace_of(workspace_id))
    return LimitsOut(caller.house.settings.webhook_limit, event_filters.MOST_FILTERS, count)


ROUTES: list[HTTPRouteHandler] = [get_status, get_event_filters, get_limits]
