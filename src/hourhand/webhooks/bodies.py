"""The bodies that are sent: what happened, or a ping that asks whether anybody is there.

As JavaScript's `JSON.stringify` writes what it has parsed of them, because receivers sign that again: without blanks,
nothing escaped that need not be, and no number that JavaScript would write in another way.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from hourhand.core import time_entries
from hourhand.core.happenings import Happening
from hourhand.core.subscriptions import Subscription
from hourhand.webhooks.payloads import MODELS, payload

PING = "ping"
_NANOSECONDS = 1_000_000_000


def event(subscription: Subscription, happening: Happening, now: float) -> bytes:
    """What happened, as it is told at a time (unix seconds)."""
    return msgspec.json.encode(
        {
            **shown(subscription.account_id, happening),
            "subscription_id": subscription.id,
            "timestamp": moment(now, 9),
            "url_callback": subscription.url,
        }
    )


def shown(creator_id: int, happening: Happening) -> dict[str, Any]:
    """What happened, without what tells of a subscription but whose it is."""
    return {
        "event_id": happening.id,
        "created_at": moment(happening.at, 3),
        "creator_id": creator_id,
        "metadata": _metadata(happening),
        "payload": payload(happening),
    }


def ping(subscription: Subscription, now: float, account_id: int, code: str | None, base_url: str) -> bytes:
    """A ping that somebody asked for; with the code that proves the address, as long as it is not proven."""
    proof = {}
    if code is not None:
        path = f"/webhooks/api/v1/validate/{subscription.workspace_id}/{subscription.id}/{code}"
        proof = {"validation_code": code, "validation_code_url": base_url + path}
    return msgspec.json.encode(
        {
            "event_id": 0,
            "created_at": moment(now, 9),
            "creator_id": subscription.account_id,
            "metadata": {"request_type": "POST", "event_user_id": account_id},
            "payload": PING,
            "subscription_id": subscription.id,
            "timestamp": moment(now, 9),
            "url_callback": subscription.url,
            **proof,
        }
    )


def moment(seconds: float, digits: int) -> str:
    """A time with so many digits of its fraction: `2022-06-25T03:58:10.207820267Z`."""
    whole, fraction = divmod(round(seconds * _NANOSECONDS), _NANOSECONDS)
    shown_ = datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{shown_}.{fraction:09d}"[: 20 + digits] + "Z"


def _metadata(happening: Happening) -> dict[str, str]:
    model = MODELS[happening.noun]
    method, _, path = (happening.request or "").partition(" ")
    found = {
        "action": happening.action,
        "model": model,
        "path": path,
        "request_type": method,
        "event_user_id": str(happening.account_id or 0),
        "workspace_id": str(happening.workspace_id),
        f"{model}_id": str(happening.thing_id),
    }
    if happening.is_private is not None:
        found["project_is_private"] = "true" if happening.is_private else "false"
    if happening.noun == time_entries.NOUN:
        found["model_owner_id"] = str(happening.thing.account_id)
    return {name: found[name] for name in sorted(found)}
