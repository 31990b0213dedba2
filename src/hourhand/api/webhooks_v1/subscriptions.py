"""`/subscriptions`: who is told of what, and what they were told."""

from __future__ import annotations

from typing import Any

from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import UNSET, Struct, UnsetType

from hourhand.api.http import CallerGiven
from hourhand.api.webhooks_v1 import pings
from hourhand.api.webhooks_v1.wire import PathId, delete, get, moment, patch, post, put, subscription_of, workspace_of
from hourhand.core import outcomes, subscriptions
from hourhand.core.errors import Invalid, Problem
from hourhand.core.event_filters import EVERY, EventFilter
from hourhand.core.outcomes import Told
from hourhand.core.secrets import Vault
from hourhand.core.subscriptions import Draft, Subscription
from hourhand.webhooks import bodies
from hourhand.webhooks.payloads import MODELS

# What is blank is for the core to refuse.
_NOUNS = {"": "", EVERY: EVERY, **{model: noun for noun, model in MODELS.items()}}


class FilterIn(Struct):
    """Events of an entity, and of what was done; each may be `*`."""

    entity: str | None = None
    action: str | None = None

    def filter(self) -> EventFilter:
        """Raises `Invalid` where there is no such entity."""
        entity = self.entity or ""
        if entity not in _NOUNS:
            raise Invalid(Problem(subscriptions.NOUN, "entity", "invalid", {"value": entity}))
        return EventFilter(_NOUNS[entity], self.action or "")


class SubscriptionIn(Struct):
    """A subscription as it is sent, whole."""

    url_callback: str | None = None
    event_filters: list[FilterIn] | None = None
    enabled: bool | None = None
    description: str | None = None
    secret: str | UnsetType | None = UNSET

    def draft(self) -> Draft:
        filters = [it.filter() for it in self.event_filters or ()]
        url = (self.url_callback or "").strip()
        return Draft(url, filters, self.description, self.enabled is not False, self.secret)


class StateIn(Struct):
    """Whether a subscription is to be told of what happens."""

    enabled: bool


class FilterOut(Struct):
    """Events of an entity, and of what was done."""

    entity: str
    action: str

    @classmethod
    def of(cls, it: EventFilter) -> FilterOut:
        return cls(MODELS.get(it.noun, it.noun), it.action)


class SubscriptionOut(Struct):
    """A subscription as it is shown, with its secret."""

    subscription_id: int
    workspace_id: int
    user_id: int
    enabled: bool
    description: str
    event_filters: list[FilterOut]
    url_callback: str
    secret: str
    validated_at: str | None
    has_pending_events: bool
    created_at: str | None
    updated_at: str | None
    deleted_at: str | None

    @classmethod
    def of(cls, it: Subscription, vault: Vault) -> SubscriptionOut:
        return cls(
            subscription_id=it.id,
            workspace_id=it.workspace_id,
            user_id=it.account_id,
            enabled=it.enabled,
            description=it.description,
            event_filters=[FilterOut.of(one) for one in it.event_filters],
            url_callback=it.url,
            secret=it.opened_secret(vault) or "",
            validated_at=moment(it.validated_at),
            has_pending_events=it.pending,
            created_at=moment(it.created_at),
            updated_at=moment(it.at),
            deleted_at=moment(it.deleted_at),
        )


class DeliveryOut(Struct):
    """An event, and what came of telling of it."""

    event_id: int
    created_at: str
    creator_id: int
    metadata: dict[str, str]
    payload: dict[str, Any]
    consumer_id: int
    last_delivery_attempt: str | None
    last_delivery_error: str | None
    failed_delivery_attempts: int

    @classmethod
    def of(cls, subscription: Subscription, it: Told) -> DeliveryOut:
        return cls(
            **bodies.shown(subscription.account_id, it.happening),
            consumer_id=subscription.id,
            last_delivery_attempt=moment(it.outcome.tried_at),
            last_delivery_error=it.outcome.error,
            failed_delivery_attempts=it.outcome.failures,
        )


class DeliveriesOut(Struct):
    """Events, the latest first."""

    total: int
    events: list[DeliveryOut]


@get("/subscriptions/{workspace_id:str}")
async def list_subscriptions(caller: CallerGiven, workspace_id: PathId) -> list[SubscriptionOut]:
    """One's own subscriptions in a workspace; an admin's view of everybody's."""
    found = await caller.read(subscriptions.listing, workspace_of(workspace_id))
    return [SubscriptionOut.of(it, caller.house.vault) for it in found]


@post("/subscriptions/{workspace_id:str}")
async def create_subscription(
    caller: CallerGiven, workspace_id: PathId, data: JSONBody[SubscriptionIn]
) -> SubscriptionOut:
    """Subscribe. The address gets a ping at once, and must answer it with 2xx."""
    made = await pings.saved(caller, workspace_of(workspace_id), data.draft())
    return SubscriptionOut.of(made, caller.house.vault)


@put("/subscriptions/{workspace_id:str}/{subscription_id:str}")
async def update_subscription(
    caller: CallerGiven, workspace_id: PathId, subscription_id: PathId, data: JSONBody[SubscriptionIn]
) -> SubscriptionOut:
    """Change a subscription. A new address has to be validated anew."""
    workspace, known = workspace_of(workspace_id), subscription_of(subscription_id)
    return SubscriptionOut.of(await pings.saved(caller, workspace, data.draft(), known), caller.house.vault)


@patch("/subscriptions/{workspace_id:str}/{subscription_id:str}")
async def enable_subscription(
    caller: CallerGiven, workspace_id: PathId, subscription_id: PathId, data: JSONBody[StateIn]
) -> SubscriptionOut:
    """Switch a subscription on, which pings its address, or off."""
    workspace, known = workspace_of(workspace_id), subscription_of(subscription_id)
    return SubscriptionOut.of(await pings.switched(caller, workspace, known, data.enabled), caller.house.vault)


@delete("/subscriptions/{workspace_id:str}/{subscription_id:str}")
async def delete_subscription(caller: CallerGiven, workspace_id: PathId, subscription_id: PathId) -> SubscriptionOut:
    """End a subscription, with all that it was still to be told."""
    known = subscription_of(subscription_id)
    gone = await caller.write(subscriptions.delete, workspace_of(workspace_id), known)
    return SubscriptionOut.of(gone, caller.house.vault)


@get("/subscriptions/{workspace_id:str}/{subscription_id:str}/events")
async def list_events(caller: CallerGiven, workspace_id: PathId, subscription_id: PathId) -> DeliveriesOut:
    """What a subscription was told in the last seven days, and what came of it."""
    known = await caller.read(subscriptions.visible, workspace_of(workspace_id), subscription_of(subscription_id))
    found = await caller.read_long(outcomes.listing, known)
    return DeliveriesOut(len(found), [DeliveryOut.of(known, it) for it in found])


ROUTES: list[HTTPRouteHandler] = [
    list_subscriptions,
    create_subscription,
    update_subscription,
    enable_subscription,
    delete_subscription,
    list_events,
]
